/* Files that go, and one that goes by itself. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int remove(const char *path)
{
	if (unlink(path) == 0)
		return 0;
	return errno == EISDIR || errno == EPERM ? rmdir(path) : -1;
}

FILE *tmpfile(void)
{
	char name[] = "/tmp/tmpXXXXXX";
	int fd = mkstemp(name);

	if (fd < 0)
		return NULL;
	unlink(name);
	return fdopen(fd, "w+");
}
