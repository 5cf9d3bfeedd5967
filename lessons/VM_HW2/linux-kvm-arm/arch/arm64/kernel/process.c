/* Tasks, as far as the CPU's registers are concerned; and the idle task. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/irqflags.h>
#include <linux/string.h>
#include <linux/mm.h>
#include <asm/processor.h>

char init_stack[THREAD_SIZE] __aligned(16);

/* On the way back to user space: others first, then signals. Ends with interrupts masked. */
void prepare_exit_to_user(struct pt_regs *regs)
{
	local_irq_disable();
	while (current->need_resched || current->sigpending) {
		local_irq_enable();
		if (current->need_resched)
			schedule();
		if (current->sigpending)
			do_signal(regs);
		local_irq_disable();
	}
}

/* User registers of a program that begins. */
void start_thread(struct pt_regs *regs, unsigned long pc, unsigned long sp)
{
	memset(regs, 0, sizeof(*regs));
	regs->syscallno = ~0UL;
	regs->pc = pc;
	regs->sp = sp;
	regs->pstate = PSR_MODE_EL0t;
}

/* What the idle task does when there is nothing to do. */
void cpu_idle(void)
{
	for (;;) {
		local_irq_disable();
		/* an interrupt that comes here is pending and ends the WFI: nothing is missed */
		if (!current->need_resched)
			cpu_do_idle();
		local_irq_enable();
		schedule();
	}
}
