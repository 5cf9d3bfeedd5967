/*
 * Futexes: a word of user memory that threads wait on. FUTEX_WAIT sleeps if the word
 * still has the value the caller saw, FUTEX_WAKE wakes sleepers on the same word.
 */
#include <linux/kernel.h>
#include <linux/time.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <uapi/linux/sched.h>
#include <uapi/linux/time.h>

struct futex_waiter {
	struct list_head list;
	unsigned int *uaddr;
	struct mm_struct *mm;
	struct task_struct *task;
	bool woken;
};

static LIST_HEAD(waiters);

static int wake_waiters(unsigned int *uaddr, unsigned int most)
{
	struct futex_waiter *w, *next;
	unsigned int n = 0;

	preempt_disable();
	list_for_each_entry_safe(w, next, &waiters, list)
		if (w->uaddr == uaddr && w->mm == current->mm && n < most) {
			list_del_init(&w->list);
			w->woken = true;
			wake_up_process(w->task);
			n++;
		}
	preempt_enable();
	return n;
}

/* Sleepers beyond the first few wait for another word from now on. */
static int requeue_waiters(unsigned int *from, unsigned int *to, unsigned int most)
{
	struct futex_waiter *w;
	unsigned int n = 0;

	preempt_disable();
	list_for_each_entry(w, &waiters, list)
		if (w->uaddr == from && w->mm == current->mm && n < most) {
			w->uaddr = to;
			n++;
		}
	preempt_enable();
	return n;
}

static long restart_futex(struct restart_block *block)
{
	return do_futex(block->uaddr, FUTEX_WAIT, block->val, block->expires);
}

/* A signal came: what goes on behind it has only the rest of the time. */
static long restart_later(unsigned int *uaddr, unsigned int val, ktime_t deadline)
{
	current->restart_block = (struct restart_block){
		.fn = restart_futex,
		.expires = deadline,
		.uaddr = uaddr,
		.val = val
	};
	return -ERESTART_RESTARTBLOCK;
}

/* deadline: absolute, 0 for none. */
long do_futex(unsigned int *uaddr, int op, unsigned int val, ktime_t deadline)
{
	struct futex_waiter me = { .uaddr = uaddr, .mm = current->mm, .task = current };
	unsigned int now;
	long ret = 0;

	if (op == FUTEX_WAKE)
		return wake_waiters(uaddr, val);
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
			ret = deadline ? restart_later(uaddr, val, deadline) : -ERESTARTSYS;
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
	preempt_disable();
	if (!me.woken)
		list_del(&me.list);
	preempt_enable();
	return me.woken ? 0 : ret;
}

static long requeue(unsigned int *uaddr, int op, unsigned int wake, unsigned long move,
		    unsigned int *to, unsigned int expected)
{
	unsigned int now;
	long n;

	if (!access_ok(VERIFY_READ, to, sizeof(*to)) || get_user(now, uaddr))
		return -EFAULT;
	preempt_disable(); /* as in do_futex() */
	if (get_user(now, uaddr))
		n = -EFAULT;
	else if (op == FUTEX_CMP_REQUEUE && now != expected)
		n = -EAGAIN;
	else
		n = wake_waiters(uaddr, wake);
	if (n >= 0)
		n += requeue_waiters(uaddr, to, move);
	preempt_enable();
	return n;
}

/* The fourth argument is a time, or a number. */
long sys_futex(unsigned int *uaddr, int op, unsigned int val, const struct timespec *uts,
	       unsigned int *uaddr2, unsigned int val3)
{
	int cmd = op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
	struct timespec ts;
	ktime_t deadline = 0;

	if ((unsigned long)uaddr & 3)
		return -EINVAL;
	switch (cmd) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		if (cmd == FUTEX_WAIT_BITSET && !val3)
			return -EINVAL;
		if (!uts)
			return do_futex(uaddr, FUTEX_WAIT, val, 0);
		if (copy_from_user(&ts, uts, sizeof(ts)))
			return -EFAULT;
		if (!timespec_valid(&ts))
			return -EINVAL;
		deadline = ktime_add_timespec(cmd == FUTEX_WAIT ? ktime_get() :
					      op & FUTEX_CLOCK_REALTIME ? -realtime_offset : 0, &ts);
		return do_futex(uaddr, FUTEX_WAIT, val, max(deadline, 1LL));
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
		return cmd == FUTEX_WAKE_BITSET && !val3 ? -EINVAL :
		       !access_ok(VERIFY_READ, uaddr, sizeof(*uaddr)) ? -EFAULT :
		       wake_waiters(uaddr, val);
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
		return requeue(uaddr, cmd, val, (unsigned long)uts, uaddr2, val3);
	}
	return -ENOSYS;
}
