#ifndef _TIME_H
#define _TIME_H
#include <sys/types.h>
#include <linux/time.h>
#define CLOCKS_PER_SEC 1000000L
#ifndef CLOCK_PROCESS_CPUTIME_ID
#define CLOCK_PROCESS_CPUTIME_ID 2
#endif
struct tm {
	int tm_sec, tm_min, tm_hour;
	int tm_mday, tm_mon, tm_year; /* 1 to 31; 0 to 11; since 1900 */
	int tm_wday, tm_yday;	      /* since Sunday; since 1 January */
	int tm_isdst;
	long tm_gmtoff;
	const char *tm_zone;
};
time_t time(time_t *t);
clock_t clock(void);
double difftime(time_t end, time_t start);
int clock_gettime(int clock, struct timespec *ts);
int clock_settime(int clock, const struct timespec *ts);
int nanosleep(const struct timespec *ts, struct timespec *rem);
struct tm *gmtime(const time_t *t);
struct tm *gmtime_r(const time_t *t, struct tm *tm);
/* There is one zone here: UTC. */
struct tm *localtime(const time_t *t);
struct tm *localtime_r(const time_t *t, struct tm *tm);
time_t mktime(struct tm *tm);
time_t timegm(struct tm *tm);
size_t strftime(char *s, size_t size, const char *fmt, const struct tm *tm);
char *asctime(const struct tm *tm);
char *ctime(const time_t *t);
#endif
