/*
 * Division of 128-bit integers. The machine divides 64 bits by 64, so a quotient is made digit by
 * digit in base 2^32, each digit guessed from the divisor's upper half and then corrected.
 * The divisor must not be 0: the results then are some number, as the machine's own division gives 0.
 */
#include "wide.h"

/* One digit of (rest * 2^32 + next) / divisor; the divisor's top bit is set, rest < divisor. */
static u64 next_digit(u64 *rest, u64 next, u64 divisor)
{
	u64 high = divisor >> 32, low = divisor & 0xffffffff;
	u64 digit = *rest / high, left = *rest % high;

	while (digit >> 32 || digit * low > (left << 32 | next)) {
		digit--;
		left += high;
		if (left >> 32)
			break;
	}
	*rest = (*rest << 32 | next) - digit * divisor;
	return digit;
}

/* (high:low) / divisor, where high < divisor: the quotient has 64 bits. */
static u64 divide_two_words(u64 high, u64 low, u64 divisor, u64 *rest)
{
	int shift = __builtin_clzl(divisor);
	u64 digits;

	divisor <<= shift;
	if (shift) {
		high = high << shift | low >> (64 - shift);
		low <<= shift;
	}
	digits = next_digit(&high, low >> 32, divisor) << 32;
	digits += next_digit(&high, low & 0xffffffff, divisor);
	*rest = high >> shift;
	return digits;
}

/* A divisor of more than 64 bits: its upper 64 give the quotient, or one too many. */
static u128 divide_by_wide(u128 a, u128 divisor, u128 *rest)
{
	int shift = __builtin_clzl(divisor >> 64);
	u64 top = divisor << shift >> 64, unused, quotient;

	quotient = divide_two_words(a >> 65, a >> 1, top, &unused) >> (63 - shift);
	if (quotient)
		quotient--;
	*rest = a - quotient * divisor;
	if (*rest >= divisor) {
		quotient++;
		*rest -= divisor;
	}
	return quotient;
}

RUNTIME u128 __udivmodti4(u128 a, u128 divisor, u128 *rest)
{
	u64 high = a >> 64, quotient_high, left;
	u128 quotient, unused;

	if (!rest)
		rest = &unused;
	if (divisor >> 64)
		return divide_by_wide(a, divisor, rest);
	if (!divisor) {
		*rest = a;
		return 0;
	}
	quotient_high = high / (u64)divisor;
	quotient = divide_two_words(high % (u64)divisor, a, divisor, &left);
	*rest = left;
	return quotient | (u128)quotient_high << 64;
}

RUNTIME u128 __udivti3(u128 a, u128 b)
{
	return __udivmodti4(a, b, 0);
}

RUNTIME u128 __umodti3(u128 a, u128 b)
{
	u128 rest;

	__udivmodti4(a, b, &rest);
	return rest;
}

/* The remainder has the sign of the dividend. */
RUNTIME s128 __divmodti4(s128 a, s128 b, s128 *rest)
{
	u128 left, quotient = __udivmodti4(magnitude(a), magnitude(b), &left);

	*rest = a < 0 ? -left : left;
	return (a < 0) != (b < 0) ? -quotient : quotient;
}

RUNTIME s128 __divti3(s128 a, s128 b)
{
	s128 rest;

	return __divmodti4(a, b, &rest);
}

RUNTIME s128 __modti3(s128 a, s128 b)
{
	s128 rest;

	__divmodti4(a, b, &rest);
	return rest;
}
