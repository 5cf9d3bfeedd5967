/*
 * Floating point and SIMD belong to a task, like its other registers, but most tasks never
 * use them. So they are closed to everybody (CPACR_EL1) until a task tries: from that trap
 * on it has a set of its own, which is saved and loaded whenever the CPU changes hands.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/irqflags.h>
#include <asm/barrier.h>
#include <asm/fpsimd.h>

#define CPACR_FPEN (3UL << 20) /* neither EL0's nor EL1's use of the registers traps */

static void fpsimd_enable(bool on)
{
	__asm__ volatile("msr cpacr_el1, %0\n\tisb" : : "r"(on ? CPACR_FPEN : 0UL) : "memory");
}

void do_fpsimd_acc(void)
{
	struct thread_struct *t = &current->thread;
	unsigned long flags;

	local_irq_save(flags);
	memset(&t->fpsimd_state, 0, sizeof(t->fpsimd_state));
	t->fpsimd_used = true;
	fpsimd_enable(true);
	fpsimd_load_state(&t->fpsimd_state);
	local_irq_restore(flags);
}

void fpsimd_thread_switch(struct task_struct *prev, struct task_struct *next)
{
	if (prev->thread.fpsimd_used)
		fpsimd_save_state(&prev->thread.fpsimd_state);
	if (prev->thread.fpsimd_used != next->thread.fpsimd_used)
		fpsimd_enable(next->thread.fpsimd_used);
	if (next->thread.fpsimd_used)
		fpsimd_load_state(&next->thread.fpsimd_state);
}

void fpsimd_flush_thread(void)
{
	unsigned long flags;

	local_irq_save(flags);
	current->thread.fpsimd_used = false;
	fpsimd_enable(false);
	local_irq_restore(flags);
}

bool fpsimd_preserve_current_state(void)
{
	if (current->thread.fpsimd_used)
		fpsimd_save_state(&current->thread.fpsimd_state);
	return current->thread.fpsimd_used;
}

void fpsimd_update_current_state(const struct user_fpsimd_state *state)
{
	unsigned long flags;

	local_irq_save(flags);
	current->thread.fpsimd_state = *state;
	current->thread.fpsimd_used = true;
	fpsimd_enable(true);
	fpsimd_load_state(&current->thread.fpsimd_state);
	local_irq_restore(flags);
}
