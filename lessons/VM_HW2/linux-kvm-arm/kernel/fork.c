/* New tasks: threads of the kernel's, and copies of the running one by clone(). */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/err.h>
#include <linux/uaccess.h>
#include <linux/itimer.h>
#include <linux/resource.h>
#include <asm/fpsimd.h>
#include <uapi/linux/sched.h>

#define PID_MAX 32768
#define RESERVED_PIDS 300 /* where counting goes on after PID_MAX */

int nr_tasks;
static pid_t last_pid;

/* An eighth of memory may be kernel stacks. */
int max_threads(void)
{
	return (max_pfn - min_pfn) / (8 * THREAD_SIZE / PAGE_SIZE);
}

static pid_t alloc_pid(void)
{
	do
		last_pid = last_pid + 1 < PID_MAX ? last_pid + 1 : RESERVED_PIDS;
	while (find_task(last_pid));
	return last_pid;
}

/* A task that nobody knows of yet; its parent is the running one. */
static struct task_struct *alloc_task(const char *comm)
{
	struct task_struct *tsk = nr_tasks < max_threads() ? kzalloc(sizeof(*tsk), GFP_KERNEL)
							   : NULL;

	if (!tsk)
		return NULL;
	tsk->stack = (void *)__get_free_pages(GFP_KERNEL, get_order(THREAD_SIZE));
	if (!tsk->stack) {
		kfree(tsk);
		return NULL;
	}
	tsk->state = TASK_NEW;
	tsk->parent = current->signal ? current->signal->leader : current;
	tsk->start_time = ktime_get();
	strlcpy(tsk->comm, comm, sizeof(tsk->comm));
	INIT_LIST_HEAD(&tsk->run_list);
	INIT_LIST_HEAD(&tsk->tasks);
	init_sigpending(&tsk->pending);
	lock_tasks();
	nr_tasks++;
	unlock_tasks();
	return tsk;
}

/* Now that it is whole, others may find it and send it signals. The list of tasks is locked. */
static void add_task(struct task_struct *tsk)
{
	tsk->pgrp = current->pgrp;
	tsk->session = current->session;
	tsk->tty = current->tty;
	tsk->pid = alloc_pid();
	if (!tsk->tgid)
		tsk->tgid = tsk->pid;
	list_add_tail(&tsk->tasks, &task_list);
}

static void start_task(struct task_struct *tsk)
{
	tsk->state = TASK_UNINTERRUPTIBLE;
	wake_up_process(tsk);
}

void put_sighand(struct task_struct *tsk)
{
	struct sighand_struct *sighand = tsk->sighand;

	tsk->sighand = NULL;
	if (sighand && atomic_dec_and_test(&sighand->count))
		kfree(sighand);
}

/* The task is gone, and with its last thread all that a process has. */
void free_task(struct task_struct *tsk)
{
	lock_tasks();
	list_del(&tsk->tasks);
	nr_tasks--;
	unlock_tasks();
	flush_sigqueue(&tsk->pending);
	put_sighand(tsk);
	if (tsk->signal && atomic_dec_and_test(&tsk->signal->count)) {
		flush_sigqueue(&tsk->signal->shared_pending);
		kfree(tsk->signal);
	}
	free_pages((unsigned long)tsk->stack, get_order(THREAD_SIZE));
	kfree(tsk);
}

static struct sighand_struct *new_sighand(const struct sighand_struct *old)
{
	struct sighand_struct *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (s) {
		if (old)
			memcpy(s, old, sizeof(*s));
		atomic_set(&s->count, 1);
	}
	return s;
}

static void init_rlimits(struct rlimit *rlim)
{
	for (int i = 0; i < RLIM_NLIMITS; i++)
		rlim[i] = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	rlim[RLIMIT_STACK].rlim_cur = 8UL << 20;
	rlim[RLIMIT_CORE].rlim_cur = 0;
	rlim[RLIMIT_NPROC] = (struct rlimit){ max_threads() / 2, max_threads() / 2 };
	rlim[RLIMIT_SIGPENDING] = rlim[RLIMIT_NPROC];
	rlim[RLIMIT_NOFILE] = (struct rlimit){ NR_OPEN, NR_OPEN };
	rlim[RLIMIT_NICE] = rlim[RLIMIT_RTPRIO] = (struct rlimit){ 0, 0 };
}

/* A process of one thread, with the limits of the running one. */
struct signal_struct *new_signal_struct(struct task_struct *leader)
{
	struct signal_struct *sig = kzalloc(sizeof(*sig), GFP_KERNEL);

	if (!sig)
		return NULL;
	sig->nr_threads = 1;
	atomic_set(&sig->live, 1);
	atomic_set(&sig->count, 1);
	sig->leader = leader;
	init_waitqueue_head(&sig->wait_chldexit);
	init_sigpending(&sig->shared_pending);
	init_itimers(sig);
	if (current->signal)
		memcpy(sig->rlim, current->signal->rlim, sizeof(sig->rlim));
	else
		init_rlimits(sig->rlim);
	return sig;
}

/* A task that runs fn(arg) in the kernel. It may become a process by kernel_execve(). */
struct task_struct *kernel_thread(int (*fn)(void *), void *arg, const char *name)
{
	struct task_struct *tsk = alloc_task(name);

	if (!tsk)
		return NULL;
	tsk->kthread = true;
	tsk->sighand = new_sighand(NULL);
	tsk->signal = new_signal_struct(tsk);
	if (!tsk->sighand || !tsk->signal) {
		free_task(tsk);
		return NULL;
	}
	tsk->thread.cpu_context.x19 = (unsigned long)fn;
	tsk->thread.cpu_context.x20 = (unsigned long)arg;
	tsk->thread.cpu_context.pc = (unsigned long)ret_from_fork;
	tsk->thread.cpu_context.sp = (unsigned long)task_pt_regs(tsk);
	lock_tasks();
	add_task(tsk);
	unlock_tasks();
	start_task(tsk);
	return tsk;
}

/* Undo what do_fork() had built when memory ran out. */
static void abandon(struct task_struct *tsk)
{
	if (tsk->mm)
		mmput(tsk->mm);
	if (tsk->files)
		put_files(tsk->files);
	if (tsk->fs)
		put_fs_struct(tsk->fs);
	free_task(tsk);
}

/* What the flags do not say to share is copied. */
static int copy_resources(struct task_struct *tsk, unsigned long flags)
{
	if (flags & CLONE_VM) {
		tsk->mm = current->mm;
		atomic_inc(&tsk->mm->mm_users);
	} else {
		tsk->mm = dup_mm(current->mm);
	}
	if (flags & CLONE_FILES) {
		tsk->files = current->files;
		atomic_inc(&tsk->files->count);
	} else {
		tsk->files = dup_files(current->files);
	}
	if (flags & CLONE_SIGHAND) {
		tsk->sighand = current->sighand;
		atomic_inc(&tsk->sighand->count);
	} else {
		tsk->sighand = new_sighand(current->sighand);
	}
	if (flags & CLONE_FS) {
		tsk->fs = current->fs;
		atomic_inc(&tsk->fs->users);
	} else {
		tsk->fs = copy_fs_struct(current->fs);
	}
	if (flags & CLONE_THREAD) {
		tsk->signal = current->signal;
		atomic_inc(&tsk->signal->count);
	} else {
		tsk->signal = new_signal_struct(tsk);
	}
	return tsk->mm && tsk->files && tsk->sighand && tsk->fs && tsk->signal ? 0 : -ENOMEM;
}

/* Registers: the child returns from the same system call, with 0. */
static void copy_thread(struct task_struct *tsk, unsigned long flags, unsigned long stack,
			unsigned long tls)
{
	struct pt_regs *regs = task_pt_regs(tsk);

	*regs = *task_pt_regs(current);
	regs->regs[0] = 0;
	if (stack)
		regs->sp = stack & ~15UL;
	__asm__ volatile("mrs %0, tpidr_el0" : "=r"(tsk->thread.tp_value));
	if (flags & CLONE_SETTLS)
		tsk->thread.tp_value = tls;
	if (fpsimd_preserve_current_state()) {
		tsk->thread.fpsimd_used = true;
		tsk->thread.fpsimd_state = current->thread.fpsimd_state;
	}
	tsk->thread.cpu_context.pc = (unsigned long)ret_from_fork;
	tsk->thread.cpu_context.sp = (unsigned long)regs;
}

/* Who the child is: a thread of ours, our child, or (CLONE_PARENT) our parent's. */
static void copy_identity(struct task_struct *tsk, unsigned long flags)
{
	tsk->exit_signal = flags & CSIGNAL;
	if (flags & CLONE_THREAD) {
		tsk->tgid = current->tgid;
		tsk->exit_signal = 0;
		tsk->signal->nr_threads++;
		atomic_inc(&tsk->signal->live);
	}
	if (flags & (CLONE_THREAD | CLONE_PARENT))
		tsk->parent = current->signal->leader->parent;
	tsk->blocked = current->blocked;
	if ((flags & (CLONE_VM | CLONE_VFORK)) != CLONE_VM)
		tsk->altstack = current->altstack;
	tsk->nice = current->nice;
	tsk->personality = current->personality;
}

static bool bad_flags(unsigned long flags)
{
	return ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND)) ||
	       ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM)) || (flags & CSIGNAL) > _NSIG ||
	       (flags & CLONE_NAMESPACES);
}

/* vfork(): the parent sleeps until the child runs another program, or has ended. */
static void wait_for_vfork_done(struct task_struct *child, pid_t pid)
{
	bool done;

	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		lock_tasks();
		done = find_task(pid) != child || child->vfork_parent != current;
		unlock_tasks();
		if (done)
			break;
		schedule();
	}
	current->state = TASK_RUNNING;
}

long do_fork(unsigned long flags, unsigned long stack, unsigned int *parent_tid,
	     unsigned long tls, unsigned int *child_tid)
{
	struct task_struct *tsk;
	pid_t pid; /* the child may be gone before we return */
	int err;

	if (bad_flags(flags))
		return -EINVAL;
	if ((unsigned long)nr_tasks >= current->signal->rlim[RLIMIT_NPROC].rlim_cur)
		return -EAGAIN;
	tsk = alloc_task(current->comm);
	if (!tsk)
		return nr_tasks < max_threads() ? -ENOMEM : -EAGAIN;
	err = copy_resources(tsk, flags);
	copy_thread(tsk, flags, stack, tls);
	if (flags & CLONE_CHILD_SETTID)
		tsk->set_child_tid = child_tid; /* written in its own memory: schedule_tail() */
	if (flags & CLONE_CHILD_CLEARTID)
		tsk->clear_child_tid = child_tid;
	if (flags & CLONE_VFORK)
		tsk->vfork_parent = current;

	lock_tasks();
	if (!err && fatal_signal_pending(current))
		err = -EINTR; /* who ends all threads has not seen this one */
	if (!err) {
		copy_identity(tsk, flags);
		add_task(tsk);
		nr_forks++;
	}
	unlock_tasks();
	if (err) {
		abandon(tsk);
		return err;
	}
	pid = tsk->pid;
	if (flags & CLONE_PARENT_SETTID)
		put_user((unsigned int)pid, parent_tid);
	start_task(tsk);
	if (flags & CLONE_VFORK)
		wait_for_vfork_done(tsk, pid);
	return pid;
}

long sys_clone(unsigned long flags, unsigned long stack, unsigned int *parent_tid,
	       unsigned long tls, unsigned int *child_tid)
{
	return do_fork(flags, stack, parent_tid, tls, child_tid);
}

long sys_set_tid_address(unsigned int *tid)
{
	current->clear_child_tid = tid;
	return current->pid;
}
