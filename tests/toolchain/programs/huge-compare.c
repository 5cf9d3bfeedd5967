/* Integers beyond 128 bits (huge-compare.ll), of which C has none here: the text was worked out. */
#include "show.h"

typedef unsigned long u64;

int unsigned168(const u64 *a, const u64 *b);
int signed200(const u64 *a, const u64 *b);
int unsigned192(const u64 *a, const u64 *b);

/* Bits above a value's width are somebody else's. */
static u64 values[][4] = {
	{ 0, 0, 0, 0 }, { 1, 0, 0, -1ul }, { 5, 0, 0xffff000000000000, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 },
	{ 1, 0, 1, 7 }, { 0, 0, 1ul << 39, 0 }, { 1, 0, 1ul << 22, 0 }, { -1ul, -1ul, -1ul, -1ul },
	{ -5ul, -1ul, -1ul, 0xff }, { 0, 0, -1ul << 22, 0xff }, { -1ul, -1ul, (-1ul << 22) - 1, 0xff },
	{ 0, 0, 0, 0x80 }, { 0, 0, 0, 0x7f },
};

int main(void)
{
	int n = sizeof(values) / sizeof(*values), i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
			show("compare", unsigned168(values[i], values[j]) | signed200(values[i], values[j]) << 8 |
					unsigned192(values[i], values[j]) << 16);
	return 0;
}
