/* From the initial stack to main(), and what system calls return. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "syscall.h"

int main(int argc, char **argv, char **envp);

int errno;
char **environ;

/* start.S comes here with the initial stack. */
void __libc_start(long *sp)
{
	char **argv = (char **)(sp + 1);

	environ = argv + sp[0] + 1;
	exit(main(sp[0], argv, environ));
}

/* The kernel returns the negated error number: -1 and errno for C. */
long __result(long r)
{
	if (r < 0 && r > -4096) {
		errno = -r;
		return -1;
	}
	return r;
}
