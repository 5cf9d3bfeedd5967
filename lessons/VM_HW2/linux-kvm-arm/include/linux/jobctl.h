/* Jobs: sessions and process groups (kernel/pgrp.c), stopping and continuing (kernel/jobctl.c). */
#ifndef _LINUX_JOBCTL_H
#define _LINUX_JOBCTL_H

#include <linux/types.h>
#include <linux/signal.h>

struct task_struct;
struct tty_struct;

static inline bool sig_kernel_stop(int sig)
{
	return sig > 0 && (sigmask(sig) & SIG_KERNEL_STOP_MASK);
}

/* What a signal does before anybody looks at it. Call it for each one sent, interrupts off. */
void prepare_signal(int sig, struct task_struct *tsk);
/* The running process stops, all its threads. Comes back when it is to go on. */
void do_signal_stop(int sig);
/* Another thread has stopped the process (signal->stopping): follow. */
void do_jobctl_stop(void);
/* For wait4(): the status of a child that has stopped or goes on, told once; or 0. */
int wait_jobctl(struct task_struct *child, unsigned int options);

/* A group is orphaned when nobody outside it, in its session, could continue it. */
bool is_current_pgrp_orphaned(void);
/* A task of a stopped group lost its parent, or is one who ends: does nobody care any more? */
void kill_orphaned_pgrp(struct task_struct *tsk, struct task_struct *parent);
/* The controlling terminal of all of a session becomes tty (NULL: none). */
void session_set_tty(pid_t session, struct tty_struct *tty);
bool session_has_pgrp(pid_t session, pid_t pgrp);
/* The leader of a session ends, or gives its terminal up. */
void disassociate_ctty(bool on_exit);

#endif
