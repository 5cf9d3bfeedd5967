/*
 * What processes say about signals: whom to send them to, what to do with them. (Linux:
 * the second half of kernel/signal.c.)
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <linux/irqflags.h>
#include <linux/hrtimer.h>
#include <linux/string.h>
#include <asm/ptrace.h>

void set_current_blocked(sigset_t set)
{
	unsigned long flags;

	local_irq_save(flags);
	set &= ~SIG_UNBLOCKABLE;
	retarget_shared_pending(current, set & ~current->blocked);
	current->blocked = set;
	recalc_sigpending();
	local_irq_restore(flags);
}

void sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t blocked = current->blocked;

	if (old)
		*old = blocked;
	if (set)
		set_current_blocked(how == SIG_BLOCK ? blocked | *set :
				    how == SIG_UNBLOCK ? blocked & ~*set : *set);
}

void set_temporary_sigmask(sigset_t set)
{
	current->saved_sigmask = current->blocked;
	current->restore_sigmask = 1;
	set_current_blocked(set);
}

void restore_saved_sigmask(void)
{
	if (current->restore_sigmask) {
		current->restore_sigmask = 0;
		set_current_blocked(current->saved_sigmask);
	}
}

static struct kernel_siginfo from_us(int code)
{
	return (struct kernel_siginfo){ .si_code = code, .si_pid = current->tgid };
}

/* A process group, or with pgrp 0 everybody but init and ourselves. */
static long kill_many(pid_t pgrp, int sig)
{
	struct kernel_siginfo info = from_us(SI_USER);
	struct task_struct *tsk;
	long ret = -ESRCH;

	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->pid == tsk->tgid && !tsk->kthread && (pgrp ? tsk->pgrp == pgrp :
				tsk->pid > 1 && tsk->signal != current->signal)) {
			group_send_sig_info(sig, &info, tsk);
			ret = 0;
		}
	unlock_tasks();
	return ret;
}

long sys_kill(int pid, int sig)
{
	struct kernel_siginfo info = from_us(SI_USER);
	struct task_struct *tsk;
	long ret;

	if (sig < 0 || sig > _NSIG)
		return -EINVAL;
	if (pid == -1)
		return kill_many(0, sig);
	if (pid <= 0)
		return kill_many(pid ? (int)-(unsigned int)pid : current->pgrp, sig);
	lock_tasks();
	tsk = find_task(pid);
	ret = tsk ? group_send_sig_info(sig, &info, tsk) : -ESRCH;
	unlock_tasks();
	return ret;
}

/* To one thread; tgid: if it is of that process, 0: of any. */
static long send_to_thread(int tgid, int tid, int sig, const struct kernel_siginfo *info)
{
	struct task_struct *tsk;
	long ret = -ESRCH;

	lock_tasks();
	tsk = find_task(tid);
	if (tsk && (!tgid || tsk->tgid == tgid))
		ret = send_sig_info(sig, info, tsk);
	unlock_tasks();
	return ret;
}

long sys_tgkill(int tgid, int tid, int sig)
{
	struct kernel_siginfo info = from_us(SI_TKILL);

	if (tgid <= 0 || tid <= 0 || sig < 0 || sig > _NSIG)
		return -EINVAL;
	return send_to_thread(tgid, tid, sig, &info);
}

long sys_tkill(int tid, int sig)
{
	struct kernel_siginfo info = from_us(SI_TKILL);

	return tid <= 0 ? -EINVAL : send_to_thread(0, tid, sig, &info);
}

/* A signal with a value. It may not pretend to be the kernel's. */
static long sigqueueinfo(int tgid, int tid, int sig, const struct kernel_siginfo *uinfo)
{
	struct kernel_siginfo info;
	struct task_struct *tsk;
	long ret;

	if (copy_from_user(&info, uinfo, sizeof(info)))
		return -EFAULT;
	if ((info.si_code >= 0 || info.si_code == SI_TKILL) && tid != current->tgid)
		return -EPERM;
	if (tgid)
		return send_to_thread(tgid, tid, sig, &info);
	lock_tasks();
	tsk = find_task(tid);
	ret = tsk ? group_send_sig_info(sig, &info, tsk) : -ESRCH;
	unlock_tasks();
	return ret;
}

long sys_rt_sigqueueinfo(int pid, int sig, const struct kernel_siginfo *uinfo)
{
	return sigqueueinfo(0, pid, sig, uinfo);
}

long sys_rt_tgsigqueueinfo(int tgid, int tid, int sig, const struct kernel_siginfo *uinfo)
{
	return tgid <= 0 || tid <= 0 ? -EINVAL : sigqueueinfo(tgid, tid, sig, uinfo);
}

/* Signals that wait and are ignored from now on will not come. */
static void forget_ignored(int sig, const struct kernel_sigaction *ka)
{
	struct task_struct *t;
	unsigned long flags;

	if (ka->sa_handler != SIG_IGN &&
	    !(ka->sa_handler == SIG_DFL && (SIG_KERNEL_IGNORE_MASK & sigmask(sig))))
		return;
	local_irq_save(flags);
	flush_signals(&current->signal->shared_pending, sigmask(sig));
	list_for_each_entry(t, &task_list, tasks)
		if (t->signal == current->signal)
			flush_signals(&t->pending, sigmask(sig));
	local_irq_restore(flags);
}

long sys_rt_sigaction(int sig, const struct kernel_sigaction *act, struct kernel_sigaction *old,
		      size_t size)
{
	struct kernel_sigaction new, *ka, before;

	if (size != sizeof(sigset_t) || sig < 1 || sig > _NSIG)
		return -EINVAL;
	if (act && (sig == SIGKILL || sig == SIGSTOP))
		return -EINVAL;
	if (act && copy_from_user(&new, act, sizeof(new)))
		return -EFAULT;
	ka = &current->sighand->action[sig - 1];
	before = *ka;
	if (act) {
		new.sa_mask &= ~SIG_UNBLOCKABLE;
		*ka = new;
		forget_ignored(sig, ka);
	}
	return old && copy_to_user(old, &before, sizeof(before)) ? -EFAULT : 0;
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

long sys_rt_sigpending(sigset_t *uset, size_t size)
{
	sigset_t set = (current->pending.signal | current->signal->shared_pending.signal) &
		       current->blocked;

	if (size > sizeof(set))
		return -EINVAL;
	return copy_to_user(uset, &set, size) ? -EFAULT : 0;
}

/* Sleep with another mask until a signal comes. */
long sys_rt_sigsuspend(const sigset_t *uset, size_t size)
{
	sigset_t set;

	if (size != sizeof(sigset_t))
		return -EINVAL;
	if (get_user(set, uset))
		return -EFAULT;
	set_temporary_sigmask(set);
	while (!signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return -ERESTARTNOHAND;
}

/* Waits for one of these (blocked) signals and takes it, without a handler. */
long sys_rt_sigtimedwait(const sigset_t *uset, struct kernel_siginfo *uinfo,
			 const struct timespec *uts, size_t size)
{
	struct kernel_siginfo info;
	struct timespec ts;
	ktime_t end = 0;
	sigset_t set, blocked = current->blocked;
	int sig;

	if (size != sizeof(set))
		return -EINVAL;
	if (get_user(set, uset) || (uts && copy_from_user(&ts, uts, sizeof(ts))))
		return -EFAULT;
	if (uts && !timespec_valid(&ts))
		return -EINVAL;
	if (uts)
		end = ktime_add_timespec(ktime_get(), &ts);
	set &= ~SIG_UNBLOCKABLE;
	sig = dequeue_signal(current, ~set, &info);
	if (!sig && (!uts || end > ktime_get())) {
		current->real_blocked = blocked; /* what is ignored counts, too */
		set_current_blocked(blocked & ~set); /* so that they wake us */
		set_current_state(TASK_INTERRUPTIBLE);
		if (uts)
			schedule_until(end);
		else
			schedule();
		current->state = TASK_RUNNING;
		sig = dequeue_signal(current, ~set, &info);
		set_current_blocked(blocked);
		current->real_blocked = 0;
		if (!sig && signal_pending(current))
			return -EINTR;
	}
	if (!sig)
		return -EAGAIN;
	return uinfo && copy_to_user(uinfo, &info, sizeof(info)) ? -EFAULT : sig;
}

bool on_sig_stack(unsigned long sp)
{
	return sp - (unsigned long)current->altstack.ss_sp < current->altstack.ss_size;
}

long sys_sigaltstack(const struct sigaltstack *uss, struct sigaltstack *uold)
{
	bool inside = on_sig_stack(task_pt_regs(current)->sp);
	struct sigaltstack new, old = current->altstack;

	old.ss_flags = !old.ss_size ? SS_DISABLE : inside ? SS_ONSTACK : 0;
	if (uss) {
		if (copy_from_user(&new, uss, sizeof(new)))
			return -EFAULT;
		if (inside)
			return -EPERM;
		if (new.ss_flags & ~(SS_DISABLE | SS_ONSTACK))
			return -EINVAL;
		if (new.ss_flags & SS_DISABLE)
			memset(&new, 0, sizeof(new));
		else if (new.ss_size < MINSIGSTKSZ)
			return -ENOMEM;
		current->altstack = new;
	}
	return uold && copy_to_user(uold, &old, sizeof(old)) ? -EFAULT : 0;
}

/* How a sleep that was interrupted by nothing worth a handler goes on. */
long sys_restart_syscall(void)
{
	struct restart_block *block = &current->restart_block;

	return block->fn ? block->fn(block) : -EINTR;
}
