/* The end of tasks. Who waits for it is in wait.c. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/jobctl.h>
#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/slab.h>
#include <linux/ktime.h>
#include <linux/itimer.h>
#include <linux/uaccess.h>
#include <uapi/linux/sched.h>

/* Reached when a process ends. A place for those who watch from outside. */
noinline void exit_mark(const char *comm, int code)
{
	__asm__ volatile("" : : "r"(comm), "r"(code));
}

/* The parent's memory is its own again: after vfork(). */
void vfork_done(struct task_struct *tsk)
{
	struct task_struct *parent = tsk->vfork_parent;

	tsk->vfork_parent = NULL;
	if (parent)
		wake_up_process(parent);
}

/* Children of a process that ends become children of init. */
static void forget_children(struct task_struct *father)
{
	struct task_struct *tsk, *init = find_task(1);

	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->parent == father) {
			tsk->parent = init;
			if (tsk->pdeath_signal && tsk->state != TASK_DEAD)
				group_send_sig_info(tsk->pdeath_signal, NULL, tsk);
			if (tsk->state == TASK_DEAD && init->signal)
				wake_up(&init->signal->wait_chldexit);
			kill_orphaned_pgrp(tsk, father);
		}
}

static void exit_mm(struct task_struct *tsk)
{
	struct mm_struct *mm = tsk->mm;

	if (!mm)
		return;
	if (tsk->clear_child_tid && atomic_read(&mm->mm_users) > 1) {
		put_user(0u, tsk->clear_child_tid);
		do_futex(tsk->clear_child_tid, FUTEX_WAKE, 1, 0);
	}
	tsk->mm = NULL;
	mmput(mm);
	vfork_done(tsk);
}

/* The whole process has ended: who is told? True: nobody, and nobody will wait for it. */
static bool exit_notify(struct task_struct *leader)
{
	const struct kernel_sigaction *ka;
	bool autoreap = false;

	if (!leader->exit_signal)
		return true;
	if (leader->parent->sighand) {
		ka = &leader->parent->sighand->action[SIGCHLD - 1];
		autoreap = leader->exit_signal == SIGCHLD &&
			   (ka->sa_handler == SIG_IGN || (ka->sa_flags & SA_NOCLDWAIT));
	}
	if (autoreap)
		leader->exit_signal = 0;
	do_notify_parent(leader, leader->exit_code & 0x7f ? CLD_KILLED : CLD_EXITED);
	return autoreap;
}

static void add_times(struct task_cputime *sum, const struct task_cputime *times)
{
	sum->utime += times->utime;
	sum->stime += times->stime;
	sum->min_flt += times->min_flt;
	sum->nvcsw += times->nvcsw;
	sum->nivcsw += times->nivcsw;
}

/* code as wait4() reports it: exit status << 8, or the signal that killed. */
void do_exit(long code)
{
	struct task_struct *tsk = current;
	struct signal_struct *sig = tsk->signal;
	struct files_struct *files = tsk->files;
	struct fs_struct *fs = tsk->fs;

	if (tsk->tgid == 1 && sig->nr_threads == 1)
		panic("Attempted to kill init! exitcode=0x%08lx", code);
	if (sig->group_exit)
		code = sig->group_exit_code;
	if (tsk->pid == tsk->tgid && tsk->mm)
		exit_mark(tsk->comm, code);
	exit_mm(tsk);
	/* nobody finds them by the task any more, and then they go */
	tsk->files = NULL;
	if (files)
		put_files(files);
	tsk->fs = NULL;
	if (fs)
		put_fs_struct(fs);

	lock_tasks();
	if (tsk->sighand && atomic_dec_and_test(&tsk->sighand->count))
		kfree(tsk->sighand);
	tsk->sighand = NULL;
	if (tsk != sig->leader)
		add_times(&sig->dead, &tsk->times);
	if (--sig->nr_threads == 0) {
		exit_itimers(sig);
		if (tsk->tgid == tsk->session)
			disassociate_ctty(true);
		forget_children(sig->leader);
		kill_orphaned_pgrp(sig->leader, NULL);
	}
	local_irq_disable();
	tsk->exit_code = code;
	tsk->state = TASK_DEAD;
	if (sig->nr_threads == 0) {
		if (sig->group_exit)
			sig->leader->exit_code = sig->group_exit_code;
		if (exit_notify(sig->leader) && tsk != sig->leader)
			free_task(sig->leader);
	} else {
		wake_up(&sig->wait_chldexit); /* execve() may wait for us */
	}
	tsk->preempt_count--; /* unlock_tasks(), but we do not come back */
	schedule();
	BUG(); /* nobody schedules the dead */
}

void zap_other_threads(void)
{
	struct task_struct *tsk;

	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->signal == current->signal && tsk != current && tsk->state != TASK_DEAD)
			force_sig(SIGKILL, tsk);
	unlock_tasks();
}

/* All threads of the process end. */
void do_group_exit(int code)
{
	struct signal_struct *sig = current->signal;

	if (!sig->group_exit) {
		sig->group_exit = true;
		sig->group_exit_code = code;
		zap_other_threads();
	}
	do_exit(sig->group_exit_code);
}

long sys_exit(int code)
{
	do_exit((code & 0xff) << 8);
}

long sys_exit_group(int code)
{
	do_group_exit((code & 0xff) << 8);
}
