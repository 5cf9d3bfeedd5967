/* complex.h for double. */
#include "wide.h"

#define T		double
#define SUFFIX
#define MULTIPLY	__muldc3
#define DIVIDE		__divdc3
#include "complex.h"
