/* Error numbers, and one that never reaches user space. */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H

#include <uapi/linux/errno.h>

/* A signal interrupted the call: run it again after the handler if SA_RESTART says so. */
#define ERESTARTSYS 512

#endif
