/* printf's formatting: %d %i %u %x %X %o %c %s %p %%, with flags, width, precision, l, ll, z. */
#ifdef __KERNEL__
#include <linux/kernel.h>
#else /* user space's libc is built with this file, too */
#include <stdbool.h>
#include <stdio.h>
#endif

struct out {
	char *pos, *end;
	size_t len; /* what would have been written, were there room */
};

static inline void put(struct out *o, char c)
{
	if (o->pos < o->end)
		*o->pos++ = c;
	o->len++;
}

static void put_padded(struct out *o, const char *s, int n, int width, bool left)
{
	int pad = width - n;

	if (!left)
		while (pad-- > 0)
			put(o, ' ');
	for (; n > 0; n--)
		put(o, *s++);
	if (left)
		while (pad-- > 0)
			put(o, ' ');
}

/* Digits are made from the last one backwards. */
static char *digits(char *end, unsigned long value, unsigned int base, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	do {
		*--end = set[base == 16 ? value & 15 : value % base];
		value = base == 16 ? value >> 4 : value / base;
	} while (value);
	return end;
}

int vsnprintf(char *buf, size_t size, const char *fmt, __builtin_va_list args)
{
	struct out o = { buf, buf + (size ? size - 1 : 0), 0 };

	for (; *fmt; fmt++) {
		bool left = false, zero = false, alt = false, plus = false, upper = false;
		int width = 0, precision = -1, longs = 0;
		char tmp[32], *end = tmp + sizeof(tmp), *s;
		unsigned long value;
		unsigned int base = 10;
		char sign = 0;

		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		for (;;) {
			fmt++;
			if (*fmt == '-')
				left = true;
			else if (*fmt == '0')
				zero = true;
			else if (*fmt == '#')
				alt = true;
			else if (*fmt == '+')
				plus = true;
			else
				break;
		}
		if (*fmt == '*') {
			width = __builtin_va_arg(args, int);
			fmt++;
		}
		while (*fmt >= '0' && *fmt <= '9')
			width = width * 10 + *fmt++ - '0';
		if (*fmt == '.') {
			precision = 0;
			fmt++;
			if (*fmt == '*') {
				precision = __builtin_va_arg(args, int);
				fmt++;
			}
			while (*fmt >= '0' && *fmt <= '9')
				precision = precision * 10 + *fmt++ - '0';
		}
		while (*fmt == 'l' || *fmt == 'z' || *fmt == 'h') {
			if (*fmt != 'h')
				longs++;
			fmt++;
		}
		switch (*fmt) {
		case 'c':
			tmp[0] = (char)__builtin_va_arg(args, int);
			put_padded(&o, tmp, 1, width, left);
			continue;
		case 's':
			s = __builtin_va_arg(args, char *);
			if (!s)
				s = "(null)";
			for (base = 0; s[base] && (int)base != precision;)
				base++;
			put_padded(&o, s, base, width, left);
			continue;
		case 'p':
			longs = 1;
			zero = true;
			width = 16;
			base = 16;
			break;
		case 'X':
			upper = true;
			base = 16;
			break;
		case 'x':
			base = 16;
			break;
		case 'o':
			base = 8;
			break;
		case 'd':
		case 'i':
		case 'u':
			break;
		case 0:
			fmt--;
			continue;
		default:
			put(&o, *fmt);
			continue;
		}
		if (longs)
			value = __builtin_va_arg(args, unsigned long);
		else
			value = __builtin_va_arg(args, unsigned int);
		if (*fmt == 'd' || *fmt == 'i') {
			long number = longs ? (long)value : (int)value;

			value = number < 0 ? -(unsigned long)number : (unsigned long)number;
			sign = number < 0 ? '-' : plus ? '+' : 0;
		}
		s = digits(end, value, base, upper);
		while (end - s < precision && s > tmp + 3)
			*--s = '0';
		if (zero && !left && precision < 0)
			while (end - s < width - (sign != 0) - (alt && base == 16 ? 2 : 0) &&
			       s > tmp + 3)
				*--s = '0';
		if (alt && base == 16) {
			*--s = upper ? 'X' : 'x';
			*--s = '0';
		}
		if (sign)
			*--s = sign;
		put_padded(&o, s, end - s, width, left);
	}
	if (size)
		*o.pos = 0;
	return o.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	__builtin_va_list args;
	int n;

	__builtin_va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	__builtin_va_end(args);
	return n;
}
