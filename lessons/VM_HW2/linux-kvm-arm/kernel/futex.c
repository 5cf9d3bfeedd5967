/*
 * Futexes: a word of user memory that threads wait on. FUTEX_WAIT sleeps if the word
 * still has the value the caller saw, FUTEX_WAKE wakes sleepers on the same word.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <uapi/linux/sched.h>
#include <uapi/linux/time.h>

void schedule_until(ktime_t expires);

struct futex_waiter {
	struct list_head list;
	unsigned int *uaddr;
	struct mm_struct *mm;
	struct task_struct *task;
	bool woken;
};

static LIST_HEAD(waiters);

/* deadline: absolute, 0 for none. */
long do_futex(unsigned int *uaddr, int op, unsigned int val, ktime_t deadline)
{
	struct futex_waiter me = { .uaddr = uaddr, .mm = current->mm, .task = current }, *w, *next;
	unsigned int now;
	long ret = 0;

	if ((op & ~FUTEX_PRIVATE_FLAG) == FUTEX_WAKE) {
		list_for_each_entry_safe(w, next, &waiters, list)
			if (w->uaddr == uaddr && w->mm == current->mm && ret < (long)val) {
				list_del_init(&w->list);
				w->woken = true;
				wake_up_process(w->task);
				ret++;
			}
		return ret;
	}
	if ((op & ~FUTEX_PRIVATE_FLAG) != FUTEX_WAIT)
		return -ENOSYS;
	if (get_user(now, uaddr))
		return -EFAULT;
	preempt_disable(); /* between the look and the sleep nobody may change the word */
	if (get_user(now, uaddr) || now != val) {
		preempt_enable();
		return -EAGAIN;
	}
	list_add_tail(&me.list, &waiters);
	preempt_enable();
	while (!me.woken) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (signal_pending(current))
			ret = -EINTR;
		else if (deadline && ktime_get() >= deadline)
			ret = -ETIMEDOUT;
		if (ret)
			break;
		if (deadline)
			schedule_until(deadline);
		else
			schedule();
	}
	current->state = TASK_RUNNING;
	if (!me.woken)
		list_del(&me.list);
	else
		ret = 0;
	return ret;
}

long sys_futex(unsigned int *uaddr, int op, unsigned int val, const struct timespec *uts)
{
	struct timespec ts;
	ktime_t deadline = 0;

	if ((op & ~FUTEX_PRIVATE_FLAG) == FUTEX_WAIT && uts) {
		if (copy_from_user(&ts, uts, sizeof(ts)))
			return -EFAULT;
		deadline = ktime_get() + ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
	}
	return do_futex(uaddr, op, val, deadline);
}
