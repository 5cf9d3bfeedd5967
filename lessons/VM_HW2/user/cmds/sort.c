/* sort [-rnu] [FILE...]: lines in order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cmds.h"

static int reverse, numeric, once;
static char **lines;
static size_t count, room;

static int compare(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	int order = 0;

	if (numeric) {
		long m = atol(x), n = atol(y);

		order = m < n ? -1 : m > n;
	}
	if (!order && !(numeric && once))
		order = strcmp(x, y);
	return reverse ? -order : order;
}

static int collect(int fd, const char *name)
{
	FILE *f = fdopen(fd, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (f && (n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = 0;
		if (count == room) {
			lines = realloc(lines, (room = room ? 2 * room : 64) * sizeof(*lines));
			if (!lines)
				return fail(name);
		}
		lines[count++] = strdup(line);
	}
	free(line);
	return f && ferror(f) ? fail(name) : 0;
}

int sort_main(int argc, char **argv)
{
	int c, bad;

	while ((c = getopt(argc, argv, "rnu")) != -1) {
		if (c == '?')
			return usage("[-rnu] [FILE...]");
		reverse |= c == 'r';
		numeric |= c == 'n';
		once |= c == 'u';
	}
	bad = each_input(argc - optind, argv + optind, collect);
	if (count)
		qsort(lines, count, sizeof(*lines), compare);
	for (size_t i = 0; i < count; i++)
		if (!once || !i || compare(&lines[i - 1], &lines[i]))
			puts(lines[i]);
	return bad;
}
