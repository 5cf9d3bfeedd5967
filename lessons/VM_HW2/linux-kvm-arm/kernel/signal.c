/*
 * Signals: sending them, and what they do to who gets them. A signal that is sent joins
 * the pending ones, of a thread or of the whole process (shared_pending); the receiver finds
 * it on its way to user space (do_signal() in arch/arm64/kernel/signal.c). What processes say
 * about signals is in signal_calls.c.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/jobctl.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/resource.h>

/* Faults of the instruction that was just run: they come before what others sent. */
#define SYNCHRONOUS_MASK                                                                  \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) | \
	 sigmask(SIGFPE) | sigmask(SIGSYS))

void init_sigpending(struct sigpending *pending)
{
	INIT_LIST_HEAD(&pending->list);
	pending->signal = 0;
	pending->count = 0;
}

void flush_signals(struct sigpending *pending, sigset_t set)
{
	struct sigqueue *q, *next;

	pending->signal &= ~set;
	list_for_each_entry_safe(q, next, &pending->list, list)
		if (sigmask(q->info.si_signo) & set) {
			list_del(&q->list);
			pending->count--;
			kfree(q);
		}
}

void flush_sigqueue(struct sigpending *pending)
{
	flush_signals(pending, ~0UL);
}

static sigset_t pending_signals(const struct task_struct *tsk)
{
	return tsk->pending.signal | tsk->signal->shared_pending.signal;
}

/* Only sets the flag: what clears it is the task's own look at its signals. */
static void signal_wake_up(struct task_struct *tsk, bool fatal)
{
	tsk->sigpending = 1;
	wake_up_state(tsk, fatal ? TASK_INTERRUPTIBLE | TASK_STOPPED | TASK_KILLABLE
				 : TASK_INTERRUPTIBLE);
}

void recalc_sigpending(void)
{
	current->sigpending = (pending_signals(current) & ~current->blocked) ||
			      current->signal->stopping || current->signal->group_exit;
}

bool fatal_signal_pending(struct task_struct *tsk)
{
	return tsk->pending.signal & sigmask(SIGKILL);
}

/* Nobody would notice: not init's default actions, nor what is ignored anyhow. */
static bool sig_ignored(struct task_struct *tsk, int sig)
{
	__sighandler_t handler = tsk->sighand->action[sig - 1].sa_handler;

	if (tsk->kthread || (tsk->tgid == 1 && handler == SIG_DFL))
		return true;
	if ((tsk->blocked | tsk->real_blocked) & sigmask(sig))
		return false; /* there may be a handler by the time it is unblocked */
	return handler == SIG_IGN ||
	       (handler == SIG_DFL && (SIG_KERNEL_IGNORE_MASK & sigmask(sig)));
}

/* Puts the signal among the pending ones. -EAGAIN: no room for another that queues. */
static int queue_signal(int sig, const struct kernel_siginfo *info, struct sigpending *pending,
			unsigned long limit)
{
	struct sigqueue *q = NULL;

	if (sig < SIGRTMIN && (pending->signal & sigmask(sig)))
		return 0; /* it waits already; once is enough */
	if (info && (unsigned long)pending->count < limit)
		q = kmalloc(sizeof(*q), GFP_ATOMIC);
	if (q) {
		q->info = *info;
		q->info.si_signo = sig;
		list_add_tail(&q->list, &pending->list);
		pending->count++;
	} else if (info && sig >= SIGRTMIN && info->si_code < 0) {
		return -EAGAIN;
	}
	pending->signal |= sigmask(sig);
	return 0;
}

static bool wants_signal(int sig, const struct task_struct *tsk)
{
	return tsk->state != TASK_DEAD && !(tsk->blocked & sigmask(sig));
}

/* A process has a new signal: one thread shall look. If all have blocked it, it waits. */
static void complete_signal(int sig, struct task_struct *tsk)
{
	struct task_struct *t;

	if (wants_signal(sig, tsk)) {
		signal_wake_up(tsk, false);
		return;
	}
	list_for_each_entry(t, &task_list, tasks)
		if (t->signal == tsk->signal && wants_signal(sig, t)) {
			signal_wake_up(t, false);
			return;
		}
}

/* The process ends, whatever its threads are doing. */
static void kill_threads(struct signal_struct *sig)
{
	struct task_struct *t;

	list_for_each_entry(t, &task_list, tasks)
		if (t->signal == sig && t->state != TASK_DEAD) {
			t->pending.signal |= sigmask(SIGKILL);
			signal_wake_up(t, true);
		}
}

static int send_signal(int sig, const struct kernel_siginfo *info, struct task_struct *tsk,
		       bool group)
{
	unsigned long limit = tsk->signal->rlim[RLIMIT_SIGPENDING].rlim_cur;
	int err;

	prepare_signal(sig, tsk);
	if (sig_ignored(tsk, sig))
		return 0;
	if (sig == SIGKILL) {
		kill_threads(tsk->signal);
		return 0;
	}
	err = queue_signal(sig, info, group ? &tsk->signal->shared_pending : &tsk->pending, limit);
	if (group)
		complete_signal(sig, tsk);
	else if (wants_signal(sig, tsk))
		signal_wake_up(tsk, false);
	return err;
}

static int do_send_sig_info(int sig, const struct kernel_siginfo *info, struct task_struct *tsk,
			    bool group)
{
	unsigned long flags;
	int err = 0;

	if (sig < 0 || sig > _NSIG)
		return -EINVAL;
	if (!sig)
		return 0; /* only asks whether the task exists */
	local_irq_save(flags);
	if (tsk->sighand && tsk->signal && tsk->signal->nr_threads)
		err = send_signal(sig, info, tsk, group);
	local_irq_restore(flags);
	return err;
}

/* To one thread. Allowed in interrupts. info may be NULL: the kernel has nothing to say about it. */
int send_sig_info(int sig, const struct kernel_siginfo *info, struct task_struct *tsk)
{
	return do_send_sig_info(sig, info, tsk, false);
}

/* To a process: any thread that has not blocked it may take it. */
int group_send_sig_info(int sig, const struct kernel_siginfo *info, struct task_struct *tsk)
{
	return do_send_sig_info(sig, info, tsk, true);
}

/* tsk will not take these signals of its process's (any more): the other threads shall look. */
void retarget_shared_pending(struct task_struct *tsk, sigset_t which)
{
	struct task_struct *t;

	which &= tsk->signal->shared_pending.signal;
	if (!which)
		return;
	list_for_each_entry(t, &task_list, tasks)
		if (t->signal == tsk->signal && t != tsk && t->state != TASK_DEAD &&
		    (which & ~t->blocked))
			signal_wake_up(t, false);
}

int send_sig(int sig, struct task_struct *tsk)
{
	struct kernel_siginfo info = { .si_code = SI_KERNEL };

	return send_sig_info(sig, &info, tsk);
}

int kill_pgrp(pid_t pgrp, int sig)
{
	struct kernel_siginfo info = { .si_code = SI_KERNEL };
	struct task_struct *tsk;
	unsigned long flags;
	int found = 0;

	local_irq_save(flags);
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->pgrp == pgrp && tsk->pid == tsk->tgid && tsk->signal->nr_threads) {
			group_send_sig_info(sig, &info, tsk);
			found++;
		}
	local_irq_restore(flags);
	return found ? 0 : -ESRCH;
}

void force_sig_info(int sig, const struct kernel_siginfo *info, struct task_struct *tsk)
{
	unsigned long flags;

	local_irq_save(flags);
	if (tsk->sighand) {
		struct kernel_sigaction *ka = &tsk->sighand->action[sig - 1];

		if (ka->sa_handler == SIG_IGN || (tsk->blocked & sigmask(sig)))
			ka->sa_handler = SIG_DFL;
		tsk->blocked &= ~sigmask(sig);
		queue_signal(sig, info, &tsk->pending, RLIM_INFINITY);
		signal_wake_up(tsk, sig == SIGKILL);
	}
	local_irq_restore(flags);
}

void force_sig(int sig, struct task_struct *tsk)
{
	struct kernel_siginfo info = { .si_code = SI_KERNEL };

	force_sig_info(sig, &info, tsk);
}

void force_sig_fault(int sig, int code, unsigned long addr)
{
	struct kernel_siginfo info = { .si_code = code, .si_addr = (void *)addr };

	force_sig_info(sig, &info, current);
}

/* Interrupts are masked. */
static int take_signal(struct sigpending *pending, sigset_t mask, struct kernel_siginfo *info)
{
	sigset_t ready = pending->signal & ~mask;
	struct sigqueue *q, *next;
	bool found = false, more = false;
	int sig;

	if (!ready)
		return 0;
	sig = __builtin_ctzl(ready & SYNCHRONOUS_MASK ? ready & SYNCHRONOUS_MASK : ready) + 1;
	list_for_each_entry_safe(q, next, &pending->list, list) {
		if (q->info.si_signo != sig)
			continue;
		if (found) {
			more = true;
			break;
		}
		*info = q->info;
		found = true;
		list_del(&q->list);
		pending->count--;
		kfree(q);
	}
	if (!more)
		pending->signal &= ~sigmask(sig);
	if (!found) {
		memset(info, 0, sizeof(*info));
		info->si_signo = sig;
	}
	return sig;
}

int dequeue_signal(struct task_struct *tsk, sigset_t mask, struct kernel_siginfo *info)
{
	unsigned long flags;
	int sig;

	local_irq_save(flags);
	sig = take_signal(&tsk->pending, mask, info);
	if (!sig)
		sig = take_signal(&tsk->signal->shared_pending, mask, info);
	if (sig_kernel_stop(sig))
		tsk->signal->stop_dequeued = true;
	local_irq_restore(flags);
	return sig;
}

int get_signal_to_deliver(struct kernel_siginfo *info, struct kernel_sigaction *ka)
{
	int sig;

	for (;;) {
		struct kernel_sigaction *action;

		if (current->signal->group_exit)
			do_exit(current->signal->group_exit_code);
		if (current->signal->group_exec && current->signal->group_exec != current)
			do_exit(0);
		if (current->signal->stopping && !fatal_signal_pending(current)) {
			do_jobctl_stop();
			continue;
		}
		sig = dequeue_signal(current, current->blocked, info);
		if (!sig)
			break;
		action = &current->sighand->action[sig - 1];
		*ka = *action;
		if (ka->sa_handler == SIG_IGN)
			continue;
		if (ka->sa_handler != SIG_DFL) {
			if (ka->sa_flags & SA_RESETHAND)
				action->sa_handler = SIG_DFL;
			break;
		}
		if (SIG_KERNEL_IGNORE_MASK & sigmask(sig))
			continue;
		if (current->tgid == 1 && info->si_code <= 0)
			continue; /* nobody kills init but its own faults */
		if (sig_kernel_stop(sig))
			do_signal_stop(sig);
		else
			do_group_exit(sig);
	}
	recalc_sigpending();
	return sig;
}

void signal_delivered(int sig, const struct kernel_sigaction *ka)
{
	sigset_t blocked = current->blocked | ka->sa_mask;

	current->restore_sigmask = 0;
	if (!(ka->sa_flags & SA_NODEFER))
		blocked |= sigmask(sig);
	set_current_blocked(blocked);
}

void do_notify_parent(struct task_struct *tsk, int code)
{
	struct kernel_siginfo info = {
		.si_code = code,
		.si_child = tsk->pid,
		.si_status = code == CLD_EXITED ? tsk->exit_code >> 8 :
			     code == CLD_KILLED ? tsk->exit_code & 0x7f :
			     code == CLD_STOPPED ? tsk->signal->stop_code : SIGCONT,
		.si_utime = tsk->times.utime,
		.si_stime = tsk->times.stime
	};
	struct task_struct *parent = tsk->parent;
	bool job = code == CLD_STOPPED || code == CLD_CONTINUED;

	if (!parent->sighand || !parent->signal)
		return;
	if (!job || !(parent->sighand->action[SIGCHLD - 1].sa_flags & SA_NOCLDSTOP))
		group_send_sig_info(job ? SIGCHLD : tsk->exit_signal, &info, parent);
	wake_up(&parent->signal->wait_chldexit);
}
