/* long double from and to the formats that the machine has. */
#include "quad.h"

/* Widening is exact. A NaN's fraction stays at the top, and it becomes quiet. */
static long double widen(u64 bits, int fraction_bits, int bias)
{
	int exponent_ones = 2 * bias + 1, up = FRACTION_BITS - fraction_bits;
	u64 fraction = bits & ((1ul << fraction_bits) - 1);
	int exponent = bits >> fraction_bits & exponent_ones;
	int sign = bits >> fraction_bits > (u64)exponent_ones, zeros;
	u128 digits = (u128)fraction << up, quiet = (u128)1 << (FRACTION_BITS - 1);

	if (exponent == exponent_ones)
		return special(sign, ALL_ONES, fraction ? digits | quiet : 0);
	if (exponent)
		return special(sign, exponent - bias + BIAS, digits);
	if (!fraction)
		return special(sign, 0, 0);
	zeros = leading_zeros(digits);
	return put_together(sign, 1 - bias - (zeros - SPARE_BITS), digits << zeros);
}

RUNTIME long double __extendsftf2(float value)
{
	union { float value; unsigned int bits; } both = { value };

	return widen(both.bits, 23, 127);
}

RUNTIME long double __extenddftf2(double value)
{
	union { double value; u64 bits; } both = { value };

	return widen(both.bits, 52, 1023);
}

static u64 narrow(long double value, int fraction_bits, int bias)
{
	struct number a = take_apart(value);
	int exponent_ones = 2 * bias + 1;
	u64 sign = (u64)a.sign * (exponent_ones + 1) << fraction_bits;
	u64 infinity = (u64)exponent_ones << fraction_bits;

	switch (a.kind) {
	case ZERO:
		return sign;
	case INFINITE:
		return sign | infinity;
	case NOT_A_NUMBER:
		return sign | infinity | 1ul << (fraction_bits - 1) |
		       (u64)(a.digits >> (FRACTION_BITS - fraction_bits));
	default:
		return sign | (u64)round_digits(a.exponent, a.digits, fraction_bits, bias);
	}
}

RUNTIME float __trunctfsf2(long double value)
{
	union { unsigned int bits; float value; } both = { narrow(value, 23, 127) };

	return both.value;
}

RUNTIME double __trunctfdf2(long double value)
{
	union { u64 bits; double value; } both = { narrow(value, 52, 1023) };

	return both.value;
}
