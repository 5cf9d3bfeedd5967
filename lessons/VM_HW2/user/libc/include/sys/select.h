#ifndef _SYS_SELECT_H
#define _SYS_SELECT_H
#include <signal.h>
#include <sys/types.h>
#include <linux/time.h>
#define FD_SETSIZE 1024
typedef struct {
	unsigned long bits[FD_SETSIZE / 64];
} fd_set;
#define FD_ZERO(set) (*(set) = (fd_set){ { 0 } })
#define FD_SET(fd, set) ((set)->bits[(fd) / 64] |= 1UL << (fd) % 64)
#define FD_CLR(fd, set) ((set)->bits[(fd) / 64] &= ~(1UL << (fd) % 64))
#define FD_ISSET(fd, set) ((int)((set)->bits[(fd) / 64] >> (fd) % 64 & 1))
int pselect(int n, fd_set *in, fd_set *out, fd_set *except, const struct timespec *timeout,
	    const sigset_t *mask);
int select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout);
#endif
