/* Integers from text, and their arithmetic. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

static int digit_value(int c)
{
	if (isdigit(c))
		return c - '0';
	return isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

/* The number's size and sign; *overflow if it does not fit in 64 bits. */
static unsigned long magnitude(const char *s, char **end, int base, int *negative, int *overflow)
{
	const char *start = s;
	unsigned long value = 0;
	int any = 0;

	*negative = *overflow = 0;
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '-' || *s == '+')
		*negative = *s++ == '-';
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 32) == 'x' &&
	    digit_value((unsigned char)s[2]) < 16) {
		s += 2;
		base = 16;
	} else if (base == 0) {
		base = *s == '0' ? 8 : 10;
	}
	for (int digit; (digit = digit_value((unsigned char)*s)) < base; s++, any = 1) {
		*overflow |= __builtin_mul_overflow(value, (unsigned long)base, &value);
		*overflow |= __builtin_add_overflow(value, (unsigned long)digit, &value);
	}
	if (end)
		*end = (char *)(any ? s : start);
	return value;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	int negative, overflow;
	unsigned long value = magnitude(s, end, base, &negative, &overflow);

	if (overflow) {
		errno = ERANGE;
		return ULONG_MAX;
	}
	return negative ? -value : value;
}

long strtol(const char *s, char **end, int base)
{
	int negative, overflow;
	unsigned long value = magnitude(s, end, base, &negative, &overflow);

	if (overflow || value > (unsigned long)LONG_MAX + negative) {
		errno = ERANGE;
		return negative ? LONG_MIN : LONG_MAX;
	}
	return negative ? -value : value;
}

long long strtoll(const char *s, char **end, int base) { return strtol(s, end, base); }
unsigned long long strtoull(const char *s, char **end, int base) { return strtoul(s, end, base); }
intmax_t strtoimax(const char *s, char **end, int base) { return strtol(s, end, base); }
uintmax_t strtoumax(const char *s, char **end, int base) { return strtoul(s, end, base); }
int atoi(const char *s) { return strtol(s, NULL, 10); }
long atol(const char *s) { return strtol(s, NULL, 10); }
long long atoll(const char *s) { return strtol(s, NULL, 10); }
int abs(int n) { return n < 0 ? -n : n; }
long labs(long n) { return n < 0 ? -n : n; }
long long llabs(long long n) { return n < 0 ? -n : n; }
div_t div(int a, int b) { return (div_t){ a / b, a % b }; }
ldiv_t ldiv(long a, long b) { return (ldiv_t){ a / b, a % b }; }
lldiv_t lldiv(long long a, long long b) { return (lldiv_t){ a / b, a % b }; }
