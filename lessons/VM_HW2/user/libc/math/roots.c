/* Roots. The processor has an instruction for the square root. */
#include <math.h>
#include "bits.h"

double sqrt(double x)
{
	double root;

	asm("fsqrt %d0, %d1" : "=w"(root) : "w"(x));
	return root;
}

float sqrtf(float x)
{
	float root;

	asm("fsqrt %s0, %s1" : "=w"(root) : "w"(x));
	return root;
}

/* The larger one is taken out, so that no square overflows. */
double hypot(double x, double y)
{
	double large = fmax(fabs(x), fabs(y)), small = fmin(fabs(x), fabs(y));

	if (isinf(x) || isinf(y))
		return INFINITY;
	if (large == 0)
		return 0;
	return large * sqrt(1 + small / large * (small / large));
}

/* Newton's steps from a guess with a third of the exponent. */
double cbrt(double x)
{
	double size = fabs(x), root;
	int e;

	if (x == 0 || !is_finite(x))
		return x;
	frexp(size, &e);
	root = ldexp(1, e / 3);
	for (int i = 0; i < 8; i++)
		root -= (root * root * root - size) / (3 * root * root);
	return copysign(root, x);
}
