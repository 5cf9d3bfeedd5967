/* date [+FORMAT]; date -s @SECONDS: the time, in UTC. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cmds.h"

int date_main(int argc, char **argv)
{
	const char *format = "%a %b %e %H:%M:%S UTC %Y";
	char text[256];
	time_t now = time(NULL);

	if (argc == 3 && !strcmp(argv[1], "-s") && argv[2][0] == '@') {
		struct timespec ts = { number(argv[2] + 1), 0 };

		return clock_settime(CLOCK_REALTIME, &ts) ? fail("the clock") : 0;
	}
	if (argc == 2 && argv[1][0] == '+')
		format = argv[1] + 1;
	else if (argc > 1 && strcmp(argv[1], "-u"))
		return usage("[+FORMAT | -s @SECONDS]");
	strftime(text, sizeof(text), format, gmtime(&now));
	puts(text);
	return 0;
}
