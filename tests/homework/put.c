/* put FILE TEXT: one write(2) of TEXT, and what came of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc == 3 ? open(argv[1], O_WRONLY) : -1;

	printf("%s\n", fd >= 0 && write(fd, argv[2], strlen(argv[2])) >= 0 ? "written" : strerror(errno));
	return 0;
}
