/* Strings. memcpy() and memset() are the kernel's, in assembly. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *memmove(void *dst, const void *src, size_t n)
{
	char *d = dst;
	const char *s = src;

	if (d <= s || d >= s + n)
		return memcpy(dst, src, n);
	while (n--)
		d[n] = s[n];
	return dst;
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

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
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

char *strcpy(char *dst, const char *src)
{
	return memcpy(dst, src, strlen(src) + 1);
}

char *strncpy(char *dst, const char *src, size_t n)
{
	size_t i = 0;

	for (; i < n && src[i]; i++)
		dst[i] = src[i];
	for (; i < n; i++)
		dst[i] = 0;
	return dst;
}

char *strcat(char *dst, const char *src)
{
	strcpy(dst + strlen(dst), src);
	return dst;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (; *s; s++)
		if (*s == (char)c)
			last = s;
	return (char *)(c ? last : s);
}

char *strstr(const char *s, const char *what)
{
	size_t n = strlen(what);

	for (; *s; s++)
		if (!strncmp(s, what, n))
			return (char *)s;
	return n ? NULL : (char *)s;
}

/* The length of the part of s that has none of the characters of reject. */
size_t strcspn(const char *s, const char *reject)
{
	size_t n = 0;

	while (s[n] && !strchr(reject, s[n]))
		n++;
	return n;
}

char *strdup(const char *s)
{
	char *copy = malloc(strlen(s) + 1);

	return copy ? strcpy(copy, s) : NULL;
}

char *strerror(int error)
{
	static const struct {
		int error;
		const char *text;
	} texts[] = {
		{ 0, "Success" }, { EPERM, "Operation not permitted" },
		{ ENOENT, "No such file or directory" }, { ESRCH, "No such process" },
		{ EINTR, "Interrupted system call" }, { EIO, "Input/output error" },
		{ ENXIO, "No such device or address" }, { E2BIG, "Argument list too long" },
		{ ENOEXEC, "Exec format error" }, { EBADF, "Bad file descriptor" },
		{ ECHILD, "No child processes" }, { EAGAIN, "Resource temporarily unavailable" },
		{ ENOMEM, "Cannot allocate memory" }, { EACCES, "Permission denied" },
		{ EFAULT, "Bad address" }, { EBUSY, "Device or resource busy" },
		{ EEXIST, "File exists" }, { ENODEV, "No such device" },
		{ ENOTDIR, "Not a directory" }, { EISDIR, "Is a directory" },
		{ EINVAL, "Invalid argument" }, { EMFILE, "Too many open files" },
		{ ENOTTY, "Inappropriate ioctl for device" }, { EFBIG, "File too large" },
		{ ENOSPC, "No space left on device" }, { ESPIPE, "Illegal seek" },
		{ EPIPE, "Broken pipe" }, { ENOSYS, "Function not implemented" },
		{ ENOTEMPTY, "Directory not empty" }
	};
	static char other[32];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].error == error)
			return (char *)texts[i].text;
	snprintf(other, sizeof(other), "Unknown error %d", error);
	return other;
}
