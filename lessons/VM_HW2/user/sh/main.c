/*
 * The shell's beginning and its outermost loop: read a command, run it.
 *	sh			commands from standard input
 *	sh -c TEXT [NAME [ARGUMENT...]]
 *	sh FILE [ARGUMENT...]
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

int shell_pid, last_background, interactive;
struct options options;
char **arguments;
int argument_count;
void *error_target;

static void on_interrupt(int sig)
{
	interrupted = 1;
}

/* Runs all of the input at hand. An error gives up the command, and a script. */
static void run_input(void)
{
	jmp_buf here, *outer = error_target;
	struct input *ours = in;
	struct stack_mark mark = stack_mark();
	struct node *n;
	int ended;

	error_target = here;
	if (setjmp(here)) {
		reset_execution();
		while (in != ours)
			drop_input(in);
		if (!interactive) {
			error_target = outer;
			if (outer)
				longjmp(*outer, 2);
			leave(status);
		}
		if (interrupted)
			status = 130;
	}
	do {
		stack_release(mark);
		if (in->interactive) {
			interrupted = breaking = continuing = returning = 0;
			in->at = in->n = 0;
		}
		n = parse_command();
		ended = at_end;
		run(n);
		run_traps();
	} while (!ended && (in->interactive || (!returning && !interrupted)));
	stack_release(mark);
	error_target = outer;
}

void run_text(const char *text)
{
	struct input i;

	use_string(&i, text);
	run_input();
	drop_input(&i);
}

static int read_all(int fd, struct buffer *b)
{
	char text[1024];
	ssize_t n;

	put_text(b, "");
	while ((n = read(fd, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < n; i++)
			put(b, text[i]);
	close(fd);
	return n < 0 ? -1 : 0;
}

/* A script: read as a whole, run command by command. Returns its status. */
int run_file(const char *path)
{
	struct buffer b = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read_all(fd, &b)) {
		complain("%s: %s", path, strerror(errno));
		return status = errno == ENOENT ? 127 : 126;
	}
	if (b.n > 4 && !memcmp(b.text, "\177ELF", 4)) {
		complain("%s: this is a program for another machine, or damaged", path);
		return status = 126;
	}
	run_text(b.text);
	returning = 0;
	return status;
}

static void defaults(void)
{
	if (!get_variable("PATH"))
		set_variable("PATH", "/bin:/sbin:/usr/bin:/home/root");
	if (!get_variable("HOME"))
		set_variable("HOME", "/home/root");
	export_variable("PATH");
	export_variable("HOME");
}

static void be_interactive(void)
{
	struct sigaction act = { .sa_handler = on_interrupt }; /* without SA_RESTART */

	interactive = 1;
	sigaction(SIGINT, &act, NULL);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	start_jobs();
}

static void run_stdin(void)
{
	struct input i = { .fd = 0, .interactive = interactive, .line = 1 };

	in = &i;
	run_input();
	if (interactive)
		fputs("exit\n", stdout);
}

int main(int argc, char **argv)
{
	char *command = NULL;
	int first = 1;

	shell_pid = getpid();
	import_environment();
	defaults();
	for (; first < argc && argv[first][0] == '-' && argv[first][1]; first++) {
		char *letter = argv[first] + 1;

		if (!strcmp(argv[first], "--")) {
			first++;
			break;
		}
		for (; *letter; letter++)
			if (*letter == 'c' && first + 1 < argc)
				command = argv[first + 1];
			else if (*letter == 'e')
				options.errexit = 1;
			else if (*letter == 'u')
				options.nounset = 1;
			else if (*letter == 'x')
				options.xtrace = 1;
			else if (*letter == 'n')
				options.noexec = 1;
			else if (*letter != 'i' && *letter != 'l' && *letter != 's') {
				fprintf(stderr, "usage: sh [-eunx] [-c COMMAND | FILE] [ARGUMENT...]\n");
				return 2;
			}
		if (command) {
			first += 2;
			break;
		}
	}
	arguments = first < argc ? argv + first : (char *[]){ "sh", NULL };
	argument_count = first < argc ? argc - first - 1 : 0;
	if (command)
		run_text(command);
	else if (first < argc)
		run_file(argv[first]);
	else if (isatty(0)) {
		be_interactive();
		run_stdin();
	} else {
		run_stdin();
	}
	leave(status);
}
