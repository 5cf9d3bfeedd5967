/* Strings: measuring, comparing, copying. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
}

size_t strnlen(const char *s, size_t n)
{
	const char *end = memchr(s, 0, n);

	return end ? (size_t)(end - s) : n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, -1);
}

int strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		int x = tolower((unsigned char)*a), y = tolower((unsigned char)*b);

		if (x != y || !x)
			return x - y;
	}
	return 0;
}

int strcoll(const char *a, const char *b)
{
	return strcmp(a, b);
}

char *strcpy(char *dst, const char *src)
{
	return memcpy(dst, src, strlen(src) + 1);
}

char *stpcpy(char *dst, const char *src)
{
	size_t n = strlen(src);

	memcpy(dst, src, n + 1);
	return dst + n;
}

char *strncpy(char *dst, const char *src, size_t n)
{
	size_t length = strnlen(src, n);

	memcpy(dst, src, length);
	memset(dst + length, 0, n - length);
	return dst;
}

/* The length that was wanted: as large as size or larger means that the end is missing. */
size_t strlcpy(char *dst, const char *src, size_t size)
{
	size_t length = strlen(src), n = length < size ? length : size - 1;

	if (size) {
		memcpy(dst, src, n);
		dst[n] = 0;
	}
	return length;
}

char *strcat(char *dst, const char *src)
{
	strcpy(dst + strlen(dst), src);
	return dst;
}

char *strncat(char *dst, const char *src, size_t n)
{
	size_t length = strnlen(src, n);
	char *end = dst + strlen(dst);

	memcpy(end, src, length);
	end[length] = 0;
	return dst;
}

size_t strlcat(char *dst, const char *src, size_t size)
{
	size_t used = strnlen(dst, size);

	return used + (used < size ? strlcpy(dst + used, src, size - used) : strlen(src));
}

char *strdup(const char *s)
{
	return strndup(s, -1);
}

char *strndup(const char *s, size_t n)
{
	size_t length = n == (size_t)-1 ? strlen(s) : strnlen(s, n);
	char *copy = malloc(length + 1);

	if (!copy)
		return NULL;
	memcpy(copy, s, length);
	copy[length] = 0;
	return copy;
}
