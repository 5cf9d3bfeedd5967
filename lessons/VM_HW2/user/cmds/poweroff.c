/*
 * poweroff, reboot, halt: init does it, after it has ended the others; with -f the kernel
 * at once.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>
#include "cmds.h"

int poweroff_main(int argc, char **argv)
{
	int restart = !strcmp(command, "reboot"), halt = !strcmp(command, "halt");

	fflush(stdout);
	if (argc > 1 && !strcmp(argv[1], "-f")) {
		sync();
		reboot(restart ? RB_AUTOBOOT : halt ? RB_HALT_SYSTEM : RB_POWER_OFF);
		return fail("the kernel");
	}
	if (kill(1, restart ? SIGTERM : halt ? SIGUSR1 : SIGUSR2))
		return fail("init");
	for (;;)
		pause();
}
