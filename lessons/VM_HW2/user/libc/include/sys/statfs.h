#ifndef _SYS_STATFS_H
#define _SYS_STATFS_H
#include <linux/statfs.h>
int statfs(const char *path, struct statfs *st);
int fstatfs(int fd, struct statfs *st);
#endif
