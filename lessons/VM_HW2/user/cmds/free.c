/* free: memory, in KB, as /proc/meminfo has it. */
#include <stdio.h>
#include <string.h>
#include "cmds.h"

int free_main(int argc, char **argv)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128], name[64];
	unsigned long total = 0, unused = 0, cached = 0, value;

	if (!f)
		return fail("/proc/meminfo");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%63[^:]: %lu", name, &value) == 2) {
			if (!strcmp(name, "MemTotal"))
				total = value;
			else if (!strcmp(name, "MemFree"))
				unused = value;
			else if (!strcmp(name, "Cached") || !strcmp(name, "Buffers"))
				cached += value;
		}
	fclose(f);
	printf("%12s %10s %10s %10s\n", "total", "used", "free", "cached");
	printf("%12lu %10lu %10lu %10lu\n", total, total - unused - cached, unused, cached);
	return 0;
}
