/* What several commands do: see cmds.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmds.h"

int fail(const char *what)
{
	int error = errno;

	fflush(stdout);
	fprintf(stderr, "%s: %s: %s\n", command, what, strerror(error));
	return 1;
}

int usage(const char *arguments)
{
	fprintf(stderr, "usage: %s %s\n", command, arguments);
	return 2;
}

int write_all(int fd, const void *buf, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t part = write(fd, (const char *)buf + done, n - done);

		if (part < 0)
			return -1;
		done += part;
	}
	return 0;
}

int copy_file(int from, int to, const char *name)
{
	static char buf[16384];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write_all(to, buf, n))
			return fail(to == 1 ? "standard output" : name);
	return n < 0 ? fail(name) : 0;
}

int each_input(int argc, char **argv, int (*each)(int fd, const char *name))
{
	int bad = 0;

	if (argc <= 0)
		return each(0, "-");
	for (int i = 0; i < argc; i++) {
		int fd = strcmp(argv[i], "-") ? open(argv[i], O_RDONLY) : 0;

		if (fd < 0) {
			bad = fail(argv[i]);
			continue;
		}
		bad |= each(fd, argv[i]);
		if (fd)
			close(fd);
	}
	return bad;
}

char *join(const char *folder, const char *name)
{
	static char path[4096];
	size_t n = strlen(folder);

	snprintf(path, sizeof(path), "%s%s%s", folder, n && folder[n - 1] == '/' ? "" : "/", name);
	return path;
}

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

void mode_text(mode_t mode, char text[11])
{
	strcpy(text, "-rwxrwxrwx");
	for (int i = 0; i < 9; i++)
		if (!(mode & 0400 >> i))
			text[i + 1] = '-';
	if (S_ISDIR(mode))
		text[0] = 'd';
	else if (S_ISLNK(mode))
		text[0] = 'l';
	else if (S_ISCHR(mode))
		text[0] = 'c';
	else if (S_ISBLK(mode))
		text[0] = 'b';
	else if (S_ISFIFO(mode))
		text[0] = 'p';
	else if (S_ISSOCK(mode))
		text[0] = 's';
	if (mode & S_ISUID)
		text[3] = text[3] == 'x' ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = text[6] == 'x' ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = text[9] == 'x' ? 't' : 'T';
}

long number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text) {
		fprintf(stderr, "%s: %s: this is no number\n", command, text);
		exit(2);
	}
	return n;
}

int each_member(const char *folder, int (*each)(const char *path))
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	int bad = 0;

	if (!dir)
		return fail(folder);
	while ((d = readdir(dir))) {
		char *path;

		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		path = strdup(join(folder, d->d_name));
		bad |= each(path);
		free(path);
	}
	closedir(dir);
	return bad;
}
