/* Parents who wait for their children: to end, to be stopped, to go on. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/jobctl.h>
#include <linux/uaccess.h>
#include <linux/resource.h>
#include <uapi/linux/sched.h>

/* Which children, what about them; and the answer. */
struct wait_opts {
	int type; /* P_ALL, P_PID, P_PGID */
	pid_t pid;
	unsigned int flags;
	int code; /* CLD_EXITED... */
	int status; /* as wait4() reports it */
	struct rusage usage;
};

/* With all its threads: a leader may be dead before them, and then they go on and are stopped. */
static bool has_ended(const struct task_struct *leader)
{
	return leader->state == TASK_DEAD && !leader->signal->nr_threads;
}

static bool eligible(const struct task_struct *tsk, const struct wait_opts *wo)
{
	if (tsk->parent != current->signal->leader || tsk->pid != tsk->tgid || !tsk->signal ||
	    !tsk->exit_signal)
		return false;
	if (!(wo->flags & __WALL) && (tsk->exit_signal != SIGCHLD) != !!(wo->flags & __WCLONE))
		return false;
	return wo->type == P_ALL || (wo->type == P_PID && tsk->pid == wo->pid) ||
	       (wo->type == P_PGID && tsk->pgrp == wo->pid);
}

/* Has the child something to tell? Then it is told, and (without WNOWAIT) only once. */
static bool wait_consider_task(struct task_struct *tsk, struct wait_opts *wo)
{
	if (has_ended(tsk)) {
		if (!(wo->flags & WEXITED))
			return false;
		wo->status = tsk->exit_code;
		wo->code = tsk->exit_code & 0x7f ? CLD_KILLED : CLD_EXITED;
		fill_rusage(&wo->usage, tsk, true);
		if (!(wo->flags & WNOWAIT))
			account_child(tsk);
		return true;
	}
	wo->status = wait_jobctl(tsk, wo->flags);
	if (!wo->status)
		return false;
	wo->code = wo->status == 0xffff ? CLD_CONTINUED : CLD_STOPPED;
	fill_rusage(&wo->usage, tsk, true);
	return true;
}

/* The pid of a child that has something to tell, 0 (WNOHANG) or an error. */
static long do_wait(struct wait_opts *wo)
{
	struct task_struct *tsk, *dead = NULL;
	DEFINE_WAIT(wait);
	long ret;

	for (;;) {
		prepare_to_wait(&current->signal->wait_chldexit, &wait, TASK_INTERRUPTIBLE);
		ret = -ECHILD;
		lock_tasks();
		list_for_each_entry(tsk, &task_list, tasks) {
			if (!eligible(tsk, wo))
				continue;
			ret = 0;
			if (!wait_consider_task(tsk, wo))
				continue;
			ret = tsk->pid;
			if (has_ended(tsk) && !(wo->flags & WNOWAIT)) {
				dead = tsk;
				dead->exit_signal = 0; /* it is ours: no other thread gets it */
			}
			break;
		}
		unlock_tasks();
		if (ret || (wo->flags & WNOHANG))
			break;
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		schedule();
	}
	finish_wait(&current->signal->wait_chldexit, &wait);
	if (dead)
		free_task(dead);
	return ret;
}

long sys_wait4(int pid, int *status, unsigned int options, struct rusage *usage)
{
	struct wait_opts wo = { .flags = options | WEXITED };
	long ret;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (pid == -0x7fffffff - 1)
		return -ESRCH;
	wo.type = pid == -1 ? P_ALL : pid > 0 ? P_PID : P_PGID;
	wo.pid = pid > 0 ? pid : pid < -1 ? -pid : current->pgrp;
	ret = do_wait(&wo);
	if (ret > 0 && ((status && put_user(wo.status, status)) ||
			(usage && copy_to_user(usage, &wo.usage, sizeof(*usage)))))
		return -EFAULT;
	return ret;
}

/* As wait4(), but it says in a siginfo what it was, and can ask for less. */
long sys_waitid(int type, int id, struct kernel_siginfo *uinfo, unsigned int options,
		struct rusage *usage)
{
	struct wait_opts wo = { .type = type, .pid = id, .flags = options };
	struct kernel_siginfo info = { 0 };
	long ret;

	if ((options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD |
			 __WCLONE | __WALL)) ||
	    !(options & (WEXITED | WSTOPPED | WCONTINUED)) || type < P_ALL || type > P_PGID ||
	    (type != P_ALL && id <= 0))
		return -EINVAL;
	ret = do_wait(&wo);
	if (ret < 0)
		return ret;
	if (ret) {
		info.si_signo = SIGCHLD;
		info.si_code = wo.code;
		info.si_child = ret;
		info.si_status = wo.code == CLD_EXITED || wo.code == CLD_STOPPED ?
				 wo.status >> 8 : wo.code == CLD_KILLED ? wo.status & 0x7f : SIGCONT;
	}
	if ((usage && ret && copy_to_user(usage, &wo.usage, sizeof(*usage))) ||
	    (uinfo && copy_to_user(uinfo, &info, sizeof(info))))
		return -EFAULT;
	return 0;
}
