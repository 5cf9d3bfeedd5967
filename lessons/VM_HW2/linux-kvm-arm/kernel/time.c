/*
 * Clocks, and sleeping by them. The only clock of the machine counts from its start and
 * knows no date; so real time begins in 1970 with it, until somebody sets it.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/time.h>
#include <linux/resource.h>
#include <linux/uaccess.h>

#define TICK_NS (NSEC_PER_SEC / HZ)

ktime_t realtime_offset;

static ktime_t cputime(const struct task_cputime *t)
{
	return (t->utime + t->stime) * TICK_NS;
}

/* What the clock shows; -EINVAL: there is no such clock. */
static int read_clock(int clock, ktime_t *now)
{
	struct task_cputime group;

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		*now = ktime_get() + realtime_offset;
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*now = ktime_get();
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		group = thread_group_cputime(current);
		*now = cputime(&group);
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		*now = cputime(&current->times);
		return 0;
	}
	return -EINVAL;
}

long sys_clock_gettime(int clock, struct timespec *uts)
{
	struct timespec ts;
	ktime_t now;

	if (read_clock(clock, &now))
		return -EINVAL;
	ts = ktime_to_timespec(now);
	return copy_to_user(uts, &ts, sizeof(ts)) ? -EFAULT : 0;
}

long sys_clock_getres(int clock, struct timespec *uts)
{
	bool coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE ||
		      clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
	struct timespec ts = { 0, coarse ? TICK_NS : 1 };
	ktime_t now;

	if (read_clock(clock, &now))
		return -EINVAL;
	return uts && copy_to_user(uts, &ts, sizeof(ts)) ? -EFAULT : 0;
}

static long set_clock(const struct timespec *ts)
{
	if (!timespec_valid(ts) || ts->tv_sec > 8000000000L)
		return -EINVAL;
	realtime_offset = ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec - ktime_get();
	return 0;
}

long sys_clock_settime(int clock, const struct timespec *uts)
{
	struct timespec ts;

	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	return copy_from_user(&ts, uts, sizeof(ts)) ? -EFAULT : set_clock(&ts);
}

/* The time zone is user space's affair: always Greenwich here. */
long sys_gettimeofday(struct timeval *utv, int *utz)
{
	ktime_t now = ktime_get() + realtime_offset;
	struct timeval tv = { now / NSEC_PER_SEC, now % NSEC_PER_SEC / 1000 };

	if (utv && copy_to_user(utv, &tv, sizeof(tv)))
		return -EFAULT;
	return utz && clear_user(utz, 8) ? -EFAULT : 0;
}

long sys_settimeofday(const struct timeval *utv, const int *utz)
{
	struct timeval tv;
	struct timespec ts;

	if (!utv)
		return 0;
	if (copy_from_user(&tv, utv, sizeof(tv)))
		return -EFAULT;
	if ((unsigned long)tv.tv_usec >= 1000000)
		return -EINVAL;
	ts = (struct timespec){ tv.tv_sec, tv.tv_usec * 1000 };
	return set_clock(&ts);
}

/* Sleeps until then; what is left of it goes to *remaining if a signal comes before. */
static long sleep_until(ktime_t end, struct timespec *remaining)
{
	struct timespec ts;
	ktime_t left;

	while ((left = end - ktime_get()) > 0) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (signal_pending(current)) {
			current->state = TASK_RUNNING;
			ts = ktime_to_timespec(left);
			return remaining && copy_to_user(remaining, &ts, sizeof(ts)) ?
			       -EFAULT : -ERESTART_RESTARTBLOCK;
		}
		schedule_until(end);
	}
	return 0;
}

static long restart_sleep(struct restart_block *block)
{
	return sleep_until(block->expires, block->remaining);
}

static long do_sleep(const struct timespec *ts, struct timespec *remaining)
{
	ktime_t end = ktime_add_timespec(ktime_get(), ts);

	current->restart_block = (struct restart_block){ restart_sleep, end, remaining };
	return sleep_until(end, remaining);
}

long sys_nanosleep(const struct timespec *uts, struct timespec *urem)
{
	struct timespec ts;

	if (copy_from_user(&ts, uts, sizeof(ts)))
		return -EFAULT;
	return timespec_valid(&ts) ? do_sleep(&ts, urem) : -EINVAL;
}

long sys_clock_nanosleep(int clock, int flags, const struct timespec *uts, struct timespec *urem)
{
	struct timespec ts;
	ktime_t now, end;
	long ret;

	if (read_clock(clock, &now) || clock == CLOCK_THREAD_CPUTIME_ID)
		return -EINVAL;
	if (clock == CLOCK_PROCESS_CPUTIME_ID)
		return -EOPNOTSUPP;
	if (copy_from_user(&ts, uts, sizeof(ts)))
		return -EFAULT;
	if (!timespec_valid(&ts))
		return -EINVAL;
	if (!(flags & TIMER_ABSTIME))
		return do_sleep(&ts, urem);
	end = ktime_add_timespec(0, &ts);
	ret = sleep_until(clock == CLOCK_REALTIME ? end - realtime_offset : end, NULL);
	return ret == -ERESTART_RESTARTBLOCK ? -ERESTARTNOHAND : ret; /* the time stands as it is */
}
