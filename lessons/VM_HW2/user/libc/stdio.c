/* Buffered files, and printf. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE files[8] = { { .fd = 0, .line_buffered = -1 }, { .fd = 1, .line_buffered = -1 },
			 { .fd = 2, .line_buffered = 1 }, { .fd = -1 }, { .fd = -1 }, { .fd = -1 },
			 { .fd = -1 }, { .fd = -1 } };
FILE *stdin = &files[0], *stdout = &files[1], *stderr = &files[2];

int fflush(FILE *f)
{
	int done = 0;

	if (!f) {
		for (int i = 0; i < 8; i++)
			if (files[i].fd >= 0)
				fflush(&files[i]);
		return 0;
	}
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

size_t fwrite(const void *p, size_t size, size_t n, FILE *f)
{
	const char *s = p;
	size_t total = size * n;
	int newline = 0;

	if (f->line_buffered < 0)
		f->line_buffered = isatty(f->fd);
	for (size_t i = 0; i < total; i++) {
		if (f->out == BUFSIZ)
			fflush(f);
		f->buf[f->out++] = s[i];
		newline |= s[i] == '\n';
	}
	if (f == stderr || (newline && f->line_buffered))
		fflush(f);
	return f->error ? 0 : n;
}

int fputs(const char *s, FILE *f)
{
	size_t n = strlen(s);

	return fwrite(s, 1, n, f) == n ? 0 : EOF;
}

int fputc(int c, FILE *f)
{
	char ch = c;

	return fwrite(&ch, 1, 1, f) == 1 ? (unsigned char)ch : EOF;
}

int putchar(int c)
{
	return fputc(c, stdout);
}

int puts(const char *s)
{
	return fputs(s, stdout) || fputc('\n', stdout) == EOF ? EOF : 0;
}

int vfprintf(FILE *f, const char *fmt, va_list args)
{
	char text[512];
	int n = vsnprintf(text, sizeof(text), fmt, args);

	fwrite(text, 1, strlen(text), f);
	return n;
}

int printf(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vfprintf(stdout, fmt, args);
	va_end(args);
	return n;
}

int fprintf(FILE *f, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vfprintf(f, fmt, args);
	va_end(args);
	return n;
}

int fgetc(FILE *f)
{
	if (f->in_at == f->in_end) {
		ssize_t n;

		if (f == stdin)
			fflush(stdout); /* a prompt should be seen before we wait */
		n = read(f->fd, f->buf, BUFSIZ);
		if (n <= 0) {
			f->eof = n == 0;
			f->error = n < 0;
			return EOF;
		}
		f->in_at = 0;
		f->in_end = n;
	}
	return (unsigned char)f->buf[f->in_at++];
}

int getchar(void)
{
	return fgetc(stdin);
}

char *fgets(char *s, int size, FILE *f)
{
	int n = 0, c;

	while (n < size - 1 && (c = fgetc(f)) != EOF) {
		s[n++] = c;
		if (c == '\n')
			break;
	}
	s[n] = 0;
	return n ? s : NULL;
}

size_t fread(void *p, size_t size, size_t n, FILE *f)
{
	char *to = p;
	size_t got = 0;
	int c;

	while (got < size * n && (c = fgetc(f)) != EOF)
		to[got++] = c;
	return size ? got / size : 0;
}

/* Modes: r, w, a, each with an optional +. A stream is read or written, not both. */
FILE *fopen(const char *path, const char *mode)
{
	int flags = mode[0] == 'r' ? O_RDONLY
				   : O_WRONLY | O_CREAT | (mode[0] == 'w' ? O_TRUNC : O_APPEND);
	int fd;

	if (strchr(mode, '+'))
		flags = (flags & ~O_ACCMODE) | O_RDWR;
	for (int i = 3; i < 8; i++)
		if (files[i].fd < 0) {
			fd = open(path, flags, 0666);
			if (fd < 0)
				return NULL;
			memset(&files[i], 0, sizeof(files[i]));
			files[i].fd = fd;
			return &files[i];
		}
	errno = EMFILE;
	return NULL;
}

int fclose(FILE *f)
{
	int r = fflush(f);

	if (close(f->fd))
		r = EOF;
	f->fd = -1;
	return r;
}

void perror(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
}
