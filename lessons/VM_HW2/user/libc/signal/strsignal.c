/* What a shell says of a program that a signal has ended. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const texts[] = {
	[SIGHUP] = "Hangup",
	[SIGINT] = "Interrupt",
	[SIGQUIT] = "Quit",
	[SIGILL] = "Illegal instruction",
	[SIGTRAP] = "Trace/breakpoint trap",
	[SIGABRT] = "Aborted",
	[SIGBUS] = "Bus error",
	[SIGFPE] = "Floating point exception",
	[SIGKILL] = "Killed",
	[SIGUSR1] = "User defined signal 1",
	[SIGSEGV] = "Segmentation fault",
	[SIGUSR2] = "User defined signal 2",
	[SIGPIPE] = "Broken pipe",
	[SIGALRM] = "Alarm clock",
	[SIGTERM] = "Terminated",
	[SIGCHLD] = "Child exited",
	[SIGCONT] = "Continued",
	[SIGSTOP] = "Stopped (signal)",
	[SIGTSTP] = "Stopped",
	[SIGTTIN] = "Stopped (tty input)",
	[SIGTTOU] = "Stopped (tty output)",
	[SIGSYS] = "Bad system call",
};

char *strsignal(int sig)
{
	static char other[32];

	if (sig > 0 && sig < (int)(sizeof(texts) / sizeof(texts[0])) && texts[sig])
		return (char *)texts[sig];
	snprintf(other, sizeof(other), "Unknown signal %d", sig);
	return other;
}
