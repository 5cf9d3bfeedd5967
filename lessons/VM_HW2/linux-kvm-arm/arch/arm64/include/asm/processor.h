/* What of the CPU's state belongs to a task. */
#ifndef __ASM_PROCESSOR_H
#define __ASM_PROCESSOR_H

#include <asm/ptrace.h>

/* The registers that a function call preserves: all that cpu_switch_to() must keep. */
struct cpu_context {
	unsigned long x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, fp, sp, pc;
};

struct thread_struct {
	struct cpu_context cpu_context;
	unsigned long tp_value; /* TPIDR_EL0: the thread pointer of user space */
	unsigned long fault_address;
	bool fpsimd_used; /* the registers below are the task's (kernel/fpsimd.c) */
	struct user_fpsimd_state fpsimd_state;
};

struct task_struct;

/* The user registers at the top of a task's kernel stack. */
#define task_pt_regs(p) \
	((struct pt_regs *)((unsigned long)(p)->stack + THREAD_SIZE) - 1)

struct task_struct *cpu_switch_to(struct task_struct *prev, struct task_struct *next);
void show_regs(struct pt_regs *regs);
void start_thread(struct pt_regs *regs, unsigned long pc, unsigned long sp);

#define cpu_relax() barrier()

/* Stop until an interrupt is pending (masked or not). */
static inline void cpu_do_idle(void)
{
	__asm__ volatile("dsb sy\n\twfi" : : : "memory");
}

#endif
