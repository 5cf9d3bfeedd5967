#ifndef _DIRENT_H
#define _DIRENT_H
#include <linux/stat.h>
#define dirent linux_dirent64
typedef struct {
	int fd;
	int at, end;
	char buf[1024] __attribute__((aligned(8)));
} DIR;
DIR *opendir(const char *path);
struct dirent *readdir(DIR *dir);
int closedir(DIR *dir);
#endif
