/* The end of a program: exit() runs what atexit() was given, and writes what is buffered. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* stdio/file.c; programs without files have nothing to write. */
void __flush_all(void) __attribute__((weak));

static void (*at_exit[32])(void);
static int registered;

int atexit(void (*function)(void))
{
	if (registered == 32)
		return -1;
	at_exit[registered++] = function;
	return 0;
}

void exit(int status)
{
	while (registered)
		at_exit[--registered]();
	if (__flush_all)
		__flush_all();
	_exit(status);
}

void _Exit(int status)
{
	_exit(status);
}

/* SIGABRT ends the program, even if it ignores it, or its handler returns. */
void abort(void)
{
	raise(SIGABRT);
	signal(SIGABRT, SIG_DFL);
	raise(SIGABRT);
	_exit(127);
}
