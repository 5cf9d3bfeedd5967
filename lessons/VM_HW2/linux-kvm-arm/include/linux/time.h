/* What time it is. */
#ifndef _LINUX_TIME_H
#define _LINUX_TIME_H

#include <linux/ktime.h>

/* Real time is time since boot and this: 0 until somebody sets the clock. */
extern ktime_t realtime_offset;

#endif
