/* Time in nanoseconds since boot, from the generic timer's counter. */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/types.h>
#include <uapi/linux/time.h>

typedef s64 ktime_t;

#define NSEC_PER_SEC 1000000000LL
#define NSEC_PER_MSEC 1000000LL
#define NSEC_PER_USEC 1000LL

ktime_t ktime_get(void);

static inline bool timespec_valid(const struct timespec *ts)
{
	return ts->tv_sec >= 0 && (unsigned long)ts->tv_nsec < NSEC_PER_SEC;
}

/* A time that far in the future; a distance beyond all bounds means "never". */
static inline ktime_t ktime_add_timespec(ktime_t from, const struct timespec *ts)
{
	return ts->tv_sec > 4000000000L ? 0x7fffffffffffffffL :
	       from + ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec;
}

static inline struct timespec ktime_to_timespec(ktime_t t)
{
	return (struct timespec){ t / NSEC_PER_SEC, t % NSEC_PER_SEC };
}

#endif
