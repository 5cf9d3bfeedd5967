/* wc [-lwc] [FILE...]: lines, words, bytes. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cmds.h"

static int wanted, files;
static long total[3];

static void print(const long counts[3], const char *name)
{
	int one = wanted == 1 || wanted == 2 || wanted == 4;
	const char *blank = "";

	for (int i = 0; i < 3; i++)
		if (wanted & 1 << i) {
			printf(one ? "%s%ld" : "%s%7ld", blank, counts[i]);
			blank = " ";
		}
	if (strcmp(name, "-"))
		printf(" %s", name);
	putchar('\n');
}

static int count(int fd, const char *name)
{
	static char buf[4096];
	long counts[3] = { 0 };
	int in_word = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			int space = isspace((unsigned char)buf[i]);

			counts[0] += buf[i] == '\n';
			counts[1] += !space && !in_word;
			counts[2]++;
			in_word = !space;
		}
	if (n < 0)
		return fail(name);
	files++;
	for (int i = 0; i < 3; i++)
		total[i] += counts[i];
	print(counts, name);
	return 0;
}

int wc_main(int argc, char **argv)
{
	int c, bad;

	while ((c = getopt(argc, argv, "lwc")) != -1) {
		if (c == '?')
			return usage("[-lwc] [FILE...]");
		wanted |= c == 'l' ? 1 : c == 'w' ? 2 : 4;
	}
	if (!wanted)
		wanted = 7;
	bad = each_input(argc - optind, argv + optind, count);
	if (files > 1)
		print(total, "total");
	return bad;
}
