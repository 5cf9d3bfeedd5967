/* Counters that an interrupt may also change. One CPU: masking interrupts is enough. */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>
#include <linux/irqflags.h>

#define ATOMIC_INIT(i) { (i) }
#define atomic_read(v) ACCESS_ONCE((v)->counter)
#define atomic_set(v, i) ((v)->counter = (i))

static inline int atomic_add_return(int i, atomic_t *v)
{
	unsigned long flags;
	int result;

	local_irq_save(flags);
	result = v->counter += i;
	local_irq_restore(flags);
	return result;
}

#define atomic_inc(v) ((void)atomic_add_return(1, v))
#define atomic_dec(v) ((void)atomic_add_return(-1, v))
#define atomic_inc_return(v) atomic_add_return(1, v)
#define atomic_dec_and_test(v) (atomic_add_return(-1, v) == 0)

#endif
