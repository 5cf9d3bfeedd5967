/* string.h, ctype.h, stdlib.h's memory, sorting and environment, time.h's calendar. */
#include <assert.h>
#include <ctype.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void strings(void)
{
	char a[64] = "hello", b[64], *rest, *word;

	printf("%zu %zu\n", strlen(a), strnlen(a, 3));
	printf("%d %d %d\n", strcmp("a", "b") < 0, strncmp("abc", "abd", 2), strcasecmp("HeLLo", a));
	printf("%s %s %s\n", strcat(a, " world"), strncat(strcpy(b, "x"), "yz123", 2), stpcpy(b, "gone") - 4);
	printf("%s %s %s\n", strchr(a, 'o'), strrchr(a, 'o'), strstr(a, "wor"));
	printf("%d %d %s\n", strchr(a, 'z') == NULL, strstr(a, "worx") == NULL, strpbrk(a, "xyzw"));
	printf("%zu %zu\n", strspn(a, "helo"), strcspn(a, " "));
	strncpy(b, "abc", 6);
	printf("%d%d%d %d\n", b[3], b[4], b[5], memcmp("abc", "abd", 3) < 0);
	strcpy(b, ",a,,b c,");
	for (word = strtok(b, ", "); word; word = strtok(NULL, ", "))
		printf("<%s>", word);
	strcpy(b, "a,,b");
	for (rest = b; (word = strsep(&rest, ","));)
		printf("{%s}", word);
	printf("\n%s", (char *)memmove(memcpy(b, "0123456789", 11) + 2, b, 5));
	memmove(b, b + 3, 5);
	printf(" %s %s\n", b, (char *)memchr(b, '2', 10));
	word = strdup("copy");
	printf("%s %s %p\n", word, strndup("copied", 4), memrchr("x", 'y', 1));
	free(word);
}

static void characters(void)
{
	for (int c = 0; c < 128; c++)
		printf("%d%d%d%d%d%d%d%d%d%d%d ", !!isalpha(c), !!isdigit(c), !!isalnum(c), !!isspace(c), !!isupper(c),
		       !!islower(c), !!ispunct(c), !!isprint(c), !!iscntrl(c), !!isxdigit(c), !!isgraph(c));
	printf("%c%c%c\n", toupper('q'), tolower('Q'), toupper('1'));
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

static void sorting(void)
{
	int numbers[100], key = 77, *found;

	for (int i = 0; i < 100; i++)
		numbers[i] = i * 7919 % 101;
	qsort(numbers, 100, sizeof(int), by_number);
	for (int i = 0; i < 100; i++)
		printf("%d ", numbers[i]);
	found = bsearch(&key, numbers, 100, sizeof(int), by_number);
	printf("%d", found ? *found : -1);
	key = 1000;
	printf(" %d\n", bsearch(&key, numbers, 100, sizeof(int), by_number) == NULL);
}

/* Blocks of many sizes live and go; each keeps its contents. */
static void memory(void)
{
	unsigned char *blocks[64] = { 0 };
	size_t sizes[64] = { 0 };
	unsigned int seed = 1;
	int wrong = 0;

	for (int round = 0; round < 20000; round++) {
		int i = (seed = seed * 1103515245 + 12345) >> 16 & 63;
		size_t size = (seed >> 8 & 0xfff) + 1;

		for (size_t k = 0; k < sizes[i]; k += 97)
			wrong += blocks[i][k] != i;
		if (seed & 0x400000 || !blocks[i]) {
			blocks[i] = realloc(blocks[i], size);
			if ((unsigned long)blocks[i] & 15)
				wrong++;
		} else {
			free(blocks[i]);
			blocks[i] = malloc(size);
		}
		memset(blocks[i], i, sizes[i] = size);
	}
	for (int i = 0; i < 64; i++)
		free(blocks[i]);
	printf("%d wrong\n", wrong);
	blocks[0] = calloc(100, 10);
	for (int i = 0; i < 1000; i++)
		wrong += blocks[0][i];
	printf("%d %d\n", wrong, (int)((unsigned long)aligned_alloc(256, 512) % 256));
	printf("%d %d\n", malloc((size_t)-100) == NULL, calloc((size_t)1 << 40, (size_t)1 << 40) == NULL);
}

static void environment(void)
{
	setenv("NEW", "one", 1);
	setenv("NEW", "two", 0);
	printf("%s", getenv("NEW"));
	setenv("NEW", "three", 1);
	printf(" %s", getenv("NEW"));
	unsetenv("NEW");
	printf(" %d", getenv("NEW") == NULL);
	putenv("PUT=in");
	printf(" %s\n", getenv("PUT"));
}

static void calendar(void)
{
	static const time_t times[] = { 0, 1, 951782400, 951868800, 1429682558, 1369587060, -1, -86400L * 365 * 70, 4102444799,
					253402300799 };
	char text[200];
	struct tm tm;

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		gmtime_r(&times[i], &tm);
		strftime(text, sizeof(text),
			 "%a %A %b %B %c %C %d %D %e %F %H %I %j %m %M %p %R %S %T %u %U %w %W %x %X %y %Y %%", &tm);
		printf("%s\n", text);
		printf("%ld %s", (long)mktime(&tm), asctime(&tm));
	}
	tm = (struct tm){ .tm_year = 115, .tm_mon = 14, .tm_mday = -3, .tm_hour = 50, .tm_sec = 3700 };
	printf("%ld %d %d %d\n", (long)mktime(&tm), tm.tm_year, tm.tm_mon, tm.tm_yday);
}

static jmp_buf env;

static __attribute__((noinline)) void jump(int depth)
{
	if (depth == 0)
		longjmp(env, 5);
	jump(depth - 1);
}

static void goodbye(void)
{
	printf("goodbye\n");
}

int main(int argc, char **argv)
{
	static char *words[] = { "prog", "-ab", "value", "-c", "--", "-d", NULL };
	int c;

	strings();
	characters();
	sorting();
	memory();
	environment();
	calendar();
	c = setjmp(env);
	if (c == 0)
		jump(10);
	printf("back with %d\n", c);
	opterr = 0;
	while ((c = getopt(6, words, "ab:c")) != -1)
		printf("%c=%s ", c, c == 'b' ? optarg : "");
	printf("%s\n", words[optind]);
	assert(argc > 0);
	atexit(goodbye);
	return 3;
}
