/*
 * One CPU: a spin lock needs no lock word, it only keeps others from running here.
 * spin_lock() holds off other tasks, the _irqsave form holds off interrupts as well.
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/irqflags.h>
#include <linux/preempt.h>

typedef struct {
	int unused;
} spinlock_t;

#define __SPIN_LOCK_UNLOCKED { 0 }
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->unused = 0;
}

static inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
}

static inline void spin_unlock(spinlock_t *lock)
{
	preempt_enable();
}

#define spin_lock_irqsave(lock, flags) do { (void)(lock); local_irq_save(flags); } while (0)
#define spin_unlock_irqrestore(lock, flags) do { (void)(lock); local_irq_restore(flags); } while (0)

#endif
