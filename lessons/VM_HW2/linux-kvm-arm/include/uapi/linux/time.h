/* Time as system calls carry it. */
#ifndef _UAPI_LINUX_TIME_H
#define _UAPI_LINUX_TIME_H

struct timespec {
	long tv_sec;
	long tv_nsec;
};

struct timeval {
	long tv_sec;
	long tv_usec;
};

#define CLOCK_REALTIME  0
#define CLOCK_MONOTONIC 1

#endif
