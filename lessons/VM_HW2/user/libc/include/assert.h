#ifndef _ASSERT_H
#define _ASSERT_H
#include <stdio.h>
#include <stdlib.h>
#define assert(x)                                                                          \
	((x) ? (void)0                                                                     \
	     : (fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #x), abort()))
#endif
