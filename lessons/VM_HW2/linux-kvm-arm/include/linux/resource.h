/* Counting what processes use: kernel/resource.c. */
#ifndef _LINUX_RESOURCE_H
#define _LINUX_RESOURCE_H

#include <uapi/linux/resource.h>

struct task_struct;

/* All threads of tsk's process, or it alone; with what it has waited for, or without. */
void fill_rusage(struct rusage *usage, struct task_struct *tsk, bool group);
/* A child has been waited for: its times are added to ours. */
void account_child(struct task_struct *child);
/* At every tick: to whose time it counts. */
void account_process_tick(bool user);
/* utime and stime of all threads together. */
struct task_cputime thread_group_cputime(struct task_struct *tsk);
extern unsigned long idle_ticks, user_ticks, system_ticks, nr_context_switches, nr_forks;
extern unsigned long avenrun[3]; /* load averages, in 1/2048 */

#endif
