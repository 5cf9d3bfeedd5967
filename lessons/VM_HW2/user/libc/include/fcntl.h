#ifndef _FCNTL_H
#define _FCNTL_H
#include <linux/fcntl.h>
int open(const char *path, int flags, ...);
int openat(int dir, const char *path, int flags, ...);
int creat(const char *path, unsigned int mode);
int fcntl(int fd, int cmd, ...);
#endif
