/* Timers of processes: setitimer(), timer_create(). */
#ifndef _LINUX_ITIMER_H
#define _LINUX_ITIMER_H

#include <uapi/linux/time.h>

struct signal_struct;

void init_itimers(struct signal_struct *sig);
/* The process ends. */
void exit_itimers(struct signal_struct *sig);
void exit_posix_timers(struct signal_struct *sig);
/* The running task has used up another tick. */
void run_cpu_itimers(bool user);

#endif
