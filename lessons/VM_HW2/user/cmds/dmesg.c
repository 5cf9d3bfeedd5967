/* dmesg: the kernel's messages. */
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include "cmds.h"

int dmesg_main(int argc, char **argv)
{
	int size = klogctl(10, NULL, 0), n;
	char *log = size > 0 ? malloc(size) : NULL;

	n = log ? klogctl(3, log, size) : -1;
	return n < 0 || write_all(1, log, n) ? fail("the kernel's log") : 0;
}
