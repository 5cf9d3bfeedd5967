#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H
#include <stddef.h>
typedef long ssize_t;
typedef long off_t;
typedef int pid_t;
typedef unsigned int mode_t, uid_t, gid_t, nlink_t;
typedef unsigned long dev_t, ino_t;
typedef long time_t, clock_t, suseconds_t;
typedef long blkcnt_t;
typedef int blksize_t;
#endif
