/* Writing to streams. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "file.h"

/* An unbuffered stream is written at the end of each call, one by lines after a line's end. */
size_t fwrite(const void *p, size_t size, size_t n, FILE *f)
{
	size_t total = size * n, done = 0;

	if (!f->writable) {
		errno = EBADF;
		f->error = 1;
		return 0;
	}
	if (f->at < f->end)
		fseek(f, 0, SEEK_CUR); /* from where the reader was */
	if (f->mode < 0)
		f->mode = isatty(f->fd) ? _IOLBF : _IOFBF;
	while (done < total) {
		size_t part = f->size - f->out;

		if (part > total - done)
			part = total - done;
		memcpy(f->buf + f->out, (const char *)p + done, part);
		f->out += part;
		done += part;
		if (f->out == f->size && __write_out(f))
			return 0;
	}
	if (f->mode == _IONBF || (f->mode == _IOLBF && memchr(p, '\n', total)))
		if (__write_out(f))
			return 0;
	return n;
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

int putc(int c, FILE *f) { return fputc(c, f); }
int putchar(int c) { return fputc(c, stdout); }

int puts(const char *s)
{
	return fputs(s, stdout) || fputc('\n', stdout) == EOF ? EOF : 0;
}

void perror(const char *what)
{
	const char *why = strerror(errno);

	if (what && *what) {
		fputs(what, stderr);
		fputs(": ", stderr);
	}
	fputs(why, stderr);
	fputc('\n', stderr);
}
