/* printf and scanf, integers and text. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void integers(void)
{
	static const char *const formats[] = { "[%d]",	"[%5d]",  "[%-5d]", "[%05d]", "[%+d]",	 "[% d]",
					       "[%.3d]", "[%8.3d]", "[%-8.3d]", "[%08.3d]", "[%x]", "[%#x]",
					       "[%#010x]", "[%X]", "[%#X]", "[%o]", "[%#o]", "[%u]",
					       "[%.0d]", "[%#.0o]", "[%#.5o]", "[%+.0d]", "[%20.15d]" };
	static const int values[] = { 0, 1, -1, 42, -12345, INT_MAX, INT_MIN };

	for (size_t f = 0; f < sizeof(formats) / sizeof(*formats); f++) {
		printf("%-12s", formats[f] + 1);
		for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++)
			printf(formats[f], values[v]);
		printf("\n");
	}
	printf("%ld %li %lu %lx %lo\n", LONG_MIN, LONG_MAX, ULONG_MAX, ULONG_MAX, ULONG_MAX);
	printf("%hd %hu %hhd %hhu %zu %zd %jd %td\n", 70000, 70000, 300, 300, (size_t)-1, (ssize_t)-1,
	       (intmax_t)-5, (ptrdiff_t)7);
	printf("%" PRId64 " %" PRIx64 " %" PRIu32 "\n", INT64_MIN, UINT64_MAX, UINT32_MAX);
	printf("%*d|%-*d|%*d|%.*d\n", 6, 42, 6, 42, -6, 42, 4, 42);
	printf("%c%c|%5c|%-5c|\n", 'o', 'k', 'x', 'y');
	printf("%s|%10s|%-10s|%.2s|%10.3s|%.*s\n", "abc", "abc", "abc", "abc", "abcdef", 1, "xyz");
	printf("%p %p %%\n", (void *)0x1234, (void *)0);
	printf("%d%n", 12345, (int *)&errno);
	printf(" %d\n", errno);
}

static void buffers(void)
{
	char small[8];
	char *made;
	int n = snprintf(small, sizeof(small), "%s", "0123456789");

	printf("%d %s\n", n, small);
	n = snprintf(NULL, 0, "%d", 123456);
	printf("%d\n", n);
	n = asprintf(&made, "%s-%d", "made", 7);
	printf("%d %s\n", n, made);
	free(made);
	sprintf(small, "%05d", 42);
	puts(small);
}

static void scans(void)
{
	int a = -1, b = -1, c = -1, n;
	long l = 0;
	unsigned char byte = 0;
	char word[16] = "", rest[32] = "";

	n = sscanf("12 -34 0x1f", "%d %d %i", &a, &b, &c);
	printf("%d: %d %d %d\n", n, a, b, c);
	n = sscanf("ff 017 99999999999", "%x %o %ld", (unsigned *)&a, (unsigned *)&b, &l);
	printf("%d: %d %d %ld\n", n, a, b, l);
	n = sscanf("key = value here", "%15s = %31[^\n]", word, rest);
	printf("%d: %s, %s\n", n, word, rest);
	n = sscanf("12345", "%2d%3d%n", &a, &b, &c);
	printf("%d: %d %d %d\n", n, a, b, c);
	n = sscanf("abc", "%d", &a);
	printf("%d\n", n);
	n = sscanf("", "%d", &a);
	printf("%d\n", n);
	n = sscanf("7,8", "%d,%*d%hhn", &a, &byte);
	printf("%d: %d %d\n", n, a, byte);
	n = sscanf("xyz123", "%[a-z]%c%c", word, rest, rest + 1);
	printf("%d: %s %c%c\n", n, word, rest[0], rest[1]);
	n = sscanf("300 200", "%hhu %hd", &byte, (short *)&a);
	printf("%d: %d\n", n, byte);
	n = sscanf("100% sure", "%d%% %s", &a, word);
	printf("%d: %d %s\n", n, a, word);
}

static void conversions(void)
{
	static const char *const texts[] = { "42", "  -17xyz", "0x7fZ", "0755", "+5", "", "-", "0x", "99999999999999999999",
					     "-99999999999999999999", "9223372036854775807", "-9223372036854775808" };
	static const int bases[] = { 0, 2, 8, 10, 16, 36 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t k = 0; k < sizeof(bases) / sizeof(*bases); k++) {
			char *end, *uend;
			long s;
			unsigned long u;
			int error;

			errno = 0;
			s = strtol(texts[i], &end, bases[k]);
			error = errno;
			errno = 0;
			u = strtoul(texts[i], &uend, bases[k]);
			printf("%s/%d: %ld %d +%d, %lu %d +%d\n", texts[i], bases[k], s, error == ERANGE,
			       (int)(end - texts[i]), u, errno == ERANGE, (int)(uend - texts[i]));
		}
	printf("%d %ld %d %ld\n", atoi("  12x"), atol("-9"), abs(-4), labs(-5L));
	printf("%d %d %ld %ld\n", div(17, 5).quot, div(-17, 5).rem, ldiv(17L, -5L).quot, ldiv(-17L, 5L).rem);
}

int main(void)
{
	integers();
	buffers();
	scans();
	conversions();
	for (int e = 0; e < 135; e++)
		printf("%d %s\n", e, strerror(e));
	return 0;
}
