/* One-shot timers with nanoseconds; the scheduler's tick is one of them. */
#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

#include <linux/ktime.h>
#include <linux/list.h>

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };

struct hrtimer {
	struct list_head node; /* empty when not armed */
	ktime_t expires; /* absolute */
	/* Called in the interrupt. HRTIMER_RESTART: arm it again for the (changed) expires. */
	enum hrtimer_restart (*function)(struct hrtimer *timer);
};

void hrtimer_init(struct hrtimer *timer);
/* Arms for an absolute time; an armed timer is moved. */
void hrtimer_start(struct hrtimer *timer, ktime_t expires);
/* 1 if it was armed, 0 if not. */
int hrtimer_cancel(struct hrtimer *timer);
int hrtimer_active(const struct hrtimer *timer);
/* Moves expires on by interval until it lies in the future; how often that took. */
unsigned long hrtimer_forward(struct hrtimer *timer, ktime_t interval);
/* Shorter intervals than this are taken as this: programs could keep the CPU in interrupts. */
#define HRTIMER_MIN_INTERVAL NSEC_PER_MSEC
/* The timer interrupt: run what is due, program the next. */
void hrtimer_interrupt(void);

#endif
