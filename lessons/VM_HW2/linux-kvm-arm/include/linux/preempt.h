/*
 * While preempt_count is not zero the scheduler leaves this task alone, even if
 * the timer says its turn is over. hardirq code counts in HARDIRQ_OFFSET units.
 */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/compiler.h>

#define HARDIRQ_OFFSET 0x10000
#define PREEMPT_MASK 0xff

void preempt_disable(void);
/* Leaves the protected section; switches tasks at once if the tick asked for it meanwhile. */
void preempt_enable(void);
int preempt_count(void);
#define in_interrupt() (preempt_count() >= HARDIRQ_OFFSET)

#endif
