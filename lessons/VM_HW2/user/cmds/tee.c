/* tee [-a] [FILE...]: the input to the output and to files. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "cmds.h"

#define MAX 16

int tee_main(int argc, char **argv)
{
	static char buf[4096];
	int c, fds[MAX], n = 0, bad = 0, mode = O_TRUNC;
	ssize_t got;

	while ((c = getopt(argc, argv, "a")) != -1) {
		if (c == '?')
			return usage("[-a] [FILE...]");
		mode = O_APPEND;
	}
	for (int i = optind; i < argc && n < MAX; i++) {
		fds[n] = open(argv[i], O_WRONLY | O_CREAT | mode, 0666);
		if (fds[n] < 0)
			bad = fail(argv[i]);
		else
			n++;
	}
	while ((got = read(0, buf, sizeof(buf))) > 0) {
		if (write_all(1, buf, got))
			bad = fail("standard output");
		for (int i = 0; i < n; i++)
			if (write_all(fds[i], buf, got))
				bad = fail(argv[optind + i]);
	}
	return bad;
}
