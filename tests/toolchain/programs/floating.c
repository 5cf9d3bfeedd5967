/* float and double: arithmetic, comparisons with NaN, conversions, rounding functions, many arguments. */
#include "show.h"

NOINLINE double add(double a, double b) { return a + b; }
NOINLINE double div(double a, double b) { return a / b; }
NOINLINE float mulf(float a, float b) { return a * b; }
NOINLINE int compare(double a, double b)
{
	return (a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4 | (a != b) << 5 |
		__builtin_isunordered(a, b) << 6 | __builtin_islessgreater(a, b) << 7 |
		!(a < b) << 8 | !(a >= b) << 9 | !(a > b) << 10 | !(a <= b) << 11 | !__builtin_islessgreater(a, b) << 12;
}
NOINLINE int branch(float a, float b)
{
	int r = 0;

	if (a < b) r |= 1;
	if (!(a <= b)) r |= 2;
	if (a == b) r |= 4;
	if (__builtin_islessgreater(a, b)) r |= 8;
	if (a) r |= 16;
	return r;
}
NOINLINE double choose(double a, double b) { return a > b ? a : b; }
NOINLINE double largest(double a, double b) { return __builtin_fmax(a, b) - __builtin_fmin(a, b); }
NOINLINE double spill(double a, double b, double c, double d, double e, double f, double g, double h,
		      double i, double j, float k, int l)
{
	return a - b * 2 + c / 3 - d + e * f - g / h + i * j - k * l;
}
NOINLINE double horner(const double *c, int n, double x)
{
	double y = 0;

	while (n--)
		y = y * x + c[n];
	return y;
}

int main(void)
{
	volatile double zero = 0;
	double values[] = { 0, -0.0, 1, -1.5, 0.1, 1e308, -1e-308, 4e-320, 1 / zero, -1 / zero, zero / zero, 3e9, 1e19 };
	int n = sizeof(values) / sizeof(values[0]), i, j;

	for (i = 0; i < n; i++) {
		double a = values[i];

		for (j = 0; j < n; j++) {
			double b = values[j];

			show_double("add", add(a, b));
			show_double("div", div(a, b));
			show_float("mulf", mulf(a, b));
			show("compare", compare(a, b));
			show("branch", branch(a, b));
			show_double("choose", choose(a, b));
			show_double("largest", largest(a, b));
		}
		show_float("narrow", a);
		show_double("abs", __builtin_fabs(a));
		show_double("sign", __builtin_copysign(2.5, a));
		show_double("floor", __builtin_floor(a) + __builtin_ceil(a) + __builtin_trunc(a) + __builtin_round(a));
		show_double("root", __builtin_sqrt(a < 0 ? -a : a));
		if (a > -2e9 && a < 2e9)
			show("int", (int)a + (long)a + (short)(int)a);
		if (a >= 0 && a < 4e9)
			show("unsigned", (unsigned)a + (unsigned long)a + (unsigned char)(unsigned)a);
	}
	for (i = 0; i < 64; i += 3) {
		long long s = (long long)(0xfedcba9876543210ull >> i);

		show_double("from", (double)s + (double)(unsigned long long)s);
		show_float("from", (float)s - (float)(int)s + (float)(unsigned)s);
		show_double("from", (double)(signed char)s + (unsigned short)s);
	}
	show_double("spill", spill(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
	show_double("horner", horner(values + 2, 3, 1.25));
	return 0;
}
