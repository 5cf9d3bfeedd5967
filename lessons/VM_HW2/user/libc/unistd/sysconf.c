/* What a program may ask about the system. */
#include <errno.h>
#include <unistd.h>

int getpagesize(void) { return 4096; }

long sysconf(int name)
{
	switch (name) {
	case _SC_PAGESIZE:
		return 4096;
	case _SC_CLK_TCK:
		return 100;
	}
	errno = EINVAL;
	return -1;
}
