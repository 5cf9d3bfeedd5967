/*
 * Jobs: the processes of a pipeline. With a terminal each job is a process group; the one in
 * the foreground owns the terminal, so that Ctrl-C and Ctrl-Z reach it and nobody else.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "sh.h"

#define MAX_PROCESSES 16

struct process {
	pid_t pid;
	int status, done, stopped;
};

struct job {
	int number;
	pid_t group;
	int n, background;
	struct process processes[MAX_PROCESSES];
	char *text;
	struct job *next;
};

static struct job *jobs;
static int terminal = -1; /* of an interactive shell */
static struct termios cooked;

/* The shell in a group of its own, which owns the terminal. */
void start_jobs(void)
{
	terminal = fcntl(0, F_DUPFD_CLOEXEC, 10);
	while (tcgetpgrp(terminal) != getpgrp() && tcgetpgrp(terminal) > 0)
		kill(0, SIGTTIN);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	setpgid(0, 0);
	tcsetpgrp(terminal, getpid());
	tcgetattr(terminal, &cooked);
}

struct job *new_job(const char *text)
{
	struct job *j = must_alloc(sizeof(*j)), **link = &jobs;
	int number = 1;

	for (; *link; link = &(*link)->next)
		number = (*link)->number + 1;
	memset(j, 0, sizeof(*j));
	j->number = number;
	j->text = strdup(text ? text : "");
	*link = j;
	return j;
}

static void drop(struct job *gone)
{
	for (struct job **link = &jobs; *link; link = &(*link)->next)
		if (*link == gone) {
			*link = gone->next;
			free(gone->text);
			free(gone);
			return;
		}
}

/* In a child that is no shell with jobs of its own. */
void forget_jobs(void)
{
	while (jobs)
		drop(jobs);
	terminal = -1;
	interactive = 0;
}

static void default_signals(int background)
{
	static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU };

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (terminal >= 0)
			signal(signals[i], SIG_DFL);
	if (background && terminal < 0) {
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
	}
}

/* Both sides put the child into the job's group: whoever comes first. */
pid_t fork_for(struct job *j, int background)
{
	pid_t pid, group;

	fflush(stdout);
	pid = j->n < MAX_PROCESSES ? fork() : -1;
	if (pid < 0) {
		complain("cannot fork: %s", strerror(errno));
		return pid;
	}
	group = j->group ? j->group : pid ? pid : getpid();
	if (terminal >= 0) {
		setpgid(pid, group);
		if (!background)
			tcsetpgrp(terminal, group);
	}
	if (pid == 0) {
		default_signals(background);
		reset_traps();
		forget_jobs();
		return 0;
	}
	j->group = group;
	j->processes[j->n++] = (struct process){ .pid = pid };
	return pid;
}

static int all(const struct job *j, int or_stopped)
{
	for (int i = 0; i < j->n; i++)
		if (!j->processes[i].done && !(or_stopped && j->processes[i].stopped))
			return 0;
	return 1;
}

/* Notes what happened to one of our processes. */
static void note(pid_t pid, int s)
{
	for (struct job *j = jobs; j; j = j->next)
		for (int i = 0; i < j->n; i++) {
			struct process *p = &j->processes[i];

			if (p->pid != pid)
				continue;
			p->stopped = WIFSTOPPED(s);
			p->done = !WIFSTOPPED(s) && !WIFCONTINUED(s);
			p->status = s;
		}
}

static int exit_status(const struct job *j)
{
	int s = j->n ? j->processes[j->n - 1].status : 0;

	if (WIFSTOPPED(s))
		return 128 + WSTOPSIG(s);
	return WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
}

static void describe(const struct job *j)
{
	int s = j->n ? j->processes[j->n - 1].status : 0;
	const char *state = !all(j, 1)	   ? "Running"
			    : !all(j, 0)   ? "Stopped"
			    : WIFEXITED(s) ? (WEXITSTATUS(s) ? "Exit" : "Done")
					   : strsignal(WTERMSIG(s));

	printf("[%d]  %-10s %s\n", j->number, state, j->text);
}

/* What a signal did is told, unless it was the user's Ctrl-C or a pipe's end. */
static void tell_signal(const struct job *j)
{
	int s = j->processes[j->n - 1].status;

	if (WIFEXITED(s) || WTERMSIG(s) == SIGPIPE)
		return;
	if (WTERMSIG(s) == SIGINT)
		fputc('\n', stderr);
	else
		fprintf(stderr, "%s\n", strsignal(WTERMSIG(s)));
}

void wait_for(struct job *j)
{
	while (j->n && !all(j, 1)) {
		int s;
		pid_t pid = waitpid(-1, &s, terminal >= 0 ? WUNTRACED : 0);

		if (pid > 0)
			note(pid, s);
		else if (errno != EINTR)
			break;
	}
	if (terminal >= 0) {
		tcsetpgrp(terminal, getpgrp());
		tcsetattr(terminal, TCSADRAIN, &cooked);
	}
	status = exit_status(j);
	if (j->n && !all(j, 0)) {
		j->background = 1;
		putchar('\n');
		describe(j);
		return;
	}
	if (j->n && interactive)
		tell_signal(j);
	if (j->n && WIFSIGNALED(j->processes[j->n - 1].status) && status == 128 + SIGINT)
		interrupted = 1;
	drop(j);
}

void in_background(struct job *j)
{
	j->background = 1;
	last_background = j->n ? j->processes[j->n - 1].pid : 0;
	if (interactive)
		printf("[%d] %d\n", j->number, last_background);
	status = 0;
}

static void collect(void)
{
	pid_t pid;
	int s;

	while (jobs && (pid = waitpid(-1, &s, WNOHANG | WUNTRACED | WCONTINUED)) > 0)
		note(pid, s);
}

/* Before a prompt: which jobs have ended since the last one. */
void report_jobs(void)
{
	collect();
	for (struct job *j = jobs, *next; j; j = next) {
		next = j->next;
		if (all(j, 0)) {
			describe(j);
			drop(j);
		}
	}
	fflush(stdout);
}

/* %1, %%, or the job that came last. */
static struct job *find(const char *name)
{
	struct job *last = NULL;

	for (struct job *j = jobs; j; j = j->next)
		if (!name || !strcmp(name, "%%") || !strcmp(name, "%+"))
			last = j;
		else if (name[0] == '%' && atoi(name + 1) == j->number)
			return j;
	if (!last)
		complain("%s: no such job", name ? name : "%%");
	return last;
}

int jobs_builtin(char **argv)
{
	collect();
	for (struct job *j = jobs; j; j = j->next)
		describe(j);
	return 0;
}

static void go_on(struct job *j)
{
	for (int i = 0; i < j->n; i++)
		j->processes[i].stopped = 0;
	kill(-j->group, SIGCONT);
}

int fg_builtin(char **argv)
{
	struct job *j = find(argv[1]);

	if (!j || terminal < 0)
		return 1;
	puts(j->text);
	fflush(stdout);
	tcsetpgrp(terminal, j->group);
	j->background = 0;
	go_on(j);
	wait_for(j);
	return status;
}

int bg_builtin(char **argv)
{
	struct job *j = find(argv[1]);

	if (!j || terminal < 0)
		return 1;
	printf("[%d] %s\n", j->number, j->text);
	go_on(j);
	return 0;
}

static struct job *of_process(pid_t pid)
{
	for (struct job *j = jobs; j; j = j->next)
		for (int i = 0; i < j->n; i++)
			if (j->processes[i].pid == pid)
				return j;
	return NULL;
}

/* wait: for all, for a job, for the job of a process. Ctrl-C ends the waiting. */
int wait_builtin(char **argv)
{
	int last = 0;

	for (int all_of_them = !argv[1]; all_of_them ? jobs != NULL : *++argv != NULL;) {
		struct job *j = all_of_them	? jobs
				: **argv == '%' ? find(*argv)
						: of_process(atoi(*argv));
		int s;
		pid_t pid;

		if (!j) {
			last = 127;
			continue;
		}
		while (!all(j, 1)) {
			pid = waitpid(-1, &s, WUNTRACED);
			if (pid > 0)
				note(pid, s);
			else if (errno != EINTR || interrupted)
				return 130;
		}
		last = exit_status(j);
		drop(j);
	}
	return last;
}

static const struct {
	const char *name;
	int number;
} names[] = { { "HUP", SIGHUP },   { "INT", SIGINT },	{ "QUIT", SIGQUIT }, { "ILL", SIGILL },
	      { "ABRT", SIGABRT }, { "FPE", SIGFPE },	{ "KILL", SIGKILL }, { "USR1", SIGUSR1 },
	      { "SEGV", SIGSEGV }, { "USR2", SIGUSR2 }, { "PIPE", SIGPIPE }, { "ALRM", SIGALRM },
	      { "TERM", SIGTERM }, { "CHLD", SIGCHLD }, { "CONT", SIGCONT }, { "STOP", SIGSTOP },
	      { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU }, { "EXIT", 0 } };

/* A signal by its number or name, with or without SIG; -1 if there is none. */
int signal_number(const char *s)
{
	if (*s && strspn(s, "0123456789") == strlen(s))
		return atoi(s) <= 64 ? atoi(s) : -1;
	if (!strncasecmp(s, "SIG", 3))
		s += 3;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcasecmp(names[i].name, s))
			return names[i].number;
	return -1;
}

int kill_builtin(char **argv)
{
	int sig = SIGTERM, bad = 0;

	if (argv[1] && !strcmp(argv[1], "-l")) {
		for (size_t i = 0; names[i].number; i++)
			printf("%2d %s\n", names[i].number, names[i].name);
		return 0;
	}
	if (argv[1] && argv[1][0] == '-' && strcmp(argv[1], "--")) {
		const char *name = argv[1] + 1;

		if (!strcmp(name, "s") && argv[2])
			name = (++argv)[1];
		sig = signal_number(name);
		argv++;
	}
	if (argv[1] && !strcmp(argv[1], "--"))
		argv++;
	if (!argv[1] || sig < 0) {
		complain(sig < 0 ? "kill: there is no such signal" : "usage: kill [-SIGNAL] PID...");
		return 2;
	}
	while (*++argv) {
		struct job *j = **argv == '%' ? find(*argv) : NULL;
		char *end;
		long pid = j ? -j->group : strtol(*argv, &end, 10);

		if (**argv == '%' ? !j : *end || end == *argv) {
			complain("kill: %s: this is no process number", *argv);
			bad = 1;
		} else if (kill(pid, sig)) {
			complain("kill: %s: %s", *argv, strerror(errno));
			bad = 1;
		}
	}
	return bad;
}
