/* scanf: from a stream, or from a string. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "file.h"

struct source {
	FILE *file; /* or, if NULL, the string */
	const char *s;
	long count; /* characters taken */
};

static int take(struct source *in)
{
	int c = in->file ? fgetc(in->file) : *in->s ? (unsigned char)*in->s++ : EOF;

	in->count += c != EOF;
	return c;
}

static void give_back(struct source *in, int c)
{
	if (c == EOF)
		return;
	in->count--;
	if (in->file)
		ungetc(c, in->file);
	else
		in->s--;
}

static void skip_space(struct source *in)
{
	int c;

	do
		c = take(in);
	while (isspace(c));
	give_back(in, c);
}

/* One conversion of the format. */
struct conversion {
	int width, store;
	char length, letter;
	const char *set; /* of %[ */
	int inverted;
};

static const char *read_conversion(const char *fmt, struct conversion *c)
{
	*c = (struct conversion){ .store = 1 };
	if (*fmt == '*') {
		c->store = 0;
		fmt++;
	}
	while (isdigit((unsigned char)*fmt))
		c->width = c->width * 10 + *fmt++ - '0';
	for (; *fmt && strchr("hlLqjzt", *fmt); fmt++)
		c->length = *fmt == 'h' ? (c->length == 'h' ? 'H' : 'h') : 'l';
	c->letter = *fmt;
	if (*fmt == '[') {
		c->inverted = fmt[1] == '^';
		fmt += 1 + c->inverted;
		c->set = fmt;
		fmt = strchr(*fmt ? fmt + 1 : fmt, ']'); /* a ] that comes first is a member */
	}
	return fmt && *fmt ? fmt + 1 : NULL;
}

static int in_set(const struct conversion *c, int ch)
{
	const char *s = c->set, *end = strchr(s + 1, ']');
	int found = 0;

	for (; s < end; s++)
		if (s[1] == '-' && s + 2 < end) {
			found |= ch >= (unsigned char)s[0] && ch <= (unsigned char)s[2];
			s += 2;
		} else {
			found |= ch == (unsigned char)*s;
		}
	return found != c->inverted;
}

/* %s, %c and %[: characters as they are. Returns how many there were. */
static int take_text(struct source *in, const struct conversion *c, char *to)
{
	int width = c->width ? c->width : c->letter == 'c' ? 1 : 0x7fffffff, n = 0, ch;

	for (; n < width; n++) {
		ch = take(in);
		if (ch == EOF || (c->letter == 's' && isspace(ch)) ||
		    (c->letter == '[' && !in_set(c, ch))) {
			give_back(in, ch);
			break;
		}
		if (c->store)
			to[n] = ch;
	}
	if (c->store && c->letter != 'c' && n)
		to[n] = 0;
	return n;
}

/* The characters that can belong to a number, as far as they make one. */
static int take_number(struct source *in, const struct conversion *c, char *to, int size, int base)
{
	int width = c->width && c->width < size ? c->width : size - 1, n = 0, ch;
	int real = !base, hex = base == 16 || c->letter == 'i', point = 0, exponent = 0;

	while (n < width) {
		char last = n ? to[n - 1] : 0;

		ch = take(in);
		if ((ch == '+' || ch == '-') && (!n || (real && (last | 32) == 'e')))
			;
		else if ((ch | 32) == 'x' && hex && last == '0' &&
			 (n == 1 || (n == 2 && !isdigit((unsigned char)to[0]))))
			base = 16;
		else if (real && ch == '.' && !point && !exponent)
			point = 1;
		else if (real && (ch | 32) == 'e' && n && !exponent && isdigit((unsigned char)last))
			exponent = 1;
		else if (!(base == 16 ? isxdigit(ch) : isdigit(ch)) || (base == 8 && ch > '7')) {
			give_back(in, ch);
			break;
		}
		to[n++] = ch;
	}
	to[n] = 0;
	return n;
}

static void store_integer(const struct conversion *c, void *to, unsigned long value)
{
	if (c->length == 'l')
		*(unsigned long *)to = value;
	else if (c->length == 'h')
		*(unsigned short *)to = value;
	else if (c->length == 'H')
		*(unsigned char *)to = value;
	else
		*(unsigned int *)to = value;
}

/* 1: stored or skipped; 0: the input does not match. */
static int convert(struct source *in, const struct conversion *c, void *to)
{
	static const char letters[] = "diuoxXp";
	static const int bases[] = { 10, 10, 10, 8, 16, 16, 16 };
	const char *known = strchr(letters, c->letter);
	struct conversion wide = *c;
	char text[400], *end;
	int n;

	if (strchr("sc[", c->letter))
		return take_text(in, c, to) > 0;
	if (known) {
		int base = bases[known - letters];

		n = take_number(in, c, text, sizeof(text), base);
		if (c->letter == 'p')
			wide.length = 'l';
		if (c->letter == 'i')
			base = 0;
		if (n && c->store)
			store_integer(&wide, to,
				      text[0] == '-' ? (unsigned long)strtol(text, &end, base)
						     : strtoul(text, &end, base));
		else
			strtoul(text, &end, base);
		return n && end != text;
	}
#ifdef __ARM_FP
	if (strchr("aefgAEFG", c->letter)) {
		double value;

		take_number(in, c, text, sizeof(text), 0);
		value = strtod(text, &end);
		if (c->store && c->length == 'l')
			*(double *)to = value;
		else if (c->store)
			*(float *)to = value;
		return end != text;
	}
#endif
	return 0;
}

static int scan(struct source *in, const char *fmt, va_list args)
{
	int stored = 0, c;

	while (*fmt) {
		struct conversion conversion;

		if (isspace((unsigned char)*fmt)) {
			skip_space(in);
			fmt++;
			continue;
		}
		if (*fmt != '%' || fmt[1] == '%') {
			if (*fmt == '%') {
				skip_space(in);
				fmt++;
			}
			c = take(in);
			if (c != (unsigned char)*fmt) {
				give_back(in, c);
				return c == EOF && !stored ? EOF : stored;
			}
			fmt++;
			continue;
		}
		fmt = read_conversion(fmt + 1, &conversion);
		if (!fmt)
			return stored;
		if (conversion.letter == 'n') {
			if (conversion.store)
				store_integer(&conversion, va_arg(args, void *), in->count);
			continue;
		}
		if (!strchr("c[", conversion.letter))
			skip_space(in);
		c = take(in);
		give_back(in, c);
		if (c == EOF)
			return stored ? stored : EOF;
		if (!convert(in, &conversion, conversion.store ? va_arg(args, void *) : NULL))
			return stored;
		stored += conversion.store;
	}
	return stored;
}

int vfscanf(FILE *f, const char *fmt, va_list args)
{
	struct source in = { f, NULL, 0 };

	return scan(&in, fmt, args);
}

int vsscanf(const char *s, const char *fmt, va_list args)
{
	struct source in = { NULL, s, 0 };

	return scan(&in, fmt, args);
}

int vscanf(const char *fmt, va_list args)
{
	return vfscanf(stdin, fmt, args);
}

#define FORWARD(call)        \
	va_list args;        \
	int n;               \
	va_start(args, fmt); \
	n = call;            \
	va_end(args);        \
	return n

int scanf(const char *fmt, ...) { FORWARD(vfscanf(stdin, fmt, args)); }
int fscanf(FILE *f, const char *fmt, ...) { FORWARD(vfscanf(f, fmt, args)); }
int sscanf(const char *s, const char *fmt, ...) { FORWARD(vsscanf(s, fmt, args)); }
