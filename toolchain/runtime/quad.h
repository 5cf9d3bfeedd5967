/*
 * long double is IEEE's binary128, for which the machine has no instructions: a sign, 15 bits of
 * exponent, 112 bits of fraction. The runtime takes a number apart, works on integers, and puts the
 * result together again, rounded to nearest, ties to even. No exception flags are raised.
 */
#ifndef QUAD_H
#define QUAD_H

#include "wide.h"

#define FRACTION_BITS	112
#define BIAS		16383
#define ALL_ONES	0x7fff
/* Digits stand at the top of 128 bits: so many are below a quad's last. */
#define SPARE_BITS	15

enum kind { ZERO, FINITE, INFINITE, NOT_A_NUMBER };

struct number {
	enum kind kind;
	int sign;
	int exponent;
	u128 digits;	/* of 1.xxx: bit 127 is the one; of a NaN: its fraction */
};

static inline u128 bits_of(long double value)
{
	union { long double value; u128 bits; } both = { value };

	return both.bits;
}

static inline long double of_bits(u128 bits)
{
	union { u128 bits; long double value; } both = { bits };

	return both.value;
}

static inline long double special(int sign, u64 exponent, u128 fraction)
{
	return of_bits((u128)sign << 127 | (u128)exponent << FRACTION_BITS | fraction);
}

static inline long double default_nan(void)
{
	return special(0, ALL_ONES, (u128)1 << (FRACTION_BITS - 1));
}

/* The NaN itself, quiet. */
static inline long double quieted(const struct number *nan)
{
	return special(nan->sign, ALL_ONES, nan->digits | (u128)1 << (FRACTION_BITS - 1));
}

static inline int is_signalling(const struct number *a)
{
	return a->kind == NOT_A_NUMBER && !(a->digits >> (FRACTION_BITS - 1));
}

/* The NaN that comes of an operation with a NaN: the first signalling one, else the first. */
static inline long double nan_of(const struct number *a, const struct number *b)
{
	if (is_signalling(a) || (a->kind == NOT_A_NUMBER && !is_signalling(b)))
		return quieted(a);
	return quieted(b);
}

static inline struct number take_apart(long double value)
{
	u128 bits = bits_of(value), fraction = bits << 16 >> 16;
	int exponent = bits >> FRACTION_BITS & ALL_ONES, zeros;
	struct number a = { FINITE, bits >> 127, exponent - BIAS, fraction };

	if (exponent == ALL_ONES) {
		a.kind = fraction ? NOT_A_NUMBER : INFINITE;
	} else if (exponent) {
		a.digits = (fraction | (u128)1 << FRACTION_BITS) << SPARE_BITS;
	} else if (fraction) {
		zeros = leading_zeros(fraction);
		a.digits = fraction << zeros;
		a.exponent = 1 - BIAS - (zeros - SPARE_BITS);
	} else {
		a.kind = ZERO;
	}
	return a;
}

/* Shifts to the right; a one that falls out stays as the last bit, for the rounding. */
static inline u128 shift_keeping(u128 digits, unsigned int by)
{
	if (by == 0)
		return digits;
	if (by > 127)
		return digits != 0;
	return digits >> by | (digits << (128 - by) != 0);
}

/*
 * Rounds digits * 2^(exponent - 127) to a format of so many bits of fraction, and gives its bits
 * without the sign. A carry out of the fraction goes up into the exponent, where it belongs.
 */
static inline u128 round_digits(int exponent, u128 digits, int fraction_bits, int bias)
{
	int spare = 127 - fraction_bits, zeros, biased;
	u128 rest, half = (u128)1 << (spare - 1), kept;

	if (!digits)
		return 0;
	zeros = leading_zeros(digits);
	digits <<= zeros;
	biased = exponent - zeros + bias;
	if (biased > 2 * bias)
		return (u128)(2 * bias + 1) << fraction_bits;
	if (biased < 1) {
		digits = shift_keeping(digits, 1 - biased);
		biased = 1;
	}
	kept = digits >> spare;
	rest = digits - (kept << spare);
	if (rest > half || (rest == half && (kept & 1)))
		kept++;
	/* A normal number's leading one adds the 1 that is taken off here. */
	return ((u128)(biased - 1) << fraction_bits) + kept;
}

static inline long double put_together(int sign, int exponent, u128 digits)
{
	return of_bits((u128)sign << 127 | round_digits(exponent, digits, FRACTION_BITS, BIAS));
}

#endif
