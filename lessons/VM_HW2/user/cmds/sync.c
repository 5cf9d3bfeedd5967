/* sync: what waits in memory goes to the disks. */
#include <unistd.h>
#include "cmds.h"

int sync_main(int argc, char **argv)
{
	sync();
	return 0;
}
