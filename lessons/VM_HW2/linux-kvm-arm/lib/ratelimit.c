/* How often may a message appear? Linux: printk_ratelimit() and lib/ratelimit.c. */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/ratelimit.h>

#define INTERVAL	(5 * NSEC_PER_SEC)
#define BURST		10

bool printk_ratelimit(void)
{
	static u64 begin;
	static unsigned int printed, missed;
	unsigned int was_missed = 0;
	u64 now = ktime_get();
	unsigned long flags;
	bool allowed;

	local_irq_save(flags);
	if (!begin || now - begin >= INTERVAL) {
		begin = now;
		printed = 0;
		was_missed = missed;
		missed = 0;
	}
	allowed = printed < BURST;
	if (allowed)
		printed++;
	else
		missed++;
	local_irq_restore(flags);

	if (was_missed)
		printk("%u messages suppressed\n", was_missed);
	return allowed;
}
