/* mv FROM... TO: renames. Between file systems, files are copied and removed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmds.h"

static int over_there(const char *from, const char *to)
{
	struct stat st;
	int in, out, bad;

	if (lstat(from, &st))
		return fail(from);
	if (!S_ISREG(st.st_mode)) {
		errno = EXDEV;
		return fail(from);
	}
	in = open(from, O_RDONLY);
	if (in < 0)
		return fail(from);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st.st_mode & 0777);
	bad = out < 0 ? fail(to) : copy_file(in, out, to);
	if (out >= 0)
		close(out);
	close(in);
	if (bad) {
		unlink(to);
		return 1;
	}
	return unlink(from) ? fail(from) : 0;
}

int mv_main(int argc, char **argv)
{
	struct stat st;
	int c, bad = 0, first, into;
	const char *to;

	while ((c = getopt(argc, argv, "f")) != -1) {
		if (c == '?')
			return usage("[-f] FROM... TO");
	}
	first = optind;
	if (argc - first < 2)
		return usage("[-f] FROM... TO");
	to = argv[argc - 1];
	into = stat(to, &st) == 0 && S_ISDIR(st.st_mode);
	if (!into && argc - first > 2) {
		fprintf(stderr, "mv: %s is no directory\n", to);
		return 1;
	}
	for (int i = first; i < argc - 1; i++) {
		char *target = strdup(into ? join(to, base_name(argv[i])) : to);

		if (rename(argv[i], target))
			bad |= errno == EXDEV ? over_there(argv[i], target) : fail(argv[i]);
		free(target);
	}
	return bad;
}
