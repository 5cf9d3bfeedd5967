/*
 * The master process: waits for what windows print, for keys of who is attached, and for
 * requests at its FIFO, which are lines:
 *	attach TTY FIFO	show yourself there; what became of it goes to that FIFO
 *	size		the terminal has another size
 *	window		a new one, if somebody is attached
 *	detach
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"

#define REQUEST_SIZE 512

static char fifo_path[128];
static int fifo = -1; /* requests */
static int notify = -1; /* to who is attached: 'd' detached, 't' terminating */
static int child_pipe[2]; /* a byte for each SIGCHLD */
static int done;

static void on_child(int sig)
{
	int saved = errno;

	(void)sig;
	if (write(child_pipe[1], "", 1) < 0)
		; /* it is full: enough has been said */
	errno = saved;
}

/* Windows whose program has ended. */
static void reap(void)
{
	char buf[64];
	pid_t pid;

	while (read(child_pipe[0], buf, sizeof(buf)) == sizeof(buf))
		;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (int i = 0; i < MAX_WINDOWS; i++)
			if (windows[i] && windows[i]->pid == pid) {
				while (windows[i] && window_output(windows[i]))
					; /* its last words */
				if (windows[i])
					window_close(windows[i]);
			}
}

/* The terminal's size; a serial line does not know. */
static void ask_size(void)
{
	struct winsize ws = { 0, 0, 0, 0 };

	rows = 24;
	cols = 80;
	if (ioctl(terminal, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 1 && ws.ws_col > 1) {
		rows = ws.ws_row;
		cols = ws.ws_col;
	}
}

/* Who waits in attach.c may go; why says what he tells his user. */
static void let_go(char why)
{
	if (terminal >= 0)
		close(terminal);
	if (notify >= 0) {
		if (write(notify, &why, 1) != 1)
			; /* he has gone already */
		close(notify);
	}
	terminal = notify = -1;
	copying = 0;
	chmod(fifo_path, 0600);
}

void detach(void)
{
	if (terminal < 0)
		return;
	put_format("\033[r\033[m\033[4l\033[?7h\033[?25h\033[%d;1H\r\n", rows);
	let_go('d');
}

void quit(void)
{
	done = 1;
}

static void attach(const char *tty, int to)
{
	detach();
	terminal = open(tty, O_RDWR | O_NOCTTY);
	notify = to;
	if (terminal < 0) {
		let_go('d');
		return;
	}
	chmod(fifo_path, 0700); /* in lists: attached */
	ask_size();
	windows_resize();
	if (shown)
		redraw();
}

static void request(char *line)
{
	char *verb = strtok(line, " "), *tty = strtok(NULL, " "), *to = strtok(NULL, " ");

	if (!verb)
		return;
	if (!strcmp(verb, "attach") && to) {
		attach(tty, open(to, O_WRONLY | O_NONBLOCK));
	} else if (!strcmp(verb, "detach")) {
		detach();
	} else if (!strcmp(verb, "size") && terminal >= 0) {
		ask_size();
		windows_resize();
		if (!copying)
			redraw();
	} else if (!strcmp(verb, "window")) {
		struct window *w = window_open(NULL);

		if (w)
			window_show(w);
	}
}

static void requests(void)
{
	static char buf[REQUEST_SIZE];
	static size_t used;
	ssize_t n = read(fifo, buf + used, sizeof(buf) - 1 - used);
	char *end;

	if (n <= 0)
		return;
	used += n;
	buf[used] = 0;
	while ((end = strchr(buf, '\n'))) {
		*end++ = 0;
		request(buf);
		used -= end - buf;
		memmove(buf, end, used + 1);
	}
	if (used == sizeof(buf) - 1)
		used = 0; /* no line is that long */
}

static void terminal_input(void)
{
	char buf[256];
	ssize_t n = read(terminal, buf, sizeof(buf));

	if (n > 0)
		keys(buf, n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		let_go('d'); /* hung up */
}

static void wait_and_do(void)
{
	struct pollfd p[MAX_WINDOWS + 3] = {
		{ fifo, POLLIN, 0 }, { child_pipe[0], POLLIN, 0 }, { terminal, POLLIN, 0 }
	};
	struct window *of[MAX_WINDOWS];
	int n = 0;

	for (int i = 0; i < MAX_WINDOWS; i++)
		if (windows[i]) {
			int reads = !(copying && windows[i] == shown);

			p[3 + n].fd = windows[i]->fd;
			p[3 + n].events = (reads ? POLLIN : 0) | (windows[i]->input_len ? POLLOUT : 0);
			if (!p[3 + n].events)
				p[3 + n].fd = -1;
			of[n++] = windows[i];
		}
	if (poll(p, 3 + n, -1) < 0)
		return;
	/* output first: keys may close windows */
	for (int i = 0; i < n; i++) {
		if (p[3 + i].revents & POLLOUT)
			window_flush(of[i]);
		if (p[3 + i].revents & (POLLIN | POLLHUP | POLLERR))
			window_output(of[i]);
	}
	if (p[1].revents)
		reap();
	if (p[2].revents && terminal >= 0)
		terminal_input();
	if (p[0].revents)
		requests();
}

/* Does not come back before the last window has gone. */
int master_run(const char *session, int to, const char *tty, char *const argv[])
{
	int null;

	session_path(fifo_path, sizeof(fifo_path), session);
	unlink(fifo_path);
	if (mkfifo(fifo_path, 0600) || (fifo = open(fifo_path, O_RDWR | O_NONBLOCK)) < 0 ||
	    pipe2(child_pipe, O_NONBLOCK))
		return 1;
	null = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	close(null);
	signal(SIGCHLD, on_child);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	setenv("STY", session, 1);
	attach(tty, to);
	window_show(window_open(argv));
	while (!done && shown)
		wait_and_do();
	for (int i = 0; i < MAX_WINDOWS; i++)
		if (windows[i] && windows[i] != shown)
			window_close(windows[i]);
	if (terminal >= 0)
		put_format("\033[r\033[m\033[4l\033[?7h\033[?25h\033[%d;1H\r\n", rows);
	unlink(fifo_path);
	let_go('t');
	return 0;
}
