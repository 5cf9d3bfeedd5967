#ifndef _SIGNAL_H
#define _SIGNAL_H
#include <sys/types.h>
#include <linux/signal.h>
typedef unsigned long sigset_t;
typedef __sighandler_t sighandler_t;
struct sigaction {
	sighandler_t sa_handler;
	unsigned long sa_flags;
	sigset_t sa_mask;
};
int kill(pid_t pid, int sig);
int sigaction(int sig, const struct sigaction *act, struct sigaction *old);
sighandler_t signal(int sig, sighandler_t handler);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);
#endif
