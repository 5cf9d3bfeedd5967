/* id [-u | -g]: who this is. There are no names but root's. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cmds.h"

int id_main(int argc, char **argv)
{
	unsigned int user = getuid(), group = getgid();

	if (argc > 1 && !strcmp(argv[1], "-u"))
		printf("%u\n", user);
	else if (argc > 1 && !strcmp(argv[1], "-g"))
		printf("%u\n", group);
	else if (argc > 1)
		return usage("[-u | -g]");
	else
		printf("uid=%u%s gid=%u%s\n", user, user ? "" : "(root)", group,
		       group ? "" : "(root)");
	return 0;
}
