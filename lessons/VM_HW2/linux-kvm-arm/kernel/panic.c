/* The end: say why and stop. */
#include <linux/kernel.h>
#include <linux/irqflags.h>
#include <clocksource/arm_arch_timer.h>
#include <asm/processor.h>

void panic(const char *fmt, ...)
{
	char text[200];
	__builtin_va_list args;

	local_irq_disable();
	__builtin_va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	__builtin_va_end(args);
	printk("Kernel panic - not syncing: %s\n", text);
	printk("---[ end Kernel panic - not syncing: %s\n", text);
	arch_timer_stop(); /* or its interrupt would end every WFI below at once */
	for (;;)
		cpu_do_idle();
}
