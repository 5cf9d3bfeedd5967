/* true and false: nothing, well and badly. */
#include "cmds.h"

int true_main(int argc, char **argv) { return 0; }
int false_main(int argc, char **argv) { return 1; }
