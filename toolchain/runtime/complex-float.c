/* complex.h for float. */
#include "wide.h"

#define T		float
#define SUFFIX		f
#define MULTIPLY	__mulsc3
#define DIVIDE		__divsc3
#include "complex.h"
