/*
 * Timers: a list sorted by time. The hardware is set for the first; when it fires,
 * everything that is due runs. The scheduler's tick is an ordinary member.
 */
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/irqflags.h>
#include <clocksource/arm_arch_timer.h>

static LIST_HEAD(timers);
static bool in_interrupt_handler;

void hrtimer_init(struct hrtimer *timer)
{
	INIT_LIST_HEAD(&timer->node);
	timer->function = NULL;
	timer->expires = 0;
}

int hrtimer_active(const struct hrtimer *timer)
{
	return !list_empty(&timer->node);
}

unsigned long hrtimer_forward(struct hrtimer *timer, ktime_t interval)
{
	ktime_t late = ktime_get() - timer->expires;
	unsigned long times = late < 0 ? 0 : late / interval + 1;

	timer->expires += times * interval;
	return times;
}

/* Sets the hardware for the first timer of the list. */
static void reprogram(void)
{
	if (!in_interrupt_handler && !list_empty(&timers))
		arch_timer_set_next_event(list_first_entry(&timers, struct hrtimer, node)->expires);
}

static void enqueue(struct hrtimer *timer)
{
	struct hrtimer *t;

	list_for_each_entry(t, &timers, node)
		if (t->expires > timer->expires)
			break;
	list_add_tail(&timer->node, &t->node);
}

void hrtimer_start(struct hrtimer *timer, ktime_t expires)
{
	unsigned long flags;

	local_irq_save(flags);
	if (hrtimer_active(timer))
		list_del_init(&timer->node);
	timer->expires = expires;
	enqueue(timer);
	if (timers.next == &timer->node)
		reprogram();
	local_irq_restore(flags);
}

int hrtimer_cancel(struct hrtimer *timer)
{
	unsigned long flags;
	int active;

	local_irq_save(flags);
	active = hrtimer_active(timer);
	if (active) {
		bool first = timers.next == &timer->node;

		list_del_init(&timer->node);
		if (first)
			reprogram();
	}
	local_irq_restore(flags);
	return active;
}

void hrtimer_interrupt(void)
{
	ktime_t now = ktime_get();

	in_interrupt_handler = true;
	while (!list_empty(&timers)) {
		struct hrtimer *timer = list_first_entry(&timers, struct hrtimer, node);

		if (timer->expires > now)
			break;
		list_del_init(&timer->node);
		if (timer->function(timer) == HRTIMER_RESTART && !hrtimer_active(timer))
			enqueue(timer);
	}
	in_interrupt_handler = false;
	reprogram();
}
