/* Signals inside the kernel. */
#ifndef _LINUX_SIGNAL_H
#define _LINUX_SIGNAL_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <uapi/linux/signal.h>
#include <uapi/linux/siginfo.h>

struct task_struct;
struct pt_regs;

/* What each signal does in a process; its threads share it. */
struct sighand_struct {
	atomic_t count;
	struct kernel_sigaction action[_NSIG];
};

/* A signal on its way, with what it says. */
struct sigqueue {
	struct list_head list;
	struct kernel_siginfo info;
};

/* What has been sent to a task, or to a process, and not been delivered. */
struct sigpending {
	struct list_head list;
	sigset_t signal;
	int count; /* length of the list */
};

#define sigmask(sig) (1UL << ((sig) - 1))
#define SIG_KERNEL_STOP_MASK \
	(sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define SIG_KERNEL_IGNORE_MASK \
	(sigmask(SIGCHLD) | sigmask(SIGCONT) | sigmask(SIGURG) | sigmask(SIGWINCH))
#define SIG_UNBLOCKABLE (sigmask(SIGKILL) | sigmask(SIGSTOP))

/* Sending: to one thread, to a process (any of its threads), to a process group. */
int send_sig(int sig, struct task_struct *tsk);
int send_sig_info(int sig, const struct kernel_siginfo *info, struct task_struct *tsk);
int group_send_sig_info(int sig, const struct kernel_siginfo *info, struct task_struct *tsk);
int kill_pgrp(pid_t pgrp, int sig);
/* For faults: cannot be blocked or ignored; the process dies if it has no handler. */
void force_sig(int sig, struct task_struct *tsk);
void force_sig_info(int sig, const struct kernel_siginfo *info, struct task_struct *tsk);
void force_sig_fault(int sig, int code, unsigned long addr);

void init_sigpending(struct sigpending *pending);
void flush_sigqueue(struct sigpending *pending);
/* Forgets the signals of the set that have not been delivered. */
void flush_signals(struct sigpending *pending, sigset_t set);
/* Takes a signal that mask does not hold back; its number, or 0. */
int dequeue_signal(struct task_struct *tsk, sigset_t mask, struct kernel_siginfo *info);
/* The next signal that a handler is there for; the others have had their effect. 0: none. */
int get_signal_to_deliver(struct kernel_siginfo *info, struct kernel_sigaction *ka);
/* A handler has been set up for the signal: what is blocked while it runs. */
void signal_delivered(int sig, const struct kernel_sigaction *ka);
void recalc_sigpending(void);
void retarget_shared_pending(struct task_struct *tsk, sigset_t which);
void sigprocmask(int how, const sigset_t *set, sigset_t *old);
void set_current_blocked(sigset_t set);
/* Sleep with this mask; it ends with the system call, or with the handler that ends that. */
void set_temporary_sigmask(sigset_t set);
#define signal_pending(tsk) ((tsk)->sigpending)
bool fatal_signal_pending(struct task_struct *tsk);
void restore_saved_sigmask(void);
/* Does sp lie on the stack that is kept for handlers? */
bool on_sig_stack(unsigned long sp);
/* Tells the parent that a task ended, was stopped or goes on. */
void do_notify_parent(struct task_struct *tsk, int code);
/* On the way to user space: run a handler, or die. */
void do_signal(struct pt_regs *regs);

#endif
