/*
 * Writing a flattened device tree. The format is three blocks behind a header: memory
 * reservations (we have none), the structure (begin node, property, end node, as 32-bit
 * tokens), and the names of properties. Every number is big-endian.
 */
#include <string.h>

#include "lkvm.h"

#define FDT_MAGIC	0xd00dfeed
#define FDT_VERSION	17
#define FDT_COMPATIBLE	16
#define FDT_BEGIN_NODE	1
#define FDT_END_NODE	2
#define FDT_PROP	3
#define FDT_END		9

#define HEADER_SIZE	40
#define RESERVE_SIZE	16	/* one empty entry ends the list */

static void put_be32(uint8_t *to, uint32_t value)
{
	to[0] = value >> 24;
	to[1] = value >> 16;
	to[2] = value >> 8;
	to[3] = value;
}

static void append(struct fdt *fdt, const void *data, unsigned long len)
{
	unsigned long padded = (len + 3) & ~3UL;

	if (fdt->used + padded > fdt->size)
		die("the device tree has become too large");
	memset(fdt->buf + fdt->used, 0, padded);
	memcpy(fdt->buf + fdt->used, data, len);
	fdt->used += padded;
}

static void append_be32(struct fdt *fdt, uint32_t value)
{
	uint8_t bytes[4];

	put_be32(bytes, value);
	append(fdt, bytes, 4);
}

/* Where a property's name lies in the block of names; a new one is added. */
static uint32_t string_offset(struct fdt *fdt, const char *name)
{
	unsigned long len = strlen(name) + 1;
	unsigned long i;

	for (i = 0; i < fdt->strings_used; i += strlen(fdt->strings + i) + 1) {
		if (!strcmp(fdt->strings + i, name))
			return i;
	}
	if (fdt->strings_used + len > sizeof(fdt->strings))
		die("too many names of properties");
	memcpy(fdt->strings + fdt->strings_used, name, len);
	fdt->strings_used += len;
	return fdt->strings_used - len;
}

void fdt_begin(struct fdt *fdt, void *buf, unsigned long size)
{
	fdt->buf = buf;
	fdt->size = size;
	fdt->used = HEADER_SIZE + RESERVE_SIZE;
	fdt->strings_used = 0;
	memset(buf, 0, fdt->used);
}

void fdt_begin_node(struct fdt *fdt, const char *name)
{
	append_be32(fdt, FDT_BEGIN_NODE);
	append(fdt, name, strlen(name) + 1);
}

void fdt_end_node(struct fdt *fdt)
{
	append_be32(fdt, FDT_END_NODE);
}

void fdt_property(struct fdt *fdt, const char *name, const void *data, unsigned long len)
{
	append_be32(fdt, FDT_PROP);
	append_be32(fdt, len);
	append_be32(fdt, string_offset(fdt, name));
	append(fdt, data, len);
}

void fdt_property_string(struct fdt *fdt, const char *name, const char *s)
{
	fdt_property(fdt, name, s, strlen(s) + 1);
}

void fdt_property_cells(struct fdt *fdt, const char *name, const uint32_t *cells, int n)
{
	uint8_t bytes[64];
	int i;

	if (n * 4 > (int)sizeof(bytes))
		die("too many cells in a property");
	for (i = 0; i < n; i++)
		put_be32(bytes + 4 * i, cells[i]);
	fdt_property(fdt, name, bytes, 4 * n);
}

void fdt_property_cell(struct fdt *fdt, const char *name, uint32_t cell)
{
	fdt_property_cells(fdt, name, &cell, 1);
}

void fdt_property_reg(struct fdt *fdt, const char *name, const uint64_t *pairs, int n)
{
	uint32_t cells[16];
	int i;

	if (n > 4)
		die("too many regions in a property");
	for (i = 0; i < 2 * n; i++) {
		cells[2 * i] = pairs[i] >> 32;
		cells[2 * i + 1] = (uint32_t)pairs[i];
	}
	fdt_property_cells(fdt, name, cells, 4 * n);
}

/* The block of names goes behind the structure; then the header can be filled in. */
void fdt_finish(struct fdt *fdt)
{
	unsigned long strings;

	append_be32(fdt, FDT_END);
	strings = fdt->used;
	append(fdt, fdt->strings, fdt->strings_used);

	put_be32(fdt->buf + 0, FDT_MAGIC);
	put_be32(fdt->buf + 4, fdt->used);
	put_be32(fdt->buf + 8, HEADER_SIZE + RESERVE_SIZE);
	put_be32(fdt->buf + 12, strings);
	put_be32(fdt->buf + 16, HEADER_SIZE);
	put_be32(fdt->buf + 20, FDT_VERSION);
	put_be32(fdt->buf + 24, FDT_COMPATIBLE);
	put_be32(fdt->buf + 28, 0);	/* the CPU we boot on */
	put_be32(fdt->buf + 32, fdt->strings_used);
	put_be32(fdt->buf + 36, strings - HEADER_SIZE - RESERVE_SIZE);
}
