/*
 * printf: the format is read here, numbers with a point are made in format-float.c. Programs
 * that are built without floating point get a printf without %f.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "file.h"
#include "format.h"

void __emit(struct sink *o, const char *s, size_t n)
{
	o->total += n;
	if (o->file) {
		fwrite(s, 1, n, o->file);
		return;
	}
	if (n > (size_t)(o->end - o->pos))
		n = o->end - o->pos;
	memcpy(o->pos, s, n);
	o->pos += n;
}

static void pad(struct sink *o, char c, long n)
{
	char some[32];

	memset(some, c, sizeof(some));
	for (; n > 0; n -= sizeof(some))
		__emit(o, some, n < (long)sizeof(some) ? n : (long)sizeof(some));
}

void __emit_number(struct sink *o, const struct spec *spec, const char *prefix, const char *body,
		   size_t n)
{
	long space = spec->width - (long)(strlen(prefix) + n);

	if (!spec->left && !spec->zero)
		pad(o, ' ', space);
	__emit(o, prefix, strlen(prefix));
	if (!spec->left && spec->zero)
		pad(o, '0', space);
	__emit(o, body, n);
	if (spec->left)
		pad(o, ' ', space);
}

/* A string or character: zeros do not pad it. */
static void emit_text(struct sink *o, struct spec spec, const char *s, size_t n)
{
	spec.zero = 0;
	__emit_number(o, &spec, "", s, n);
}

static void emit_integer(struct sink *o, struct spec *spec, unsigned long value, int negative)
{
	const char *set = spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned int base = spec->conversion == 'o' ? 8 : (spec->conversion | 32) == 'x' ? 16 : 10;
	char digits[24], *end = digits + sizeof(digits), *s = end, prefix[4] = "", zeros[33];
	long missing;

	if (spec->conversion == 'd' && (negative || spec->sign))
		prefix[0] = negative ? '-' : spec->sign;
	else if (spec->alternate && base == 16 && value)
		memcpy(prefix, spec->conversion == 'X' ? "0X" : "0x", 2);
	for (; value; value /= base)
		*--s = set[value % base];
	if (s == end && spec->precision)
		*--s = '0';
	if (spec->alternate && base == 8 && (s == end || *s != '0') &&
	    spec->precision <= end - s)
		spec->precision = end - s + 1;
	missing = spec->precision - (end - s);
	if (spec->precision >= 0)
		spec->zero = 0;
	if (missing <= 0) {
		__emit_number(o, spec, prefix, s, end - s);
		return;
	}
	/* The precision's zeros belong to the body: as padding they would need a second width. */
	spec->width -= missing + strlen(prefix) + (end - s);
	if (!spec->left)
		pad(o, ' ', spec->width);
	__emit(o, prefix, strlen(prefix));
	for (memset(zeros, '0', sizeof(zeros)); missing > 0; missing -= 32)
		__emit(o, zeros, missing < 32 ? missing : 32);
	__emit(o, s, end - s);
	if (spec->left)
		pad(o, ' ', spec->width);
}

/* Flags, width and precision; *args only grows by what '*' takes. Returns the letter's place. */
static const char *read_spec(const char *fmt, struct spec *spec, va_list *args)
{
	*spec = (struct spec){ .precision = -1 };
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = 1;
		else if (*fmt == '0')
			spec->zero = 1;
		else if (*fmt == '#')
			spec->alternate = 1;
		else if (*fmt == '+')
			spec->sign = '+';
		else if (*fmt == ' ')
			spec->sign = spec->sign ? spec->sign : ' ';
		else
			break;
	}
	if (*fmt == '*') {
		spec->width = va_arg(*args, int);
		fmt++;
		if (spec->width < 0) {
			spec->left = 1;
			spec->width = -spec->width;
		}
	}
	while (*fmt >= '0' && *fmt <= '9')
		spec->width = spec->width * 10 + *fmt++ - '0';
	if (*fmt == '.') {
		spec->precision = 0;
		if (*++fmt == '*') {
			spec->precision = va_arg(*args, int);
			fmt++;
		}
		while (*fmt >= '0' && *fmt <= '9')
			spec->precision = spec->precision * 10 + *fmt++ - '0';
	}
	for (; *fmt && strchr("hlLqjzt", *fmt); fmt++)
		spec->length = *fmt == 'h' ? (spec->length == 'h' ? 'H' : 'h')
			       : *fmt == 'L' ? 'L'
					     : 'l';
	spec->conversion = *fmt == 'i' ? 'd' : *fmt;
	return fmt;
}

/* The argument as its length says: narrower types come as int. */
static unsigned long unsigned_argument(const struct spec *spec, va_list *args)
{
	if (spec->length == 'l' || spec->length == 'L')
		return va_arg(*args, unsigned long);
	if (spec->length == 'h')
		return (unsigned short)va_arg(*args, unsigned int);
	if (spec->length == 'H')
		return (unsigned char)va_arg(*args, unsigned int);
	return va_arg(*args, unsigned int);
}

static long signed_argument(const struct spec *spec, va_list *args)
{
	if (spec->length == 'l' || spec->length == 'L')
		return va_arg(*args, long);
	if (spec->length == 'h')
		return (short)va_arg(*args, int);
	if (spec->length == 'H')
		return (signed char)va_arg(*args, int);
	return va_arg(*args, int);
}

#ifdef __ARM_FP
/* A long double has the double's shape with more of each: what a double cannot hold is cut off. */
static double long_double_argument(va_list *args)
{
	union {
		long double all;
		uint64_t half[2]; /* low, high */
	} from = { .all = va_arg(*args, long double) };
	union {
		uint64_t bits;
		double value;
	} to;
	uint64_t sign = from.half[1] >> 63 << 63;
	long exponent = (long)(from.half[1] >> 48 & 0x7fff) - 16383 + 1023;
	uint64_t fraction = from.half[1] << 16 >> 12 | from.half[0] >> 60;

	if (exponent >= 0x7ff)
		to.bits = sign | 0x7ffUL << 52 | (exponent == 0x43ff ? fraction : 0);
	else
		to.bits = exponent > 0 ? sign | (uint64_t)exponent << 52 | fraction : sign;
	return to.value;
}
#endif

static void store_count(const struct spec *spec, void *to, size_t n)
{
	if (spec->length == 'l')
		*(long *)to = n;
	else
		*(int *)to = n;
}

static void convert(struct sink *o, struct spec *spec, va_list *args)
{
	const char *s;
	char c;
	long number;

	switch (spec->conversion) {
	case 'd':
		number = signed_argument(spec, args);
		emit_integer(o, spec, number < 0 ? -(unsigned long)number : (unsigned long)number,
			     number < 0);
		break;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		emit_integer(o, spec, unsigned_argument(spec, args), 0);
		break;
	case 'p':
		spec->conversion = 'x';
		spec->alternate = 1;
		number = va_arg(*args, long);
		if (number)
			emit_integer(o, spec, number, 0);
		else
			emit_text(o, *spec, "(nil)", 5);
		break;
	case 'c':
		c = va_arg(*args, int);
		emit_text(o, *spec, &c, 1);
		break;
	case 's':
		s = va_arg(*args, char *);
		if (!s)
			s = "(null)";
		emit_text(o, *spec, s,
			  spec->precision < 0 ? strlen(s) : strnlen(s, spec->precision));
		break;
	case 'm':
		s = strerror(errno);
		emit_text(o, *spec, s, strlen(s));
		break;
	case 'n':
		store_count(spec, va_arg(*args, void *), o->total);
		break;
#ifdef __ARM_FP
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		__format_float(o, spec,
			       spec->length == 'L' ? long_double_argument(args)
						   : va_arg(*args, double));
		break;
#endif
	default: /* %%, and what is no conversion */
		__emit(o, &spec->conversion, 1);
	}
}

static int format(struct sink *o, const char *fmt, va_list given)
{
	va_list args;

	va_copy(args, given);
	while (*fmt) {
		struct spec spec;
		size_t plain = strcspn(fmt, "%");

		if (plain)
			__emit(o, fmt, plain);
		fmt += plain;
		if (!*fmt)
			break;
		fmt = read_spec(fmt + 1, &spec, &args);
		if (!*fmt)
			break;
		convert(o, &spec, &args);
		fmt++;
	}
	va_end(args);
	return o->total > INT_MAX ? -1 : (int)o->total;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct sink o = { NULL, buf, size ? buf + size - 1 : buf, 0 };
	int n = format(&o, fmt, args);

	if (size)
		*o.pos = 0;
	return n;
}

/* An unbuffered stream gets the text in one piece, too. */
int vfprintf(FILE *f, const char *fmt, va_list args)
{
	struct sink o = { f, NULL, NULL, 0 };
	int mode = f->mode, n;

	if (mode == _IONBF)
		f->mode = _IOFBF;
	n = format(&o, fmt, args);
	if (mode == _IONBF) {
		f->mode = mode;
		__write_out(f);
	}
	return f->error ? -1 : n;
}

int vsprintf(char *buf, const char *fmt, va_list args)
{
	return vsnprintf(buf, INT_MAX, fmt, args);
}

int vprintf(const char *fmt, va_list args)
{
	return vfprintf(stdout, fmt, args);
}

int vasprintf(char **text, const char *fmt, va_list args)
{
	int n = vsnprintf(NULL, 0, fmt, args);

	*text = n < 0 ? NULL : malloc(n + 1);
	return *text ? vsnprintf(*text, n + 1, fmt, args) : -1;
}

#define FORWARD(call)               \
	va_list args;               \
	int n;                      \
	va_start(args, fmt);        \
	n = call;                   \
	va_end(args);               \
	return n

int printf(const char *fmt, ...) { FORWARD(vfprintf(stdout, fmt, args)); }
int fprintf(FILE *f, const char *fmt, ...) { FORWARD(vfprintf(f, fmt, args)); }
int sprintf(char *buf, const char *fmt, ...) { FORWARD(vsprintf(buf, fmt, args)); }
int asprintf(char **text, const char *fmt, ...) { FORWARD(vasprintf(text, fmt, args)); }
int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	FORWARD(vsnprintf(buf, size, fmt, args));
}

int dprintf(int fd, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return write(fd, text, strlen(text)) < 0 ? -1 : n;
}
