/*
 * Products and quotients of complex numbers of one type, as Annex G of the C standard has them: where
 * the plain formula gives NaN for both parts although an operand is infinite (or the divisor 0), the
 * result is an infinity (or a zero) of the right signs. T is the type, SUFFIX that of its builtins.
 */
#define JOIN_(a, b)	a##b
#define JOIN(a, b)	JOIN_(a, b)
#define B(name)		JOIN(__builtin_##name, SUFFIX)
#define ABS(x)		B(fabs)(x)
#define SIGNED(x, sign)	B(copysign)(x, sign)
#define IS_INF(x)	(ABS(x) == B(inf)())
#define IS_NAN(x)	((x) != (x))
#define IS_FINITE(x)	(ABS(x) < B(inf)())

/* An infinite part counts as 1, any other as 0. */
static T boxed(T x)
{
	return SIGNED(IS_INF(x) ? (T)1 : (T)0, x);
}

static T without_nan(T x)
{
	return IS_NAN(x) ? SIGNED((T)0, x) : x;
}

static _Complex T pair(T real, T imaginary)
{
	_Complex T z;

	__real__ z = real;
	__imag__ z = imaginary;
	return z;
}

RUNTIME _Complex T MULTIPLY(T a, T b, T c, T d)
{
	T ac = a * c, bd = b * d, ad = a * d, bc = b * c;
	T real = ac - bd, imaginary = ad + bc;
	int again = 0;

	if (!IS_NAN(real) || !IS_NAN(imaginary))
		return pair(real, imaginary);
	if (IS_INF(a) || IS_INF(b)) {
		a = boxed(a), b = boxed(b);
		c = without_nan(c), d = without_nan(d);
		again = 1;
	}
	if (IS_INF(c) || IS_INF(d)) {
		c = boxed(c), d = boxed(d);
		a = without_nan(a), b = without_nan(b);
		again = 1;
	}
	if (!again && (IS_INF(ac) || IS_INF(bd) || IS_INF(ad) || IS_INF(bc))) {
		a = without_nan(a), b = without_nan(b);
		c = without_nan(c), d = without_nan(d);
		again = 1;
	}
	if (!again)
		return pair(real, imaginary);
	return pair(B(inf)() * (a * c - b * d), B(inf)() * (a * d + b * c));
}

/* (a + ib) / (c + id); dividing by the larger of c and d first keeps the squares from overflowing. */
RUNTIME _Complex T DIVIDE(T a, T b, T c, T d)
{
	T ratio, divisor, real, imaginary;

	if (ABS(c) < ABS(d)) {
		ratio = c / d;
		divisor = c * ratio + d;
		real = (a * ratio + b) / divisor;
		imaginary = (b * ratio - a) / divisor;
	} else {
		ratio = d / c;
		divisor = d * ratio + c;
		real = (b * ratio + a) / divisor;
		imaginary = (b - a * ratio) / divisor;
	}
	if (!IS_NAN(real) || !IS_NAN(imaginary))
		return pair(real, imaginary);
	if (c == 0 && d == 0 && (!IS_NAN(a) || !IS_NAN(b)))
		return pair(SIGNED(B(inf)(), c) * a, SIGNED(B(inf)(), c) * b);
	if ((IS_INF(a) || IS_INF(b)) && IS_FINITE(c) && IS_FINITE(d)) {
		a = boxed(a), b = boxed(b);
		return pair(B(inf)() * (a * c + b * d), B(inf)() * (b * c - a * d));
	}
	if ((IS_INF(c) || IS_INF(d)) && IS_FINITE(a) && IS_FINITE(b)) {
		c = boxed(c), d = boxed(d);
		return pair(0 * (a * c + b * d), 0 * (b * c - a * d));
	}
	return pair(real, imaginary);
}
