/* What a FILE is: a file descriptor with a buffer, used for reading or for writing. */
#ifndef _STDIO_FILE_H
#define _STDIO_FILE_H
#include <stdio.h>

#define PUSHBACK 8 /* room before the buffer for ungetc() */

struct _FILE {
	int fd;
	int readable, writable, append;
	int error, eof;
	int mode; /* _IOFBF, _IOLBF or _IONBF; -1: not known yet */
	pid_t child; /* of popen() */
	unsigned char *buf;
	size_t size;
	unsigned char *at, *end; /* what was read and not yet taken */
	size_t out; /* bytes of buf that wait to be written */
	struct _FILE *next;
};

/* All streams but the three of every program. */
extern FILE *__files;

FILE *__new_file(int fd, const char *mode);
int __mode_flags(const char *mode);
int __write_out(FILE *f);
#endif
