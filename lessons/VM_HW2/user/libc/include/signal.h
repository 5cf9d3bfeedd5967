#ifndef _SIGNAL_H
#define _SIGNAL_H
#include <sys/types.h>
#include <linux/signal.h>
#ifndef SA_SIGINFO
#define SA_NOCLDSTOP 0x00000001
#define SA_SIGINFO 0x00000004
#define SA_RESETHAND 0x80000000
#endif
#ifndef SIGSTKFLT
#define SIGSTKFLT 16
#endif
#ifndef SIGXCPU
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#endif
#ifndef SIGIO
#define SIGIO 29
#define SIGPWR 30
#define SIGSYS 31
#endif
#define NSIG 65
typedef unsigned long sigset_t;
typedef __sighandler_t sighandler_t;
typedef volatile int sig_atomic_t;
struct sigaction {
	sighandler_t sa_handler;
	unsigned long sa_flags;
	sigset_t sa_mask;
};
int kill(pid_t pid, int sig);
int killpg(pid_t pgrp, int sig);
int raise(int sig);
int sigaction(int sig, const struct sigaction *act, struct sigaction *old);
sighandler_t signal(int sig, sighandler_t handler);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);
int sigsuspend(const sigset_t *set);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int sig);
int sigdelset(sigset_t *set, int sig);
int sigismember(const sigset_t *set, int sig);
char *strsignal(int sig);
#endif
