/* Doubles by their parts: sign, exponent, mantissa; and rounding to whole numbers. */
#include <math.h>
#include <stdint.h>
#include "bits.h"

double fabs(double x) { return from_bits(to_bits(x) & ~SIGN); }
double copysign(double x, double y) { return from_bits((to_bits(x) & ~SIGN) | (to_bits(y) & SIGN)); }
double fmin(double x, double y) { return isnan(y) || x < y ? x : y; }
double fmax(double x, double y) { return isnan(y) || x > y ? x : y; }

/* Without what follows the point: those bits of the mantissa become zero. */
double trunc(double x)
{
	int e = exponent_of(x);

	if (e < 0)
		return copysign(0, x);
	return e >= 52 ? x : from_bits(to_bits(x) & ~(~0UL >> 12 >> e));
}

double floor(double x)
{
	double whole = trunc(x);

	return whole > x ? whole - 1 : whole;
}

double ceil(double x)
{
	double whole = trunc(x);

	return whole < x ? copysign(whole + 1, x) : whole;
}

/* Half goes away from zero. */
double round(double x)
{
	double whole = trunc(x);

	return fabs(x - whole) >= 0.5 ? whole + copysign(1, x) : whole;
}

/* Half goes to the even number: adding 2^52 leaves no room for what follows the point. */
double rint(double x)
{
	double big = copysign(0x1p52, x);

	return exponent_of(x) >= 52 ? x : copysign((x + big) - big, x);
}

long lround(double x) { return round(x); }
long lrint(double x) { return rint(x); }

double modf(double x, double *whole)
{
	*whole = trunc(x);
	return copysign(isinf(x) ? 0 : x - *whole, x);
}

/* x = m * 2^e with m from 0.5 up to 1 */
double frexp(double x, int *e)
{
	*e = 0;
	if (x == 0 || !is_finite(x))
		return x;
	if (!(to_bits(x) >> 52 & 0x7ff)) { /* subnormal */
		x *= 0x1p54;
		*e = -54;
	}
	*e += exponent_of(x) + 1;
	return from_bits((to_bits(x) & ~(0x7ffUL << 52)) | 1022UL << 52);
}

/*
 * In steps that are powers of two themselves. 2^-969 is 2^53 away from the smallest normal
 * number: a step that rounds leaves so little that the result is 0 anyway.
 */
double ldexp(double x, int e)
{
	if (e > 4000)
		e = 4000;
	if (e < -4000)
		e = -4000;
	for (; e > 1023; e -= 1023)
		x *= 0x1p1023;
	for (; e < -1022; e += 969)
		x *= 0x1p-969;
	return x * from_bits((uint64_t)(1023 + e) << 52);
}

/* The rest of a division, exact: bit by bit, as one divides by hand. */
double fmod(double x, double y)
{
	double rest = fabs(x), divisor = fabs(y);
	int ex, ey;

	if (isnan(y) || !is_finite(x) || y == 0)
		return (x * y) / (x * y);
	if (rest < divisor)
		return x;
	frexp(divisor, &ey);
	while (rest >= divisor) {
		double part;

		frexp(rest, &ex);
		part = ldexp(divisor, ex - ey);
		rest -= part > rest ? part / 2 : part;
	}
	return copysign(rest, x);
}
