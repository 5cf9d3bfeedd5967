#ifndef _ERRNO_H
#define _ERRNO_H
#include <linux/errno.h>
extern int errno;
#endif
