/* What a file's poll() gets: the list of wait queues that its caller sleeps on. */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <linux/wait.h>
#include <uapi/linux/poll.h>

typedef struct poll_table_struct poll_table;

struct file;

/* The caller of poll() sleeps on q, too, which is file's. pt may be NULL: nobody sleeps. */
void poll_wait(struct file *file, wait_queue_head_t *q, poll_table *pt);

#endif
