/* hexdump [-C] [-n LENGTH] [-s SKIP] [FILE]: bytes as numbers and as characters. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cmds.h"

static void print_line(unsigned long at, const unsigned char *line, int n)
{
	printf("%08lx ", at);
	for (int i = 0; i < 16; i++) {
		if (i == 8)
			putchar(' ');
		if (i < n)
			printf(" %02x", line[i]);
		else
			printf("   ");
	}
	printf("  |");
	for (int i = 0; i < n; i++)
		putchar(line[i] >= ' ' && line[i] < 127 ? line[i] : '.');
	printf("|\n");
}

/* A line, unless the file ends before. */
static int read_line(int fd, unsigned char *line, long want)
{
	int n = 0;

	while (n < want) {
		ssize_t part = read(fd, line + n, want - n);

		if (part <= 0)
			return n ? n : part;
		n += part;
	}
	return n;
}

int hexdump_main(int argc, char **argv)
{
	unsigned char line[16], before[16];
	long left = -1, skip = 0;
	unsigned long at;
	int c, fd = 0, n, repeated = 0;

	while ((c = getopt(argc, argv, "Cn:s:")) != -1) {
		if (c == '?')
			return usage("[-n LENGTH] [-s SKIP] [FILE]");
		if (c == 'n')
			left = number(optarg);
		if (c == 's')
			skip = number(optarg);
	}
	if (optind < argc && (fd = open(argv[optind], O_RDONLY)) < 0)
		return fail(argv[optind]);
	if (skip && lseek(fd, skip, SEEK_SET) < 0)
		return fail("-s");
	for (at = skip;; at += n) {
		n = read_line(fd, line, left >= 0 && left < 16 ? left : 16);
		if (n <= 0)
			break;
		if (left > 0)
			left -= n;
		if (at > (unsigned long)skip && n == 16 && !memcmp(line, before, 16)) {
			if (!repeated++)
				printf("*\n"); /* as the line before */
			continue;
		}
		repeated = 0;
		print_line(at, line, n);
		memcpy(before, line, 16);
	}
	if (n < 0)
		return fail(optind < argc ? argv[optind] : "-");
	printf("%08lx\n", at);
	return 0;
}
