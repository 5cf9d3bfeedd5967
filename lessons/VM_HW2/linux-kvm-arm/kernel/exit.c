/* The end of tasks, and parents who wait for it. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/jobctl.h>
#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/slab.h>
#include <linux/ktime.h>
#include <linux/uaccess.h>
#include <uapi/linux/sched.h>

long do_futex(unsigned int *uaddr, int op, unsigned int val, ktime_t deadline);

/* Reached when a process ends. A place for those who watch from outside. */
noinline void exit_mark(const char *comm, int code)
{
	__asm__ volatile("" : : "r"(comm), "r"(code));
}

/* Children of a process that ends become children of init. */
static void forget_children(struct task_struct *father)
{
	struct task_struct *tsk, *init = find_task(1);

	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->parent == father) {
			tsk->parent = init;
			if (tsk->state == TASK_DEAD)
				wake_up(&init->wait_chldexit);
			kill_orphaned_pgrp(tsk, father);
		}
}

/* code as wait4() reports it: exit status << 8, or the signal that killed. */
void do_exit(long code)
{
	struct task_struct *tsk = current;

	if (tsk->pid == 1)
		panic("Attempted to kill init! exitcode=0x%08lx", code);
	if (tsk->pid == tsk->tgid && tsk->mm)
		exit_mark(tsk->comm, code);
	if (tsk->clear_child_tid && tsk->mm) {
		put_user(0u, tsk->clear_child_tid);
		do_futex(tsk->clear_child_tid, FUTEX_WAKE, 1, 0);
	}
	if (tsk->files)
		put_files(tsk->files);
	tsk->files = NULL;
	if (tsk->mm) {
		struct mm_struct *mm = tsk->mm;

		tsk->mm = NULL;
		mmput(mm);
	}
	if (tsk->sighand && --tsk->sighand->count == 0)
		kfree(tsk->sighand);
	tsk->sighand = NULL;
	if (tsk->fs)
		put_fs_struct(tsk->fs);
	tsk->fs = NULL;
	if (tsk->pid == tsk->session)
		disassociate_ctty(true);
	forget_children(tsk);
	kill_orphaned_pgrp(tsk, NULL);

	local_irq_disable();
	tsk->exit_code = code;
	tsk->state = TASK_DEAD;
	if (tsk->exit_signal) {
		if (tsk->parent->sighand)
			send_sig(tsk->exit_signal, tsk->parent);
		wake_up(&tsk->parent->wait_chldexit);
	}
	schedule();
	BUG(); /* nobody schedules the dead */
}

/* All threads of the process end. */
void do_group_exit(int code)
{
	struct task_struct *tsk;

	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->tgid == current->tgid && tsk != current && tsk->state != TASK_DEAD)
			force_sig(SIGKILL, tsk);
	do_exit(code);
}

static bool eligible(const struct task_struct *tsk, pid_t pid)
{
	if (tsk->parent->tgid != current->tgid || tsk->pid != tsk->tgid)
		return false;
	return pid == -1 || (pid > 0 && tsk->pid == pid) ||
	       (pid == 0 && tsk->pgrp == current->pgrp) || (pid < -1 && tsk->pgrp == -pid);
}

/* wait4(): collect a child that has ended (or stopped, or goes on, as options say). 0 with WNOHANG if there is none yet. */
long sys_wait4(int pid, int *status, int options, void *rusage)
{
	struct task_struct *tsk, *dead;
	int code = 0;
	bool any;
	DEFINE_WAIT(wait);
	long ret;

	for (;;) {
		/* a thread's children wake the thread that made them: wait on our own queue */
		prepare_to_wait(&current->wait_chldexit, &wait, TASK_INTERRUPTIBLE);
		any = false;
		dead = NULL;
		list_for_each_entry(tsk, &task_list, tasks)
			if (eligible(tsk, pid)) {
				any = true;
				if (tsk->state == TASK_DEAD && tsk->exit_signal) {
					dead = tsk;
					break;
				}
				code = wait_jobctl(tsk, options);
				if (code)
					break;
			}
		ret = dead ? dead->pid : code ? tsk->pid : !any ? -ECHILD : options & WNOHANG ? 0 : -ERESTARTSYS;
		if (ret != -ERESTARTSYS || signal_pending(current))
			break;
		schedule();
	}
	finish_wait(&current->wait_chldexit, &wait);
	if (dead) {
		code = dead->exit_code;
		free_task(dead);
	}
	if (ret > 0 && status && put_user(code, status))
		return -EFAULT;
	return ret;
}

long sys_exit(int code)
{
	do_exit((code & 0xff) << 8);
}

long sys_exit_group(int code)
{
	do_group_exit((code & 0xff) << 8);
}
