#ifndef _SYS_STAT_H
#define _SYS_STAT_H
#include <sys/types.h>
#include <linux/stat.h>
int stat(const char *path, struct stat *st);
int fstat(int fd, struct stat *st);
int mkdir(const char *path, mode_t mode);
#endif
