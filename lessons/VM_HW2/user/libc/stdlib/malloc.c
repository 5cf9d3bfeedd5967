/*
 * malloc(): first fit on a list of free blocks that is sorted by address, so that a block
 * that is freed joins its free neighbours. The heap grows by brk().
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct block {
	size_t size; /* with this header */
	struct block *next; /* only while it is free */
};

#define HEADER 16 /* what malloc() returns is a multiple of 16 */
#define LARGEST (1UL << 46)
#define GROWTH 16384UL

static struct block *free_blocks;

static size_t size_with_header(size_t n)
{
	size_t size = (n + HEADER + 15) & ~15UL;

	return size < 2 * HEADER ? 2 * HEADER : size;
}

/* Puts a block among the free ones, joined with those beside it. */
static void give_back(struct block *b)
{
	struct block **link = &free_blocks, *before = NULL;

	while (*link && *link < b) {
		before = *link;
		link = &before->next;
	}
	b->next = *link;
	*link = b;
	if (b->next && (char *)b + b->size == (char *)b->next) {
		b->size += b->next->size;
		b->next = b->next->next;
	}
	if (before && (char *)before + before->size == (char *)b) {
		before->size += b->size;
		before->next = b->next;
	}
}

static int grow(size_t size)
{
	struct block *b;

	size = (size + GROWTH - 1) & ~(GROWTH - 1);
	b = sbrk(size);
	if (b == (void *)-1)
		return -1;
	b->size = size;
	give_back(b);
	return 0;
}

/* Cuts a block to a size; what is left over is free again. */
static void trim(struct block *b, size_t size)
{
	struct block *rest = (struct block *)((char *)b + size);

	if (b->size - size < 2 * HEADER)
		return;
	rest->size = b->size - size;
	b->size = size;
	give_back(rest);
}

void *malloc(size_t n)
{
	size_t size = size_with_header(n);
	struct block **link, *b;

	if (n > LARGEST) {
		errno = ENOMEM;
		return NULL;
	}
	do {
		for (link = &free_blocks; (b = *link); link = &b->next)
			if (b->size >= size) {
				*link = b->next;
				trim(b, size);
				return (char *)b + HEADER;
			}
	} while (grow(size) == 0);
	return NULL;
}

void free(void *p)
{
	if (p)
		give_back((struct block *)((char *)p - HEADER));
}

void *calloc(size_t n, size_t size)
{
	void *p = NULL;

	if (size && n > SIZE_MAX / size)
		errno = ENOMEM;
	else
		p = malloc(n * size);
	return p ? memset(p, 0, n * size) : NULL;
}

void *realloc(void *p, size_t n)
{
	struct block *b = (struct block *)((char *)p - HEADER);
	void *q;

	if (!p)
		return malloc(n);
	if (n <= LARGEST && b->size >= size_with_header(n)) {
		trim(b, size_with_header(n));
		return p;
	}
	q = malloc(n);
	if (!q)
		return NULL;
	memcpy(q, p, b->size - HEADER);
	free(p);
	return q;
}

/* A block that begins just before an address with the alignment; what lies before it is free. */
void *aligned_alloc(size_t alignment, size_t n)
{
	struct block *b, *aligned;
	char *p = malloc(n + alignment + 2 * HEADER);
	uintptr_t at;

	if (!p || alignment <= 16)
		return p;
	at = ((uintptr_t)p + 2 * HEADER + alignment - 1) & -alignment;
	b = (struct block *)(p - HEADER);
	aligned = (struct block *)(at - HEADER);
	aligned->size = (char *)b + b->size - (char *)aligned;
	b->size = (char *)aligned - (char *)b;
	give_back(b);
	return (void *)at;
}

int posix_memalign(void **p, size_t alignment, size_t n)
{
	if (alignment < sizeof(void *) || (alignment & (alignment - 1)))
		return EINVAL;
	*p = aligned_alloc(alignment, n);
	return *p ? 0 : ENOMEM;
}
