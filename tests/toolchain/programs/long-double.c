/* long double is quad precision: arithmetic, comparisons with NaN, conversions, arguments, varargs. */
#include <stdarg.h>
#include "show.h"

typedef long double q;

NOINLINE void show_quad(const char *name, q value)
{
	union { q f; unsigned long long u[2]; } bits = { value };

	if (value != value)
		bits.u[1] = 0x7fff8000ull << 32, bits.u[0] = 0;
	show(name, bits.u[1]);
	show("  low", bits.u[0]);
}
NOINLINE q add(q a, q b) { return a + b; }
NOINLINE q sub(q a, q b) { return a - b; }
NOINLINE q mul(q a, q b) { return a * b; }
NOINLINE q divide(q a, q b) { return a / b; }
NOINLINE q neg(q a) { return -a; }
NOINLINE q absolute(q a) { return __builtin_fabsl(a); }
NOINLINE q sign(q a, q b) { return __builtin_copysignl(a, b); }
NOINLINE q choose(int c, q a, q b) { return c ? a : b; }
NOINLINE int compare(q a, q b)
{
	return (a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4 | (a != b) << 5 |
		__builtin_isunordered(a, b) << 6 | __builtin_islessgreater(a, b) << 7 |
		!(a < b) << 8 | !(a >= b) << 9;
}
NOINLINE q sum(int n, ...)
{
	va_list ap;
	q all = 0;

	va_start(ap, n);
	while (n--) {
		all += va_arg(ap, q);
		all *= va_arg(ap, int);
	}
	va_end(ap);
	return all;
}
NOINLINE q stack(q a, q b, q c, q d, q e, q f, q g, q h, int n, q i, float j, q k)
{
	return a + b * 2 + c * 3 + d + e + f + g + h + n * i + j / k;
}
struct hfa { q a, b; };
NOINLINE struct hfa turn(struct hfa x) { return (struct hfa){ x.b, x.a + 1 }; }

int main(void)
{
	volatile double zero = 0;
	q values[] = { 0, 1, -2.5L, 1e300L, 1e-300L, 3.14159265358979323846264338327950288L, zero / zero,
		1 / zero, 12345678901234567890.0L, -0.0L, 1e4000L, 1e-4940L };
	int n = sizeof(values) / sizeof(values[0]), i, j;
	struct hfa h = turn((struct hfa){ 1.5L, 2.5L });

	for (i = 0; i < n; i++) {
		q a = values[i];

		for (j = 0; j < n; j++) {
			show_quad("add", add(a, values[j]));
			show_quad("sub", sub(a, values[j]));
			show_quad("mul", mul(a, values[j]));
			show_quad("div", divide(a, values[j]));
			show("compare", compare(a, values[j]));
		}
		show_quad("neg", neg(a));
		show_quad("abs", absolute(a));
		show_quad("sign", sign(a, -1));
		show_quad("choose", choose(i & 1, a, 7));
		show_double("double", a);
		show_float("float", a);
		if (a > -1e9L && a < 1e9L) {
			show("int", (int)a);
			show("long", (long long)(a * 1000));
			show("short", (short)a);
			if (a >= 0)
				show("unsigned", (unsigned long long)(a * 1e9L));
			show_wide("wide", (__int128)(a * 1e20L));
		}
	}
	show_quad("from int", (q)(int)n * -3);
	show_quad("from char", (q)(signed char)-n);
	show_quad("from long", (q)0x7fffffffffffffffll);
	show_quad("from unsigned", (q)0xfedcba9876543210ull);
	show_quad("from wide", (q)((__int128)-1 << 100 | n));
	show_quad("from uwide", (q)((unsigned __int128)-1 - n));
	show_quad("from float", (q)1.1f);
	show_quad("from double", (q)1e-310);
	show_quad("varargs", sum(3, (q)1.5L, 2, (q)2.5L, 3, (q)-1, 4));
	show_quad("stack", stack(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
	show_quad("hfa", h.a * 100 + h.b);
	return 0;
}
