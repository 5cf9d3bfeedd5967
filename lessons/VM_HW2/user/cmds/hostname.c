/* hostname [NAME]: the machine's name, or another one for it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cmds.h"

int hostname_main(int argc, char **argv)
{
	char name[65];

	if (argc > 1)
		return sethostname(argv[1], strlen(argv[1])) ? fail(argv[1]) : 0;
	return gethostname(name, sizeof(name)) ? fail("hostname") : puts(name) < 0;
}
