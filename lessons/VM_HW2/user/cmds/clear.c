/* clear: the cursor to the top left corner of an empty screen. */
#include <stdio.h>
#include "cmds.h"

int clear_main(int argc, char **argv)
{
	fputs("\033[H\033[2J", stdout);
	return 0;
}
