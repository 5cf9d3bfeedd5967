/* trap: commands for signals, and for the shell's own end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

#define SIGNALS 65

int signal_number(const char *s);

static char *actions[SIGNALS];
static volatile char pending[SIGNALS];
static volatile int any;

static void note(int sig)
{
	pending[sig] = 1;
	any = 1;
}

int trap_builtin(char **argv)
{
	char *action = argv[1];

	if (!action) {
		for (int i = 0; i < SIGNALS; i++)
			if (actions[i])
				printf("trap -- '%s' %d\n", actions[i], i);
		return 0;
	}
	argv += strcmp(action, "--") ? 1 : 2;
	action = argv[0];
	if (!argv[1]) /* one argument: back to the default */
		argv--;
	while (*++argv) {
		int sig = signal_number(*argv);

		if (sig < 0) {
			complain("trap: %s: there is no such signal", *argv);
			return 1;
		}
		free(actions[sig]);
		actions[sig] = NULL;
		if (action != *argv && strcmp(action, "-"))
			actions[sig] = strdup(action);
		if (sig)
			signal(sig, !actions[sig]   ? SIG_DFL
				    : *actions[sig] ? note
						    : SIG_IGN);
	}
	return 0;
}

/* Between two commands. */
void run_traps(void)
{
	int kept = status;

	if (!any)
		return;
	any = 0;
	for (int i = 1; i < SIGNALS; i++)
		if (pending[i]) {
			pending[i] = 0;
			if (actions[i])
				run_text(actions[i]);
		}
	status = kept;
}

void exit_trap(void)
{
	char *action = actions[0];

	actions[0] = NULL;
	if (action)
		run_text(action);
}

/* A child does what it does without the shell's traps; what was ignored stays so. */
void reset_traps(void)
{
	for (int i = 0; i < SIGNALS; i++)
		if (actions[i] && (!i || *actions[i])) {
			if (i)
				signal(i, SIG_DFL);
			free(actions[i]);
			actions[i] = NULL;
		}
}
