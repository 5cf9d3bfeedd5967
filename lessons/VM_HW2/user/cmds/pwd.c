/* pwd: the folder at hand. */
#include <stdio.h>
#include <unistd.h>
#include "cmds.h"

int pwd_main(int argc, char **argv)
{
	char *here = getcwd(NULL, 0);

	return here ? puts(here) < 0 : fail("pwd");
}
