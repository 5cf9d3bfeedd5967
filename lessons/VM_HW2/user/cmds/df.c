/* df [FILE...]: how full file systems are, in blocks of 1 KB. */
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>
#include "cmds.h"

static int show(const char *device, const char *folder, int even_empty)
{
	struct statfs st;
	unsigned long size, unused, used;

	if (statfs(folder, &st))
		return fail(folder);
	if (!st.f_blocks && !even_empty)
		return 0;
	size = st.f_blocks * st.f_bsize / 1024;
	unused = st.f_bavail * st.f_bsize / 1024;
	used = (st.f_blocks - st.f_bfree) * st.f_bsize / 1024;
	printf("%-12s %10lu %10lu %10lu %4lu%% %s\n", device, size, used, unused,
	       used + unused ? (used * 100 + used + unused - 1) / (used + unused) : 0, folder);
	return 0;
}

int df_main(int argc, char **argv)
{
	FILE *f = fopen("/proc/mounts", "r");
	char line[512], device[128], folder[128];
	int bad = 0;

	printf("%-12s %10s %10s %10s %5s %s\n", "Filesystem", "1K-blocks", "Used", "Available",
	       "Use%", "Mounted on");
	for (int i = 1; i < argc; i++)
		bad |= show("-", argv[i], 1);
	/* the first root is hidden behind the disk */
	while (argc == 1 && f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%127s %127s", device, folder) == 2 && strcmp(device, "rootfs"))
			bad |= show(device, folder, 0);
	if (f)
		fclose(f);
	return bad;
}
