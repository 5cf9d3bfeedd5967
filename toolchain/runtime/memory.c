/*
 * The four routines that a compiler takes for granted, for programs that bring no C library. Words at a
 * time where both ends are aligned alike, else bytes.
 */
#include "wide.h"

typedef unsigned long size_t;

#define WORD	sizeof(u64)

static int alike(const void *a, const void *b)
{
	return (((u64)a ^ (u64)b) & (WORD - 1)) == 0;
}

RUNTIME void *memcpy(void *to, const void *from, size_t size)
{
	unsigned char *out = to;
	const unsigned char *in = from;

	if (alike(to, from)) {
		for (; size && (u64)out & (WORD - 1); size--)
			*out++ = *in++;
		for (; size >= WORD; size -= WORD, out += WORD, in += WORD)
			*(u64 *)out = *(const u64 *)in;
	}
	for (; size; size--)
		*out++ = *in++;
	return to;
}

RUNTIME void *memmove(void *to, const void *from, size_t size)
{
	unsigned char *out = (unsigned char *)to + size;
	const unsigned char *in = (const unsigned char *)from + size;

	/* Forward is right unless the destination begins inside the source. */
	if ((u64)to - (u64)from >= size)
		return memcpy(to, from, size);
	if (alike(to, from)) {
		for (; size && (u64)out & (WORD - 1); size--)
			*--out = *--in;
		for (; size >= WORD; size -= WORD) {
			out -= WORD;
			in -= WORD;
			*(u64 *)out = *(const u64 *)in;
		}
	}
	for (; size; size--)
		*--out = *--in;
	return to;
}

RUNTIME void *memset(void *to, int value, size_t size)
{
	u64 word = (u64)(unsigned char)value * 0x0101010101010101;
	unsigned char *out = to;

	for (; size && (u64)out & (WORD - 1); size--)
		*out++ = value;
	for (; size >= WORD; size -= WORD, out += WORD)
		*(u64 *)out = word;
	for (; size; size--)
		*out++ = value;
	return to;
}

RUNTIME int memcmp(const void *one, const void *two, size_t size)
{
	const unsigned char *a = one, *b = two;

	for (; size; size--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}
