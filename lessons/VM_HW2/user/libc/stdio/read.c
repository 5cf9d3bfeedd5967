/* Reading from streams. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "file.h"

/* The buffer filled anew; 0 at the end of the file or on an error. */
static size_t fill(FILE *f)
{
	ssize_t n;

	if (!f->readable) {
		errno = EBADF;
		f->error = 1;
		return 0;
	}
	if (f->out)
		__write_out(f);
	if (f == stdin)
		fflush(stdout); /* a prompt should be seen before we wait */
	n = read(f->fd, f->buf, f->size);
	if (n <= 0) {
		f->eof |= n == 0;
		f->error |= n < 0;
		return 0;
	}
	f->at = f->buf;
	f->end = f->buf + n;
	return n;
}

int fgetc(FILE *f)
{
	return f->at < f->end || fill(f) ? *f->at++ : EOF;
}

int getc(FILE *f) { return fgetc(f); }
int getchar(void) { return fgetc(stdin); }

int ungetc(int c, FILE *f)
{
	if (c == EOF)
		return EOF;
	if (f->at == f->end)
		f->at = f->end = f->buf;
	if (f->at == f->buf - PUSHBACK)
		return EOF;
	*--f->at = c;
	f->eof = 0;
	return (unsigned char)c;
}

size_t fread(void *p, size_t size, size_t n, FILE *f)
{
	size_t total = size * n, got = 0;

	while (got < total && (f->at < f->end || fill(f))) {
		size_t part = f->end - f->at;

		if (part > total - got)
			part = total - got;
		memcpy((char *)p + got, f->at, part);
		f->at += part;
		got += part;
	}
	return size ? got / size : 0;
}

char *fgets(char *s, int size, FILE *f)
{
	int n = 0, c;

	while (n < size - 1 && (c = fgetc(f)) != EOF) {
		s[n++] = c;
		if (c == '\n')
			break;
	}
	if (!n)
		return NULL;
	s[n] = 0;
	return s;
}

ssize_t getdelim(char **line, size_t *size, int delimiter, FILE *f)
{
	size_t n = 0;
	int c;

	do {
		c = fgetc(f);
		if (!*line || n + 2 > *size) {
			size_t more = *line && *size ? 2 * *size : 128;
			char *grown = realloc(*line, more);

			if (!grown)
				return -1;
			*line = grown;
			*size = more;
		}
		if (c != EOF)
			(*line)[n++] = c;
	} while (c != EOF && c != delimiter);
	(*line)[n] = 0;
	return n ? (ssize_t)n : -1;
}

ssize_t getline(char **line, size_t *size, FILE *f)
{
	return getdelim(line, size, '\n', f);
}
