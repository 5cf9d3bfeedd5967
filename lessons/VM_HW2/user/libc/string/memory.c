/* Bytes. memcpy() and memset() are the kernel's, in assembly. */
#include <string.h>
#include <strings.h>

void *memmove(void *dst, const void *src, size_t n)
{
	char *d = dst;
	const char *s = src;

	if (d <= s || d >= s + n) {
		if (d + n <= s || d >= s + n)
			return memcpy(dst, src, n);
		for (size_t i = 0; i < n; i++)
			d[i] = s[i];
		return dst;
	}
	while (n--)
		d[n] = s[n];
	return dst;
}

void *mempcpy(void *dst, const void *src, size_t n)
{
	return (char *)memcpy(dst, src, n) + n;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	for (const unsigned char *p = s; n; n--, p++)
		if (*p == (unsigned char)c)
			return (void *)p;
	return NULL;
}

void *memrchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	while (n--)
		if (p[n] == (unsigned char)c)
			return (void *)(p + n);
	return NULL;
}

void *memmem(const void *s, size_t n, const void *what, size_t length)
{
	const char *p = s;

	for (; n >= length; n--, p++)
		if (!memcmp(p, what, length))
			return (void *)p;
	return NULL;
}

void bzero(void *p, size_t n)
{
	memset(p, 0, n);
}

int ffs(int n)
{
	return __builtin_ffs(n);
}
