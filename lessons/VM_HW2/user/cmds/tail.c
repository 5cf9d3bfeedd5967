/* tail [-n LINES | -c BYTES] [-f] [FILE...]: the end; -f waits for more. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "cmds.h"

#define TENTH 100000000L

static long count = 10;
static int bytes, from_start, titles, shown, follow;

/* All of the file, as it may be a pipe; *size is its length. */
static char *read_all(int fd, size_t *size)
{
	size_t room = 4096;
	char *text = malloc(room);
	ssize_t n;

	*size = 0;
	while (text && (n = read(fd, text + *size, room - *size)) > 0) {
		*size += n;
		if (*size == room)
			text = realloc(text, room *= 2);
	}
	return text;
}

/* Where the last `count` lines begin; what follows the last newline is a line, too. */
static size_t beginning(const char *text, size_t size)
{
	long lines = 0;
	size_t at;

	if (bytes)
		return size > (size_t)count ? size - count : 0;
	if (count <= 0)
		return size;
	for (at = size; at > 0; at--)
		if (text[at - 1] == '\n' && at < size && ++lines == count)
			break;
	return at;
}

static size_t after_start(const char *text, size_t size)
{
	size_t at = 0;

	for (long line = 1; line < count && at < size; at++)
		line += bytes || text[at] == '\n';
	return at;
}

static int wait_for_more(int fd, const char *name)
{
	char buf[1024];

	fflush(stdout);
	for (;;) {
		struct timespec pause = { 0, 2 * TENTH };
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n < 0)
			return fail(name);
		if (n && write_all(1, buf, n))
			return fail("standard output");
		if (!n)
			nanosleep(&pause, NULL);
	}
}

static int show(int fd, const char *name)
{
	size_t size, at;
	char *text = read_all(fd, &size);

	if (!text)
		return fail(name);
	if (titles)
		printf("%s==> %s <==\n", shown++ ? "\n" : "", name);
	at = from_start ? after_start(text, size) : beginning(text, size);
	fwrite(text + at, 1, size - at, stdout);
	free(text);
	return follow ? wait_for_more(fd, name) : 0;
}

static void set_count(const char *text)
{
	from_start = *text == '+';
	count = number(text + (*text == '+' || *text == '-'));
}

int tail_main(int argc, char **argv)
{
	int c;

	if (argc > 1 && argv[1][0] == '-' && argv[1][1] >= '0' && argv[1][1] <= '9') {
		count = number(argv[1] + 1);
		argv++;
		argc--;
	}
	while ((c = getopt(argc, argv, "n:c:f")) != -1) {
		if (c == '?')
			return usage("[-n LINES | -c BYTES] [-f] [FILE...]");
		if (c == 'f') {
			follow = 1;
			continue;
		}
		bytes = c == 'c';
		set_count(optarg);
	}
	titles = argc - optind > 1;
	return each_input(argc - optind, argv + optind, show);
}
