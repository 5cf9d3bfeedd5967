/* Windows: a pseudo-terminal each, the program at its other end, and what it has printed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"

struct window *windows[MAX_WINDOWS], *shown, *other;

static void set_size(struct window *w)
{
	struct winsize ws = { rows, cols, 0, 0 };

	ioctl(w->fd, TIOCSWINSZ, &ws);
}

/* In the child: the slave is its terminal, and the program is all that it will be. */
static void run(int master, char *const argv[], int number)
{
	char *slave = ptsname(master), digit[2] = { '0' + number, 0 };
	int fd;

	setsid();
	fd = slave ? open(slave, O_RDWR) : -1;
	if (fd < 0)
		_exit(1);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	for (int i = 3; i < 64; i++)
		close(i);
	setenv("WINDOW", digit, 1);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

static void set_title(struct window *w, const char *program)
{
	const char *slash = strrchr(program, '/');

	snprintf(w->title, sizeof(w->title), "%s", slash ? slash + 1 : program);
}

/* A new window, in the first free place; NULL: there is none, or no memory, no terminal. */
struct window *window_open(char *const argv[])
{
	char *shell[] = { getenv("SHELL") ? getenv("SHELL") : "/bin/sh", NULL };
	struct window *w;
	int n = 0;

	while (n < MAX_WINDOWS && windows[n])
		n++;
	w = n < MAX_WINDOWS ? calloc(1, sizeof(*w)) : NULL;
	if (!w)
		return NULL;
	if (!argv || !argv[0])
		argv = shell;
	w->number = n;
	w->fd = posix_openpt(O_RDWR | O_NOCTTY);
	set_title(w, argv[0]);
	if (w->fd < 0 || unlockpt(w->fd) || vt_init(&w->vt, rows, cols)) {
		window_close(w);
		return NULL;
	}
	set_size(w);
	w->pid = fork();
	if (w->pid == 0)
		run(w->fd, argv, n);
	if (w->pid < 0) {
		window_close(w);
		return NULL;
	}
	fcntl(w->fd, F_SETFL, O_RDWR | O_NONBLOCK);
	windows[n] = w;
	return w;
}

struct window *window_next(const struct window *from, int step)
{
	int n = from ? from->number : 0;

	for (int i = 0; i < MAX_WINDOWS; i++) {
		n = (n + step + MAX_WINDOWS) % MAX_WINDOWS;
		if (windows[n])
			return windows[n];
	}
	return NULL;
}

/* The pseudo-terminal goes, so who is still there is hung up. */
void window_close(struct window *w)
{
	if (w->fd >= 0)
		close(w->fd);
	if (windows[w->number] == w)
		windows[w->number] = NULL;
	if (other == w)
		other = NULL;
	vt_free(&w->vt);
	free(w->input);
	if (shown == w) {
		shown = NULL;
		window_show(other ? other : window_next(w, -1));
	}
	free(w);
}

void window_show(struct window *w)
{
	if (shown && shown != w)
		other = shown;
	if (other == w)
		other = NULL;
	shown = w;
	copying = 0;
	if (w)
		redraw();
}

static struct window *answering;

static void answer(const char *text)
{
	window_type(answering, text, strlen(text));
}

static void drop(const char *s, size_t n)
{
	(void)s;
	(void)n;
}

/*
 * The program has printed something; what a window prints that is shown goes on as it is.
 * 0: there was nothing, or it has ended.
 */
int window_output(struct window *w)
{
	static char buf[4096];
	ssize_t n = read(w->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		window_close(w);
		return 0;
	}
	if (w == shown)
		message_clear();
	answering = w;
	vt_feed(&w->vt, buf, n, w == shown ? put : drop, answer);
	return 1;
}

/* Keys for the program. It may be in no hurry to read them. */
void window_type(struct window *w, const char *s, size_t n)
{
	char *input = realloc(w->input, w->input_len + n);

	if (!input)
		return;
	memcpy(input + w->input_len, s, n);
	w->input = input;
	w->input_len += n;
	window_flush(w);
}

void window_flush(struct window *w)
{
	ssize_t n = write(w->fd, w->input, w->input_len);

	if (n <= 0)
		return;
	w->input_len -= n;
	memmove(w->input, w->input + n, w->input_len);
}

/* The terminal has another size: so have all windows. */
void windows_resize(void)
{
	for (int i = 0; i < MAX_WINDOWS; i++)
		if (windows[i]) {
			vt_resize(&windows[i]->vt, rows, cols);
			set_size(windows[i]);
		}
}
