/* Memory, numbers, and the end. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * malloc(): a list of free blocks, first fit. Each block is preceded by its size.
 * Neighbours are not joined again: small programs do not need it.
 */
struct block {
	size_t size; /* of what follows the header */
	struct block *next; /* only while it is free */
};

#define HEADER 16

static struct block *free_blocks;

void *malloc(size_t n)
{
	struct block **link, *b;

	n = (n + 15) & ~15UL;
	if (!n)
		n = 16;
	for (link = &free_blocks; (b = *link); link = &b->next)
		if (b->size >= n) {
			*link = b->next;
			return (char *)b + HEADER;
		}
	b = sbrk(n + HEADER);
	if (b == (void *)-1)
		return NULL;
	b->size = n;
	return (char *)b + HEADER;
}

void free(void *p)
{
	struct block *b = (struct block *)((char *)p - HEADER);

	if (!p)
		return;
	b->next = free_blocks;
	free_blocks = b;
}

void *calloc(size_t n, size_t size)
{
	void *p = size && n > (size_t)-1 / size ? NULL : malloc(n * size);

	return p ? memset(p, 0, n * size) : NULL;
}

void *realloc(void *p, size_t n)
{
	struct block *b = (struct block *)((char *)p - HEADER);
	void *q;

	if (p && b->size >= n)
		return p;
	q = malloc(n);
	if (p && q) {
		memcpy(q, p, b->size);
		free(p);
	}
	return q;
}

void exit(int status)
{
	fflush(NULL);
	_exit(status);
}

void abort(void)
{
	kill(getpid(), SIGABRT);
	_exit(127);
}

unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long value = 0;
	int negative = 0, any = 0;
	const char *start = s;

	while (*s == ' ' || *s == '\t')
		s++;
	if (*s == '-' || *s == '+')
		negative = *s++ == '-';
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 32) == 'x') {
		s += 2;
		base = 16;
	} else if (base == 0) {
		base = *s == '0' ? 8 : 10;
	}
	for (;; s++, any = 1) {
		int digit = *s >= '0' && *s <= '9' ? *s - '0' :
			    (*s | 32) >= 'a' && (*s | 32) <= 'z' ? (*s | 32) - 'a' + 10 : 99;

		if (digit >= base)
			break;
		value = value * base + digit;
	}
	if (end)
		*end = (char *)(any ? s : start);
	return negative ? -value : value;
}

long strtol(const char *s, char **end, int base)
{
	return strtoul(s, end, base);
}

int atoi(const char *s)
{
	return strtol(s, NULL, 10);
}

char *getenv(const char *name)
{
	size_t n = strlen(name);

	for (char **e = environ; *e; e++)
		if (!strncmp(*e, name, n) && (*e)[n] == '=')
			return *e + n + 1;
	return NULL;
}
