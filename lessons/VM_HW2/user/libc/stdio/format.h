/* printf's parts: where the text goes, and what stands between % and the conversion's letter. */
#ifndef _STDIO_FORMAT_H
#define _STDIO_FORMAT_H
#include <stddef.h>
#include <stdio.h>

struct sink {
	FILE *file; /* or, if NULL, memory from pos to end */
	char *pos, *end;
	size_t total; /* what would have been written, were there room */
};

struct spec {
	int left, zero, alternate, width, precision; /* precision -1: none given */
	char sign; /* what a positive number begins with: '+', ' ' or 0 */
	char length; /* 0, 'h', 'H' for hh, 'l', 'L' for long double */
	char conversion;
};

void __emit(struct sink *o, const char *s, size_t n);
/* A prefix (sign, 0x) and a body, padded to the width; zeros come between the two. */
void __emit_number(struct sink *o, const struct spec *spec, const char *prefix, const char *body,
		   size_t n);
void __format_float(struct sink *o, const struct spec *spec, double value);
#endif
