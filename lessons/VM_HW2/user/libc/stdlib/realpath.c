/* A path without links, "." and "..": the kernel tells what it has opened. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *realpath(const char *path, char *resolved)
{
	static char name[PATH_MAX];
	char link[32];
	int fd = open(path, O_PATH | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, name, sizeof(name) - 1);
	close(fd);
	if (n < 0)
		return NULL;
	name[n] = 0;
	return resolved ? strcpy(resolved, name) : strdup(name);
}
