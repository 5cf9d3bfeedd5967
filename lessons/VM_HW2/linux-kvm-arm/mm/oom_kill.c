/*
 * When no page is left for a process that needs one, some process must go. The one that
 * has most gives back most, and most likely is to blame.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/signal.h>

static struct task_struct *select_bad_process(void)
{
	struct task_struct *tsk, *worst = current;

	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->mm && tsk->tgid != 1 && tsk->state != TASK_DEAD &&
		    (!worst->mm || worst->tgid == 1 || tsk->mm->rss > worst->mm->rss))
			worst = tsk;
	return worst;
}

/* The victim must run in order to end; who needed the page waits for that, and tries again. */
bool out_of_memory(void)
{
	struct task_struct *victim;
	bool ours;

	if (fatal_signal_pending(current))
		return false;
	lock_tasks();
	victim = select_bad_process();
	if (!fatal_signal_pending(victim))
		printk("Out of memory: kill process %d (%s), which has %lu kB\n", victim->pid,
		       victim->comm, victim->mm->rss * (PAGE_SIZE / 1024));
	ours = victim->signal == current->signal;
	force_sig(SIGKILL, victim);
	unlock_tasks();
	if (ours)
		return false;
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(2);
	return true;
}
