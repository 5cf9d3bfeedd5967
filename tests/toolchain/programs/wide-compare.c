/* Comparisons and shifts of integers of 65 to 127 bits: what the optimiser makes of masks and shifts. */
#include "show.h"

typedef unsigned __int128 u128;
typedef __int128 s128;

NOINLINE int shifted_above(u128 a) { return a << 1 > (u128)0x7fff << 113; }
NOINLINE int masked_above(u128 a) { return (a & ~(u128)0 >> 3) >= (u128)5 << 120; }
NOINLINE int same_but_sign(u128 a, u128 b) { return a << 1 == b << 1; }
NOINLINE int zero_but_sign(u128 a) { return a << 1 == 0; }
NOINLINE int all_ones(u128 a) { return (a & ~(u128)0 >> 7) == ~(u128)0 >> 7; }
NOINLINE int small_part(s128 a) { return a << 20 >> 20 < -1000; }
NOINLINE int below_minus(s128 a) { return (a << 5) < -((s128)1 << 100); }
NOINLINE s128 sign_extended(s128 a) { return a << 37 >> 37; }
NOINLINE u128 remainder(u128 a) { return a << 9 >> 9 >> 64; }

int main(void)
{
	static const u128 values[] = {
		0, 1, ~(u128)0, (u128)1 << 127, (u128)0x7fff << 112, (u128)0xffff << 112,
		((u128)0xffff << 112) + 1, (u128)5 << 120, ((u128)5 << 120) - 1, ~(u128)0 >> 1, ~(u128)0 >> 7,
		-(u128)1001, -(u128)999, -((u128)1 << 95), -((u128)1 << 95) - 1, (u128)1 << 64, (u128)1 << 63,
	};
	int i, j, n = sizeof(values) / sizeof(*values);

	for (i = 0; i < n; i++) {
		u128 a = values[i];

		show("above", shifted_above(a) | masked_above(a) << 1 | zero_but_sign(a) << 2 |
			       all_ones(a) << 3 | small_part(a) << 4 | below_minus(a) << 5);
		for (j = 0; j < n; j++)
			show("same", same_but_sign(a, values[j]));
		show_wide("extended", sign_extended(a));
		show_wide("remainder", remainder(a));
	}
	return 0;
}
