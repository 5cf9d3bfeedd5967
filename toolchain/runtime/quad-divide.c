/* Quotients of long doubles. */
#include "quad.h"

/* Bits of a quotient: a quad's digits, one to round by, and one for what may be lost at the front. */
#define QUOTIENT_BITS	(FRACTION_BITS + 1 + 2)

/* Bit by bit, as on paper; what is left over becomes a last bit. */
static u128 divide_digits(u128 a, u128 b)
{
	u128 quotient = 0;
	int i;

	a >>= 1;
	b >>= 1;
	for (i = 0; i < QUOTIENT_BITS; i++) {
		quotient <<= 1;
		if (a >= b) {
			a -= b;
			quotient |= 1;
		}
		a <<= 1;
	}
	return quotient << 1 | (a != 0);
}

RUNTIME long double __divtf3(long double x, long double y)
{
	struct number a = take_apart(x), b = take_apart(y);
	int sign = a.sign ^ b.sign;

	if (a.kind == NOT_A_NUMBER || b.kind == NOT_A_NUMBER)
		return nan_of(&a, &b);
	if (a.kind == b.kind && a.kind != FINITE)
		return default_nan();
	if (a.kind == INFINITE || b.kind == ZERO)
		return special(sign, ALL_ONES, 0);
	if (a.kind == ZERO || b.kind == INFINITE)
		return special(sign, 0, 0);
	/* The first bit of the quotient stands for 1, and is at QUOTIENT_BITS. */
	return put_together(sign, a.exponent - b.exponent + 127 - QUOTIENT_BITS,
			    divide_digits(a.digits, b.digits));
}
