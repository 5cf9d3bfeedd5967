/* Numbers with a point: printed and read exactly; functions to twelve digits. */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 20150422;

static uint64_t random_bits(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static double random_double(void)
{
	union {
		uint64_t bits;
		double value;
	} u = { random_bits() };

	return u.value;
}

static void print(double x)
{
	printf("%f %e %g %a\n", x, x, x, x);
	printf("%.0f %.3f %.17g %.0e %#.3g %+.2E %012.4f|%-14.3e|%G %.3a\n", x, x, x, x, x, x, x, x, x, x);
}

static void printing(void)
{
	static const double values[] = { 0, -0.0, 1, -1, 0.5, 1.5, 2.5, 0.1, 1e10, 123456.789, 1e-5, 9.9999995, 99999.95,
					 0.00012345, 1e100, 1e-100, DBL_MAX, DBL_MIN, 5e-324, INFINITY, -INFINITY, 1e21,
					 0.045, 1.005, 1e15, 123456789012345678.0, 0x1.8p-3 };

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		print(values[i]);
	printf("%Lf %.3Le %s\n", 1.5L, -2.25e10L, isnan(NAN) ? "nan" : "?");
	printf("%.40f %.60e\n", 0.1, 1e-300);
	for (int i = 0; i < 300; i++) {
		double x = random_double();

		if (!isnan(x))
			printf("%.17g %.6e %a\n", x, x, x);
	}
	printf("%d\n", sprintf((char[2000]){ 0 }, "%.1100f", DBL_MIN));
}

static void reading(void)
{
	static const char *const texts[] = { "0", "1.5", "-2.5e3x", ".5", "5.", "1e", "1e+", "inf", "-Infinity", "nan",
					     "0x1.8p3", "0x.1p-2", "1e400", "1e-400", "-1e-320", "9007199254740993",
					     "9007199254740993.00000000000000000000000000001", "2.2250738585072011e-308",
					     "1.7976931348623158e308", "1.7976931348623159e308", "4.9e-324", "2.4e-324",
					     "123456789012345678901234567890", "0.000000000000000000000000000001",
					     "  +3", ".", "-", "0e5", "1_0", "6.02214076E23" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *end;
		double x;

		errno = 0;
		x = strtod(texts[i], &end);
		printf("%s: %a +%d %d\n", texts[i], x, (int)(end - texts[i]), errno == ERANGE);
	}
	for (int i = 0; i < 300; i++) {
		char text[64];
		double x = random_double(), f = 0;
		int digits = random_bits() % 20 + 1;

		if (isnan(x))
			continue;
		snprintf(text, sizeof(text), "%.*e", digits, x);
		sscanf(text, "%lf", &f);
		printf("%s %a %a\n", text, strtod(text, NULL), f);
	}
	printf("%a %g\n", strtof("0.1", NULL), atof("12.5kg"));
}

#define SHOW(f) printf(#f " %.12g\n", f)

static void functions(void)
{
	static const double values[] = { 0, 0.1, 0.5, 1, 1.5, 2, 2.5, 3.7, 10, 100.25, 1234.5, 1e-8, 0.7853981633974483 };

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		for (double x = values[i], k = 0; k < 2; k++, x = -x) {
			printf("%g\n", x);
			SHOW(fabs(x)); SHOW(floor(x)); SHOW(ceil(x)); SHOW(trunc(x)); SHOW(round(x)); SHOW(rint(x));
			SHOW(exp(x)); SHOW(exp2(x)); SHOW(expm1(x)); SHOW(sin(x)); SHOW(cos(x)); SHOW(tan(x));
			SHOW(atan(x)); SHOW(cbrt(x)); SHOW(tanh(x)); SHOW(fmod(x, 0.7)); SHOW(hypot(x, 3));
			SHOW(pow(x, 3)); SHOW(pow(x, -2)); SHOW(atan2(x, 2)); SHOW(atan2(2, x)); SHOW(copysign(1, x));
			if (fabs(x) < 700)
				SHOW(sinh(x)), SHOW(cosh(x));
			if (fabs(x) <= 1)
				SHOW(asin(x)), SHOW(acos(x));
			if (x > 0)
				SHOW(log(x)), SHOW(log2(x)), SHOW(log10(x)), SHOW(log1p(x)), SHOW(sqrt(x)), SHOW(pow(x, 1.7)),
					SHOW(pow(x, -33.3)), SHOW(pow(1.0001, x));
			SHOW(sinf(x)); SHOW(sqrtf(fabs(x))); SHOW(ldexp(x, 5)); SHOW(fmax(x, 1)); SHOW(fmin(x, 1));
		}
	SHOW(pow(2, 0.5)); SHOW(pow(10, -5)); SHOW(pow(-2, 3)); SHOW(pow(0, 0)); SHOW(pow(2, 1023.5)); SHOW(exp(-740));
	SHOW(exp(1000)); SHOW(log(0)); SHOW(fmod(1e300, 3)); SHOW(ldexp(1, -1074)); SHOW(ldexp(0.75, -1073)); SHOW(ldexp(3, 1020));
	SHOW(sqrt(2)); SHOW(sin(1e6)); SHOW(cos(1e8)); SHOW(ldexp(1, 2000)); SHOW(ldexp(DBL_MAX, -2000));
	for (int i = 0; i < 200; i++) {
		int e;
		double x = random_double(), whole, m, part;

		if (!isfinite(x))
			continue;
		m = frexp(x, &e);
		part = modf(x, &whole);
		printf("%a %d %a %a %a %a\n", m, e, part, whole, fmod(x, 1e9), sqrt(fabs(x)));
		printf("%.12g %a %a %a\n", log(fabs(x)), floor(x), rint(x), ldexp(m, i * 10 - 1000));
	}
	printf("%ld %ld %d %d\n", lround(2.5), lrint(2.5), signbit(-0.0) != 0, isinf(INFINITY) != 0);
}

int main(void)
{
	printing();
	reading();
	functions();
	return 0;
}
