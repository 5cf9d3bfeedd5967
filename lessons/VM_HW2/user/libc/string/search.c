/* Strings: finding, and taking apart. */
#include <ctype.h>
#include <string.h>

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}

char *strchr(const char *s, int c)
{
	char *p = strchrnul(s, c);

	return *p == (char)c ? p : NULL;
}

char *strrchr(const char *s, int c)
{
	return memrchr(s, c, strlen(s) + 1);
}

char *strstr(const char *s, const char *what)
{
	size_t n = strlen(what);

	for (;; s++) {
		if (!strncmp(s, what, n))
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

char *strcasestr(const char *s, const char *what)
{
	size_t n = strlen(what);

	for (;; s++) {
		if (!strncasecmp(s, what, n))
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

size_t strspn(const char *s, const char *accept)
{
	size_t n = 0;

	while (s[n] && strchr(accept, s[n]))
		n++;
	return n;
}

size_t strcspn(const char *s, const char *reject)
{
	size_t n = 0;

	while (s[n] && !strchr(reject, s[n]))
		n++;
	return n;
}

char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? (char *)s : NULL;
}

char *strtok_r(char *s, const char *separators, char **rest)
{
	if (!s)
		s = *rest;
	s += strspn(s, separators);
	*rest = s + strcspn(s, separators);
	if (!*s)
		return NULL;
	if (**rest)
		*(*rest)++ = 0;
	return s;
}

char *strtok(char *s, const char *separators)
{
	static char *rest;

	return strtok_r(s, separators, &rest);
}

/* Like strtok_r(), but two separators in a row have an empty word between them. */
char *strsep(char **rest, const char *separators)
{
	char *s = *rest, *end;

	if (!s)
		return NULL;
	end = s + strcspn(s, separators);
	*rest = *end ? end + 1 : NULL;
	*end = 0;
	return s;
}
