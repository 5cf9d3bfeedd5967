/*
 * A small shell: programs with arguments, pipes, < > >>, "quotes", ; and &, and the
 * built-in commands cd, exit and echo.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define MAX_WORDS 32

static int status; /* of the last command, for $? and exit */
static int shell_pid;
static volatile int interrupted; /* Ctrl-C came: give up the line that is being run */

/* Also in a child that has not become its program yet: there it is the end. */
static void on_interrupt(int sig)
{
	if (getpid() != shell_pid)
		_exit(128 + sig);
	interrupted = 1;
}

struct command {
	char *argv[MAX_WORDS + 1];
	int argc;
	char *in, *out;
	int append;
};

static void prompt(void)
{
	char cwd[256], *home = "/home/root", *show = cwd;

	if (!getcwd(cwd, sizeof(cwd)))
		strcpy(cwd, "?");
	if (!strcmp(cwd, home))
		show = "~";
	printf("root@genericarmv8:%s# ", show);
	fflush(stdout);
}

/*
 * The next word (copied, without its quotes) or operator of the line; NULL at the end.
 * *quoted: it is a word, however much it looks like an operator.
 */
static char words[1024]; /* a line is at most 512 long, and so are its words together */
static size_t used;

static char *next_word(char **line, int *quoted)
{
	static char op[3];
	char *s = *line, *start, *to, *word, quote = 0;

	*quoted = 0;
	while (isspace(*s))
		s++;
	if (!*s || *s == '#') {
		*line = s;
		return NULL;
	}
	if (strchr("|<>;&", *s)) {
		op[0] = *s++;
		op[1] = op[2] = 0;
		if (op[0] == '>' && *s == '>')
			op[1] = *s++;
		*line = s;
		return op;
	}
	for (start = to = s; *s; s++) {
		if (quote ? *s == quote : *s == '"' || *s == '\'') {
			quote = quote ? 0 : *s;
			*quoted = 1;
		} else if (!quote && (isspace(*s) || strchr("|<>;&", *s))) {
			break;
		} else {
			*to++ = *s;
		}
	}
	word = words + used;
	used += to - start + 1;
	memcpy(word, start, to - start);
	word[to - start] = 0;
	*line = s;
	return word;
}

static int is_op(const char *word, int quoted, const char *op)
{
	return word && !quoted && !strcmp(word, op);
}

static char *program_path(const char *name)
{
	static char path[256];
	static const char *const dirs[] = { "/bin", "/sbin", "/home/root" };

	if (strchr(name, '/'))
		return (char *)name;
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		if (access(path, 0) == 0)
			return path;
	}
	return NULL;
}

static void redirect(const char *path, int flags, int fd)
{
	int file = open(path, flags, 0644);

	if (file < 0) {
		perror(path);
		_exit(1);
	}
	dup2(file, fd);
	close(file);
}

static void echo(struct command *c)
{
	int i = 1, newline = 1;

	if (c->argc > 1 && !strcmp(c->argv[1], "-n")) {
		newline = 0;
		i = 2;
	}
	for (int first = i; i < c->argc; i++) {
		if (i > first)
			putchar(' ');
		if (!strcmp(c->argv[i], "$?"))
			printf("%d", status);
		else
			fputs(c->argv[i], stdout);
	}
	if (newline)
		putchar('\n');
	fflush(stdout);
}

/* In the child: files in place, then the program. */
static void run_command(struct command *c)
{
	char *path;

	if (c->in)
		redirect(c->in, O_RDONLY, 0);
	if (c->out)
		redirect(c->out, O_WRONLY | O_CREAT | (c->append ? O_APPEND : O_TRUNC), 1);
	if (!strcmp(c->argv[0], "echo")) {
		echo(c);
		_exit(0);
	}
	path = program_path(c->argv[0]);
	if (path)
		execv(path, c->argv);
	if (!path || errno == ENOENT)
		fprintf(stderr, "sh: %s: command not found\n", c->argv[0]);
	else
		fprintf(stderr, "sh: %s: %s\n", c->argv[0], strerror(errno));
	_exit(127);
}

/* What the shell does itself, because a child could not. Returns 0 if it is none of these. */
static int builtin(struct command *c)
{
	if (!strcmp(c->argv[0], "cd")) {
		status = chdir(c->argc > 1 ? c->argv[1] : "/home/root") ? 1 : 0;
		if (status)
			perror(c->argv[1]);
		return 1;
	}
	if (!strcmp(c->argv[0], "exit"))
		exit(c->argc > 1 ? atoi(c->argv[1]) : status);
	if (!strcmp(c->argv[0], "echo") && !c->in && !c->out) {
		echo(c);
		status = 0;
		return 1;
	}
	return 0;
}

/* Commands joined by pipes: each one's output is the next one's input. */
static void run_pipeline(struct command *commands, int n, int background)
{
	pid_t last = 0;
	int input = -1;

	if (n == 1 && builtin(&commands[0]))
		return;
	for (int i = 0; i < n && !interrupted; i++) {
		int fds[2] = { -1, -1 };

		if (i < n - 1 && pipe(fds)) {
			perror("pipe");
			break;
		}
		last = fork();
		if (last == 0) {
			if (input >= 0) {
				dup2(input, 0);
				close(input);
			}
			if (fds[1] >= 0) {
				dup2(fds[1], 1);
				close(fds[0]);
				close(fds[1]);
			}
			run_command(&commands[i]);
		}
		if (last < 0)
			perror("fork");
		if (input >= 0)
			close(input);
		if (fds[1] >= 0)
			close(fds[1]);
		input = fds[0];
	}
	if (background) {
		printf("[%d]\n", last);
		return;
	}
	if (last > 0) {
		int s, gone;

		do
			gone = wait(&s);
		while (gone != last && (gone > 0 || errno == EINTR));
		status = WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
		if (WTERMSIG(s) == SIGSEGV)
			printf("Segmentation fault\n");
	}
}

static void run_line(char *line)
{
	struct command commands[8];
	int n = 0, quoted;
	char *word;

	memset(commands, 0, sizeof(commands));
	used = 0;
	for (;;) {
		struct command *c = &commands[n];

		word = next_word(&line, &quoted);
		if (!word || is_op(word, quoted, ";") || is_op(word, quoted, "&")) {
			if (c->argc)
				run_pipeline(commands, n + 1, word && *word == '&');
			if (!word)
				return;
			n = 0;
			memset(commands, 0, sizeof(commands));
		} else if (is_op(word, quoted, "|")) {
			if (!c->argc || n == 7)
				goto syntax_error;
			n++;
		} else if (is_op(word, quoted, "<")) {
			c->in = next_word(&line, &quoted);
			if (!c->in || (!quoted && strchr("|<>;&", *c->in)))
				goto syntax_error;
		} else if (is_op(word, quoted, ">") || is_op(word, quoted, ">>")) {
			c->append = word[1] == '>';
			c->out = next_word(&line, &quoted);
			if (!c->out || (!quoted && strchr("|<>;&", *c->out)))
				goto syntax_error;
		} else if (c->argc < MAX_WORDS) {
			c->argv[c->argc++] = word;
		}
	}
syntax_error:
	fprintf(stderr, "sh: syntax error: a command or a file name is missing\n");
	status = 2;
}

int main(int argc, char **argv)
{
	static char line[512];
	int interactive = isatty(0);

	shell_pid = getpid();
	if (argc > 2 && !strcmp(argv[1], "-c")) {
		run_line(argv[2]);
		return status;
	}
	if (argc > 1) {
		int fd = open(argv[1], O_RDONLY);

		if (fd < 0) {
			perror(argv[1]);
			return 127;
		}
		dup2(fd, 0);
		close(fd);
		interactive = 0;
	}
	if (interactive) {
		int pgrp = getpid();

		setpgid(0, pgrp);
		sigaction(SIGINT, &(struct sigaction){ .sa_handler = on_interrupt }, NULL);
		ioctl(0, TIOCSPGRP, &pgrp); /* the terminal's Ctrl-C goes to us and our children */
	}
	for (;;) {
		if (interrupted)
			putchar('\n'); /* the terminal has shown ^C */
		interrupted = 0;
		if (interactive)
			prompt();
		if (!fgets(line, sizeof(line), stdin)) {
			if (ferror(stdin) && errno == EINTR)
				continue; /* Ctrl-C at the prompt: a new one */
			break;
		}
		run_line(line);
	}
	return status;
}
