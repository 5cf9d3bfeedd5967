/* echo [-n] [WORD...] */
#include <stdio.h>
#include <string.h>
#include "cmds.h"

int echo_main(int argc, char **argv)
{
	int first = 1 + (argc > 1 && !strcmp(argv[1], "-n"));

	for (int i = first; i < argc; i++)
		printf("%s%s", argv[i], i < argc - 1 ? " " : "");
	if (first == 1)
		putchar('\n');
	return 0;
}
