#ifndef _POLL_H
#define _POLL_H
#include <linux/poll.h>
/* timeout in milliseconds, negative for none */
int poll(struct pollfd *fds, unsigned long n, int timeout);
#endif
