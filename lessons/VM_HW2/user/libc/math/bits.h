/* The bits of a double: sign, 11 of exponent (1023 is 2^0), 52 of mantissa. */
#ifndef _MATH_BITS_H
#define _MATH_BITS_H
#include <stdint.h>
#define SIGN (1UL << 63)

static inline uint64_t to_bits(double value)
{
	union {
		double value;
		uint64_t bits;
	} u = { value };

	return u.bits;
}

static inline double from_bits(uint64_t bits)
{
	union {
		uint64_t bits;
		double value;
	} u = { bits };

	return u.value;
}

static inline int exponent_of(double value)
{
	return (int)(to_bits(value) >> 52 & 0x7ff) - 1023;
}

static inline int is_finite(double value)
{
	return exponent_of(value) < 1024;
}
#endif
