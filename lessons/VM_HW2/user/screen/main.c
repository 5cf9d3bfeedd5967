/* screen-4.0.2: which of it is wanted. */
#include <stdio.h>
#include <string.h>

#include "screen.h"

static int usage(void)
{
	printf("Use: screen-4.0.2 [program [arguments]]\n"
	       " or: screen-4.0.2 -r [session]\n\n"
	       "-r [session]  Reattach to a detached screen process.\n"
	       "-ls           List the screen processes there are.\n"
	       "-v            Print the version.\n"
	       "Inside, Ctrl-A ? lists the keys.\n");
	return 1;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argv[1][0] != '-')
		return attach_start(argv + 1);
	if (!strcmp(argv[1], "-r") || !strcmp(argv[1], "-x"))
		return attach_resume(argv[2]);
	if (!strcmp(argv[1], "-ls") || !strcmp(argv[1], "-list"))
		return attach_list();
	if (!strcmp(argv[1], "-v")) {
		printf("Screen version %s, the teaching kernel's\n", VERSION);
		return 0;
	}
	return usage();
}
