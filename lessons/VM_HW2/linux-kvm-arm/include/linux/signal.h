/* Signals inside the kernel. */
#ifndef _LINUX_SIGNAL_H
#define _LINUX_SIGNAL_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <uapi/linux/signal.h>

struct task_struct;
struct pt_regs;

/* What each signal does in a process; its threads share it. */
struct sighand_struct {
	int count;
	struct kernel_sigaction action[_NSIG];
};

#define sigmask(sig) (1UL << ((sig) - 1))

int send_sig(int sig, struct task_struct *tsk);
int kill_pgrp(pid_t pgrp, int sig);
/* For faults: cannot be blocked or ignored; the process dies if it has no handler. */
void force_sig(int sig, struct task_struct *tsk);
void recalc_sigpending(void);
void sigprocmask(int how, const sigset_t *set, sigset_t *old);
#define signal_pending(tsk) ((tsk)->sigpending)
/* On the way to user space: run a handler, or die. */
void do_signal(struct pt_regs *regs);

#endif
