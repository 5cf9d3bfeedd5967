/*
 * Exceptions taken to EL1, sorted by their class (ESR_EL1.EC): system calls and
 * faults from user space, the kernel's own faults on user addresses, interrupts.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <asm/esr.h>
#include <asm/fpsimd.h>
#include <asm/ptrace.h>

void gic_handle_irq(struct pt_regs *regs);
void do_mem_abort(unsigned long far, unsigned long esr, struct pt_regs *regs);
void el0_svc(struct pt_regs *regs);
bool fixup_exception(struct pt_regs *regs);
bool fixup_fetch(struct pt_regs *regs);

struct pt_regs *irq_regs;

/* The upper half is reserved; a hypervisor that injects an exception may leave ones there. */
static unsigned long read_esr(void)
{
	unsigned long esr;

	__asm__ volatile("mrs %0, esr_el1" : "=r"(esr));
	return (unsigned int)esr;
}

static unsigned long read_far(void)
{
	unsigned long far;

	__asm__ volatile("mrs %0, far_el1" : "=r"(far));
	return far;
}

void show_regs(struct pt_regs *regs)
{
	printk("Task: %s (%d)\n", current->comm, current->pid);
	printk("PC is at %016llx, LR is at %016llx\n", regs->pc, regs->regs[30]);
	printk("sp : %016llx pstate : %08llx\n", regs->sp, regs->pstate);
	for (int i = 28; i >= 0; i -= 2)
		printk("x%-2d: %016llx x%-2d: %016llx\n", i + 1, regs->regs[i + 1], i,
		       regs->regs[i]);
}

/* An exception that this kernel never expects. */
void bad_mode(struct pt_regs *regs)
{
	printk("Bad mode: ESR 0x%08lx, FAR 0x%lx\n", read_esr(), read_far());
	show_regs(regs);
	panic("bad mode");
}

/* The process did something that no page can mend. */
static void bad_user_instruction(struct pt_regs *regs, int sig, int code, unsigned long esr)
{
	if (current->sighand->action[sig - 1].sa_handler == SIG_DFL && printk_ratelimit())
		printk("%s[%d]: signal %d: pc %08llx, ESR 0x%08lx\n", current->comm, current->pid,
		       sig, regs->pc, esr);
	force_sig_fault(sig, code, regs->pc);
}

/* Synchronous exceptions from user space. */
void el0_sync_handler(struct pt_regs *regs)
{
	unsigned long esr = read_esr(), far = read_far();

	local_irq_enable();
	switch (esr >> ESR_EL1_EC_SHIFT) {
	case ESR_EL1_EC_SVC64:
		el0_svc(regs);
		break;
	case ESR_EL1_EC_DABT_EL0:
	case ESR_EL1_EC_IABT_EL0:
		do_mem_abort(far, esr, regs);
		break;
	case ESR_EL1_EC_FP_ASIMD:
		do_fpsimd_acc();
		break;
	case ESR_EL1_EC_PC_ALIGN:
	case ESR_EL1_EC_SP_ALIGN:
		bad_user_instruction(regs, SIGBUS, BUS_ADRALN, esr);
		break;
	case ESR_EL1_EC_BRK64:
		bad_user_instruction(regs, SIGTRAP, TRAP_BRKPT, esr);
		break;
	default: /* undefined, or a register of ours */
		bad_user_instruction(regs, SIGILL, ILL_ILLOPC, esr);
	}
}

/* Synchronous exceptions in the kernel: copy_to_user() and its like may fault, nothing else. */
void el1_sync_handler(struct pt_regs *regs)
{
	unsigned long esr = read_esr(), far = read_far();

	/* An instruction that may not exist, and whose author has foreseen that (smc_probe()). */
	if (esr >> ESR_EL1_EC_SHIFT == ESR_EL1_EC_UNKNOWN && fixup_exception(regs))
		return;
	/* The one jump that is meant to fail (fetch_check.c). */
	if (esr >> ESR_EL1_EC_SHIFT == ESR_EL1_EC_IABT_EL1 && fixup_fetch(regs))
		return;
	if (esr >> ESR_EL1_EC_SHIFT != ESR_EL1_EC_DABT_EL1) {
		printk("Unexpected exception in the kernel: ESR 0x%08lx, FAR 0x%lx\n", esr, far);
		show_regs(regs);
		panic("Oops");
	}
	if (!(regs->pstate & PSR_I_BIT))
		local_irq_enable();
	do_mem_abort(far, esr, regs);
	local_irq_disable();
}

static void handle_irq(struct pt_regs *regs)
{
	current->preempt_count += HARDIRQ_OFFSET;
	irq_regs = regs;
	gic_handle_irq(regs);
	irq_regs = NULL;
	current->preempt_count -= HARDIRQ_OFFSET;
}

/* After an interrupt the kernel goes on where it was, unless its task's turn is over. */
void el1_irq_handler(struct pt_regs *regs)
{
	handle_irq(regs);
	if (current->need_resched && !current->preempt_count)
		preempt_schedule();
}

void el0_irq_handler(struct pt_regs *regs)
{
	handle_irq(regs); /* ret_to_user looks at need_resched */
}
