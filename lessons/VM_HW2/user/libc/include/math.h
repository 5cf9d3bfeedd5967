#ifndef _MATH_H
#define _MATH_H
#define M_E 2.7182818284590452354
#define M_LN2 0.69314718055994530942
#define M_LN10 2.30258509299404568402
#define M_LOG2E 1.4426950408889634074
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_PI_4 0.78539816339744830962
#define M_SQRT2 1.41421356237309504880
#define HUGE_VAL __builtin_huge_val()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x) __builtin_signbit(x)

double fabs(double x), sqrt(double x), cbrt(double x), hypot(double x, double y);
double floor(double x), ceil(double x), trunc(double x), round(double x), rint(double x);
long lround(double x), lrint(double x);
double fmod(double x, double y), modf(double x, double *whole);
double frexp(double x, int *exponent), ldexp(double x, int exponent);
double copysign(double x, double y), fmin(double x, double y), fmax(double x, double y);
double exp(double x), exp2(double x), expm1(double x);
double log(double x), log2(double x), log10(double x), log1p(double x);
double pow(double x, double y);
double sin(double x), cos(double x), tan(double x);
double asin(double x), acos(double x), atan(double x), atan2(double y, double x);
double sinh(double x), cosh(double x), tanh(double x);

float fabsf(float x), sqrtf(float x), floorf(float x), ceilf(float x), truncf(float x);
float roundf(float x), fmodf(float x, float y), fminf(float x, float y), fmaxf(float x, float y);
float expf(float x), logf(float x), log2f(float x), log10f(float x), powf(float x, float y);
float sinf(float x), cosf(float x), tanf(float x), atanf(float x), atan2f(float y, float x);
#endif
