/* Streams: made, flushed, closed, and moved in. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "file.h"

static unsigned char in[PUSHBACK + BUFSIZ], out[PUSHBACK + BUFSIZ], err[PUSHBACK + 256];
static FILE standard[3] = {
	{ .fd = 0, .readable = 1, .mode = -1, .buf = in + PUSHBACK, .size = BUFSIZ },
	{ .fd = 1, .writable = 1, .mode = -1, .buf = out + PUSHBACK, .size = BUFSIZ },
	{ .fd = 2, .writable = 1, .mode = _IONBF, .buf = err + PUSHBACK, .size = 256 },
};
FILE *stdin = &standard[0], *stdout = &standard[1], *stderr = &standard[2];
FILE *__files;

/* Writes the buffer to the file. */
int __write_out(FILE *f)
{
	size_t done = 0;

	while (done < f->out) {
		ssize_t n = write(f->fd, f->buf + done, f->out - done);

		if (n < 0) {
			f->error = 1;
			f->out = 0;
			return EOF;
		}
		done += n;
	}
	f->out = 0;
	return 0;
}

/* Also what was read ahead goes back: a child that shares the file goes on where we were. */
int fflush(FILE *f)
{
	if (!f) {
		fflush(stdout);
		for (f = __files; f; f = f->next)
			if (f->out)
				__write_out(f);
		return 0;
	}
	if (f->at < f->end && lseek(f->fd, f->at - f->end, SEEK_CUR) >= 0)
		f->at = f->end = NULL;
	return __write_out(f);
}

void __flush_all(void)
{
	fflush(stdin);
	fflush(NULL);
}

/* Modes: r, w, a, each with an optional +, x, e and b. */
int __mode_flags(const char *mode)
{
	int flags = mode[0] == 'r' ? O_RDONLY : O_WRONLY | O_CREAT;

	if (mode[0] != 'r')
		flags |= mode[0] == 'w' ? O_TRUNC : O_APPEND;
	if (strchr(mode, '+'))
		flags = (flags & ~O_ACCMODE) | O_RDWR;
	if (strchr(mode, 'x'))
		flags |= O_EXCL;
	if (strchr(mode, 'e'))
		flags |= O_CLOEXEC;
	return flags;
}

FILE *__new_file(int fd, const char *mode)
{
	FILE *f = calloc(1, sizeof(*f) + PUSHBACK + BUFSIZ);

	if (!f)
		return NULL;
	f->fd = fd;
	f->readable = mode[0] == 'r' || strchr(mode, '+');
	f->writable = mode[0] != 'r' || strchr(mode, '+');
	f->append = mode[0] == 'a';
	f->mode = -1;
	f->buf = (unsigned char *)(f + 1) + PUSHBACK;
	f->size = BUFSIZ;
	f->next = __files;
	__files = f;
	return f;
}

FILE *fdopen(int fd, const char *mode)
{
	return __new_file(fd, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	int fd;
	FILE *f;

	if (!strchr("rwa", mode[0])) {
		errno = EINVAL;
		return NULL;
	}
	fd = open(path, __mode_flags(mode), 0666);
	if (fd < 0)
		return NULL;
	f = __new_file(fd, mode);
	if (!f)
		close(fd);
	return f;
}

/* The stream gets another file; its number stays. */
FILE *freopen(const char *path, const char *mode, FILE *f)
{
	int fd;

	fflush(f);
	fd = open(path, __mode_flags(mode), 0666);
	if (fd < 0)
		return NULL;
	if (fd != f->fd) {
		dup2(fd, f->fd);
		close(fd);
	}
	f->readable = mode[0] == 'r' || strchr(mode, '+');
	f->writable = mode[0] != 'r' || strchr(mode, '+');
	f->error = f->eof = 0;
	f->at = f->end = NULL;
	if (f->mode != _IONBF)
		f->mode = -1;
	return f;
}

int fclose(FILE *f)
{
	int r = fflush(f);

	if (close(f->fd))
		r = EOF;
	for (FILE **link = &__files; *link; link = &(*link)->next)
		if (*link == f) {
			*link = f->next;
			free(f);
			break;
		}
	return r;
}

int fileno(FILE *f) { return f->fd; }
int feof(FILE *f) { return f->eof; }
int ferror(FILE *f) { return f->error; }
void clearerr(FILE *f) { f->error = f->eof = 0; }

int setvbuf(FILE *f, char *buf, int mode, size_t size)
{
	f->mode = mode;
	if (buf && size > PUSHBACK && !f->out && f->at == f->end) {
		f->buf = (unsigned char *)buf + PUSHBACK;
		f->size = size - PUSHBACK;
	}
	return 0;
}

void setbuf(FILE *f, char *buf)
{
	setvbuf(f, buf, buf ? _IOFBF : _IONBF, BUFSIZ);
}
