/* New tasks. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/err.h>
#include <linux/uaccess.h>
#include <uapi/linux/sched.h>

void ret_from_fork(void);

static pid_t last_pid;

/* A task that nobody runs yet; its parent is the running one. */
struct task_struct *alloc_task(const char *comm)
{
	struct task_struct *tsk = kzalloc(sizeof(*tsk), GFP_KERNEL);

	if (!tsk)
		return NULL;
	tsk->stack = (void *)__get_free_pages(GFP_KERNEL, get_order(THREAD_SIZE));
	if (!tsk->stack) {
		kfree(tsk);
		return NULL;
	}
	tsk->state = TASK_INTERRUPTIBLE; /* wake_up_process() starts it */
	tsk->pid = tsk->tgid = ++last_pid;
	tsk->pgrp = current->pgrp;
	tsk->session = current->session;
	tsk->tty = current->tty;
	tsk->parent = current;
	strlcpy(tsk->comm, comm, sizeof(tsk->comm));
	INIT_LIST_HEAD(&tsk->run_list);
	init_waitqueue_head(&tsk->wait_chldexit);
	list_add_tail(&tsk->tasks, &task_list);
	return tsk;
}

void free_task(struct task_struct *tsk)
{
	list_del(&tsk->tasks);
	free_pages((unsigned long)tsk->stack, get_order(THREAD_SIZE));
	kfree(tsk);
}

static struct sighand_struct *new_sighand(const struct sighand_struct *old)
{
	struct sighand_struct *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (s) {
		if (old)
			memcpy(s, old, sizeof(*s));
		s->count = 1;
	}
	return s;
}

/* A task that runs fn(arg) in the kernel. It may become a process by kernel_execve(). */
struct task_struct *kernel_thread(int (*fn)(void *), void *arg, const char *name)
{
	struct task_struct *tsk = alloc_task(name);

	if (!tsk)
		return NULL;
	tsk->sighand = new_sighand(NULL);
	tsk->thread.cpu_context.x19 = (unsigned long)fn;
	tsk->thread.cpu_context.x20 = (unsigned long)arg;
	tsk->thread.cpu_context.pc = (unsigned long)ret_from_fork;
	tsk->thread.cpu_context.sp = (unsigned long)task_pt_regs(tsk);
	wake_up_process(tsk);
	return tsk;
}

/* Undo what do_fork() had built when memory ran out. */
static void abandon(struct task_struct *tsk)
{
	if (tsk->mm)
		mmput(tsk->mm);
	if (tsk->files)
		put_files(tsk->files);
	if (tsk->sighand && --tsk->sighand->count == 0)
		kfree(tsk->sighand);
	if (tsk->fs)
		put_fs_struct(tsk->fs);
	free_task(tsk);
}

/*
 * The child returns from the same system call as the parent, with 0. What it shares
 * (memory, files, handlers) the flags say; what it does not share is copied.
 */
long do_fork(unsigned long flags, unsigned long stack, unsigned int *parent_tid,
	     unsigned long tls, unsigned int *child_tid)
{
	struct task_struct *tsk;
	struct pt_regs *regs;

	if ((flags & CLONE_THREAD) && !(flags & CLONE_VM))
		return -EINVAL;
	tsk = alloc_task(current->comm);
	if (!tsk)
		return -ENOMEM;

	if (flags & CLONE_VM) {
		tsk->mm = current->mm;
		tsk->mm->mm_users++;
	} else {
		tsk->mm = dup_mm(current->mm);
	}
	if (flags & CLONE_FILES) {
		tsk->files = current->files;
		tsk->files->count++;
	} else {
		tsk->files = dup_files(current->files);
	}
	if (flags & CLONE_SIGHAND) {
		tsk->sighand = current->sighand;
		tsk->sighand->count++;
	} else {
		tsk->sighand = new_sighand(current->sighand);
	}
	if (flags & CLONE_FS) {
		tsk->fs = current->fs;
		tsk->fs->users++;
	} else {
		tsk->fs = copy_fs_struct(current->fs);
	}
	if (!tsk->mm || !tsk->files || !tsk->sighand || !tsk->fs) {
		abandon(tsk);
		return -ENOMEM;
	}
	tsk->exit_signal = flags & CSIGNAL;
	if (flags & CLONE_THREAD) {
		tsk->tgid = current->tgid;
		tsk->parent = current->parent;
		tsk->exit_signal = 0;
	}
	tsk->blocked = current->blocked;

	regs = task_pt_regs(tsk);
	*regs = *task_pt_regs(current);
	regs->regs[0] = 0;
	if (stack)
		regs->sp = stack;
	__asm__ volatile("mrs %0, tpidr_el0" : "=r"(tsk->thread.tp_value));
	if (flags & CLONE_SETTLS)
		tsk->thread.tp_value = tls;
	tsk->thread.cpu_context.pc = (unsigned long)ret_from_fork;
	tsk->thread.cpu_context.sp = (unsigned long)regs;

	if (flags & CLONE_PARENT_SETTID)
		put_user((unsigned int)tsk->pid, parent_tid);
	if ((flags & CLONE_CHILD_SETTID) && (flags & CLONE_VM))
		put_user((unsigned int)tsk->pid, child_tid);
	if (flags & CLONE_CHILD_CLEARTID)
		tsk->clear_child_tid = child_tid;
	{
		pid_t pid = tsk->pid; /* the child may be gone before we return */

		wake_up_process(tsk);
		return pid;
	}
}
