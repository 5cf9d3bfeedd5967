/* A lock whose waiters sleep. Not for interrupts. */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/wait.h>

struct mutex {
	int locked;
	wait_queue_head_t wait;
};

#define DEFINE_MUTEX(name) struct mutex name = { 0, __WAIT_QUEUE_HEAD_INIT(name.wait) }

void mutex_init(struct mutex *lock);
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
/* 0 with the lock taken, -EINTR if SIGKILL came first. */
int mutex_lock_killable(struct mutex *lock);

#endif
