/* What our own compiler makes in place, for objects of compilers that call it. */
#include "wide.h"

RUNTIME u128 __ashlti3(u128 value, int by)
{
	return value << by;
}

RUNTIME u128 __lshrti3(u128 value, int by)
{
	return value >> by;
}

RUNTIME s128 __ashrti3(s128 value, int by)
{
	return value >> by;
}

RUNTIME u128 __multi3(u128 a, u128 b)
{
	return a * b;
}
