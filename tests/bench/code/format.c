/** printf into a buffer: variable arguments, conversions, padding. */
#include <stdarg.h>

struct buffer {
	char *at, *end;
};

static void put(struct buffer *b, char c)
{
	if (b->at < b->end)
		*b->at++ = c;
}

static void pad(struct buffer *b, int count, char c)
{
	while (count-- > 0)
		put(b, c);
}

static void number(struct buffer *b, unsigned long value, unsigned int base, int negative, int width,
		   char fill)
{
	char digits[24];
	int n = 0;

	do {
		unsigned int digit = value % base;

		digits[n++] = digit < 10 ? '0' + digit : 'a' + digit - 10;
		value /= base;
	} while (value);
	if (negative && fill == '0')
		put(b, '-');
	pad(b, width - n - negative, fill);
	if (negative && fill != '0')
		put(b, '-');
	while (n)
		put(b, digits[--n]);
}

static void format(struct buffer *b, const char *f, va_list args)
{
	for (; *f; f++) {
		int width = 0, is_long = 0;
		char fill = ' ';

		if (*f != '%') {
			put(b, *f);
			continue;
		}
		f++;
		if (*f == '0')
			fill = *f++;
		while (*f >= '0' && *f <= '9')
			width = width * 10 + *f++ - '0';
		if (*f == 'l')
			is_long = 1, f++;
		switch (*f) {
		case 'd': {
			long value = is_long ? va_arg(args, long) : va_arg(args, int);

			number(b, value < 0 ? -(unsigned long)value : value, 10, value < 0, width, fill);
			break;
		}
		case 'u':
		case 'x': {
			unsigned long value = is_long ? va_arg(args, unsigned long) : va_arg(args, unsigned int);

			number(b, value, *f == 'x' ? 16 : 10, 0, width, fill);
			break;
		}
		case 's': {
			const char *s = va_arg(args, const char *);

			for (; *s; s++, width--)
				put(b, *s);
			pad(b, width, ' ');
			break;
		}
		case 'c':
			put(b, va_arg(args, int));
			break;
		default:
			put(b, *f);
		}
	}
}

static int __attribute__((noinline)) print(char *to, unsigned long size, const char *f, ...)
{
	struct buffer b = { to, to + size };
	va_list args;

	va_start(args, f);
	format(&b, f, args);
	va_end(args);
	return b.at - to;
}

unsigned long run(unsigned long n)
{
	char line[200];
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n; i++) {
		int length = print(line, sizeof(line), "%5d %08x %s %lu%% %c %-8ld|%lx\n", (int)i - 7,
				   (unsigned int)(i * 2654435761u), i & 1 ? "odd" : "even", i * i * i,
				   'a' + (int)(i % 26), -(long)i * 1000, i << 33);

		for (int j = 0; j < length; j++)
			sum = sum * 31 + line[j];
	}
	return sum;
}
