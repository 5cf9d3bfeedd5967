/* < > >> <> <& >& <<: and back again after what the shell does itself. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

#define FIRST_COPY 10 /* descriptors below are the user's */

static struct saved {
	int fd, copy; /* copy -1: was closed */
	struct saved *before;
} *saved;

static void save(int fd)
{
	struct saved *s = must_alloc(sizeof(*s));

	*s = (struct saved){ fd, fcntl(fd, F_DUPFD_CLOEXEC, FIRST_COPY), saved };
	saved = s;
}

void undo_redirections(void)
{
	while (saved && saved->fd >= 0) {
		struct saved *s = saved;

		if (s->copy >= 0) {
			dup2(s->copy, s->fd);
			close(s->copy);
		} else {
			close(s->fd);
		}
		saved = s->before;
		free(s);
	}
	if (saved) { /* the fence */
		struct saved *s = saved;

		saved = s->before;
		free(s);
	}
}

void undo_all(void)
{
	while (saved)
		undo_redirections();
}

/* The end of a pipe for a child, which may be a loop of the shell's own: it must not stay open twice. */
void move_fd(int from, int to)
{
	if (from < 0 || from == to)
		return;
	dup2(from, to);
	close(from);
}

static void fence(void)
{
	struct saved *s = must_alloc(sizeof(*s));

	*s = (struct saved){ -1, -1, saved };
	saved = s;
}

/* The text of << in a pipe, written by a child, as a pipe holds only so much. */
static int document(const struct redirection *r)
{
	const char *text = r->literal ? r->target : expand_text(r->target);
	int fds[2];
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		write(fds[1], text, strlen(text));
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

static int open_target(const struct redirection *r, const char *name)
{
	switch (r->op[0] == '<' ? r->op[1] : '>' + r->op[1]) {
	case 0:
		return open(name, O_RDONLY);
	case '>': /* <>, and > alone */
		return r->op[0] == '<' ? open(name, O_RDWR | O_CREAT, 0666)
				       : open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	case '>' + '>':
		return open(name, O_WRONLY | O_CREAT | O_APPEND, 0666);
	default:
		return open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	}
}

/* >&2, <&3, >&- */
static int duplicate(const struct redirection *r, const char *name)
{
	if (!strcmp(name, "-")) {
		close(r->fd);
		return 0;
	}
	if (strspn(name, "0123456789") != strlen(name) || dup2(atoi(name), r->fd) < 0) {
		complain("%s: %s", name, strerror(EBADF));
		return -1;
	}
	return 0;
}

static int one(const struct redirection *r)
{
	const char *name;
	int fd;

	if (!strcmp(r->op, "<<")) {
		fd = document(r);
		name = "<<";
	} else {
		name = expand_string(r->target);
		if (r->op[1] == '&')
			return duplicate(r, name);
		fd = open_target(r, name);
	}
	if (fd < 0) {
		complain("%s: %s", name, strerror(errno));
		return -1;
	}
	if (fd != r->fd) {
		dup2(fd, r->fd);
		close(fd);
	}
	return 0;
}

/* With keep, what was there before is kept for undo_redirections(). */
int redirect(struct redirection *r, int keep)
{
	if (keep)
		fence();
	for (; r; r = r->next) {
		if (keep)
			save(r->fd);
		if (one(r)) {
			if (keep)
				undo_redirections();
			return -1;
		}
	}
	return 0;
}
