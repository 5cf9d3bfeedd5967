/* Clocks, and sleeping. */
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "../syscall.h"

int clock_gettime(int clock, struct timespec *ts) { return SYSCALL2(clock_gettime, clock, ts); }
int clock_settime(int clock, const struct timespec *ts)
{
	return SYSCALL2(clock_settime, clock, ts);
}
int nanosleep(const struct timespec *ts, struct timespec *rem)
{
	return SYSCALL2(nanosleep, ts, rem);
}

time_t time(time_t *t)
{
	struct timespec now = { 0, 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	if (t)
		*t = now.tv_sec;
	return now.tv_sec;
}

int gettimeofday(struct timeval *tv, void *zone)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now))
		return -1;
	tv->tv_sec = now.tv_sec;
	tv->tv_usec = now.tv_nsec / 1000;
	return 0;
}

clock_t clock(void)
{
	struct timespec used;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used))
		return -1;
	return used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / 1000;
}

unsigned int sleep(unsigned int seconds)
{
	struct timespec ts = { seconds, 0 };

	return nanosleep(&ts, &ts) ? ts.tv_sec + (ts.tv_nsec > 0) : 0;
}

int usleep(unsigned int us)
{
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	return nanosleep(&ts, NULL);
}

unsigned int alarm(unsigned int seconds)
{
	struct {
		struct timeval interval, value;
	} new = { .value = { seconds, 0 } }, old;

	if (SYSCALL3(setitimer, 0, &new, &old) < 0)
		return 0;
	return old.value.tv_sec + (old.value.tv_usec > 0);
}
