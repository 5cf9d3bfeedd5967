/*
 * What processes use, and how much of it they may. CPU time is counted as in old days:
 * whoever runs when the tick comes has used it all. (Linux: kernel/sys.c, for times
 * kernel/sched/cputime.c.)
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/itimer.h>
#include <linux/resource.h>
#include <linux/uaccess.h>
#include <asm/processor.h>

unsigned long idle_ticks, user_ticks, system_ticks, nr_context_switches, nr_forks;
unsigned long avenrun[3];
static int ticks_to_load = 5 * HZ;

/* Every five seconds: the number of runnable tasks, averaged over 1, 5 and 15 minutes. */
static void calc_load(void)
{
	static const unsigned long decay[3] = { 1884, 2014, 2037 }; /* 2048 / e^(5s/span) */
	struct task_struct *tsk;
	unsigned long running = 0;

	if (--ticks_to_load)
		return;
	ticks_to_load = 5 * HZ;
	list_for_each_entry(tsk, &task_list, tasks)
		running += tsk->state == TASK_RUNNING || tsk->state == TASK_UNINTERRUPTIBLE;
	for (int i = 0; i < 3; i++)
		avenrun[i] = (avenrun[i] * decay[i] + running * 2048 * (2048 - decay[i])) / 2048;
}

void account_process_tick(bool user)
{
	calc_load();
	if (current == &init_task) {
		idle_ticks++;
		return;
	}
	if (user) {
		user_ticks++;
		current->times.utime++;
	} else {
		system_ticks++;
		current->times.stime++;
	}
	if (current->state != TASK_DEAD)
		run_cpu_itimers(user);
}

static void add(struct task_cputime *sum, const struct task_cputime *t)
{
	sum->utime += t->utime;
	sum->stime += t->stime;
	sum->min_flt += t->min_flt;
	sum->nvcsw += t->nvcsw;
	sum->nivcsw += t->nivcsw;
}

struct task_cputime thread_group_cputime(struct task_struct *tsk)
{
	struct task_cputime sum = tsk->signal->dead;
	struct task_struct *t;

	lock_tasks();
	list_for_each_entry(t, &task_list, tasks)
		if (t->signal == tsk->signal)
			add(&sum, &t->times);
	unlock_tasks();
	return sum;
}

static struct timeval ticks_to_timeval(unsigned long ticks)
{
	return (struct timeval){ ticks / HZ, ticks % HZ * (1000000 / HZ) };
}

static void to_rusage(struct rusage *usage, const struct task_cputime *t)
{
	*usage = (struct rusage){
		.ru_utime = ticks_to_timeval(t->utime),
		.ru_stime = ticks_to_timeval(t->stime),
		.ru_minflt = t->min_flt,
		.ru_nvcsw = t->nvcsw,
		.ru_nivcsw = t->nivcsw
	};
}

void fill_rusage(struct rusage *usage, struct task_struct *tsk, bool group)
{
	struct task_cputime t = group ? thread_group_cputime(tsk) : tsk->times;

	to_rusage(usage, &t);
	if (tsk->mm)
		usage->ru_maxrss = tsk->mm->hiwater_rss * (PAGE_SIZE / 1024);
}

void account_child(struct task_struct *child)
{
	struct task_cputime t = thread_group_cputime(child);

	add(&current->signal->children, &t);
	add(&current->signal->children, &child->signal->children);
}

long sys_getrusage(int who, struct rusage *uusage)
{
	struct rusage usage;

	if (who == RUSAGE_CHILDREN)
		to_rusage(&usage, &current->signal->children);
	else if (who == RUSAGE_SELF || who == RUSAGE_THREAD)
		fill_rusage(&usage, current, who == RUSAGE_SELF);
	else
		return -EINVAL;
	return copy_to_user(uusage, &usage, sizeof(usage)) ? -EFAULT : 0;
}

/* struct tms: user and system time of ours and of our children, in ticks. */
long sys_times(long *utms)
{
	struct task_cputime self = thread_group_cputime(current);
	long tms[4] = { self.utime, self.stime, current->signal->children.utime,
			current->signal->children.stime };

	if (utms && copy_to_user(utms, tms, sizeof(tms)))
		return -EFAULT;
	return ktime_get() / (NSEC_PER_SEC / HZ);
}

long sys_prlimit64(int pid, unsigned int what, const struct rlimit *unew, struct rlimit *uold)
{
	struct rlimit new, old;
	struct task_struct *tsk;
	long err = 0;

	if (what >= RLIM_NLIMITS)
		return -EINVAL;
	if (unew && copy_from_user(&new, unew, sizeof(new)))
		return -EFAULT;
	lock_tasks();
	tsk = pid ? find_task(pid) : current;
	if (!tsk || !tsk->signal)
		err = -ESRCH;
	else if (unew && (new.rlim_cur > new.rlim_max))
		err = -EINVAL;
	else if (unew && what == RLIMIT_NOFILE && new.rlim_max > NR_OPEN)
		err = -EPERM;
	else
		old = tsk->signal->rlim[what];
	if (unew && !err)
		tsk->signal->rlim[what] = new;
	unlock_tasks();
	if (err)
		return err;
	return uold && copy_to_user(uold, &old, sizeof(old)) ? -EFAULT : 0;
}

long sys_getrlimit(unsigned int what, struct rlimit *ulim)
{
	return ulim ? sys_prlimit64(0, what, NULL, ulim) : -EFAULT;
}

long sys_setrlimit(unsigned int what, const struct rlimit *ulim)
{
	return ulim ? sys_prlimit64(0, what, ulim, NULL) : -EFAULT;
}

/* Nice values are remembered; the scheduler treats all alike. */
static bool matches(const struct task_struct *tsk, int which, int who)
{
	return which == PRIO_USER ? who == 0 :
	       which == PRIO_PGRP ? tsk->pgrp == (who ? who : current->pgrp) :
				    tsk->tgid == (who ? who : current->tgid);
}

long sys_setpriority(int which, int who, int nice)
{
	struct task_struct *tsk;
	long ret = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		if (matches(tsk, which, who)) {
			tsk->nice = max(-20, min(19, nice));
			ret = 0;
		}
	unlock_tasks();
	return ret;
}

/* The answer is 20 - nice, so that it is never taken for an error. */
long sys_getpriority(int which, int who)
{
	struct task_struct *tsk;
	long ret = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		if (matches(tsk, which, who))
			ret = max(ret, 20L - tsk->nice);
	unlock_tasks();
	return ret;
}
