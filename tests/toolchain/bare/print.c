/* As much of a C library as the tests' programs use. */
#include <stdarg.h>
#include <stddef.h>

#define SYS_WRITE	64
#define SYS_EXIT	93

long system_call(long number, long a, const void *b, long c);

typedef void (*constructor)(void);
extern const constructor __init_array_start[], __init_array_end[];

void run_constructors(void)
{
	const constructor *each;

	for (each = __init_array_start; each < __init_array_end; each++)
		(*each)();
}

static char buffer[4096];
static int used;

static void flush(void)
{
	system_call(SYS_WRITE, 1, buffer, used);
	used = 0;
}

int putchar(int c)
{
	if (used == sizeof(buffer))
		flush();
	buffer[used++] = c;
	return c;
}

__attribute__((noreturn)) void exit(int status)
{
	flush();
	for (;;)
		system_call(SYS_EXIT, status, NULL, 0);
}

__attribute__((noreturn)) void abort(void)
{
	exit(134);
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

static void put_string(const char *text)
{
	while (*text)
		putchar(*text++);
}

static void put_number(unsigned long value, unsigned int base, int width, int capitals)
{
	char digits[32];
	int n = 0;

	do {
		digits[n++] = (capitals ? "0123456789ABCDEF" : "0123456789abcdef")[value % base];
		value /= base;
	} while (value);
	for (; width > n; width--)
		putchar('0');
	while (n)
		putchar(digits[--n]);
}

/* %d %u %x %X %c %s with l, z and leading zeros; %f with six digits of numbers below 2^63. */
int printf(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	for (; *format; format++) {
		int width = 0, wide = 0;
		long value;

		if (*format != '%') {
			putchar(*format);
			continue;
		}
		for (format++; *format >= '0' && *format <= '9'; format++)
			width = width * 10 + *format - '0';
		for (; *format == 'l' || *format == 'z'; format++)
			wide = 1;
		switch (*format) {
		case 'd':
			value = wide ? va_arg(ap, long) : va_arg(ap, int);
			if (value < 0)
				putchar('-');
			put_number(value < 0 ? -(unsigned long)value : value, 10, width, 0);
			break;
		case 'u':
		case 'x':
		case 'X':
			value = wide ? va_arg(ap, long) : va_arg(ap, unsigned int);
			put_number(value, *format == 'u' ? 10 : 16, width, *format == 'X');
			break;
		case 'c':
			putchar(va_arg(ap, int));
			break;
		case 's':
			put_string(va_arg(ap, const char *));
			break;
		case 'f': {
			double number = va_arg(ap, double), size = number < 0 ? -number : number;
			long whole = size, parts = (size - whole) * 1e6 + 0.5;

			if (number < 0)
				putchar('-');
			put_number(whole + parts / 1000000, 10, 0, 0);
			putchar('.');
			put_number(parts % 1000000, 10, 6, 0);
			break;
		}
		default:
			putchar(*format);
		}
	}
	va_end(ap);
	return 0;
}
