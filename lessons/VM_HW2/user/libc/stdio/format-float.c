/*
 * %e %f %g %a. A double is an integer times a power of two, so it has a decimal form that
 * ends, with at most 309 digits before the point and 1074 after it. All of them are made,
 * in limbs of nine digits, and then rounded where the precision says: the result is exact.
 */
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include "format.h"

#define LIMB 1000000000U
#define WHOLE_LIMBS 36 /* before the point */
#define LIMBS (WHOLE_LIMBS + 121)
#define DIGITS (9 * LIMBS)

/* 0.d1 d2 d3 ... times ten to the power of `point`. */
struct decimal {
	int point, n;
	char digits[DIGITS + 1];
};

/* limbs[WHOLE_LIMBS - 1] is the one before the point. */
static void double_limbs(uint32_t *limbs, int count)
{
	for (; count > 0; count -= 29) {
		uint64_t carry = 0;

		for (int i = WHOLE_LIMBS; i--;) {
			carry += (uint64_t)limbs[i] << (count < 29 ? count : 29);
			limbs[i] = carry % LIMB;
			carry /= LIMB;
		}
	}
}

static void halve_limbs(uint32_t *limbs, int count)
{
	for (int last = WHOLE_LIMBS; count > 0; count -= 9) {
		int shift = count < 9 ? count : 9;
		uint32_t rest = 0;

		if (last < LIMBS)
			last++;
		for (int i = WHOLE_LIMBS - 2; i < last; i++) {
			uint64_t value = (uint64_t)rest * LIMB + limbs[i];

			limbs[i] = value >> shift;
			rest = value & ((1U << shift) - 1);
		}
	}
}

static void to_decimal(struct decimal *d, uint64_t mantissa, int exponent)
{
	uint32_t limbs[LIMBS] = { 0 };
	char *s = d->digits;
	int first = 0;

	limbs[WHOLE_LIMBS - 1] = mantissa % LIMB;
	limbs[WHOLE_LIMBS - 2] = mantissa / LIMB;
	if (exponent > 0)
		double_limbs(limbs, exponent);
	else
		halve_limbs(limbs, -exponent);
	for (int i = 0; i < LIMBS; i++, s += 9)
		for (int k = 9; k--; limbs[i] /= 10)
			s[k] = limbs[i] % 10;
	while (first < DIGITS && !d->digits[first])
		first++;
	d->point = first == DIGITS ? 1 : 9 * WHOLE_LIMBS - first;
	d->n = DIGITS - first;
	memmove(d->digits, d->digits + first, d->n);
	while (d->n && !d->digits[d->n - 1])
		d->n--;
}

/* Keeps `keep` digits; what is exactly in the middle goes to the even digit. */
static void round_decimal(struct decimal *d, int keep)
{
	int up;

	if (keep >= d->n)
		return;
	if (keep < 0) {
		d->n = 0;
		return;
	}
	up = d->digits[keep] > 5 || (d->digits[keep] == 5 && keep + 1 < d->n);
	if (d->digits[keep] == 5 && keep + 1 == d->n)
		up = keep > 0 && d->digits[keep - 1] & 1;
	d->n = keep;
	if (!up) {
		while (d->n && !d->digits[d->n - 1])
			d->n--;
		return;
	}
	while (keep && d->digits[keep - 1] == 9)
		keep--;
	if (keep) {
		d->digits[keep - 1]++;
		d->n = keep;
	} else { /* 9.99 became 10 */
		d->digits[0] = 1;
		d->n = 1;
		d->point++;
	}
}

static int digit(const struct decimal *d, int i)
{
	return i >= 0 && i < d->n ? '0' + d->digits[i] : '0';
}

static size_t put_fixed(char *s, const struct decimal *d, int precision, int point)
{
	size_t n = 0;

	for (int i = d->point > 0 ? 0 : d->point - 1; i < d->point; i++)
		s[n++] = digit(d, i);
	if (precision || point)
		s[n++] = '.';
	for (int i = 0; i < precision; i++)
		s[n++] = digit(d, d->point + i);
	return n;
}

static size_t put_exponent(char *s, char letter, int exponent, int digits)
{
	size_t n = 0;
	int size = exponent < 0 ? -exponent : exponent;
	char reversed[8];
	int count = 0;

	s[n++] = letter;
	s[n++] = exponent < 0 ? '-' : '+';
	for (; size || count < digits; size /= 10)
		reversed[count++] = '0' + size % 10;
	while (count)
		s[n++] = reversed[--count];
	return n;
}

static size_t put_scientific(char *s, const struct decimal *d, int precision, int point,
			     char letter)
{
	size_t n = 0;

	s[n++] = digit(d, 0);
	if (precision || point)
		s[n++] = '.';
	for (int i = 1; i <= precision; i++)
		s[n++] = digit(d, i);
	return n + put_exponent(s + n, letter, d->n ? d->point - 1 : 0, 2);
}

/* %g: as few digits as tell the value to the precision, in the shorter form. */
static size_t put_general(char *s, struct decimal *d, const struct spec *spec, int precision,
			  char letter)
{
	int exponent, places;

	if (!precision)
		precision = 1;
	round_decimal(d, precision);
	exponent = d->n ? d->point - 1 : 0;
	places = spec->alternate ? precision : d->n ? d->n : 1;
	if (exponent < -4 || exponent >= precision)
		return put_scientific(s, d, places - 1, spec->alternate, letter);
	return put_fixed(s, d, places > exponent + 1 ? places - 1 - exponent : 0, spec->alternate);
}

/* %a: the mantissa in hexadecimal, the exponent of two in decimal. */
static size_t put_hex(char *s, uint64_t bits, const struct spec *spec, int upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	int exponent = (int)(bits >> 52 & 0x7ff), digits = spec->precision;
	uint64_t mantissa = bits & ((1UL << 52) - 1);
	size_t n = 0;

	if (exponent)
		mantissa |= 1UL << 52;
	exponent = mantissa ? (exponent ? exponent : 1) - 1023 : 0;
	if (digits >= 0 && digits < 13) { /* round to even */
		int cut = 4 * (13 - digits);
		uint64_t rest = mantissa & ((1UL << cut) - 1), half = 1UL << (cut - 1);

		mantissa >>= cut;
		mantissa += rest > half || (rest == half && mantissa & 1);
		mantissa <<= cut;
	}
	s[n++] = set[mantissa >> 52];
	mantissa &= (1UL << 52) - 1;
	if (digits < 0)
		for (digits = 13; digits && !(mantissa >> (4 * (13 - digits)) & 15);)
			digits--;
	if (digits || spec->alternate)
		s[n++] = '.';
	for (int i = 0; i < digits; i++)
		s[n++] = i < 13 ? set[mantissa >> (48 - 4 * i) & 15] : '0';
	return n + put_exponent(s + n, upper ? 'P' : 'p', exponent, 1);
}

void __format_float(struct sink *o, const struct spec *given, double value)
{
	union {
		double value;
		uint64_t bits;
	} u = { value };
	char text[DIGITS + 128], prefix[4] = "", kind = tolower(given->conversion);
	int exponent = u.bits >> 52 & 0x7ff, upper = isupper(given->conversion);
	uint64_t mantissa = u.bits & ((1UL << 52) - 1);
	struct spec spec = *given;
	struct decimal d;
	size_t n = 0;

	prefix[0] = u.bits >> 63 ? '-' : spec.sign;
	if (exponent == 0x7ff) {
		spec.zero = 0;
		__emit_number(o, &spec, prefix,
			      mantissa ? (upper ? "NAN" : "nan") : upper ? "INF" : "inf", 3);
		return;
	}
	if (spec.precision < 0 && kind != 'a')
		spec.precision = 6;
	if (spec.precision > DIGITS)
		spec.precision = DIGITS; /* all further digits are zeros: left out */
	if (kind == 'a') {
		strcpy(prefix + strlen(prefix), upper ? "0X" : "0x");
		n = put_hex(text, u.bits, &spec, upper);
		__emit_number(o, &spec, prefix, text, n);
		return;
	}
	to_decimal(&d, exponent ? mantissa | 1UL << 52 : mantissa,
		   (exponent ? exponent : 1) - 1023 - 52);
	if (kind == 'f') {
		if (d.point + spec.precision >= 0)
			round_decimal(&d, d.point + spec.precision);
		else
			d.n = 0;
		n = put_fixed(text, &d, spec.precision, spec.alternate);
	} else if (kind == 'e') {
		round_decimal(&d, spec.precision + 1);
		n = put_scientific(text, &d, spec.precision, spec.alternate, upper ? 'E' : 'e');
	} else {
		n = put_general(text, &d, &spec, spec.precision, upper ? 'E' : 'e');
	}
	__emit_number(o, &spec, prefix, text, n);
}
