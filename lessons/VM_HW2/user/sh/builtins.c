/* What the shell does itself: because it must (cd), or because it is done often (echo). */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sh.h"

int loop_depth(void), function_depth(void);

static int nothing(char **argv) { return 0; }
static int false_builtin(char **argv) { return 1; }

static int cd(char **argv)
{
	char *to = argv[1] ? argv[1] : get_variable("HOME"), *here;
	int back = to && !strcmp(to, "-");

	if (back)
		to = get_variable("OLDPWD");
	here = getcwd(NULL, 0);
	if (!to || chdir(to)) {
		complain("cd: %s: %s", to ? to : "HOME is not set", to ? strerror(errno) : "");
		free(here);
		return 1;
	}
	if (here)
		set_variable("OLDPWD", here);
	free(here);
	here = getcwd(NULL, 0);
	if (here) {
		set_variable("PWD", here);
		if (back)
			puts(here);
	}
	free(here);
	return 0;
}

static int pwd(char **argv)
{
	char *here = getcwd(NULL, 0);

	if (!here) {
		complain("pwd: %s", strerror(errno));
		return 1;
	}
	puts(here);
	free(here);
	return 0;
}

/* The character after a \, for printf and echo -e. Returns how long it was; 0: \c, the end. */
static int escape(const char *s, char *c)
{
	static const char from[] = "abefnrtv\\\"'", to[] = "\a\b\033\f\n\r\t\v\\\"'";
	const char *known = *s ? strchr(from, *s) : NULL;
	int n = 0, value = 0;

	if (*s == 'c')
		return 0;
	if (known) {
		*c = to[known - from];
		return 1;
	}
	if (*s >= '0' && *s <= '7') {
		while (n < 3 + (*s == '0') && s[n] >= '0' && s[n] <= '7')
			value = value * 8 + s[n++] - '0';
		*c = value;
		return n;
	}
	*c = '\\';
	return -1; /* the \ stands for itself */
}

static int put_escaped(const char *s)
{
	for (; *s; s++) {
		char c = *s;

		if (c == '\\') {
			int n = escape(s + 1, &c);

			if (n == 0)
				return 0;
			s += n > 0 ? n : 0;
		}
		putchar(c);
	}
	return 1;
}

static int echo(char **argv)
{
	int newline = 1, escapes = 0;

	for (argv++; *argv && argv[0][0] == '-' && argv[0][1] &&
		     strspn(argv[0] + 1, "neE") == strlen(argv[0] + 1);
	     argv++)
		for (char *p = argv[0] + 1; *p; p++)
			*p == 'n' ? (newline = 0) : (escapes = *p == 'e');
	for (; *argv; argv++) {
		if (!escapes)
			fputs(*argv, stdout);
		else if (!put_escaped(*argv))
			return 0;
		if (argv[1])
			putchar(' ');
	}
	if (newline)
		putchar('\n');
	return 0;
}

/* One conversion of printf: its text up to the letter, with its argument. */
static int print_one(char *spec, size_t n, const char *argument)
{
	char letter = spec[n - 1], *end = "";
	long number = 0;

	if (letter == 's') {
		printf(spec, argument ? argument : "");
		return 0;
	}
	if (letter == 'c') {
		if (argument && *argument)
			printf(spec, *argument);
		return 0;
	}
	if (letter == 'b') {
		put_escaped(argument ? argument : "");
		return 0;
	}
	if (argument && (*argument == '\'' || *argument == '"'))
		number = (unsigned char)argument[1];
	else if (argument)
		number = strtol(argument, &end, 0);
	spec[n - 1] = 'l';
	spec[n] = letter;
	printf(spec, number);
	if (argument && (*end || !*argument)) {
		complain("printf: %s: this is no number", argument);
		return 1;
	}
	return 0;
}

static int printf_builtin(char **argv)
{
	char *format = argv[1], **args = argv + 2;
	int bad = 0;

	if (!format) {
		complain("usage: printf FORMAT [ARGUMENT...]");
		return 2;
	}
	do { /* as often as there are arguments left */
		char **before = args;

		for (char *p = format; *p; p++) {
			char spec[32], c = *p;
			size_t n;

			if (c == '\\') {
				int length = escape(p + 1, &c);

				if (length == 0)
					return bad;
				p += length > 0 ? length : 0;
				putchar(c);
				continue;
			}
			n = c == '%' ? 1 + strspn(p + 1, "-+ #0123456789.") : 0;
			if (n && p[n] == '%') {
				putchar('%');
				p += n;
			} else if (n && p[n] && strchr("diouxXscb", p[n]) && n < 28) {
				memcpy(spec, p, n + 1);
				spec[n + 1] = spec[n + 2] = 0;
				bad |= print_one(spec, n + 1, *args);
				args += *args != NULL;
				p += n;
			} else {
				putchar(c);
			}
		}
		if (args == before)
			break;
	} while (*args);
	return bad;
}

int read_builtin(char **argv)
{
	char *ifs = get_variable("IFS");
	struct buffer line = { 0 };
	int raw = argv[1] && !strcmp(argv[1], "-r");
	ssize_t n;
	char c, *p;

	if (!ifs)
		ifs = " \t\n";
	put_text(&line, "");
	while ((n = read(0, &c, 1)) == 1 && c != '\n') {
		if (c == '\\' && !raw) {
			if (read(0, &c, 1) == 1 && c != '\n')
				put(&line, c);
			continue;
		}
		put(&line, c);
	}
	p = line.text;
	argv += 1 + raw;
	if (!*argv)
		set_variable("REPLY", p);
	for (; *argv; argv++) {
		char *end;

		while (*p && isspace((unsigned char)*p) && strchr(ifs, *p))
			p++;
		if (!argv[1]) { /* the last one gets the rest */
			end = p + strlen(p);
			while (end > p && isspace((unsigned char)end[-1]) && strchr(ifs, end[-1]))
				end--;
			*end = 0;
			set_variable(*argv, p);
			break;
		}
		end = p + strcspn(p, ifs);
		c = *end;
		*end = 0;
		set_variable(*argv, p);
		p = c ? end + 1 : end;
	}
	return n != 1;
}

static int exit_builtin(char **argv)
{
	leave(argv[1] ? atoi(argv[1]) & 255 : status);
}

static int export_builtin(char **argv)
{
	if (!argv[1] || !strcmp(argv[1], "-p"))
		print_variables(1);
	else
		while (*++argv) {
			size_t n = strcspn(*argv, "=");

			if (!is_name(*argv, n)) {
				complain("export: %s: this is no name", *argv);
				return 1;
			}
			if ((*argv)[n])
				assign(*argv);
			export_variable(stack_copy(*argv, n));
		}
	return 0;
}

static int unset(char **argv)
{
	int only_functions = argv[1] && !strcmp(argv[1], "-f");

	for (argv += 1 + (argv[1] && argv[1][0] == '-'); *argv; argv++) {
		if (!only_functions)
			unset_variable(*argv);
		if (only_functions || get_function(*argv))
			unset_function(*argv);
	}
	return 0;
}

static void set_option(char letter, int on)
{
	switch (letter) {
	case 'e': options.errexit = on; break;
	case 'u': options.nounset = on; break;
	case 'x': options.xtrace = on; break;
	case 'n': options.noexec = on && !interactive; break;
	case 'f': options.noglob = on; break;
	default: complain("set: -%c: there is no such option", letter);
	}
}

/* The arguments outlive the command: they are copied. */
static int set(char **argv)
{
	static char **owned;
	char **list;
	int n = 0;

	if (!argv[1]) {
		print_variables(0);
		return 0;
	}
	for (argv++; *argv && (**argv == '-' || **argv == '+') && argv[0][1]; argv++) {
		if (!strcmp(*argv, "--")) {
			argv++;
			goto replace;
		}
		for (char *p = *argv + 1; *p; p++)
			set_option(*p, **argv == '-');
	}
	if (!*argv)
		return 0;
replace:
	while (argv[n])
		n++;
	list = must_alloc((n + 2) * sizeof(*list));
	list[0] = arguments[0];
	for (int i = 0; i <= n; i++)
		list[i + 1] = argv[i] ? strdup(argv[i]) : NULL;
	owned = arguments = list;
	(void)owned;
	argument_count = n;
	return 0;
}

static int shift(char **argv)
{
	int n = argv[1] ? atoi(argv[1]) : 1;

	if (n < 0 || n > argument_count) {
		complain("shift: there are only %d arguments", argument_count);
		return 1;
	}
	for (int i = 1; i + n <= argument_count + 1; i++)
		arguments[i] = arguments[i + n];
	argument_count -= n;
	return 0;
}

static int leave_loops(char **argv, int *count)
{
	int n = argv[1] ? atoi(argv[1]) : 1;

	if (!loop_depth()) {
		complain("%s: there is no loop here", argv[0]);
		return 1;
	}
	*count = n < 1 ? 1 : n > loop_depth() ? loop_depth() : n;
	return 0;
}

static int break_builtin(char **argv) { return leave_loops(argv, &breaking); }
static int continue_builtin(char **argv) { return leave_loops(argv, &continuing); }

static int return_builtin(char **argv)
{
	returning = 1;
	return argv[1] ? atoi(argv[1]) & 255 : status;
}

static int eval(char **argv)
{
	struct buffer b = { 0 };

	put_text(&b, "");
	while (*++argv) {
		put_text(&b, *argv);
		put(&b, ' ');
	}
	status = 0;
	run_text(b.text);
	return status;
}

/* . FILE, source FILE: the file's commands, run by this shell */
static int source(char **argv)
{
	if (!argv[1]) {
		complain("usage: . FILE");
		return 2;
	}
	status = 0;
	return run_file(argv[1]);
}

static int umask_builtin(char **argv)
{
	mode_t mask;

	if (argv[1]) {
		umask(strtol(argv[1], NULL, 8) & 0777);
		return 0;
	}
	mask = umask(0);
	umask(mask);
	printf("%04o\n", mask);
	return 0;
}

static int type(char **argv)
{
	int bad = 0;

	while (*++argv) {
		if (get_function(*argv))
			printf("%s is a function\n", *argv);
		else if (find_builtin(*argv))
			printf("%s is a shell builtin\n", *argv);
		else {
			char *path = get_variable("PATH"), *end, *full = NULL;

			for (; path && *path && !full; path = *end ? end + 1 : end) {
				end = strchrnul(path, ':');
				full = stack_printf("%.*s/%s", (int)(end - path), path, *argv);
				if (access(full, X_OK))
					full = NULL;
			}
			if (full)
				printf("%s is %s\n", *argv, full);
			else
				complain("type: %s: not found", *argv);
			bad |= !full;
		}
	}
	return bad;
}

static const struct {
	const char *name;
	builtin *run;
} builtins[] = { { ":", nothing },
		 { ".", source },
		 { "[", test_builtin },
		 { "bg", bg_builtin },
		 { "break", break_builtin },
		 { "cd", cd },
		 { "continue", continue_builtin },
		 { "echo", echo },
		 { "eval", eval },
		 { "exit", exit_builtin },
		 { "export", export_builtin },
		 { "false", false_builtin },
		 { "fg", fg_builtin },
		 { "jobs", jobs_builtin },
		 { "kill", kill_builtin },
		 { "printf", printf_builtin },
		 { "pwd", pwd },
		 { "read", read_builtin },
		 { "return", return_builtin },
		 { "set", set },
		 { "shift", shift },
		 { "source", source },
		 { "test", test_builtin },
		 { "trap", trap_builtin },
		 { "true", nothing },
		 { "type", type },
		 { "umask", umask_builtin },
		 { "unset", unset },
		 { "wait", wait_builtin } };

builtin *find_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
		if (!strcmp(builtins[i].name, name))
			return builtins[i].run;
	return NULL;
}
