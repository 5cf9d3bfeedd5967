/* select() and its younger brother. */
#include <stddef.h>
#include <sys/select.h>

#include "../syscall.h"

/* The kernel changes the time to what is left of it; a program that says const must not see that. */
int pselect(int n, fd_set *in, fd_set *out, fd_set *except, const struct timespec *timeout,
	    const sigset_t *mask)
{
	struct { const sigset_t *mask; size_t size; } sig = { mask, sizeof(*mask) };
	struct timespec ts;

	if (timeout)
		ts = *timeout;
	return SYSCALL6(pselect6, n, in, out, except, timeout ? &ts : NULL, &sig);
}

int select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
	struct timespec ts;

	if (timeout)
		ts = (struct timespec){ timeout->tv_sec, timeout->tv_usec * 1000 };
	return pselect(n, in, out, except, timeout ? &ts : NULL, NULL);
}
