/*
 * Whose terminal is it? A session has one controlling terminal at most, and the terminal
 * has one foreground group of that session. Others of it who read, or change settings,
 * are stopped by SIGTTIN or SIGTTOU.
 */
#include <linux/kernel.h>
#include <linux/irqflags.h>
#include <linux/jobctl.h>
#include <linux/sched.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

static bool is_ignored(int sig)
{
	return (current->blocked & sigmask(sig)) ||
	       current->sighand->action[sig - 1].sa_handler == SIG_IGN;
}

int tty_check_change(struct tty_struct *tty, int sig)
{
	if (current->tty != tty || !tty->pgrp || tty->pgrp == current->pgrp)
		return 0;
	if (is_ignored(sig))
		return sig == SIGTTIN ? -EIO : 0;
	if (is_current_pgrp_orphaned())
		return -EIO;
	kill_pgrp(current->pgrp, sig);
	return -ERESTARTSYS;
}

static void set_ctty(struct tty_struct *tty)
{
	struct task_struct *tsk;

	tty->session = current->session;
	tty->pgrp = current->pgrp;
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->tgid == current->tgid)
			tsk->tty = tty;
}

static bool is_leader(void)
{
	return current->session == current->tgid;
}

/* The first terminal that the leader of a session opens becomes the session's. */
void tty_open_ctty(struct tty_struct *tty)
{
	unsigned long flags;

	local_irq_save(flags);
	if (is_leader() && !current->tty && !tty->session && !tty->master)
		set_ctty(tty);
	local_irq_restore(flags);
}

/* The leader hears that the terminal is gone, and tells the foreground group when it ends. */
void tty_signal_session(struct tty_struct *tty, bool exit_session)
{
	struct task_struct *leader;

	if (!tty->session)
		return;
	lock_tasks();
	leader = find_task(tty->session);
	if (leader && leader->session == tty->session) {
		struct kernel_siginfo info = { .si_code = SI_KERNEL };

		group_send_sig_info(SIGHUP, &info, leader);
		group_send_sig_info(SIGCONT, &info, leader);
		leader->tty_old_pgrp = tty->pgrp;
	}
	unlock_tasks();
	if (exit_session && tty->pgrp)
		kill_pgrp(tty->pgrp, SIGHUP);
	session_set_tty(tty->session, NULL);
}

void disassociate_ctty(bool on_exit)
{
	struct tty_struct *tty;
	unsigned long flags;

	if (!is_leader())
		return;
	mutex_lock(&tty_mutex);
	tty = current->tty;
	if (tty && on_exit && !tty->link) {
		tty_vhangup(tty, true);
	} else if (tty) {
		local_irq_save(flags);
		if (tty->pgrp) {
			kill_pgrp(tty->pgrp, SIGHUP);
			if (!on_exit)
				kill_pgrp(tty->pgrp, SIGCONT);
		}
		tty->session = tty->pgrp = 0;
		session_set_tty(current->session, NULL);
		local_irq_restore(flags);
	} else if (on_exit && current->tty_old_pgrp) {
		kill_pgrp(current->tty_old_pgrp, SIGHUP);
		kill_pgrp(current->tty_old_pgrp, SIGCONT);
	}
	mutex_unlock(&tty_mutex);
}

/* arg 1: take it from another session (there is one user, and that is root). */
static long tiocsctty(struct tty_struct *tty, unsigned long arg)
{
	unsigned long flags;
	long err = 0;

	local_irq_save(flags);
	if (is_leader() && current->session == tty->session)
		; /* has it */
	else if (!is_leader() || current->tty)
		err = -EPERM;
	else if (tty->session && arg != 1)
		err = -EPERM;
	if (!err && current->session != tty->session) {
		if (tty->session)
			session_set_tty(tty->session, NULL);
		set_ctty(tty);
	}
	local_irq_restore(flags);
	return err;
}

static long tiocnotty(struct tty_struct *tty)
{
	struct task_struct *tsk;

	if (current->tty != tty)
		return -ENOTTY;
	if (is_leader()) {
		disassociate_ctty(false);
		return 0;
	}
	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->tgid == current->tgid)
			tsk->tty = NULL;
	unlock_tasks();
	return 0;
}

static long tiocspgrp(struct tty_struct *tty, int __user *arg)
{
	int pgrp, err = tty_check_change(tty, SIGTTOU);

	if (err == -EIO)
		return -ENOTTY;
	if (err)
		return err;
	if (!current->tty || current->tty != tty || tty->session != current->session)
		return -ENOTTY;
	if (get_user(pgrp, arg))
		return -EFAULT;
	if (pgrp < 0)
		return -EINVAL;
	if (!find_task(pgrp) && !session_has_pgrp(current->session, pgrp))
		return -ESRCH;
	if (!session_has_pgrp(current->session, pgrp))
		return -EPERM;
	tty->pgrp = pgrp;
	return 0;
}

/* tty: the file's; real_tty: the slave, if that is a master. */
long tty_jobctrl_ioctl(struct tty_struct *tty, struct tty_struct *real_tty, unsigned int cmd,
		       unsigned long arg)
{
	bool theirs = tty == real_tty && current->tty != real_tty;

	switch (cmd) {
	case TIOCNOTTY:
		return tiocnotty(tty);
	case TIOCSCTTY:
		return tiocsctty(real_tty, arg);
	case TIOCGPGRP:
		return theirs ? -ENOTTY : put_user(real_tty->pgrp, (int __user *)arg);
	case TIOCSPGRP:
		return tiocspgrp(real_tty, (int __user *)arg);
	case TIOCGSID:
		if (theirs || !real_tty->session)
			return -ENOTTY;
		return put_user(real_tty->session, (int __user *)arg);
	}
	return -ENOTTY;
}
