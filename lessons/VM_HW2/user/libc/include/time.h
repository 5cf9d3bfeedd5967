#ifndef _TIME_H
#define _TIME_H
#include <linux/time.h>
int clock_gettime(int clock, struct timespec *ts);
int nanosleep(const struct timespec *ts, struct timespec *rem);
#endif
