/* Runs the tree: a function for each kind of node. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sh.h"

int status, breaking, continuing, returning;
volatile int interrupted;
static int loops; /* around what is being run */
static int functions;
static int substituted; /* $(...) was run */
static int in_condition; /* where a failure is an answer: set -e does not apply */

void complain(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fputs("sh: ", stderr);
	if (in && !in->interactive && in->line > 1)
		fprintf(stderr, "line %d: ", in->line);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

/* An error that ends the line, and a script altogether. */
void fail(const char *fmt, ...)
{
	va_list args;
	char text[256];

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	complain("%s", text);
	status = 2;
	longjmp(error_target, 2);
}

void leave(int with)
{
	status = with;
	exit_trap();
	exit(status);
}

static int stopping(void)
{
	return breaking || continuing || returning || interrupted;
}

/* The file that a command's name stands for; NULL if there is none. */
static char *find_command(const char *name)
{
	char *path = get_variable("PATH"), *end;

	if (strchr(name, '/'))
		return (char *)name;
	for (path = path ? path : ""; *path; path = *end ? end + 1 : end) {
		char *full;
		struct stat st;

		end = strchrnul(path, ':');
		full = end == path ? (char *)name
				   : stack_printf("%.*s/%s", (int)(end - path), path, name);
		if (stat(full, &st) == 0 && S_ISREG(st.st_mode))
			return full;
	}
	return NULL;
}

static void execute(char **argv)
{
	char *path = find_command(argv[0]);

	fflush(stdout);
	if (!path) {
		complain("%s: command not found", argv[0]);
		_exit(127);
	}
	execve(path, argv, exported());
	if (errno == ENOEXEC) { /* no "#!" and no program: a script of ours */
		arguments = argv;
		arguments[0] = path;
		for (argument_count = 0; argv[argument_count + 1];)
			argument_count++;
		_exit(run_file(path));
	}
	complain("%s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void call_function(struct node *body, char **argv)
{
	char **outer = arguments;
	int count = argument_count;

	arguments = argv;
	argv[0] = outer[0];
	for (argument_count = 0; argv[argument_count + 1];)
		argument_count++;
	functions++;
	run(body);
	functions--;
	returning = 0;
	arguments = outer;
	argument_count = count;
}

static void trace(char **argv)
{
	fflush(stdout);
	fputc('+', stderr);
	for (; *argv; argv++)
		fprintf(stderr, " %s", *argv);
	fputc('\n', stderr);
}

static void assign_all(struct word *assignments, int export)
{
	for (; assignments; assignments = assignments->next) {
		char *text = assignments->text, *equals = strchr(text, '=');
		char *name = stack_copy(text, equals - text);

		set_variable(name, expand_string(equals + 1));
		if (export)
			export_variable(name);
	}
}

/* "exec" with a command replaces the shell; without one its redirections stay. */
static void exec_builtin(struct node *n, char **argv)
{
	status = 0;
	if (redirect(n->redirections, 0)) {
		status = 1;
		return;
	}
	if (argv[1]) {
		assign_all(n->assignments, 1);
		execute(argv + 1);
	}
}

/* Builtins and functions run in the shell; assignments before them stay. */
static void run_here(struct node *n, builtin *b, struct node *body, char **argv)
{
	if (redirect(n->redirections, 1)) {
		status = 1;
		return;
	}
	assign_all(n->assignments, 0);
	if (body)
		call_function(body, argv);
	else
		status = b(argv);
	/* A terminal's buffer may have been written, and failed, at its last newline. */
	if ((fflush(stdout) || ferror(stdout)) && b) {
		complain("%s: %s", argv[0], strerror(errno));
		clearerr(stdout);
		status = 1;
	}
	undo_redirections();
}

static void simple(struct node *n, int forked, const char *text)
{
	char **argv;
	builtin *b;
	struct node *body;
	struct job *j;

	substituted = 0;
	argv = expand_words(n->words);
	if (options.xtrace && argv[0])
		trace(argv);
	if (!argv[0]) {
		if (redirect(n->redirections, 1)) {
			status = 1;
			return;
		}
		undo_redirections();
		assign_all(n->assignments, 0);
		if (!substituted) /* $(...) has left its own */
			status = 0;
		return;
	}
	if (!strcmp(argv[0], "exec")) {
		exec_builtin(n, argv);
		return;
	}
	body = get_function(argv[0]);
	b = body ? NULL : find_builtin(argv[0]);
	if (body || b) {
		run_here(n, b, body, argv);
		return;
	}
	if (!forked) {
		j = new_job(text ? text : argv[0]);
		if (fork_for(j, 0) != 0) {
			wait_for(j);
			return;
		}
	}
	if (redirect(n->redirections, 0))
		_exit(1);
	assign_all(n->assignments, 1);
	execute(argv);
}

/* In a child of its own, which ends with it. */
static void run_child(struct node *n)
{
	loops = 0;
	if (n->kind == SIMPLE) {
		simple(n, 1, NULL);
	} else if (n->kind == SUBSHELL) {
		if (redirect(n->redirections, 0))
			_exit(1);
		run(n->left);
	} else {
		run(n);
	}
	exit_trap();
	fflush(stdout);
	_exit(status);
}

static struct job *start_pipeline(struct node *n, int background)
{
	struct job *j = new_job(n->text);
	int input = -1;

	for (struct node *command = n->left; command; command = command->next) {
		int fds[2] = { -1, -1 };

		if (command->next && pipe2(fds, O_CLOEXEC)) {
			complain("pipe: %s", strerror(errno));
			break;
		}
		if (fork_for(j, background) == 0) {
			if (fds[0] >= 0)
				close(fds[0]);
			move_fd(input, 0);
			move_fd(fds[1], 1);
			run_child(command);
		}
		if (input >= 0)
			close(input);
		if (fds[1] >= 0)
			close(fds[1]);
		input = fds[0];
	}
	if (input >= 0)
		close(input);
	return j;
}

static void pipeline(struct node *n)
{
	struct node *only = n->left;

	if (only->next || only->kind == SUBSHELL) {
		wait_for(start_pipeline(n, 0));
		return;
	}
	if (only->kind != SIMPLE) {
		run(only);
		return;
	}
	simple(only, 0, n->text);
}

static void background(struct node *n)
{
	struct node *inner = n->left;
	struct job *j;

	if (inner->kind == PIPELINE) {
		in_background(start_pipeline(inner, 1));
		return;
	}
	j = new_job(n->text);
	if (fork_for(j, 1) == 0)
		run_child(inner);
	in_background(j);
}

static int condition(struct node *n)
{
	in_condition++;
	run(n);
	in_condition--;
	return status == 0;
}

/* After the body of a loop: is the loop to be left? */
static int leaves_loop(void)
{
	if (breaking) {
		breaking--;
		return 1;
	}
	if (continuing > 1) {
		continuing--;
		return 1;
	}
	continuing = 0;
	return returning || interrupted;
}

static void while_loop(struct node *n)
{
	int last = 0;

	loops++;
	for (;;) {
		struct stack_mark mark = stack_mark();
		int more = condition(n->left) == (n->kind == WHILE) && !stopping();

		if (more) {
			run(n->right);
			last = status;
		}
		stack_release(mark);
		if (leaves_loop() || !more)
			break;
	}
	loops--;
	if (!returning)
		status = last;
}

static void for_loop(struct node *n)
{
	char **list = n->has_list ? expand_words(n->words) : arguments + 1;

	status = 0;
	loops++;
	for (; *list; list++) {
		struct stack_mark mark = stack_mark();

		set_variable(n->name, *list);
		run(n->right);
		stack_release(mark);
		if (leaves_loop())
			break;
	}
	loops--;
}

static void case_of(struct node *n)
{
	char *word = expand_string(n->name);

	status = 0;
	for (struct case_item *i = n->items; i; i = i->next)
		for (struct word *p = i->patterns; p; p = p->next)
			if (match(expand_pattern(p->text), word, strlen(word))) {
				if (i->body)
					run(i->body);
				return;
			}
}

static void run_node(struct node *n)
{
	switch (n->kind) {
	case SIMPLE:
		simple(n, 0, NULL);
		break;
	case PIPELINE:
		pipeline(n);
		break;
	case NOT:
		condition(n->left);
		status = !status;
		return; /* set -e does not apply */
	case AND:
		if (condition(n->left) && !stopping())
			run(n->right);
		return;
	case OR:
		if (!condition(n->left) && !stopping())
			run(n->right);
		return;
	case SEQUENCE:
		run(n->left);
		if (!stopping())
			run(n->right);
		return;
	case BACKGROUND:
		background(n);
		break;
	case SUBSHELL: /* pipeline() has made a child of it */
	case GROUP:
		run(n->left);
		return;
	case IF:
		if (condition(n->left))
			run(n->right);
		else if (n->third)
			run(n->third);
		else
			status = 0;
		return;
	case WHILE:
	case UNTIL:
		while_loop(n);
		return;
	case FOR:
		for_loop(n);
		return;
	case CASE:
		case_of(n);
		return;
	case FUNCTION:
		set_function(n->name, n->left);
		status = 0;
	}
}

void run(struct node *n)
{
	struct stack_mark mark = stack_mark();
	int around = n && n->kind != SIMPLE && n->redirections;

	if (!n || stopping() || options.noexec)
		return;
	run_traps();
	if (around && redirect(n->redirections, 1)) {
		status = 1;
		return;
	}
	run_node(n);
	if (around)
		undo_redirections();
	stack_release(mark);
	if (status && options.errexit && !in_condition && !interrupted &&
	    (n->kind == PIPELINE || n->kind == SIMPLE))
		leave(status);
}

/* After an error: out of all loops and functions, with the files of before. */
void reset_execution(void)
{
	loops = functions = in_condition = 0;
	breaking = continuing = returning = 0;
	undo_all();
}

/* break, continue and return set these; no further out than there are loops. */
int loop_depth(void) { return loops; }
int function_depth(void) { return functions; }

/* $(command): what it prints, without the newlines at its end. */
char *output_of(const char *command)
{
	struct buffer b = { 0 };
	char text[512];
	int fds[2];
	struct job *j = new_job(command);
	ssize_t n;

	put_text(&b, "");
	if (pipe2(fds, O_CLOEXEC))
		fail("pipe: %s", strerror(errno));
	if (fork_for(j, 1) == 0) {
		close(fds[0]);
		move_fd(fds[1], 1);
		run_text(command);
		exit_trap();
		fflush(stdout);
		_exit(status);
	}
	close(fds[1]);
	while ((n = read(fds[0], text, sizeof(text))) > 0 || (n < 0 && errno == EINTR))
		for (ssize_t i = 0; i < n; i++)
			if (text[i])
				put(&b, text[i]);
	close(fds[0]);
	wait_for(j);
	substituted = 1;
	while (b.n && b.text[b.n - 1] == '\n')
		b.text[--b.n] = 0;
	return b.text;
}
