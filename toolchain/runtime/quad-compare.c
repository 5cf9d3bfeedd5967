/*
 * Comparisons of long doubles. Each routine gives a number whose relation to 0 is the answer: __lttf2
 * is below 0 where x < y, and so on; with a NaN every question but "not equal" is answered no.
 */
#include "quad.h"

#define UNORDERED	2

static int is_nan(u128 bits)
{
	return bits << 1 > (u128)ALL_ONES << (FRACTION_BITS + 1);
}

/* -1, 0, 1 or UNORDERED. */
static int compare(long double x, long double y)
{
	u128 a = bits_of(x), b = bits_of(y);
	int less;

	if (is_nan(a) || is_nan(b))
		return UNORDERED;
	if (a == b || (a | b) << 1 == 0)
		return 0;
	if ((a ^ b) >> 127)
		less = a >> 127;
	else
		less = (a < b) != (a >> 127);
	return less ? -1 : 1;
}

RUNTIME int __eqtf2(long double x, long double y)
{
	return compare(x, y);
}

RUNTIME int __netf2(long double x, long double y)
{
	return compare(x, y);
}

RUNTIME int __lttf2(long double x, long double y)
{
	return compare(x, y);
}

RUNTIME int __letf2(long double x, long double y)
{
	return compare(x, y);
}

RUNTIME int __gttf2(long double x, long double y)
{
	int order = compare(x, y);

	return order == UNORDERED ? -UNORDERED : order;
}

RUNTIME int __getf2(long double x, long double y)
{
	return __gttf2(x, y);
}

RUNTIME int __unordtf2(long double x, long double y)
{
	return compare(x, y) == UNORDERED;
}
