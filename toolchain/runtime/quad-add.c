/* Sums and differences of long doubles. */
#include "quad.h"

/* Both are finite and |a| >= |b|. */
static long double add_smaller(const struct number *a, const struct number *b)
{
	/* One bit lower, for the carry. */
	u128 larger = a->digits >> 1;
	u128 smaller = shift_keeping(b->digits >> 1, a->exponent - b->exponent);
	u128 sum = a->sign == b->sign ? larger + smaller : larger - smaller;

	return put_together(sum ? a->sign : 0, a->exponent + 1, sum);
}

static long double add_zero(const struct number *a, long double x, const struct number *b, long double y)
{
	if (a->kind != ZERO)
		return x;
	if (b->kind != ZERO)
		return y;
	return special(a->sign & b->sign, 0, 0);
}

RUNTIME long double __addtf3(long double x, long double y)
{
	struct number a = take_apart(x), b = take_apart(y);

	if (a.kind == NOT_A_NUMBER || b.kind == NOT_A_NUMBER)
		return nan_of(&a, &b);
	if (a.kind == INFINITE)
		return b.kind == INFINITE && a.sign != b.sign ? default_nan() : x;
	if (b.kind == INFINITE)
		return y;
	if (a.kind == ZERO || b.kind == ZERO)
		return add_zero(&a, x, &b, y);
	if (a.exponent > b.exponent || (a.exponent == b.exponent && a.digits >= b.digits))
		return add_smaller(&a, &b);
	return add_smaller(&b, &a);
}

/* A NaN keeps its sign: it is not what is subtracted. */
RUNTIME long double __subtf3(long double x, long double y)
{
	struct number b = take_apart(y);

	return __addtf3(x, b.kind == NOT_A_NUMBER ? y : -y);
}
