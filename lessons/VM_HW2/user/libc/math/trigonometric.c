/*
 * Angles. An argument is brought to at most 45 degrees by multiples of pi/2, which is in
 * three parts: good for arguments up to 2^30 or so. Larger ones lose digits.
 */
#include <math.h>
#include "bits.h"

#define PI_2_HIGH 0x1.921fb544p0 /* 33 bits each */
#define PI_2_MIDDLE 0x1.0b4611a6p-34
#define PI_2_LOW 0x1.3198a2e037073p-69

static double reduce(double x, int *quadrant, double *low)
{
	double n = rint(x / M_PI_2), high, y;

	*quadrant = (long)n & 3;
	high = __builtin_fma(-n, PI_2_HIGH, x); /* one rounding: the product may have 63 bits */
	y = __builtin_fma(-n, PI_2_MIDDLE, high);
	*low = __builtin_fma(-n, PI_2_MIDDLE, high - y) - n * PI_2_LOW;
	return y;
}

/* x - x^3/3! + x^5/5! ..., and 1 - x^2/2! + x^4/4! ... */
static double sine(double x, double low)
{
	double square = x * x, sum = 0;

	for (int i = 18; i > 1; i -= 2)
		sum = -square / (i * (i + 1)) * (1 + sum);
	return x + (x * sum + low * (1 - square / 2));
}

static double cosine(double x, double low)
{
	double square = x * x, sum = 0;

	for (int i = 18; i > 2; i -= 2)
		sum = -square / (i * (i - 1)) * (1 + sum);
	return 1 - (square / 2 + (square / 2 * sum + x * low));
}

double sin(double x)
{
	int quadrant;
	double low, y;

	if (!is_finite(x))
		return NAN;
	if (fabs(x) < 0x1p-27)
		return x;
	y = reduce(x, &quadrant, &low);
	y = quadrant & 1 ? cosine(y, low) : sine(y, low);
	return quadrant & 2 ? -y : y;
}

double cos(double x)
{
	int quadrant;
	double low, y;

	if (!is_finite(x))
		return NAN;
	y = reduce(x, &quadrant, &low);
	y = quadrant & 1 ? sine(y, low) : cosine(y, low);
	return quadrant == 1 || quadrant == 2 ? -y : y;
}

double tan(double x)
{
	int quadrant;
	double low, y;

	if (!is_finite(x))
		return NAN;
	if (fabs(x) < 0x1p-27)
		return x;
	y = reduce(x, &quadrant, &low);
	return quadrant & 1 ? -cosine(y, low) / sine(y, low) : sine(y, low) / cosine(y, low);
}

/* atan x = atan(k/8) + atan((x - k/8)/(1 + x k/8)), with k so that the rest is small */
double atan(double x)
{
	static const double eighths[] = { 0,
					  0.12435499454676144,
					  0.24497866312686414,
					  0.35877067027057222,
					  0.46364760900080609,
					  0.55859931534356240,
					  0.64350110879328437,
					  0.71882999962162453,
					  0.78539816339744828 };
	double size = fabs(x), inverse = 0, rest, square, sum = 0;
	int k;

	if (isnan(x))
		return x;
	if (size > 1) {
		inverse = 1;
		size = 1 / size;
	}
	k = rint(size * 8);
	rest = (size - k / 8.0) / (1 + size * (k / 8.0));
	square = rest * rest;
	for (int i = 17; i > 1; i -= 2)
		sum = -square * (1.0 / i + sum);
	rest += rest * sum;
	rest = inverse ? M_PI_2 - (eighths[k] + rest) : eighths[k] + rest;
	return copysign(rest, x);
}

double atan2(double y, double x)
{
	double angle;

	if (isnan(x) || isnan(y))
		return NAN;
	if (y == 0)
		return signbit(x) ? copysign(M_PI, y) : y;
	if (x == 0)
		return copysign(M_PI_2, y);
	if (isinf(x) && isinf(y))
		return copysign(x > 0 ? M_PI_4 : 3 * M_PI_4, y);
	angle = atan(fabs(y / x));
	return copysign(x < 0 ? M_PI - angle : angle, y);
}

double asin(double x)
{
	return fabs(x) > 1 ? NAN : atan2(x, sqrt((1 - x) * (1 + x)));
}

double acos(double x)
{
	return fabs(x) > 1 ? NAN : atan2(sqrt((1 - x) * (1 + x)), x);
}
