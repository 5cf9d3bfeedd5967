/* Products of long doubles. */
#include "quad.h"

/* The upper half of a product of 256 bits; a one in the lower half becomes its last bit. */
static u128 multiply_digits(u128 a, u128 b)
{
	u64 a0 = a, a1 = a >> 64, b0 = b, b1 = b >> 64;
	u128 low = (u128)a0 * b0, one = (u128)a1 * b0, two = (u128)a0 * b1;
	u128 middle = (low >> 64) + (u64)one + (u64)two;
	u128 high = (u128)a1 * b1 + (one >> 64) + (two >> 64) + (middle >> 64);

	return high | ((u64)low || (u64)middle);
}

RUNTIME long double __multf3(long double x, long double y)
{
	struct number a = take_apart(x), b = take_apart(y);
	int sign = a.sign ^ b.sign;

	if (a.kind == NOT_A_NUMBER || b.kind == NOT_A_NUMBER)
		return nan_of(&a, &b);
	if (a.kind == INFINITE || b.kind == INFINITE)
		return a.kind == ZERO || b.kind == ZERO ? default_nan() : special(sign, ALL_ONES, 0);
	if (a.kind == ZERO || b.kind == ZERO)
		return special(sign, 0, 0);
	return put_together(sign, a.exponent + b.exponent + 1, multiply_digits(a.digits, b.digits));
}
