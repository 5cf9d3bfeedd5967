/* long double from and to integers. */
#include "quad.h"

RUNTIME long double __floatuntitf(u128 value)
{
	return put_together(0, 127, value);
}

RUNTIME long double __floattitf(s128 value)
{
	return put_together(value < 0, 127, magnitude(value));
}

RUNTIME long double __floatunditf(unsigned long value)
{
	return __floatuntitf(value);
}

RUNTIME long double __floatditf(long value)
{
	return __floattitf(value);
}

RUNTIME long double __floatunsitf(unsigned int value)
{
	return __floatuntitf(value);
}

RUNTIME long double __floatsitf(int value)
{
	return __floattitf(value);
}

/*
 * The whole part, between the bounds of the type: what does not fit becomes the nearest that does, as
 * with the machine's own conversions, and NaN becomes 0.
 */
static u128 whole_part(long double value, u128 most, u128 most_below_zero)
{
	struct number a = take_apart(value);
	u128 bound = a.sign ? most_below_zero : most, whole;

	if (a.kind == ZERO || a.kind == NOT_A_NUMBER || (a.kind == FINITE && a.exponent < 0))
		return 0;
	if (a.kind == INFINITE || a.exponent > 127)
		whole = bound;
	else
		whole = a.digits >> (127 - a.exponent);
	if (whole > bound)
		whole = bound;
	return a.sign ? -whole : whole;
}

static u128 bits(int n)
{
	return ~(u128)0 >> (128 - n);
}

RUNTIME u128 __fixunstfti(long double value)
{
	return whole_part(value, bits(128), 0);
}

RUNTIME s128 __fixtfti(long double value)
{
	return whole_part(value, bits(127), bits(127) + 1);
}

RUNTIME unsigned long __fixunstfdi(long double value)
{
	return whole_part(value, bits(64), 0);
}

RUNTIME long __fixtfdi(long double value)
{
	return whole_part(value, bits(63), bits(63) + 1);
}

RUNTIME unsigned int __fixunstfsi(long double value)
{
	return whole_part(value, bits(32), 0);
}

RUNTIME int __fixtfsi(long double value)
{
	return whole_part(value, bits(31), bits(31) + 1);
}
