/* Directories, as many entries at once as the buffer takes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "../syscall.h"

DIR *fdopendir(int fd)
{
	DIR *dir = malloc(sizeof(*dir));

	if (!dir)
		return NULL;
	dir->fd = fd;
	dir->at = dir->end = 0;
	return dir;
}

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = fdopendir(fd);
	if (!dir)
		close(fd);
	return dir;
}

struct dirent *readdir(DIR *dir)
{
	struct dirent *d;

	if (dir->at == dir->end) {
		dir->at = 0;
		dir->end = SYSCALL3(getdents64, dir->fd, dir->buf, sizeof(dir->buf));
		if (dir->end <= 0) {
			dir->end = 0;
			return NULL;
		}
	}
	d = (struct dirent *)(dir->buf + dir->at);
	dir->at += d->d_reclen;
	return d;
}

void rewinddir(DIR *dir)
{
	lseek(dir->fd, 0, SEEK_SET);
	dir->at = dir->end = 0;
}

int dirfd(DIR *dir)
{
	return dir->fd;
}

int closedir(DIR *dir)
{
	int r = close(dir->fd);

	free(dir);
	return r;
}
