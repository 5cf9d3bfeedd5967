#ifndef _DIRENT_H
#define _DIRENT_H
#include <linux/stat.h>
#define dirent linux_dirent64
typedef struct {
	int fd;
	int at, end; /* what of buf is still to be read */
	char buf[2048] __attribute__((aligned(8)));
} DIR;
DIR *opendir(const char *path);
DIR *fdopendir(int fd);
struct dirent *readdir(DIR *dir);
void rewinddir(DIR *dir);
int closedir(DIR *dir);
int dirfd(DIR *dir);
#endif
