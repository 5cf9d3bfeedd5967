/*
 * Who wants to know when a process's memory changes: a short list in its mm_struct.
 * mm/memory.c calls it, because all changes of a process's tables go through there.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/sched.h>

/* mmap_sem: not between the start and the end of a change. */
void mmu_notifier_register(struct mmu_notifier *mn, struct mm_struct *mm)
{
	mutex_lock(&mm->mmap_sem);
	mn->next = mm->mmu_notifiers;
	mm->mmu_notifiers = mn;
	mutex_unlock(&mm->mmap_sem);
}

void mmu_notifier_unregister(struct mmu_notifier *mn, struct mm_struct *mm)
{
	struct mmu_notifier **link = &mm->mmu_notifiers;

	preempt_disable();
	while (*link != mn)
		link = &(*link)->next;
	*link = mn->next;
	preempt_enable();
}

void mmu_notifier_invalidate_range_start(struct mm_struct *mm, unsigned long start,
					 unsigned long end)
{
	preempt_disable();
	for (struct mmu_notifier *mn = mm->mmu_notifiers; mn; mn = mn->next)
		mn->ops->invalidate_range_start(mn, mm, start, end);
	preempt_enable();
}

void mmu_notifier_invalidate_range_end(struct mm_struct *mm, unsigned long start,
				       unsigned long end)
{
	preempt_disable();
	for (struct mmu_notifier *mn = mm->mmu_notifiers; mn; mn = mn->next)
		mn->ops->invalidate_range_end(mn, mm, start, end);
	preempt_enable();
}
