/* Variable arguments: more than the registers, all kinds mixed, HFAs, lists handed on and copied. */
#include <stdarg.h>
#include "show.h"

struct f2 { float a, b; };
struct d2 { double a, b; };
struct d5 { double a[5]; };
struct c3 { char c[3]; };
struct l2 { long a, b; };
struct l3 { long a, b, c; };
struct q1 { long double q; };
struct __attribute__((aligned(16))) a16 { long a; };

NOINLINE long one(char kind, va_list *ap)
{
	switch (kind) {
	case 'i': return va_arg(*ap, int);
	case 'l': return va_arg(*ap, long);
	case 'd': return va_arg(*ap, double) * 16;
	case 'q': return va_arg(*ap, long double) * 4;
	case 'w': return va_arg(*ap, __int128) >> 60;
	case 'p': return *va_arg(*ap, char *);
	case 'f': return va_arg(*ap, struct f2).b * 8;
	case 'D': return va_arg(*ap, struct d2).b * 8;
	case 'B': return va_arg(*ap, struct d5).a[3] * 8;
	case 'c': return va_arg(*ap, struct c3).c[2];
	case 'L': return va_arg(*ap, struct l2).b;
	case 'T': return va_arg(*ap, struct l3).c;
	case 'Q': return va_arg(*ap, struct q1).q;
	case 'A': return va_arg(*ap, struct a16).a;
	}
	return -1;
}
NOINLINE long all(const char *kinds, va_list ap)
{
	va_list copy;
	long sum = 0;
	const char *k;

	va_copy(copy, ap);
	for (k = kinds; *k; k++)
		sum = sum * 3 + one(*k, &ap);
	for (k = kinds; *k; k++)
		sum = sum * 5 ^ one(*k, &copy);
	va_end(copy);
	return sum;
}
NOINLINE long plain(const char *kinds, ...)
{
	va_list ap;
	long sum;

	va_start(ap, kinds);
	sum = all(kinds, ap);
	va_end(ap);
	return sum;
}
NOINLINE long fixed(double d, int a, struct l2 l, float f, long b, const char *kinds, struct f2 s, ...)
{
	va_list ap;
	long sum;

	va_start(ap, s);
	sum = all(kinds, ap) + d * 2 + a + l.b + f * 4 + b + s.b;
	va_end(ap);
	return sum;
}
NOINLINE long full(long a, long b, long c, long d, long e, long f, long g, const char *kinds, int i, ...)
{
	va_list ap;
	long sum;

	va_start(ap, i);
	sum = all(kinds, ap) + a + b + c + d + e + f + g + i;
	va_end(ap);
	return sum;
}

int main(void)
{
	struct f2 f = { 1.5f, 2.5f };
	struct d2 d = { 3.5, 4.5 };
	struct d5 b = { { 1, 2, 3, 4, 5 } };
	struct c3 c = { { 1, 2, 3 } };
	struct l2 l = { 100, 200 };
	struct l3 t = { 1000, 2000, 3000 };
	struct q1 q = { 77 };
	struct a16 a = { 55 };
	__int128 w = (__int128)12345 << 64;

	show("ints", plain("iiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, -10));
	show("doubles", plain("dddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., -10.));
	show("both", plain("ididididididididididid", 1, 1., 2, 2., 3, 3., 4, 4., 5, 5., 6, 6., 7, 7., 8, 8., 9,
			   9., 10, 10., 11, 11.));
	show("wide", plain("iwiwiwiw", 1, w, 2, w * 2, 3, w * 3, 4, w * 4));
	show("quads", plain("qiqqqqqqqqqd", 1.L, 2, 3.L, 4.L, 5.L, 6.L, 7.L, 8.L, 9.L, 10.L, 11.L, 12.));
	show("small", plain("fDfDfDfDfD", f, d, f, d, f, d, f, d, f, d));
	show("large", plain("BiBTTT", b, 1, b, t, t, t));
	show("bytes", plain("ciccccicccc", c, 1, c, c, c, c, 2, c, c, c, c));
	show("pairs", plain("LiLLLLiL", l, 1, l, l, l, l, 2, l));
	show("aligned", plain("iAiAiAiA", 1, a, 2, a, 3, a, 4, a));
	show("rest", plain("QpQLdTwA", q, "x", q, l, 0.5, t, w, a));
	show("fixed", fixed(1.5, 2, l, 2.5f, 3, "LdQfiAwD", f, l, 1., q, f, 5, a, w, d));
	show("full", full(1, 2, 3, 4, 5, 6, 7, "cwAdLi", 9, c, w, a, 2., l, 6));
	show("none", plain(""));
	return 0;
}
