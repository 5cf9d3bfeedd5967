/* The Arm generic timer. */
#ifndef _CLOCKSOURCE_ARM_ARCH_TIMER_H
#define _CLOCKSOURCE_ARM_ARCH_TIMER_H

#include <linux/types.h>

#define ARCH_TIMER_CTRL_ENABLE  (1 << 0)
#define ARCH_TIMER_CTRL_IT_MASK (1 << 1)
#define ARCH_TIMER_CTRL_IT_STAT (1 << 2)

/* Ticks of the counter in a second. */
u32 arch_timer_get_cntfrq(void);
#define arch_timer_get_rate() arch_timer_get_cntfrq()
/* The counter that this kernel keeps time by: physical at the host, virtual in a guest. */
u64 arch_counter_get_cnt(void);
u64 arch_counter_get_cntpct(void);
u64 arch_counter_get_cntvct(void);
/* Counter ticks to nanoseconds and back. */
u64 arch_timer_cycles_to_ns(u64 cycles);
u64 arch_timer_ns_to_cycles(u64 ns);
void arch_timer_init(void);
/* Interrupt at this time, in ns on the scale of ktime_get(). */
void arch_timer_set_next_event(u64 ns);
/* No interrupt until the next call of the above. */
void arch_timer_stop(void);

#endif
