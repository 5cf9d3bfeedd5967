/* assert(): says what did not hold, and aborts. */
#include <stdio.h>
#include <stdlib.h>
#include <assert.h>

void __assert_failed(const char *expression, const char *file, int line, const char *function)
{
	fprintf(stderr, "%s:%d: %s: Assertion `%s' failed.\n", file, line, function, expression);
	abort();
}
