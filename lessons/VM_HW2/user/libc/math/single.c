/* The functions of float: a double's result, rounded. */
#include <math.h>

float fabsf(float x) { return fabs(x); }
float floorf(float x) { return floor(x); }
float ceilf(float x) { return ceil(x); }
float truncf(float x) { return trunc(x); }
float roundf(float x) { return round(x); }
float fmodf(float x, float y) { return fmod(x, y); }
float fminf(float x, float y) { return fmin(x, y); }
float fmaxf(float x, float y) { return fmax(x, y); }
float expf(float x) { return exp(x); }
float logf(float x) { return log(x); }
float log2f(float x) { return log2(x); }
float log10f(float x) { return log10(x); }
float powf(float x, float y) { return pow(x, y); }
float sinf(float x) { return sin(x); }
float cosf(float x) { return cos(x); }
float tanf(float x) { return tan(x); }
float atanf(float x) { return atan(x); }
float atan2f(float y, float x) { return atan2(y, x); }
double difftime(long end, long start) { return end - start; }
