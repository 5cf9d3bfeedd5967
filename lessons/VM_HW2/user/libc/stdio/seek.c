/* Positions in streams. */
#include <unistd.h>
#include "file.h"

off_t ftello(FILE *f)
{
	off_t at = lseek(f->fd, 0, f->append && f->out ? SEEK_END : SEEK_CUR);

	return at < 0 ? at : at - (f->end - f->at) + (off_t)f->out;
}

int fseeko(FILE *f, off_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset -= f->end - f->at;
	if (__write_out(f) || lseek(f->fd, offset, whence) < 0)
		return -1;
	f->at = f->end = NULL;
	f->eof = 0;
	return 0;
}

long ftell(FILE *f) { return ftello(f); }
int fseek(FILE *f, long offset, int whence) { return fseeko(f, offset, whence); }

void rewind(FILE *f)
{
	fseeko(f, 0, SEEK_SET);
	f->error = 0;
}

int fgetpos(FILE *f, fpos_t *pos)
{
	*pos = ftello(f);
	return *pos < 0 ? -1 : 0;
}

int fsetpos(FILE *f, const fpos_t *pos)
{
	return fseeko(f, *pos, SEEK_SET);
}
