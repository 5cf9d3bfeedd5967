/* 128-bit integers: arithmetic, shifts by variables, division, conversions, overflow, switch. */
#include "show.h"

typedef __int128 s128;
typedef unsigned __int128 u128;

#define WIDE(h, l) ((u128)(h) << 64 | (u128)(l))

NOINLINE u128 shl(u128 a, int n) { return a << n; }
NOINLINE u128 shr(u128 a, int n) { return a >> n; }
NOINLINE s128 sar(s128 a, int n) { return a >> n; }
NOINLINE u128 rol(u128 a, int n) { return a << (n & 127) | a >> (-n & 127); }
NOINLINE int order(s128 a, s128 b) { return (a > b) - (a < b); }
NOINLINE int uorder(u128 a, u128 b) { return (a > b) - (a < b); }
NOINLINE int addo(s128 a, s128 b, s128 *r) { return __builtin_add_overflow(a, b, r); }
NOINLINE int subo(u128 a, u128 b, u128 *r) { return __builtin_sub_overflow(a, b, r); }
NOINLINE int mulo(s128 a, s128 b, s128 *r) { return __builtin_mul_overflow(a, b, r); }
NOINLINE int umulo(u128 a, u128 b, u128 *r) { return __builtin_mul_overflow(a, b, r); }
NOINLINE int which(s128 a)
{
	switch (a) {
	case 0: return 1;
	case -1: return 2;
	case 1000: return 3;
	case (s128)1 << 100: return 4;
	default: return 5;
	}
}
NOINLINE u128 choose(int c, u128 a, u128 b) { return c ? a : b; }
NOINLINE u128 stack(int a, u128 b, int c, u128 d, int e, u128 f, int g, u128 h)
{
	return b * 3 + d * 5 + f * 7 + h * 11 + a + c + e + g;
}

int main(void)
{
	static const u128 values[] = {
		0, 1, 1000, WIDE(0, -1ull), WIDE(1, 0), WIDE(0x123456789abcdef, 0xfedcba9876543210),
		WIDE(0x8000000000000000, 0), WIDE(0x7fffffffffffffff, -1ull), WIDE(-1ull, -1ull),
		(u128)1 << 100, WIDE(-1ull, 0)
	};
	int n = sizeof(values) / sizeof(values[0]), i, j;

	for (i = 0; i < n; i++) {
		u128 a = values[i];

		for (j = 0; j < n; j++) {
			u128 b = values[j], u = 0;
			s128 s = 0;

			show_wide("sum", a + b);
			show_wide("product", a * b);
			if (b) {
				show_wide("quotient", a / b);
				show_wide("rest", a % b);
				if ((s128)b != -1) {
					show_wide("signed quotient", (s128)a / (s128)b);
					show_wide("signed rest", (s128)a % (s128)b);
				}
			}
			show("order", order(a, b) * 16 + uorder(a, b));
			show("add overflow", addo(a, b, &s));
			show_wide("add", s);
			show("sub overflow", subo(a, b, &u));
			show_wide("sub", u);
			show("mul overflow", mulo(a, b, &s));
			show_wide("mul", s);
			show("umul overflow", umulo(a, b, &u));
			show_wide("umul", u);
			show_wide("choose", choose(i & 1, a, b));
		}
		for (j = 0; j < 128; j += 21) {
			show_wide("shl", shl(a, j));
			show_wide("shr", shr(a, j));
			show_wide("sar", sar(a, j));
			show_wide("rol", rol(a, j));
		}
		show("which", which(a));
		show_double("to double", (double)a);
		show_double("signed to double", (double)(s128)a);
		show_float("to float", (float)a);
		show_wide("from double", (u128)((double)(unsigned long long)a * 3.5));
		show("leading", a ? __builtin_clzll(a >> 64 | 1) : 0);
		show("ones", __builtin_popcountll(a) + __builtin_popcountll(a >> 64));
		show_wide("stack", stack(1, a, 2, a + 1, 3, a + 2, 4, a + 3));
	}
	return 0;
}
