/* Regular expressions: see regex.c. */
#ifndef _REGEX_H
#define _REGEX_H
#define REGEX_IGNORE_CASE 1
#define REGEX_LITERAL 2
#define REGEX_EXTENDED 4
struct regex;
extern const char *regex_error;
struct regex *regex_compile(const char *pattern, int flags); /* NULL: see regex_error */
int regex_match(const struct regex *r, const char *line);
#endif
