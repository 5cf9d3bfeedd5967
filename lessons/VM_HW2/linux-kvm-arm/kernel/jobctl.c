/*
 * Stopping and continuing processes: Ctrl-Z, SIGSTOP, and fg and bg of the shell.
 *
 * A stop signal is delivered as any other is. The thread that takes it marks the process
 * (signal->stopping), and each thread stops on its way to user space, in TASK_STOPPED; the
 * last one tells the parent. SIGCONT works the moment it is sent, handled or not, since
 * the one who shall go on cannot do anything about it. What a parent may ask wait4() for
 * is kept beside: stop_code and continued. (Linux: kernel/signal.c.)
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/jobctl.h>
#include <linux/irqflags.h>
#include <uapi/linux/sched.h>

/* All threads go on, and the parent hears of it if they had stopped. */
static void continue_process(struct task_struct *tsk)
{
	struct task_struct *t;
	bool stopped = false;

	tsk->signal->stopping = tsk->signal->stop_dequeued = false;
	flush_signals(&tsk->signal->shared_pending, SIG_KERNEL_STOP_MASK);
	list_for_each_entry(t, &task_list, tasks) {
		if (t->signal != tsk->signal)
			continue;
		flush_signals(&t->pending, SIG_KERNEL_STOP_MASK);
		stopped |= wake_up_state(t, TASK_STOPPED);
	}
	if (stopped) {
		tsk->signal->stop_code = 0;
		tsk->signal->continued = true;
		do_notify_parent(tsk->signal->leader, CLD_CONTINUED);
	}
}

/* Stop signals and SIGCONT take back what is pending of each other. */
void prepare_signal(int sig, struct task_struct *tsk)
{
	struct task_struct *t;

	if (sig == SIGCONT)
		continue_process(tsk);
	if (!sig_kernel_stop(sig))
		return;
	flush_signals(&tsk->signal->shared_pending, sigmask(SIGCONT));
	list_for_each_entry(t, &task_list, tasks)
		if (t->signal == tsk->signal)
			flush_signals(&t->pending, sigmask(SIGCONT));
}

void do_jobctl_stop(void)
{
	struct signal_struct *sig = current->signal;
	struct task_struct *t;
	unsigned long flags;
	bool last = true;

	local_irq_save(flags);
	if (sig->stopping && !fatal_signal_pending(current)) {
		current->state = TASK_STOPPED;
		list_for_each_entry(t, &task_list, tasks)
			if (t->signal == sig && t->state != TASK_STOPPED && t->state != TASK_DEAD)
				last = false;
		if (last)
			do_notify_parent(sig->leader, CLD_STOPPED);
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
	if (!current->signal->stop_dequeued) { /* SIGCONT came since the signal was taken */
		local_irq_restore(flags);
		return;
	}
	current->signal->stopping = true;
	current->signal->stop_code = sig;
	current->signal->continued = false;
	list_for_each_entry(t, &task_list, tasks)
		if (t->signal == current->signal && t != current) {
			t->sigpending = 1;
			wake_up_state(t, TASK_INTERRUPTIBLE);
		}
	do_jobctl_stop();
	local_irq_restore(flags);
}

int wait_jobctl(struct task_struct *child, unsigned int options)
{
	struct signal_struct *sig = child->signal;
	bool keep = options & WNOWAIT;
	int status = 0;

	if (child->state == TASK_STOPPED && sig->stop_code && (options & WSTOPPED)) {
		status = sig->stop_code << 8 | 0x7f;
		if (!keep)
			sig->stop_code = 0;
	} else if (sig->continued && (options & WCONTINUED)) {
		status = 0xffff;
		sig->continued = keep;
	}
	return status;
}
