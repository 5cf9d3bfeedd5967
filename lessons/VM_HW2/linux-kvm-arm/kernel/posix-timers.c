/*
 * timer_create() and its kin: as many alarm clocks as a process wants, with any signal.
 * Threads share them, so from finding one to the last use of it nobody else may run.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/itimer.h>
#include <linux/slab.h>
#include <linux/time.h>
#include <linux/irqflags.h>
#include <linux/uaccess.h>

#define MAX_TIMERS 32

struct k_itimer {
	struct list_head list; /* of the process */
	struct hrtimer timer;
	struct signal_struct *signal;
	int id, clock, notify;
	pid_t tid; /* SIGEV_THREAD_ID: who gets the signal */
	ktime_t interval;
	struct kernel_siginfo info;
	int overrun;
};

static enum hrtimer_restart posix_timer_fn(struct hrtimer *timer)
{
	struct k_itimer *t = container_of(timer, struct k_itimer, timer);
	struct task_struct *thread = t->tid ? find_task(t->tid) : NULL;

	if (thread && thread->signal == t->signal)
		send_sig_info(t->info.si_signo, &t->info, thread);
	else if (t->notify == SIGEV_SIGNAL && t->signal->nr_threads)
		group_send_sig_info(t->info.si_signo, &t->info, t->signal->leader);
	if (!t->interval)
		return HRTIMER_NORESTART;
	t->overrun = hrtimer_forward(timer, t->interval) - 1;
	t->info.si_overrun = t->overrun;
	return HRTIMER_RESTART;
}

static struct k_itimer *find_timer(int id)
{
	struct k_itimer *t;

	list_for_each_entry(t, &current->signal->posix_timers, list)
		if (t->id == id)
			return t;
	return NULL;
}

static void delete_timer(struct k_itimer *t)
{
	hrtimer_cancel(&t->timer);
	list_del(&t->list);
	kfree(t);
}

static bool in_our_process(pid_t tid)
{
	struct task_struct *tsk;
	bool ours;

	lock_tasks();
	tsk = find_task(tid);
	ours = tsk && tsk->tgid == current->tgid;
	unlock_tasks();
	return ours;
}

void exit_posix_timers(struct signal_struct *sig)
{
	struct k_itimer *t, *next;

	list_for_each_entry_safe(t, next, &sig->posix_timers, list)
		delete_timer(t);
}

long sys_timer_delete(int id)
{
	struct k_itimer *t;

	preempt_disable();
	t = find_timer(id);
	if (t)
		delete_timer(t);
	preempt_enable();
	return t ? 0 : -EINVAL;
}

long sys_timer_create(int clock, const struct kernel_sigevent *uevent, int *uid)
{
	struct kernel_sigevent event = { .sigev_signo = SIGALRM, .sigev_notify = SIGEV_SIGNAL };
	struct signal_struct *sig = current->signal;
	struct k_itimer *t, *other;
	int n = 0, id;

	if (uevent && copy_from_user(&event, uevent, sizeof(event)))
		return -EFAULT;
	if ((clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME) ||
	    (event.sigev_notify & ~SIGEV_THREAD_ID) > SIGEV_NONE ||
	    (event.sigev_notify != SIGEV_NONE &&
	     (event.sigev_signo < 1 || event.sigev_signo > _NSIG)) ||
	    (event.sigev_notify == SIGEV_THREAD_ID && !in_our_process(event.sigev_tid)))
		return -EINVAL;
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return -EAGAIN;
	hrtimer_init(&t->timer);
	t->timer.function = posix_timer_fn;
	t->signal = sig;
	t->clock = clock;
	t->notify = event.sigev_notify;
	t->tid = t->notify == SIGEV_THREAD_ID ? event.sigev_tid : 0;
	t->info.si_signo = event.sigev_signo;
	t->info.si_code = SI_TIMER;
	t->info.si_timer_value = event.sigev_value;

	preempt_disable();
	list_for_each_entry(other, &sig->posix_timers, list)
		n++;
	if (n >= MAX_TIMERS) {
		preempt_enable();
		kfree(t);
		return -EAGAIN;
	}
	id = t->id = t->info.si_tid = sig->next_timer_id++;
	if (!uevent)
		t->info.si_timer_value.sival_int = id;
	list_add_tail(&t->list, &sig->posix_timers);
	preempt_enable();
	if (put_user(id, uid)) {
		sys_timer_delete(id);
		return -EFAULT;
	}
	return 0;
}

static void get_setting(struct k_itimer *t, struct itimerspec *value)
{
	ktime_t left = hrtimer_active(&t->timer) ? max(t->timer.expires - ktime_get(), 1LL) : 0;

	value->it_value = ktime_to_timespec(left);
	value->it_interval = ktime_to_timespec(t->interval);
}

long sys_timer_gettime(int id, struct itimerspec *uvalue)
{
	struct itimerspec value;
	struct k_itimer *t;

	preempt_disable();
	t = find_timer(id);
	if (t)
		get_setting(t, &value);
	preempt_enable();
	if (!t)
		return -EINVAL;
	return copy_to_user(uvalue, &value, sizeof(value)) ? -EFAULT : 0;
}

static void set_timer(struct k_itimer *t, int flags, const struct itimerspec *value)
{
	ktime_t base = 0;

	hrtimer_cancel(&t->timer);
	t->interval = ktime_add_timespec(0, &value->it_interval);
	if (t->interval)
		t->interval = max(t->interval, HRTIMER_MIN_INTERVAL);
	if (flags & TIMER_ABSTIME)
		base = t->clock == CLOCK_REALTIME ? -realtime_offset : 0;
	else
		base = ktime_get();
	if (value->it_value.tv_sec || value->it_value.tv_nsec)
		hrtimer_start(&t->timer, ktime_add_timespec(base, &value->it_value));
}

long sys_timer_settime(int id, int flags, const struct itimerspec *uvalue,
		       struct itimerspec *uold)
{
	struct itimerspec value, old;
	struct k_itimer *t;

	if (copy_from_user(&value, uvalue, sizeof(value)))
		return -EFAULT;
	if (!timespec_valid(&value.it_value) || !timespec_valid(&value.it_interval))
		return -EINVAL;
	preempt_disable();
	t = find_timer(id);
	if (t) {
		get_setting(t, &old);
		set_timer(t, flags, &value);
	}
	preempt_enable();
	if (!t)
		return -EINVAL;
	return uold && copy_to_user(uold, &old, sizeof(old)) ? -EFAULT : 0;
}

long sys_timer_getoverrun(int id)
{
	struct k_itimer *t;
	long overrun;

	preempt_disable();
	t = find_timer(id);
	overrun = t ? t->overrun : -EINVAL;
	preempt_enable();
	return overrun;
}
