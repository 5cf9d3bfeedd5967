#ifndef _POLL_H
#define _POLL_H
#include <linux/poll.h>
typedef unsigned long nfds_t;
/* timeout in milliseconds, negative for none */
int poll(struct pollfd *fds, nfds_t n, int timeout);
#endif
