/* Memory aborts: pages that are not there yet, or never will be. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <asm/esr.h>
#include <asm/ptrace.h>

struct exception_table_entry {
	unsigned long insn, fixup;
};

/* A kernel instruction that may fault continues at its fix-up. */
bool fixup_exception(struct pt_regs *regs)
{
	extern struct exception_table_entry __start___ex_table[], __stop___ex_table[];

	for (struct exception_table_entry *e = __start___ex_table; e < __stop___ex_table; e++)
		if (e->insn == regs->pc) {
			regs->pc = e->fixup;
			return true;
		}
	return false;
}

/* What the process did wrong: nothing is there, it may not do that there, or the page is lost. */
static void user_fault(unsigned long far, unsigned long esr, struct pt_regs *regs, int err)
{
	unsigned int status = esr & ESR_EL1_FSC_TYPE;
	int sig = status == ESR_EL1_FSC_ALIGN || err == -EIO ? SIGBUS : SIGSEGV;
	int code = status == ESR_EL1_FSC_ALIGN ? BUS_ADRALN : err == -EIO ? BUS_ADRERR :
		   err == -EACCES ? SEGV_ACCERR : SEGV_MAPERR;

	if (err == -ENOMEM) {
		force_sig(SIGKILL, current);
		return;
	}
	if (current->sighand->action[sig - 1].sa_handler == SIG_DFL && printk_ratelimit())
		printk("%s[%d]: unhandled level %lu %s fault (%d) at 0x%08lx, esr 0x%08lx, "
		       "pc %08llx\n",
		       current->comm, current->pid, esr & 3,
		       status == 0x04	? "translation"
		       : status == 0x0c ? "permission"
					: "other",
		       sig, far, esr, regs->pc);
	force_sig_fault(sig, code, far);
}

/*
 * far: the address, esr: what kind of access and fault. Translation (0b0001xx) and
 * permission (0b0011xx) faults may be mended; the rest are bugs.
 */
void do_mem_abort(unsigned long far, unsigned long esr, struct pt_regs *regs)
{
	unsigned int status = esr & 0x3c, class = esr >> ESR_EL1_EC_SHIFT;
	bool instruction = class == ESR_EL1_EC_IABT_EL0 || class == ESR_EL1_EC_IABT_EL1;
	bool write = !instruction && (esr & ESR_EL1_WRITE) && !(esr & ESR_EL1_CM);
	bool mendable = status == 0x04 || status == 0x0c;
	int err = -EFAULT;

	if (mendable && far < TASK_SIZE && current->mm && !in_interrupt()) {
		current->times.min_flt++;
		do
			err = handle_mm_fault(current->mm, far,
					      (write ? FAULT_FLAG_WRITE : 0) |
					      (instruction ? FAULT_FLAG_EXEC : 0));
		while (err == -ENOMEM && !current->preempt_count && out_of_memory());
	}
	if (!err)
		return;
	if (user_mode(regs)) {
		current->thread.fault_address = far;
		user_fault(far, esr, regs, err);
		return;
	}
	if (fixup_exception(regs))
		return;
	printk("Unable to handle kernel access at virtual address %016lx, ESR 0x%08lx\n", far, esr);
	show_regs(regs);
	panic("Oops");
}
