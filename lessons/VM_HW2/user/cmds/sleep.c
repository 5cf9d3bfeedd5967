/* sleep SECONDS: fractions too, as in 0.5 */
#include <ctype.h>
#include <stdlib.h>
#include <time.h>
#include "cmds.h"

int sleep_main(int argc, char **argv)
{
	struct timespec ts = { 0, 0 };
	long unit = 100000000;
	char *end;

	if (argc != 2)
		return usage("SECONDS");
	ts.tv_sec = strtol(argv[1], &end, 10);
	if (*end == '.')
		for (end++; isdigit((unsigned char)*end); end++, unit /= 10)
			ts.tv_nsec += (*end - '0') * unit;
	if (*end || ts.tv_sec < 0)
		return usage("SECONDS");
	return nanosleep(&ts, NULL) ? fail("sleep") : 0;
}
