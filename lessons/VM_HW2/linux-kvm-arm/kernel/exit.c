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
	struct task_struct *parent;

	lock_tasks(); /* once it sees that, it may go on and end */
	parent = tsk->vfork_parent;
	tsk->vfork_parent = NULL;
	if (parent)
		wake_up_process(parent);
	unlock_tasks();
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

void mm_release(struct task_struct *tsk, struct mm_struct *mm)
{
	if (tsk->robust_list)
		exit_robust_list(tsk);
	tsk->robust_list = NULL;
	if (tsk->clear_child_tid && atomic_read(&mm->mm_users) > 1) {
		put_user(0u, tsk->clear_child_tid);
		do_futex(tsk->clear_child_tid, FUTEX_WAKE, 1, 0);
	}
	tsk->clear_child_tid = NULL;
}

static void exit_mm(struct task_struct *tsk)
{
	struct mm_struct *mm = tsk->mm;

	if (!mm)
		return;
	mm_release(tsk, mm);
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
	/* this may sleep; once nr_threads is 0 nothing may, for somebody waits for the process */
	if (atomic_dec_and_test(&sig->live) && tsk->tgid == tsk->session)
		disassociate_ctty(true);

	lock_tasks();
	if (tsk != sig->leader) { /* the leader's stands for the process until that is gone */
		put_sighand(tsk);
		add_times(&sig->dead, &tsk->times);
	}
	if (--sig->nr_threads == 0) {
		exit_itimers(sig);
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
		retarget_shared_pending(tsk, ~0UL);
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

	lock_tasks();
	if (sig->group_exec && sig->group_exec != current) {
		code = 0; /* the process goes on, without us */
	} else if (!sig->group_exit) {
		sig->group_exit = true;
		sig->group_exit_code = code;
		zap_other_threads();
	}
	unlock_tasks();
	do_exit(code);
}

long sys_exit(int code)
{
	do_exit((code & 0xff) << 8);
}

long sys_exit_group(int code)
{
	do_group_exit((code & 0xff) << 8);
}
