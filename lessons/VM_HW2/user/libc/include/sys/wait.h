#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H
#include <sys/types.h>
#include <linux/sched.h>
#ifndef WCONTINUED
#define WCONTINUED 8
#endif
#define WTERMSIG(s) ((s) & 0x7f)
#define WIFEXITED(s) (WTERMSIG(s) == 0)
#define WEXITSTATUS(s) (((s) >> 8) & 0xff)
#define WIFSTOPPED(s) (((s) & 0xff) == 0x7f)
#define WSTOPSIG(s) WEXITSTATUS(s)
#define WIFSIGNALED(s) (!WIFEXITED(s) && !WIFSTOPPED(s) && (s) != 0xffff)
#define WIFCONTINUED(s) ((s) == 0xffff)
#define WCOREDUMP(s) ((s) & 0x80)
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
#endif
