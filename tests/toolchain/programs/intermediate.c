/* What an optimiser may write that no short C makes it write (intermediate.ll): the text was worked out. */
#include "show.h"

typedef unsigned int u32;
typedef unsigned long u64;

int constants(void);
u32 sum31(u32 a, u32 b);
u64 sum63(u64 a, u64 b);
u64 difference63(u64 a, u64 b);
u64 sum100(u64 a, u64 b);
int overflows(u32 *sums, const u32 *a, const u32 *b);

int main(void)
{
	static const u32 a[4] = { -1u, 1, 1u << 31, 5 }, b[4] = { 1, 2, 1u << 31, 6 };
	u32 sums[4];
	int i;

	show("constants", constants());
	show("31 bits", sum31(0x7fffffff, 1));
	show("31 bits", sum31(0x40000000, 0x40000000));
	show("31 bits", sum31(3, 4));
	show("63 bits", sum63(-1ul >> 1, 1));
	show("63 bits", sum63(1ul << 62, 1ul << 62));
	show("63 bits", sum63(3, 4));
	show("63 bits", difference63(3, 4));
	show("63 bits", difference63(1ul << 62, 1));
	show("100 bits", sum100(-1ul >> 1, -1ul >> 1));
	show("100 bits", sum100(1ul << 63, 1ul << 63));
	show("100 bits", sum100(1, 2));
	show("overflows", overflows(sums, a, b));
	for (i = 0; i < 4; i++)
		show("sum", sums[i]);
	return 0;
}
