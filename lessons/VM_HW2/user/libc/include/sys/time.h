#ifndef _SYS_TIME_H
#define _SYS_TIME_H
#include <linux/time.h>
int gettimeofday(struct timeval *tv, void *zone);
#endif
