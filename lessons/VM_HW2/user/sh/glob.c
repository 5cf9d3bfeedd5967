/* Patterns: * ? [...], and \ before what stands for itself; and the files that match. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "sh.h"

/* [...]: where it ends, and whether c is one of it. */
static const char *in_brackets(const char *p, char c, int *is)
{
	int not = *p == '!' || *p == '^';
	const char *start;

	*is = 0;
	p += not;
	for (start = p; *p && (*p != ']' || p == start); p++) {
		char low = *p, high;

		if (low == '\\' && p[1])
			low = *++p;
		high = low;
		if (p[1] == '-' && p[2] && p[2] != ']') {
			p += 2;
			high = *p;
		}
		*is |= (unsigned char)c >= (unsigned char)low &&
		       (unsigned char)c <= (unsigned char)high;
	}
	*is ^= not;
	return *p ? p + 1 : NULL;
}

/* Does the pattern match the n characters of s, all of them? */
int match(const char *p, const char *s, size_t n)
{
	const char *end = s + n, *star = NULL, *retry = s;

	while (s < end || *p) {
		const char *after;
		int is;

		if (*p == '*') {
			star = ++p;
			retry = s;
			continue;
		}
		if (s < end && *p == '?') {
			p++;
			s++;
			continue;
		}
		if (s < end && *p == '[' && (after = in_brackets(p + 1, *s, &is))) {
			if (is) {
				p = after;
				s++;
				continue;
			}
		} else if (s < end && *p && p[*p == '\\' && p[1]] == *s) {
			p += *p == '\\' && p[1] ? 2 : 1;
			s++;
			continue;
		}
		if (!star || retry == end)
			return 0;
		p = star; /* the last * takes one more */
		s = ++retry;
	}
	return 1;
}

int has_wildcard(const char *p)
{
	for (; *p; p++)
		if (*p == '\\' && p[1])
			p++;
		else if (strchr("*?[", *p))
			return 1;
	return 0;
}

char *without_escapes(const char *p)
{
	struct buffer b = { 0 };

	put_text(&b, "");
	for (; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		put(&b, *p);
	}
	return b.text;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder that match one part of a path. */
static char **matches_in(const char *folder, const char *part, size_t *count)
{
	DIR *dir = opendir(*folder ? folder : ".");
	char **names = NULL;
	size_t size = 0;
	struct dirent *d;

	*count = 0;
	while (dir && (d = readdir(dir))) {
		if ((d->d_name[0] == '.' && part[0] != '.') ||
		    !match(part, d->d_name, strlen(d->d_name)))
			continue;
		if (*count == size) {
			char **more = stack_alloc((size = size ? 2 * size : 16) * sizeof(*more));

			if (*count)
				memcpy(more, names, *count * sizeof(*more));
			names = more;
		}
		names[(*count)++] = stack_copy(d->d_name, strlen(d->d_name));
	}
	if (dir)
		closedir(dir);
	if (names)
		qsort(names, *count, sizeof(*names), by_name);
	return names;
}

/* `path` exists; what of the pattern is left is looked for behind it. */
static void descend(const char *path, const char *pattern, void (*found)(char *))
{
	size_t slashes = strspn(pattern, "/"), n;
	const char *folder = stack_printf("%s%.*s", path, (int)slashes, pattern);
	char *part;
	char **names;
	size_t count;
	struct stat st;

	pattern += slashes;
	n = strcspn(pattern, "/");
	if (!n) {
		found((char *)folder);
		return;
	}
	part = stack_copy(pattern, n);
	if (!has_wildcard(part)) {
		char *full = stack_printf("%s%s", folder, without_escapes(part));

		if (lstat(full, &st) == 0)
			descend(full, pattern + n, found);
		return;
	}
	names = matches_in(folder, part, &count);
	for (size_t i = 0; i < count; i++) {
		char *full = stack_printf("%s%s", folder, names[i]);

		if (!pattern[n] || (stat(full, &st) == 0 && S_ISDIR(st.st_mode)))
			descend(full, pattern + n, found);
	}
}

void glob(const char *pattern, void (*found)(char *name))
{
	descend("", pattern, found);
}
