/* cat [FILE...]: files one after the other to the output. */
#include "cmds.h"

static int to_output(int fd, const char *name)
{
	return copy_file(fd, 1, name);
}

int cat_main(int argc, char **argv)
{
	return each_input(argc - 1, argv + 1, to_output);
}
