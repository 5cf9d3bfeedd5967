/* The small commands, all in one program: its name chooses. /bin/ls and so on are links to it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "cmds.h"

const char *command;

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
#define ROW(name) { #name, name##_main },
	COMMANDS(ROW)
#undef ROW
	{ "reboot", poweroff_main },
	{ "halt", poweroff_main },
};

#define COUNT (sizeof(commands) / sizeof(commands[0]))

static int list(void)
{
	printf("usage: cmds COMMAND [ARGUMENT...], or a link of that name. Commands:\n");
	for (size_t i = 0; i < COUNT; i++)
		printf("%s%c", commands[i].name, i == COUNT - 1 ? '\n' : ' ');
	return 0;
}

int main(int argc, char **argv)
{
	int status;

	command = base_name(argv[0]);
	if (!strcmp(command, "cmds")) {
		if (argc < 2)
			return list();
		command = *++argv;
		argc--;
	}
	for (size_t i = 0; i < COUNT; i++)
		if (!strcmp(commands[i].name, command)) {
			status = commands[i].run(argc, argv);
			if (fflush(stdout) || ferror(stdout)) {
				if (errno != EPIPE)
					fail("standard output");
				return 1;
			}
			return status;
		}
	fprintf(stderr, "%s: there is no such command\n", command);
	return 127;
}
