/*
 * Sleeping until something happens. The pattern that never loses a wake-up:
 *	for (;;) { prepare_to_wait(); if (condition) break; schedule(); } finish_wait();
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/list.h>
#include <linux/spinlock.h>

struct task_struct;

typedef struct {
	struct list_head task_list;
} wait_queue_head_t;

typedef struct {
	struct task_struct *task;
	struct list_head task_list;
} wait_queue_t;

#define __WAIT_QUEUE_HEAD_INIT(name) { LIST_HEAD_INIT((name).task_list) }
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = __WAIT_QUEUE_HEAD_INIT(name)
#define DEFINE_WAIT(name) \
	wait_queue_t name = { .task = current, .task_list = LIST_HEAD_INIT(name.task_list) }

static inline void init_waitqueue_head(wait_queue_head_t *q)
{
	INIT_LIST_HEAD(&q->task_list);
}

static inline int waitqueue_active(wait_queue_head_t *q)
{
	return !list_empty(&q->task_list);
}

/* Puts the task on the queue and sets its state; it still runs until schedule(). */
void prepare_to_wait(wait_queue_head_t *q, wait_queue_t *wait, int state);
void finish_wait(wait_queue_head_t *q, wait_queue_t *wait);
/* Makes every sleeper on the queue runnable. Allowed in interrupts. */
void wake_up(wait_queue_head_t *q);
#define wake_up_all(q) wake_up(q)
#define wake_up_interruptible(q) wake_up(q)

/* Sleeps until condition holds (0) or a signal is pending (-ERESTARTSYS). */
#define wait_event_interruptible(wq, condition)                          \
	({                                                               \
		int __ret = 0;                                           \
		DEFINE_WAIT(__wait);                                     \
		for (;;) {                                               \
			prepare_to_wait(&(wq), &__wait, TASK_INTERRUPTIBLE); \
			if (condition)                                   \
				break;                                   \
			if (signal_pending(current)) {                   \
				__ret = -ERESTARTSYS;                    \
				break;                                   \
			}                                                \
			schedule();                                      \
		}                                                        \
		finish_wait(&(wq), &__wait);                             \
		__ret;                                                   \
	})

/* As above, deaf to signals. */
#define wait_event(wq, condition)                                        \
	do {                                                             \
		DEFINE_WAIT(__wait);                                     \
		for (;;) {                                               \
			prepare_to_wait(&(wq), &__wait, TASK_UNINTERRUPTIBLE); \
			if (condition)                                   \
				break;                                   \
			schedule();                                      \
		}                                                        \
		finish_wait(&(wq), &__wait);                             \
	} while (0)

#endif
