/*
 * Exponentials and logarithms. Arguments are brought near to 0 or to 1 by powers of two, and
 * there a series is short. The natural logarithm of 2 is in two parts, so that a multiple of it
 * is exact to more digits than a double has.
 */
#include <math.h>
#include "bits.h"

#define LN2_HIGH 0x1.62e42fefa38p-1 /* the last 11 bits are zero */
#define LN2_LOW 0x1.ef35793c7673p-45

/* e^(x + low), for a small low */
static double exp_sum(double x, double low)
{
	double n, r, sum = 0;

	if (isnan(x))
		return x;
	if (x > 710)
		return INFINITY;
	if (x < -746)
		return 0;
	n = rint(x / M_LN2);
	r = x - n * LN2_HIGH;
	low -= n * LN2_LOW;
	/* 1 + r (1 + r/2 (1 + r/3 (...))), the inner part first */
	for (int i = 14; i > 1; i--)
		sum = (r + low) / i * (1 + sum);
	return ldexp(1 + (r + (low + (r + low) * sum)), n);
}

/* log(x) as a sum of two */
static double log_sum(double x, double *low)
{
	int e;
	double m = frexp(x, &e), s, square, series = 0, high, f;

	if (m < M_SQRT2 / 2) {
		m *= 2;
		e--;
	}
	/* log m = 2 (s + s^3/3 + s^5/5 ...) with s = (m - 1)/(m + 1); 2s = f - s f */
	f = m - 1;
	s = f / (2 + f);
	square = s * s;
	for (int i = 25; i > 1; i -= 2)
		series = square * (1.0 / i + series);
	*low = e * LN2_LOW + (2 * s * series - s * f);
	high = e * LN2_HIGH + f;
	*low += f - (high - e * LN2_HIGH);
	f = high + *low; /* what is left of low is less than f's last bit */
	*low += high - f;
	return f;
}

double exp(double x) { return exp_sum(x, 0); }
double exp2(double x)
{
	double n = rint(x);

	if (!(fabs(x) < 1100))
		return exp_sum(x, 0);
	return ldexp(exp_sum((x - n) * M_LN2, 0), n);
}

double expm1(double x)
{
	double term = x, sum = x;

	if (x == 0)
		return x;
	if (fabs(x) > 0.5)
		return exp(x) - 1;
	for (int i = 2; i < 18; i++)
		sum += term *= x / i;
	return sum;
}

double log(double x)
{
	double low, high;

	if (isnan(x) || x < 0)
		return NAN;
	if (x == 0)
		return -INFINITY;
	if (isinf(x))
		return x;
	high = log_sum(x, &low);
	return high + low;
}

/* Powers of two and ten have whole logarithms. */
double log2(double x)
{
	int e;
	double m;

	if (!(x > 0) || isinf(x))
		return log(x);
	m = frexp(x, &e);
	if (m < M_SQRT2 / 2) {
		m *= 2;
		e--;
	}
	return e + log(m) * M_LOG2E;
}

double log10(double x)
{
	double y = log(x) / M_LN10, whole = rint(y);

	return fabs(y - whole) < 1e-13 && pow(10, whole) == x ? whole : y;
}

double log1p(double x)
{
	double y = 1 + x;

	return y == 1 ? x : log(y) * x / (y - 1);
}

static double whole_power(double x, long n)
{
	double result = 1;

	for (; n; n >>= 1, x *= x)
		if (n & 1)
			result *= x;
	return result;
}

double pow(double x, double y)
{
	double high, low, product, rest, size = fabs(x), result;
	int odd = fabs(y) < 0x1p53 && y == trunc(y) && ((long)y & 1);

	if (y == 0 || x == 1)
		return 1;
	if (isnan(x) || isnan(y))
		return NAN;
	if (isinf(y)) {
		if (size == 1)
			return 1;
		return (size > 1) == (y > 0) ? INFINITY : 0;
	}
	if (x == 0 || isinf(x)) {
		result = (x == 0) == (y > 0) ? 0 : INFINITY;
		return odd ? copysign(result, x) : result;
	}
	if (x < 0 && y != trunc(y))
		return NAN;
	if (y == trunc(y) && fabs(y) <= 32) {
		result = whole_power(x, fabs(y));
		if (y > 0 && is_finite(result))
			return result;
		if (y < 0 && is_finite(result) && exponent_of(result) > -1023)
			return 1 / result;
	}
	high = log_sum(size, &low);
	product = y * high;
	if (fabs(product) > 800)
		result = product > 0 ? INFINITY : 0;
	else {
		rest = __builtin_fma(y, high, -product) + y * low;
		result = exp_sum(product, rest);
	}
	return odd && x < 0 ? -result : result;
}

double sinh(double x)
{
	double e = expm1(fabs(x));

	return copysign((e + e / (e + 1)) / 2, x);
}

double cosh(double x)
{
	double e = exp(fabs(x));

	return (e + 1 / e) / 2;
}

double tanh(double x)
{
	double e;

	if (fabs(x) > 22)
		return copysign(1, x);
	e = expm1(2 * fabs(x));
	return copysign(e / (e + 2), x);
}
