/*
 * Sessions and process groups. A login (or a window of screen) is a session, led by its
 * shell; each command line is a process group in it, and the terminal's foreground group
 * is the one that may read and gets Ctrl-C. Both are named by the pid of their leader,
 * and all threads of a process carry the same numbers. (Linux: kernel/sys.c, and what
 * becomes of orphaned groups in kernel/exit.c.)
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/jobctl.h>
#include <linux/irqflags.h>

bool session_has_pgrp(pid_t session, pid_t pgrp)
{
	struct task_struct *tsk;
	bool found = false;

	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		found |= tsk->pgrp == pgrp && tsk->session == session;
	unlock_tasks();
	return found;
}

static bool pgrp_exists(pid_t pgrp)
{
	struct task_struct *tsk;

	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->pgrp == pgrp)
			return true;
	return false;
}

static void set_pgrp(pid_t tgid, pid_t pgrp, pid_t session)
{
	struct task_struct *tsk;

	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->tgid == tgid) {
			tsk->pgrp = pgrp;
			tsk->session = session;
		}
}

void session_set_tty(pid_t session, struct tty_struct *tty)
{
	struct task_struct *tsk;

	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->session == session)
			tsk->tty = tty;
	unlock_tasks();
}

/* May a process of this session go to that group: itself, or our child before its execve(). */
static long may_setpgid(struct task_struct *tsk, pid_t pgrp)
{
	if (!tsk)
		return -ESRCH;
	if (tsk->pid != tsk->tgid)
		return -EINVAL;
	if (tsk->tgid != current->tgid) {
		if (tsk->parent->tgid != current->tgid)
			return -ESRCH;
		if (tsk->session != current->session)
			return -EPERM;
		if (tsk->did_exec)
			return -EACCES;
	}
	if (tsk->session == tsk->pid)
		return -EPERM; /* the leader of a session stays in its own group */
	if (pgrp != tsk->pid && !session_has_pgrp(current->session, pgrp))
		return -EPERM;
	return 0;
}

long sys_setpgid(int pid, int pgrp)
{
	struct task_struct *tsk;
	unsigned long flags;
	long err;

	if (!pid)
		pid = current->tgid;
	if (!pgrp)
		pgrp = pid;
	if (pgrp < 0)
		return -EINVAL;
	local_irq_save(flags);
	tsk = find_task(pid);
	err = may_setpgid(tsk, pgrp);
	if (!err)
		set_pgrp(tsk->tgid, pgrp, tsk->session);
	local_irq_restore(flags);
	return err;
}

long sys_getpgid(int pid)
{
	struct task_struct *tsk;
	long pgrp;

	lock_tasks();
	tsk = pid ? find_task(pid) : current;
	pgrp = tsk ? tsk->pgrp : -ESRCH;
	unlock_tasks();
	return pgrp;
}

long sys_getsid(int pid)
{
	struct task_struct *tsk;
	long session;

	lock_tasks();
	tsk = pid ? find_task(pid) : current;
	session = tsk ? tsk->session : -ESRCH;
	unlock_tasks();
	return session;
}

/* A session of its own, without a terminal. Not for one that leads a group already. */
long sys_setsid(void)
{
	unsigned long flags;
	pid_t pid = current->tgid;
	long ret = -EPERM;

	local_irq_save(flags);
	if (!pgrp_exists(pid)) {
		set_pgrp(pid, pid, pid);
		session_set_tty(pid, NULL);
		ret = pid;
	}
	local_irq_restore(flags);
	return ret;
}

/* Leave one task out, that is about to end. */
static bool pgrp_orphaned(pid_t pgrp, struct task_struct *ending)
{
	struct task_struct *tsk;

	list_for_each_entry(tsk, &task_list, tasks) {
		if (tsk->pgrp != pgrp || tsk == ending || tsk->pid != tsk->tgid ||
		    !tsk->signal->nr_threads || tsk->parent->pid == 1)
			continue;
		if (tsk->parent->pgrp != pgrp && tsk->parent->session == tsk->session)
			return false;
	}
	return true;
}

bool is_current_pgrp_orphaned(void)
{
	bool orphaned;

	lock_tasks();
	orphaned = pgrp_orphaned(current->pgrp, NULL);
	unlock_tasks();
	return orphaned;
}

static bool has_stopped_jobs(pid_t pgrp)
{
	struct task_struct *tsk;

	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->pgrp == pgrp && tsk->state == TASK_STOPPED)
			return true;
	return false;
}

/* parent: the one that tsk has lost; NULL if it is tsk itself that ends. */
void kill_orphaned_pgrp(struct task_struct *tsk, struct task_struct *parent)
{
	struct task_struct *ending = parent ? NULL : tsk;
	pid_t pgrp = tsk->pgrp;

	if (!parent)
		parent = tsk->parent;
	if (parent->pgrp != pgrp && parent->session == tsk->session &&
	    pgrp_orphaned(pgrp, ending) && has_stopped_jobs(pgrp)) {
		kill_pgrp(pgrp, SIGHUP);
		kill_pgrp(pgrp, SIGCONT);
	}
}
