/* kill [-SIGNAL] PID...: the shell has its own, which knows jobs, too. */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmds.h"

static const struct {
	const char *name;
	int number;
} signals[] = { { "HUP", SIGHUP },   { "INT", SIGINT },	  { "QUIT", SIGQUIT }, { "KILL", SIGKILL },
		{ "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "TERM", SIGTERM }, { "STOP", SIGSTOP },
		{ "CONT", SIGCONT } };

int kill_main(int argc, char **argv)
{
	int sig = SIGTERM, first = 1, bad = 0;

	if (argc > 1 && argv[1][0] == '-' && argv[1][1]) {
		const char *name = argv[1] + 1;

		sig = isdigit((unsigned char)*name) ? atoi(name) : -1;
		if (!strncmp(name, "SIG", 3))
			name += 3;
		for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
			if (!strcasecmp(signals[i].name, name))
				sig = signals[i].number;
		first = 2;
	}
	if (sig < 0 || first == argc)
		return usage("[-SIGNAL] PID...");
	for (int i = first; i < argc; i++)
		if (kill(number(argv[i]), sig))
			bad = fail(argv[i]);
	return bad;
}
