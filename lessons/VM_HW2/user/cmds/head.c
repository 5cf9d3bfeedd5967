/* head [-n LINES | -c BYTES] [FILE...]: the beginning. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cmds.h"

static long count = 10;
static int bytes, titles, shown;

static int show(int fd, const char *name)
{
	char buf[1024];
	long left = count;
	ssize_t n = 0;

	if (titles)
		printf("%s==> %s <==\n", shown++ ? "\n" : "", name);
	while (left > 0 && (n = read(fd, buf, sizeof(buf))) > 0) {
		ssize_t i = 0;

		while (i < n && left > 0)
			left -= bytes || buf[i] == '\n', i++;
		fwrite(buf, 1, i, stdout);
	}
	return n < 0 ? fail(name) : 0;
}

int head_main(int argc, char **argv)
{
	int c;

	if (argc > 1 && argv[1][0] == '-' && argv[1][1] >= '0' && argv[1][1] <= '9') {
		count = number(argv[1] + 1); /* head -3, as of old */
		argv++;
		argc--;
	}
	while ((c = getopt(argc, argv, "n:c:")) != -1) {
		if (c == '?')
			return usage("[-n LINES | -c BYTES] [FILE...]");
		bytes = c == 'c';
		count = number(optarg);
	}
	titles = argc - optind > 1;
	return each_input(argc - optind, argv + optind, show);
}
