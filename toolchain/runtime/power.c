/* __builtin_powi: a number to a whole power, by squaring. */
#include "wide.h"

#define POWER(name, type)						\
	RUNTIME type name(type base, int exponent)			\
	{								\
		unsigned int left = __builtin_abs(exponent);		\
		type result = left & 1 ? base : 1;			\
									\
		while (left >>= 1) {					\
			base *= base;					\
			if (left & 1)					\
				result *= base;				\
		}							\
		return exponent < 0 ? 1 / result : result;		\
	}

POWER(__powisf2, float)
POWER(__powidf2, double)
POWER(__powitf2, long double)
