/*
 * Stopping and continuing processes: Ctrl-Z, SIGSTOP, and fg and bg of the shell.
 *
 * A stop signal is delivered as any other is. The thread that takes it tells the others
 * (stop_pending), and each of them stops on its way to user space, in TASK_STOPPED; the
 * last one tells the parent. SIGCONT works the moment it is sent, handled or not, since
 * the one who shall go on cannot do anything about it. What a parent may ask wait4() for
 * is kept in the first thread: stop_code and continued.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/jobctl.h>
#include <linux/irqflags.h>
#include <uapi/linux/sched.h>

static struct task_struct *group_leader(struct task_struct *tsk)
{
	struct task_struct *leader = tsk->pid == tsk->tgid ? tsk : find_task(tsk->tgid);

	return leader ? leader : tsk;
}

/* SIGCHLD, if the parent wants it for this, and the end of its wait4(). */
static void notify_parent(struct task_struct *leader)
{
	struct task_struct *parent = leader->parent;

	if (parent->sighand && !(parent->sighand->action[SIGCHLD - 1].sa_flags & SA_NOCLDSTOP))
		send_sig(SIGCHLD, parent);
	wake_up(&parent->wait_chldexit);
}

static void wake_stopped(struct task_struct *tsk)
{
	if (tsk->state == TASK_STOPPED) {
		tsk->state = TASK_INTERRUPTIBLE;
		wake_up_process(tsk);
	}
}

/* All threads go on, and the parent hears of it if they had stopped. */
static void continue_process(struct task_struct *tsk)
{
	struct task_struct *t, *leader = group_leader(tsk);
	bool stopped = false;

	list_for_each_entry(t, &task_list, tasks) {
		if (t->tgid != tsk->tgid)
			continue;
		t->pending &= ~SIGNALS_THAT_STOP;
		t->stop_pending = 0;
		stopped |= t->state == TASK_STOPPED;
		wake_stopped(t);
	}
	if (stopped) {
		leader->stop_code = 0;
		leader->continued = 1;
		notify_parent(leader);
	}
}

/* Stop signals and SIGCONT take back what is pending of each other. */
void prepare_signal(int sig, struct task_struct *tsk)
{
	struct task_struct *t;

	if (sig == SIGCONT)
		continue_process(tsk);
	else if (sig == SIGKILL)
		wake_stopped(tsk);
	else if (sig_kernel_stop(sig))
		list_for_each_entry(t, &task_list, tasks)
			if (t->tgid == tsk->tgid)
				t->pending &= ~sigmask(SIGCONT);
}

void do_jobctl_stop(void)
{
	struct task_struct *t, *tsk = current;
	unsigned long flags;
	bool last = true;

	local_irq_save(flags);
	tsk->stop_pending = 0;
	recalc_sigpending();
	if (!(tsk->pending & sigmask(SIGKILL))) {
		tsk->state = TASK_STOPPED;
		list_for_each_entry(t, &task_list, tasks)
			if (t->tgid == tsk->tgid && t->state != TASK_STOPPED &&
			    t->state != TASK_DEAD)
				last = false;
		if (last)
			notify_parent(group_leader(tsk));
		schedule();
	}
	local_irq_restore(flags);
}

void do_signal_stop(int sig)
{
	struct task_struct *t;
	unsigned long flags;

	/* nobody could continue it, so the terminal's stop signals mean nothing */
	if (sig != SIGSTOP && is_current_pgrp_orphaned())
		return;
	local_irq_save(flags);
	group_leader(current)->stop_code = sig;
	group_leader(current)->continued = 0;
	list_for_each_entry(t, &task_list, tasks)
		if (t->tgid == current->tgid && t != current && t->state != TASK_STOPPED) {
			t->stop_pending = t->sigpending = 1;
			if (t->state == TASK_INTERRUPTIBLE)
				wake_up_process(t);
		}
	do_jobctl_stop();
	local_irq_restore(flags);
}

int wait_jobctl(struct task_struct *child, int options)
{
	int status = 0;

	if (child->state == TASK_STOPPED && child->stop_code && (options & WUNTRACED)) {
		status = child->stop_code << 8 | 0x7f;
		child->stop_code = 0;
	} else if (child->continued && (options & WCONTINUED)) {
		status = 0xffff;
		child->continued = 0;
	}
	return status;
}
