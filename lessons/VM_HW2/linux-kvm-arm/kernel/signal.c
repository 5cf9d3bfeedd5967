/* Sending signals, and what processes can say about them. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/jobctl.h>
#include <linux/uaccess.h>
#include <linux/irqflags.h>

#define UNBLOCKABLE (sigmask(SIGKILL) | sigmask(SIGSTOP))

static void recalc_task(struct task_struct *tsk)
{
	tsk->sigpending = tsk->stop_pending || (tsk->pending & ~tsk->blocked) != 0;
}

void recalc_sigpending(void)
{
	recalc_task(current);
}

/* Allowed in interrupts. An ignored signal leaves no trace. */
int send_sig(int sig, struct task_struct *tsk)
{
	__sighandler_t handler;
	unsigned long flags;

	if (sig < 0 || sig > _NSIG)
		return -EINVAL;
	if (!sig)
		return 0; /* only asks whether the task exists */
	local_irq_save(flags);
	if (tsk->sighand) {
		prepare_signal(sig, tsk);
		handler = tsk->sighand->action[sig - 1].sa_handler;
		/* four signals do nothing by default; and init dies of nothing */
		if (sig == SIGKILL ? tsk->pid != 1 :
		    !(handler == SIG_IGN ||
		      (handler == SIG_DFL && (tsk->pid == 1 || sig == SIGCHLD || sig == SIGCONT ||
					      sig == SIGURG || sig == SIGWINCH)))) {
			tsk->pending |= sigmask(sig);
			recalc_task(tsk);
			if (tsk->sigpending && tsk->state == TASK_INTERRUPTIBLE)
				wake_up_process(tsk);
		}
	}
	local_irq_restore(flags);
	return 0;
}

void force_sig(int sig, struct task_struct *tsk)
{
	unsigned long flags;

	local_irq_save(flags);
	if (tsk->sighand) {
		struct kernel_sigaction *ka = &tsk->sighand->action[sig - 1];

		prepare_signal(sig, tsk);
		if (ka->sa_handler == SIG_IGN || (tsk->blocked & sigmask(sig)))
			ka->sa_handler = SIG_DFL;
		tsk->blocked &= ~sigmask(sig);
		tsk->pending |= sigmask(sig);
		recalc_task(tsk);
		if (tsk->state == TASK_INTERRUPTIBLE)
			wake_up_process(tsk);
	}
	local_irq_restore(flags);
}

int kill_pgrp(pid_t pgrp, int sig)
{
	struct task_struct *tsk;
	unsigned long flags;
	int found = 0;

	local_irq_save(flags);
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->pgrp == pgrp && tsk->pid == tsk->tgid && tsk->state != TASK_DEAD) {
			send_sig(sig, tsk);
			found++;
		}
	local_irq_restore(flags);
	return found ? 0 : -ESRCH;
}

void sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	unsigned long flags;

	local_irq_save(flags);
	if (old)
		*old = current->blocked;
	if (set) {
		if (how == SIG_BLOCK)
			current->blocked |= *set & ~UNBLOCKABLE;
		else if (how == SIG_UNBLOCK)
			current->blocked &= ~*set;
		else
			current->blocked = *set & ~UNBLOCKABLE;
	}
	recalc_sigpending();
	local_irq_restore(flags);
}

long sys_kill(int pid, int sig)
{
	struct task_struct *tsk;

	if (sig < 0 || sig > _NSIG)
		return -EINVAL;
	if (pid == 0)
		return kill_pgrp(current->pgrp, sig);
	if (pid < -1)
		return kill_pgrp(-pid, sig);
	if (pid == -1) {
		list_for_each_entry(tsk, &task_list, tasks)
			if (tsk->pid > 1 && tsk->tgid != current->tgid)
				send_sig(sig, tsk);
		return 0;
	}
	tsk = find_task(pid);
	if (!tsk)
		return -ESRCH;
	return send_sig(sig, tsk);
}

long sys_tkill(int tid, int sig)
{
	struct task_struct *tsk = find_task(tid);

	return tsk ? send_sig(sig, tsk) : -ESRCH;
}

long sys_tgkill(int tgid, int tid, int sig)
{
	struct task_struct *tsk = find_task(tid);

	return tsk && tsk->tgid == tgid ? send_sig(sig, tsk) : -ESRCH;
}

long sys_rt_sigaction(int sig, const struct kernel_sigaction *act, struct kernel_sigaction *old,
		      size_t size)
{
	struct kernel_sigaction new, *ka;

	if (size != sizeof(sigset_t) || sig < 1 || sig > _NSIG)
		return -EINVAL;
	if (act && (sig == SIGKILL || sig == SIGSTOP))
		return -EINVAL;
	if (act && copy_from_user(&new, act, sizeof(new)))
		return -EFAULT;
	ka = &current->sighand->action[sig - 1];
	if (old && copy_to_user(old, ka, sizeof(*ka)))
		return -EFAULT;
	if (act)
		*ka = new;
	return 0;
}

long sys_rt_sigprocmask(int how, const sigset_t *uset, sigset_t *uold, size_t size)
{
	sigset_t set, old;

	if (size != sizeof(sigset_t) || (uset && (how < SIG_BLOCK || how > SIG_SETMASK)))
		return -EINVAL;
	if (uset && get_user(set, uset))
		return -EFAULT;
	sigprocmask(how, uset ? &set : NULL, &old);
	return uold ? put_user(old, uold) : 0;
}

/* Sleep with another mask until a signal comes. */
long sys_rt_sigsuspend(const sigset_t *uset, size_t size)
{
	sigset_t set;

	if (size != sizeof(sigset_t))
		return -EINVAL;
	if (get_user(set, uset))
		return -EFAULT;
	current->saved_sigmask = current->blocked;
	current->restore_sigmask = 1;
	sigprocmask(SIG_SETMASK, &set, NULL);
	while (!signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return -EINTR;
}
