/* rmdir FOLDER...: folders with nothing in them. */
#include <unistd.h>
#include "cmds.h"

int rmdir_main(int argc, char **argv)
{
	int bad = 0;

	if (argc < 2)
		return usage("FOLDER...");
	for (int i = 1; i < argc; i++)
		if (rmdir(argv[i]))
			bad = fail(argv[i]);
	return bad;
}
