/* Error numbers, and some that never reach user space. */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H

#include <uapi/linux/errno.h>

/* A signal interrupted the call: run it again after the handler if SA_RESTART says so. */
#define ERESTARTSYS 512
/* ...run it again if no handler ran: the process was only stopped for a while. */
#define ERESTARTNOHAND 514
/* ...likewise, but by restart_syscall(): the call has used up some of its time. */
#define ERESTART_RESTARTBLOCK 516

#endif
