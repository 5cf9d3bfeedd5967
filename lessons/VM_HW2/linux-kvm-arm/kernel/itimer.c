/*
 * setitimer(): a process's three alarm clocks. One runs with the real time, the others
 * count ticks of the process's own: in user space only, or in the kernel, too.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/itimer.h>
#include <linux/irqflags.h>
#include <linux/uaccess.h>

#define TICK_USEC (1000000L / HZ)

static enum hrtimer_restart it_real_fn(struct hrtimer *timer)
{
	struct signal_struct *sig = container_of(timer, struct signal_struct, real_timer);

	if (sig->nr_threads)
		group_send_sig_info(SIGALRM, NULL, sig->leader);
	if (!sig->it_real_incr)
		return HRTIMER_NORESTART;
	hrtimer_forward(timer, sig->it_real_incr);
	return HRTIMER_RESTART;
}

void init_itimers(struct signal_struct *sig)
{
	hrtimer_init(&sig->real_timer);
	sig->real_timer.function = it_real_fn;
	INIT_LIST_HEAD(&sig->posix_timers);
}

void exit_itimers(struct signal_struct *sig)
{
	hrtimer_cancel(&sig->real_timer);
	sig->it_real_incr = 0;
	exit_posix_timers(sig);
}

void run_cpu_itimers(bool user)
{
	static const int signals[] = { SIGVTALRM, SIGPROF };

	for (int i = 0; i < 2; i++) {
		struct cpu_itimer *it = &current->signal->it[i];

		if ((i || user) && it->left && --it->left == 0) {
			it->left = it->interval;
			send_sig_info(signals[i], NULL, current);
		}
	}
}

static struct timeval ns_to_timeval(ktime_t ns)
{
	return (struct timeval){ ns / NSEC_PER_SEC, ns % NSEC_PER_SEC / 1000 };
}

static struct timeval ticks_to_timeval(unsigned long ticks)
{
	return (struct timeval){ ticks / HZ, ticks % HZ * TICK_USEC };
}

static void do_getitimer(int which, struct itimerval *value)
{
	struct signal_struct *sig = current->signal;

	if (which == ITIMER_REAL) {
		ktime_t left = hrtimer_active(&sig->real_timer) ?
			       max(sig->real_timer.expires - ktime_get(), NSEC_PER_USEC) : 0;

		value->it_value = ns_to_timeval(left);
		value->it_interval = ns_to_timeval(sig->it_real_incr);
	} else {
		value->it_value = ticks_to_timeval(sig->it[which - 1].left);
		value->it_interval = ticks_to_timeval(sig->it[which - 1].interval);
	}
}

static bool timeval_valid(const struct timeval *tv)
{
	return tv->tv_sec >= 0 && (unsigned long)tv->tv_usec < 1000000;
}

static ktime_t timeval_to_ns(const struct timeval *tv)
{
	return min(tv->tv_sec, 4000000000L) * NSEC_PER_SEC + tv->tv_usec * NSEC_PER_USEC;
}

static unsigned long timeval_to_ticks(const struct timeval *tv)
{
	return min(tv->tv_sec, 4000000000L) * HZ + DIV_ROUND_UP(tv->tv_usec, TICK_USEC);
}

static void do_setitimer(int which, const struct itimerval *value)
{
	struct signal_struct *sig = current->signal;
	unsigned long flags;
	ktime_t first;

	if (which == ITIMER_REAL) {
		first = timeval_to_ns(&value->it_value);
		hrtimer_cancel(&sig->real_timer);
		sig->it_real_incr = timeval_to_ns(&value->it_interval);
		if (sig->it_real_incr)
			sig->it_real_incr = max(sig->it_real_incr, HRTIMER_MIN_INTERVAL);
		if (first)
			hrtimer_start(&sig->real_timer, ktime_get() + first);
		return;
	}
	local_irq_save(flags);
	sig->it[which - 1].left = timeval_to_ticks(&value->it_value);
	sig->it[which - 1].interval = timeval_to_ticks(&value->it_interval);
	local_irq_restore(flags);
}

long sys_getitimer(int which, struct itimerval *uvalue)
{
	struct itimerval value;

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	do_getitimer(which, &value);
	return copy_to_user(uvalue, &value, sizeof(value)) ? -EFAULT : 0;
}

long sys_setitimer(int which, const struct itimerval *uvalue, struct itimerval *uold)
{
	struct itimerval value = { 0 }, old;

	if (uvalue && copy_from_user(&value, uvalue, sizeof(value)))
		return -EFAULT;
	if (which < ITIMER_REAL || which > ITIMER_PROF || !timeval_valid(&value.it_value) ||
	    !timeval_valid(&value.it_interval))
		return -EINVAL;
	do_getitimer(which, &old);
	do_setitimer(which, &value);
	return uold && copy_to_user(uold, &old, sizeof(old)) ? -EFAULT : 0;
}
