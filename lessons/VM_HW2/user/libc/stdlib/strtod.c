/*
 * strtod(): the double that lies nearest. A first guess may be a few steps off; then the
 * number that was written, D times ten to the E, is compared exactly with the middle between
 * the guess and its neighbour, in integers of up to 256 words, until the guess is right.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WORDS 256
#define MAX_DIGITS 780 /* further ones decide only whether something follows */

struct big {
	int n;
	uint32_t words[WORDS];
};

static void multiply(struct big *b, uint32_t factor, uint32_t add)
{
	uint64_t carry = add;

	for (int i = 0; i < b->n; i++) {
		carry += (uint64_t)b->words[i] * factor;
		b->words[i] = carry;
		carry >>= 32;
	}
	if (carry && b->n < WORDS)
		b->words[b->n++] = carry;
}

static void scale_ten(struct big *b, int power)
{
	for (; power >= 9; power -= 9)
		multiply(b, 1000000000, 0);
	for (; power > 0; power--)
		multiply(b, 10, 0);
}

static void shift_left(struct big *b, int count)
{
	int words = count / 32;

	multiply(b, 1U << count % 32, 0);
	if (!words || b->n + words > WORDS)
		return;
	memmove(b->words + words, b->words, b->n * 4);
	memset(b->words, 0, words * 4);
	b->n += words;
}

static int compare(const struct big *a, const struct big *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (int i = a->n; i--;)
		if (a->words[i] != b->words[i])
			return a->words[i] < b->words[i] ? -1 : 1;
	return 0;
}

/* D * 10^ten against m * 2^two: below, equal or above? */
static int compare_with(const struct big *d, int ten, uint64_t m, int two)
{
	static struct big left, right;

	left = *d;
	right = (struct big){ .n = 0 };
	for (; m; m >>= 32)
		right.words[right.n++] = m;
	scale_ten(ten >= 0 ? &left : &right, ten >= 0 ? ten : -ten);
	shift_left(two >= 0 ? &right : &left, two >= 0 ? two : -two);
	return compare(&left, &right);
}

static double from_bits(uint64_t bits)
{
	union {
		uint64_t bits;
		double value;
	} u = { bits };

	return u.value;
}

static uint64_t to_bits(double value)
{
	union {
		double value;
		uint64_t bits;
	} u = { value };

	return u.bits;
}

/* Mantissa and exponent of the double with these bits; infinity is the one after the largest. */
static uint64_t mantissa_of(uint64_t bits, int *exponent)
{
	int field = bits >> 52;

	*exponent = (field ? field : 1) - 1075;
	return (bits & ((1UL << 52) - 1)) | (field ? 1UL << 52 : 0);
}

/* Is the number above (1), at (0) or below (-1) the middle between a double and the next one? */
static int against_middle(const struct big *d, int ten, uint64_t bits)
{
	int exponent;
	uint64_t m = mantissa_of(bits, &exponent);

	return compare_with(d, ten, 2 * m + 1, exponent - 1);
}

static double nearest(const struct big *d, int ten, double guess)
{
	const uint64_t infinity = 0x7ffUL << 52;
	uint64_t bits = to_bits(guess);
	int order;

	if (bits >= infinity)
		bits = infinity - 1;
	while (bits < infinity && ((order = against_middle(d, ten, bits)) > 0 ||
				   (order == 0 && bits & 1)))
		bits++;
	while (bits && ((order = against_middle(d, ten, bits - 1)) < 0 ||
			(order == 0 && bits & 1)))
		bits--;
	if (bits == infinity || bits >> 52 == 0) /* subnormals have fewer digits */
		errno = ERANGE;
	return from_bits(bits);
}

static double power_of_ten(int power)
{
	double result = 1, square = 10;

	for (; power; power >>= 1, square *= square)
		if (power & 1)
			result *= square;
	return result;
}

/* A double near D * 10^ten, from the first digits of D. */
static double estimate(double leading, int exponent)
{
	if (exponent < -300)
		return leading / power_of_ten(300) / power_of_ten(-exponent - 300);
	return exponent < 0 ? leading / power_of_ten(-exponent) : leading * power_of_ten(exponent);
}

static double decimal(const char *s, char **end)
{
	static struct big d;
	int ten = 0, digits = 0, kept = 0, point = 0, any = 0, more = 0;
	double leading = 0;

	d.n = 0;
	for (;; s++) {
		if (*s == '.' && !point) {
			point = 1;
			continue;
		}
		if (!isdigit((unsigned char)*s))
			break;
		any = 1;
		ten -= point;
		if (!digits && *s == '0')
			continue;
		if (digits++ >= MAX_DIGITS) {
			more |= *s != '0';
			ten++;
			continue;
		}
		multiply(&d, 10, *s - '0');
		if (!d.n)
			d.words[d.n++] = *s - '0';
		if (kept < 18) {
			leading = leading * 10 + (*s - '0');
			kept++;
		}
	}
	if (!any)
		return 0;
	*end = (char *)s;
	if ((*s | 32) == 'e') {
		char *after;
		const char *number = s + 1 + (s[1] == '-' || s[1] == '+');

		if (isdigit((unsigned char)*number)) {
			long exponent = strtol(s + 1, &after, 10);

			ten += exponent > 100000 ? 100000 : exponent < -100000 ? -100000 : exponent;
			*end = after;
		}
	}
	if (!d.n)
		return 0;
	if (more) {
		multiply(&d, 10, 1);
		ten--;
		digits = MAX_DIGITS + 1;
	}
	if (ten + digits > 310 || ten + digits < -326) {
		errno = ERANGE;
		return ten + digits > 310 ? HUGE_VAL : 0;
	}
	return nearest(&d, ten, estimate(leading, ten + digits - kept));
}

/* After 0x: hexadecimal digits, and p with the exponent of two. More than 60 bits are cut off. */
static double hexadecimal(const char *s, char **end)
{
	uint64_t mantissa = 0;
	int two = 0, point = 0, any = 0;

	for (;; s++) {
		int digit = isdigit((unsigned char)*s) ? *s - '0' : (*s | 32) - 'a' + 10;

		if (*s == '.' && !point) {
			point = 1;
			continue;
		}
		if (!isxdigit((unsigned char)*s))
			break;
		any = 1;
		if (mantissa >> 56) {
			mantissa |= digit != 0;
			two += 4 * !point;
			continue;
		}
		mantissa = mantissa * 16 + digit;
		two -= 4 * point;
	}
	if (!any)
		return 0;
	*end = (char *)s;
	if ((*s | 32) == 'p' && isdigit((unsigned char)s[1 + (s[1] == '-' || s[1] == '+')]))
		two += strtol(s + 1, end, 10);
	return ldexp(mantissa, two);
}

double strtod(const char *s, char **end)
{
	const char *nptr = s;
	char *after = (char *)s, *unused;
	double value = 0;
	int negative = 0;

	if (!end)
		end = &unused;
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '-' || *s == '+')
		negative = *s++ == '-';
	if (!strncasecmp(s, "inf", 3)) {
		after = (char *)s + (strncasecmp(s, "infinity", 8) ? 3 : 8);
		value = HUGE_VAL;
	} else if (!strncasecmp(s, "nan", 3)) {
		after = (char *)s + 3;
		value = NAN;
	} else if (s[0] == '0' && (s[1] | 32) == 'x') {
		after = (char *)s + 1;
		value = hexadecimal(s + 2, &after);
	} else {
		value = decimal(s, &after);
	}
	*end = after;
	return negative && after != nptr ? -value : value;
}

float strtof(const char *s, char **end) { return strtod(s, end); }
double atof(const char *s) { return strtod(s, NULL); }
