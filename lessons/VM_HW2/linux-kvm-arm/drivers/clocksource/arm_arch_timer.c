/*
 * The generic timer: a counter that never stops, and comparators that interrupt when
 * it reaches a value. A kernel that was started at EL2 keeps its own time with the
 * physical timer, because the virtual one belongs to its guests; started at EL1 we
 * may be a guest ourselves, and only the virtual timer is ours.
 */
#include <linux/kernel.h>
#include <linux/interrupt.h>
#include <linux/hrtimer.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <clocksource/arm_arch_timer.h>
#include <asm/barrier.h>
#include <asm/virt.h>

extern bool time_keeps;

static bool use_virtual;
static u32 rate;
static u64 start; /* the counter at boot: time zero */
/* cycles * mult >> 24 = ns, exact for 100 MHz and 62.5 MHz */
static u64 mult;

u32 arch_timer_get_cntfrq(void)
{
	return rate;
}

u64 arch_counter_get_cntpct(void)
{
	u64 value;

	__asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value) : : "memory");
	return value;
}

u64 arch_counter_get_cntvct(void)
{
	u64 value;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

u64 arch_counter_get_cnt(void)
{
	return use_virtual ? arch_counter_get_cntvct() : arch_counter_get_cntpct();
}

/* In two parts, so that the product never overflows: whole seconds, and the rest. */
u64 arch_timer_cycles_to_ns(u64 cycles)
{
	return cycles / rate * NSEC_PER_SEC + ((cycles % rate * mult) >> 24);
}

/* Rounded up: a timer may be late, never early. */
u64 arch_timer_ns_to_cycles(u64 ns)
{
	return ns / NSEC_PER_SEC * rate +
	       (ns % NSEC_PER_SEC * rate + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
}

ktime_t ktime_get(void)
{
	return arch_timer_cycles_to_ns(arch_counter_get_cnt() - start);
}

/* ns is on ktime_get()'s scale. */
void arch_timer_set_next_event(u64 ns)
{
	u64 cval = start + arch_timer_ns_to_cycles(ns);

	if (use_virtual) {
		__asm__ volatile("msr cntv_cval_el0, %0" : : "r"(cval));
		__asm__ volatile("msr cntv_ctl_el0, %0" : : "r"((u64)ARCH_TIMER_CTRL_ENABLE));
	} else {
		__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(cval));
		__asm__ volatile("msr cntp_ctl_el0, %0" : : "r"((u64)ARCH_TIMER_CTRL_ENABLE));
	}
	isb();
}

void arch_timer_stop(void)
{
	if (use_virtual)
		__asm__ volatile("msr cntv_ctl_el0, %0" : : "r"(0UL));
	else
		__asm__ volatile("msr cntp_ctl_el0, %0" : : "r"(0UL));
	isb();
}

/* The line stays high until the comparator is moved or off: do that first. */
static irqreturn_t arch_timer_handler(int irq, void *dev)
{
	arch_timer_stop();
	hrtimer_interrupt();
	return IRQ_HANDLED;
}

void arch_timer_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "arm,armv8-timer");
	unsigned int irq;
	u64 frq;

	if (!np)
		np = of_find_compatible_node(NULL, NULL, "arm,armv7-timer");
	if (!np)
		panic("no generic timer in the device tree");
	use_virtual = !is_hyp_mode_available();
	if (of_property_read_u32(np, "clock-frequency", &rate)) {
		__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frq));
		rate = frq;
	}
	if (!rate)
		panic("the generic timer has no frequency");
	mult = ((u64)NSEC_PER_SEC << 24) / rate;
	start = arch_counter_get_cnt();
	time_keeps = true;

	/* interrupts in the node: secure physical, physical, virtual, hypervisor's */
	irq = irq_of_parse_and_map(np, use_virtual ? 2 : 1);
	arch_timer_stop();
	if (request_percpu_irq(irq, arch_timer_handler, "arch_timer", NULL))
		panic("cannot have the timer's interrupt %u", irq);
	enable_percpu_irq(irq, 0);
	printk("arch_timer: cp15 timer running at %3u.%02uMHz (%s)\n", rate / 1000000,
	       rate / 10000 % 100, use_virtual ? "virt" : "phys");
}
