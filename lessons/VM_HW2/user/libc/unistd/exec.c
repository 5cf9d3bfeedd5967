/* execve() and its comfortable forms: with PATH, with arguments as a list. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../syscall.h"

#define MAX_LIST 63

int execve(const char *path, char *const argv[], char *const envp[])
{
	return SYSCALL3(execve, path, argv, envp);
}

int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

/* The first file of that name in the folders of PATH that can be executed. */
int execvp(const char *file, char *const argv[])
{
	const char *path = getenv("PATH"), *end;
	int error = ENOENT;
	char full[512];

	if (strchr(file, '/'))
		return execv(file, argv);
	for (path = path ? path : "/bin:/sbin"; *path; path = *end ? end + 1 : end) {
		end = strchrnul(path, ':');
		snprintf(full, sizeof(full), "%.*s%s%s", (int)(end - path), path,
			 end == path ? "" : "/", file);
		execv(full, argv);
		if (errno != ENOENT && errno != ENOTDIR)
			error = errno;
	}
	errno = error;
	return -1;
}

static int collect(const char **argv, const char *first, va_list args)
{
	int n = 0;

	for (argv[n] = first; argv[n]; argv[n] = va_arg(args, char *))
		if (++n == MAX_LIST) {
			errno = E2BIG;
			return -1;
		}
	return 0;
}

int execl(const char *path, const char *arg, ...)
{
	const char *argv[MAX_LIST + 1];
	va_list args;
	int bad;

	va_start(args, arg);
	bad = collect(argv, arg, args);
	va_end(args);
	return bad ? -1 : execv(path, (char **)argv);
}

int execlp(const char *file, const char *arg, ...)
{
	const char *argv[MAX_LIST + 1];
	va_list args;
	int bad;

	va_start(args, arg);
	bad = collect(argv, arg, args);
	va_end(args);
	return bad ? -1 : execvp(file, (char **)argv);
}
