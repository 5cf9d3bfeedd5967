/* env [NAME=VALUE...] [COMMAND...]: the environment, or a command with a changed one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cmds.h"

int env_main(int argc, char **argv)
{
	int i = 1;

	if (i < argc && !strcmp(argv[i], "-i")) {
		clearenv();
		i++;
	}
	for (; i < argc && strchr(argv[i], '='); i++)
		putenv(argv[i]);
	if (i < argc) {
		execvp(argv[i], argv + i);
		fail(argv[i]);
		return errno == ENOENT ? 127 : 126;
	}
	for (char **e = environ; *e; e++)
		puts(*e);
	return 0;
}
