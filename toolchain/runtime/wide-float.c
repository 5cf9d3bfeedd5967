/* 128-bit integers to float and double, and back. */
#include "wide.h"

/* 2^n as a double; n is from -1022 to 1023. */
static double power_of_two(int n)
{
	union { u64 bits; double value; } power = { (u64)(n + 1023) << 52 };

	return power.value;
}

/*
 * The upper 64 bits from the first one on. A one among the bits below becomes the last bit's: the
 * machine's conversion then rounds as if it had seen them all.
 */
static u64 top_word(u128 value, int shift)
{
	value <<= shift;
	return value >> 64 | ((u64)value != 0);
}

RUNTIME double __floatuntidf(u128 value)
{
	int shift;

	if (!(value >> 64))
		return (u64)value;
	shift = leading_zeros(value);
	return top_word(value, shift) * power_of_two(64 - shift);
}

RUNTIME double __floattidf(s128 value)
{
	double result = __floatuntidf(magnitude(value));

	return value < 0 ? -result : result;
}

RUNTIME float __floatuntisf(u128 value)
{
	int shift;

	if (!(value >> 64))
		return (u64)value;
	shift = leading_zeros(value);
	return (float)top_word(value, shift) * (float)power_of_two(64 - shift);
}

RUNTIME float __floattisf(s128 value)
{
	float result = __floatuntisf(magnitude(value));

	return value < 0 ? -result : result;
}

/* What does not fit becomes the nearest number that does; NaN becomes 0. */
RUNTIME u128 __fixunsdfti(double value)
{
	u64 high;

	if (!(value >= 1))
		return 0;
	if (value >= 0x1p128)
		return ~(u128)0;
	if (value < 0x1p64)
		return (u64)value;
	high = value * 0x1p-64;
	return (u128)high << 64 | (u64)(value - high * 0x1p64);
}

RUNTIME s128 __fixdfti(double value)
{
	const s128 most = ~(u128)0 >> 1;

	if (value >= 0x1p127)
		return most;
	if (value <= -0x1p127)
		return -most - 1;
	return value < 0 ? -__fixunsdfti(-value) : __fixunsdfti(value);
}

RUNTIME u128 __fixunssfti(float value)
{
	return __fixunsdfti(value);
}

RUNTIME s128 __fixsfti(float value)
{
	return __fixdfti(value);
}
