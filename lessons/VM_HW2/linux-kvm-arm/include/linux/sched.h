/* Tasks: what the kernel knows of a process, and who runs next. */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/list.h>
#include <linux/wait.h>
#include <linux/signal.h>
#include <linux/preempt.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <uapi/linux/resource.h>
#include <uapi/linux/time.h>
#include <asm/processor.h>

#define HZ 100

#define TASK_RUNNING         0
#define TASK_INTERRUPTIBLE   1 /* sleeps; a signal wakes it */
#define TASK_UNINTERRUPTIBLE 2
#define TASK_STOPPED         4 /* until SIGCONT or SIGKILL */
#define TASK_KILLABLE        8 /* sleeps; SIGKILL alone wakes it */
#define TASK_NEW             16 /* has not run yet, and no signal makes it */
#define TASK_DEAD            64 /* has exited, waits for its parent */

#define TASK_COMM_LEN 16
#define THREAD_SIZE 16384

/* CPU time in ticks, counted at each tick; and what else getrusage() tells. */
struct task_cputime {
	unsigned long utime, stime;
	unsigned long min_flt, nvcsw, nivcsw;
};

/* A timer that counts the process's own time, in ticks. */
struct cpu_itimer {
	unsigned long left, interval;
};

/* A sleep that a signal without a handler interrupted: when it would have ended. */
struct restart_block {
	long (*fn)(struct restart_block *block);
	ktime_t expires;
	struct timespec *remaining; /* nanosleep(): user address, or NULL */
	unsigned int *uaddr, val; /* FUTEX_WAIT */
	int op;
};

struct mm_struct;
struct files_struct;
struct fs_struct;
struct inode;
struct tty_struct;

/* What the threads of a process have in common beside memory and files. */
struct signal_struct {
	int nr_threads; /* that have not exited */
	atomic_t live; /* that have not begun to exit */
	atomic_t count; /* threads whose task_struct is still there */
	struct task_struct *leader;
	wait_queue_head_t wait_chldexit; /* in wait4(), or in execve() for other threads to end */
	bool group_exit; /* all threads are to end, */
	int group_exit_code; /* with this */
	struct task_struct *group_exec; /* is in execve(): all others are to end */
	struct sigpending shared_pending; /* sent to the process: any thread may take them */
	bool stop_dequeued; /* a thread has taken a stop signal, and no SIGCONT has come since */
	bool stopping; /* all threads are to stop, or have (kernel/jobctl.c) */
	int stop_code; /* the signal that stopped the process, until its parent has asked */
	bool continued; /* has been continued, and the parent has not asked yet */
	struct hrtimer real_timer; /* setitimer(ITIMER_REAL) */
	struct cpu_itimer it[2]; /* ITIMER_VIRTUAL, ITIMER_PROF */
	ktime_t it_real_incr;
	struct list_head posix_timers;
	int next_timer_id;
	struct rlimit rlim[RLIM_NLIMITS];
	struct task_cputime dead, children; /* of threads that ended; of children waited for */
};

struct task_struct {
	struct thread_struct thread; /* registers while it does not run; must stay first */
	volatile int state;
	int preempt_count;
	volatile int need_resched;
	volatile int sigpending; /* a signal that is not blocked waits */
	bool kthread; /* a thread of the kernel's: signals are nothing to it */
	void *stack; /* THREAD_SIZE bytes, grows down from the end */
	pid_t pid;
	pid_t tgid; /* what getpid() answers: the pid of the first thread */
	pid_t pgrp;
	pid_t session;
	struct tty_struct *tty; /* the session's controlling terminal, or NULL */
	pid_t tty_old_pgrp; /* a leader whose terminal is gone: its foreground group then */
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm; /* NULL for kernel threads */
	struct files_struct *files;
	struct fs_struct *fs; /* root and working directory */
	struct task_struct *parent;
	struct list_head tasks; /* all tasks */
	struct list_head run_list;
	unsigned int time_slice; /* ticks left */
	int exit_code; /* as wait4() reports it */
	int did_exec; /* runs a program of its own: its parent may not move it to a group any more */
	int exit_signal; /* sent to the parent at exit; 0 for threads */
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	struct sigpending pending;
	sigset_t blocked;
	sigset_t saved_sigmask;
	sigset_t real_blocked; /* blocked in truth, while sigtimedwait() waits for it */
	int restore_sigmask;
	struct sigaltstack altstack;
	struct restart_block restart_block;
	struct task_cputime times;
	ktime_t start_time;
	struct task_struct *vfork_parent; /* sleeps until we have a memory of our own */
	int nice;
	unsigned int personality;
	int pdeath_signal;
	unsigned int *clear_child_tid; /* user address, see set_tid_address() */
	unsigned int *set_child_tid; /* likewise: where the new task writes its pid */
	void *robust_list; /* user address, see set_robust_list() */
};

/* TPIDR_EL1 holds the running task. (Linux 3.14 finds it from the stack pointer.) */
static inline struct task_struct *get_current(void)
{
	struct task_struct *tsk;

	__asm__("mrs %0, tpidr_el1" : "=r"(tsk));
	return tsk;
}
#define current get_current()

void schedule(void);
/* Sleeps until woken or until the clock shows expires. Set the task's state first. */
void schedule_until(ktime_t expires);
/* Lets others run, although the task has not asked for it: its state does not matter. */
void preempt_schedule(void);
/* Sleeps at most that many ticks (HZ a second). Set the task's state first. */
long schedule_timeout(long ticks);
int wake_up_process(struct task_struct *tsk);
int wake_up_state(struct task_struct *tsk, int states);
void scheduler_tick(void);
/* A place where a long-running kernel path lets others run. Returns 1 if it did. */
int cond_resched(void);
#define need_resched() (current->need_resched)
#define set_current_state(s) do { current->state = (s); barrier(); } while (0)

/* While the list of tasks is gone through, none may leave it. */
#define lock_tasks() preempt_disable()
#define unlock_tasks() preempt_enable()
struct task_struct *find_task(pid_t pid); /* only sure to stay while the list is locked */
extern struct list_head task_list;
extern struct task_struct init_task;

struct task_struct *kernel_thread(int (*fn)(void *), void *arg, const char *name);
void do_exit(long code) __noreturn;
void sched_start_tick(void);
extern struct pt_regs *irq_regs; /* what the interrupt that is being handled has interrupted */
void cpu_idle(void) __noreturn;
/* One task more (kernel/fork.c): a copy of the running one, as flags say. Its pid or an error. */
long do_fork(unsigned long flags, unsigned long stack, unsigned int *parent_tid,
	     unsigned long tls, unsigned int *child_tid);
void do_group_exit(int code) __noreturn;
/* FUTEX_WAIT or FUTEX_WAKE, maybe private (kernel/futex.c). deadline: absolute, 0 for none. */
long do_futex(unsigned int *uaddr, int op, unsigned int val, ktime_t deadline);
/* The locks that the running task has and will not give back any more. */
void exit_robust_list(struct task_struct *tsk);
/* The running task leaves its memory to others: they hear of it. */
void mm_release(struct task_struct *tsk, struct mm_struct *mm);
void vfork_done(struct task_struct *tsk);
void ret_from_fork(void); /* entry.S: where a new task begins */
/* The other threads of the process are told to end. */
void zap_other_threads(void);
void free_task(struct task_struct *tsk);
void put_sighand(struct task_struct *tsk);
struct signal_struct *new_signal_struct(struct task_struct *leader);
/* kernel/exit.c: how many tasks there are, and how many there may be. */
extern int nr_tasks;
int max_threads(void);

#endif
