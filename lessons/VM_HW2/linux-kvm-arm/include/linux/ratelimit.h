/* For messages that somebody outside of the kernel can cause as often as he likes. */
#ifndef _LINUX_RATELIMIT_H
#define _LINUX_RATELIMIT_H

#include <linux/types.h>

/* May one more be printed? Ten within five seconds, then no more till they are over. */
bool printk_ratelimit(void);

#endif
