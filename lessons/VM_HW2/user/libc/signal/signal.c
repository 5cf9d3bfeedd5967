/* Signals: handlers, and the mask of those that wait. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>
#include "../syscall.h"

void __restore(void); /* start.S: what a handler returns to */

int kill(pid_t pid, int sig) { return SYSCALL2(kill, pid, sig); }
int killpg(pid_t pgrp, int sig) { return kill(-pgrp, sig); }
int raise(int sig) { return kill(getpid(), sig); }

int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	struct kernel_sigaction new, was;
	long r;

	if (act)
		new = (struct kernel_sigaction){ act->sa_handler, act->sa_flags | SA_RESTORER,
						 __restore, act->sa_mask };
	r = SYSCALL4(rt_sigaction, sig, act ? &new : NULL, &was, sizeof(sigset_t));
	if (r == 0 && old)
		*old = (struct sigaction){ was.sa_handler, was.sa_flags & ~SA_RESTORER,
					   was.sa_mask };
	return r;
}

sighandler_t signal(int sig, sighandler_t handler)
{
	struct sigaction act = { handler, SA_RESTART, 0 }, old = act;

	return sigaction(sig, &act, &old) ? SIG_ERR : old.sa_handler;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	return SYSCALL4(rt_sigprocmask, how, set, old, sizeof(sigset_t));
}

int sigsuspend(const sigset_t *set)
{
	return SYSCALL2(rt_sigsuspend, set, sizeof(sigset_t));
}

int pause(void)
{
	return SYSCALL5(ppoll, NULL, 0, NULL, NULL, 0);
}

int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

int sigfillset(sigset_t *set)
{
	*set = ~0UL;
	return 0;
}

static int valid(int sig)
{
	if (sig > 0 && sig <= _NSIG)
		return 1;
	errno = EINVAL;
	return 0;
}

int sigaddset(sigset_t *set, int sig)
{
	if (!valid(sig))
		return -1;
	*set |= 1UL << (sig - 1);
	return 0;
}

int sigdelset(sigset_t *set, int sig)
{
	if (!valid(sig))
		return -1;
	*set &= ~(1UL << (sig - 1));
	return 0;
}

int sigismember(const sigset_t *set, int sig)
{
	return valid(sig) ? (int)(*set >> (sig - 1) & 1) : -1;
}

/* sigsetjmp(): the mask lies behind the registers, with a word that says it is there. */
int __save_mask(sigjmp_buf env, int save)
{
	env[22] = save;
	return save ? sigprocmask(SIG_BLOCK, NULL, &env[23]) : 0;
}

void siglongjmp(sigjmp_buf env, int value)
{
	if (env[22])
		sigprocmask(SIG_SETMASK, &env[23], NULL);
	longjmp(env, value);
}
