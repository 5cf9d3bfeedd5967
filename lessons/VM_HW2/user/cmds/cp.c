/* cp [-r] FROM... TO: files, with -r folders and links too. TO may be a folder. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmds.h"

static int recursive;

static int copy(const char *from, const char *to);

/* Of a file that does not fit, what was written stays: its last bytes are missing. */
static int copy_regular(const char *from, const char *to, mode_t mode)
{
	int in = open(from, O_RDONLY), out, bad;

	if (in < 0)
		return fail(from);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, mode & 0777);
	if (out < 0) {
		bad = fail(to);
		close(in);
		return bad;
	}
	bad = copy_file(in, out, to);
	close(in);
	if (close(out))
		bad = fail(to);
	return bad;
}

static int copy_folder(const char *from, const char *to, mode_t mode)
{
	DIR *dir = opendir(from);
	struct dirent *d;
	int bad = 0;

	if (!dir)
		return fail(from);
	if (mkdir(to, mode & 0777) && errno != EEXIST) {
		closedir(dir);
		return fail(to);
	}
	while ((d = readdir(dir))) {
		char *a, *b;

		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		a = strdup(join(from, d->d_name));
		b = strdup(join(to, d->d_name));
		bad |= copy(a, b);
		free(a);
		free(b);
	}
	closedir(dir);
	return bad;
}

static int copy_link(const char *from, const char *to)
{
	char target[4096];
	ssize_t n = readlink(from, target, sizeof(target) - 1);

	if (n < 0)
		return fail(from);
	target[n] = 0;
	return symlink(target, to) ? fail(to) : 0;
}

static int copy(const char *from, const char *to)
{
	struct stat st, there;

	if (recursive ? lstat(from, &st) : stat(from, &st))
		return fail(from);
	if (stat(to, &there) == 0 && st.st_dev == there.st_dev && st.st_ino == there.st_ino) {
		fprintf(stderr, "cp: %s and %s are the same file\n", from, to);
		return 1;
	}
	if (S_ISDIR(st.st_mode)) {
		if (recursive)
			return copy_folder(from, to, st.st_mode);
		fprintf(stderr, "cp: %s is a directory: give -r\n", from);
		return 1;
	}
	if (S_ISLNK(st.st_mode))
		return copy_link(from, to);
	return copy_regular(from, to, st.st_mode);
}

int cp_main(int argc, char **argv)
{
	struct stat st;
	const char *to;
	int c, bad = 0, into;

	while ((c = getopt(argc, argv, "rRapf")) != -1) {
		if (c == '?')
			return usage("[-r] FROM... TO");
		recursive |= c != 'f' && c != 'p';
	}
	if (argc - optind < 2)
		return usage("[-r] FROM... TO");
	to = argv[argc - 1];
	into = stat(to, &st) == 0 && S_ISDIR(st.st_mode);
	if (!into && argc - optind > 2) {
		fprintf(stderr, "cp: %s is no directory\n", to);
		return 1;
	}
	for (int i = optind; i < argc - 1; i++) {
		char *target = strdup(into ? join(to, base_name(argv[i])) : to);

		bad |= copy(argv[i], target);
		free(target);
	}
	return bad;
}
