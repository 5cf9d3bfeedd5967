/* printf's formatting: %d %i %u %x %X %o %c %s %p %%, with flags, width, precision, l, ll, z. */
#include <linux/kernel.h>

struct out {
	char *pos, *end;
	size_t len; /* what would have been written, were there room */
};

/* What stands between the % and the letter. */
struct printf_spec {
	bool left, zero, alt, plus; /* flags - 0 # + */
	bool is_long; /* l, ll or z */
	int width, precision; /* precision -1: none */
};

#define MAX_DIGITS 32

static inline void put(struct out *o, char c)
{
	if (o->pos < o->end)
		*o->pos++ = c;
	o->len++;
}

static void put_padded(struct out *o, const char *s, int n, const struct printf_spec *spec)
{
	int pad = spec->width - n;

	if (!spec->left)
		while (pad-- > 0)
			put(o, ' ');
	for (; n > 0; n--)
		put(o, *s++);
	if (spec->left)
		while (pad-- > 0)
			put(o, ' ');
}

static void put_string(struct out *o, const char *s, const struct printf_spec *spec)
{
	int n = 0;

	if (!s)
		s = "(null)";
	while (s[n] && n != spec->precision)
		n++;
	put_padded(o, s, n, spec);
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

/* sign: '-', '+', or 0 for none. */
static void put_number(struct out *o, unsigned long value, char sign, unsigned int base,
		       bool upper, const struct printf_spec *spec)
{
	char tmp[MAX_DIGITS], *end = tmp + sizeof(tmp), *s = digits(end, value, base, upper);
	bool prefix = spec->alt && base == 16;
	int least = spec->precision;

	if (spec->zero && !spec->left && least < 0)
		least = spec->width - (sign != 0) - (prefix ? 2 : 0);
	while (end - s < least && s > tmp + 3) /* room for the prefix and the sign */
		*--s = '0';
	if (prefix) {
		*--s = upper ? 'X' : 'x';
		*--s = '0';
	}
	if (sign)
		*--s = sign;
	put_padded(o, s, end - s, spec);
}

static const char *parse_flags(const char *fmt, struct printf_spec *spec)
{
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = true;
		else if (*fmt == '0')
			spec->zero = true;
		else if (*fmt == '#')
			spec->alt = true;
		else if (*fmt == '+')
			spec->plus = true;
		else
			return fmt;
	}
}

/* A number of the format's, or (*) of the arguments'. */
static const char *parse_number(const char *fmt, int *n, __builtin_va_list *args)
{
	*n = 0;
	if (*fmt == '*') {
		*n = __builtin_va_arg(*args, int);
		fmt++;
	}
	while (*fmt >= '0' && *fmt <= '9')
		*n = *n * 10 + *fmt++ - '0';
	return fmt;
}

/* fmt: behind the %. Returns where the letter is. */
static const char *parse_spec(const char *fmt, struct printf_spec *spec, __builtin_va_list *args)
{
	*spec = (struct printf_spec){ .precision = -1 };
	fmt = parse_flags(fmt, spec);
	fmt = parse_number(fmt, &spec->width, args);
	if (*fmt == '.')
		fmt = parse_number(fmt + 1, &spec->precision, args);
	for (; *fmt == 'l' || *fmt == 'z' || *fmt == 'h'; fmt++)
		spec->is_long |= *fmt != 'h';
	return fmt;
}

static void format_number(struct out *o, char letter, struct printf_spec *spec,
			  __builtin_va_list *args)
{
	bool is_signed = letter == 'd' || letter == 'i';
	unsigned int base = letter == 'x' || letter == 'X' ? 16 : letter == 'o' ? 8 : 10;
	unsigned long value = spec->is_long ? __builtin_va_arg(*args, unsigned long)
					    : __builtin_va_arg(*args, unsigned int);
	long number = spec->is_long ? (long)value : (int)value;
	char sign = 0;

	if (is_signed) {
		value = number < 0 ? -(unsigned long)number : (unsigned long)number;
		sign = number < 0 ? '-' : spec->plus ? '+' : 0;
	}
	put_number(o, value, sign, base, letter == 'X', spec);
}

static void format_one(struct out *o, char letter, struct printf_spec *spec,
		       __builtin_va_list *args)
{
	char c;

	switch (letter) {
	case 'c':
		c = (char)__builtin_va_arg(*args, int);
		put_padded(o, &c, 1, spec);
		break;
	case 's':
		put_string(o, __builtin_va_arg(*args, char *), spec);
		break;
	case 'p':
		spec->zero = true;
		spec->width = 16;
		put_number(o, __builtin_va_arg(*args, unsigned long), 0, 16, false, spec);
		break;
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		format_number(o, letter, spec, args);
		break;
	default:
		put(o, letter);
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, __builtin_va_list args)
{
	struct out o = { buf, buf + (size ? size - 1 : 0), 0 };
	struct printf_spec spec;
	__builtin_va_list rest; /* a parameter of that type may be a pointer already */

	__builtin_va_copy(rest, args);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec, &rest);
		if (!*fmt)
			break;
		format_one(&o, *fmt, &spec, &rest);
	}
	__builtin_va_end(rest);
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
