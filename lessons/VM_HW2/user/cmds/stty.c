/* stty [-a | sane | raw | [-]echo | [-]icanon | [-]isig]: the terminal's settings. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "cmds.h"

static const struct {
	const char *name;
	int input; /* of c_iflag, else c_lflag */
	tcflag_t bit;
} settings[] = { { "icanon", 0, ICANON }, { "echo", 0, ECHO },	 { "isig", 0, ISIG },
		 { "iexten", 0, IEXTEN }, { "icrnl", 1, ICRNL }, { "ixon", 1, IXON } };

#define COUNT (sizeof(settings) / sizeof(*settings))

static tcflag_t *flags(struct termios *t, int i)
{
	return settings[i].input ? &t->c_iflag : &t->c_lflag;
}

static void show(struct termios *t)
{
	struct winsize size = { 0 };

	if (ioctl(0, TIOCGWINSZ, &size) == 0)
		printf("rows %d; columns %d;\n", size.ws_row, size.ws_col);
	for (size_t i = 0; i < COUNT; i++)
		printf("%s%s%c", *flags(t, i) & settings[i].bit ? "" : "-", settings[i].name,
		       i == COUNT - 1 ? '\n' : ' ');
}

static int change(struct termios *t, const char *word)
{
	int off = *word == '-';

	if (!strcmp(word, "raw")) {
		cfmakeraw(t);
		return 0;
	}
	if (!strcmp(word, "sane")) {
		t->c_lflag |= ICANON | ECHO | ISIG;
		t->c_iflag |= ICRNL;
		t->c_oflag |= OPOST | ONLCR;
		return 0;
	}
	for (size_t i = 0; i < COUNT; i++)
		if (!strcmp(word + off, settings[i].name)) {
			if (off)
				*flags(t, i) &= ~settings[i].bit;
			else
				*flags(t, i) |= settings[i].bit;
			return 0;
		}
	return -1;
}

int stty_main(int argc, char **argv)
{
	struct termios t;

	if (tcgetattr(0, &t))
		return fail("standard input");
	if (argc == 1 || !strcmp(argv[1], "-a")) {
		show(&t);
		return 0;
	}
	for (int i = 1; i < argc; i++)
		if (change(&t, argv[i])) {
			fprintf(stderr, "stty: %s: there is no such setting\n", argv[i]);
			return 2;
		}
	return tcsetattr(0, TCSADRAIN, &t) ? fail("standard input") : 0;
}
