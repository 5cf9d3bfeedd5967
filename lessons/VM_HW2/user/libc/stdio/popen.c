/* A stream to or from a command. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "file.h"

FILE *popen(const char *command, const char *mode)
{
	int reading = mode[0] == 'r', fds[2], ours, theirs;
	FILE *f;

	if (pipe2(fds, O_CLOEXEC))
		return NULL;
	ours = fds[!reading];
	theirs = fds[reading];
	f = __new_file(ours, mode);
	if (f)
		f->child = fork();
	if (f && f->child == 0) {
		dup2(theirs, reading ? 1 : 0);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(theirs);
	if (f && f->child > 0)
		return f;
	if (f)
		fclose(f);
	else
		close(ours);
	return NULL;
}

/* The command's status as waitpid() gives it. */
int pclose(FILE *f)
{
	pid_t child = f->child;
	int status;

	fclose(f);
	return waitpid(child, &status, 0) < 0 ? -1 : status;
}
