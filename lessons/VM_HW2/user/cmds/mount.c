/*
 * mount: what is mounted.
 * mount [-t TYPE] [-o ro] DEVICE FOLDER; umount FOLDER...
 */
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include "cmds.h"

static int show(void)
{
	FILE *f = fopen("/proc/mounts", "r");
	char line[512], device[128], folder[128], type[64], options[128];

	if (!f)
		return fail("/proc/mounts");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%127s %127s %63s %127s", device, folder, type, options) == 4)
			printf("%s on %s type %s (%s)\n", device, folder, type, options);
	fclose(f);
	return 0;
}

/* The words of -o: "remount" and "ro" are the kernel's, the rest is the file system's. */
static unsigned long flags_of(char *options)
{
	unsigned long flags = 0;

	for (char *word; (word = strsep(&options, ","));)
		if (!strcmp(word, "ro"))
			flags |= MS_RDONLY;
		else if (!strcmp(word, "remount"))
			flags |= MS_REMOUNT;
		else if (!strcmp(word, "bind"))
			flags |= MS_BIND;
	return flags;
}

int mount_main(int argc, char **argv)
{
	const char *type = "ext2";
	unsigned long flags = 0;
	int c;

	if (argc == 1)
		return show();
	while ((c = getopt(argc, argv, "t:o:r")) != -1) {
		if (c == '?')
			return usage("[-t TYPE] [-o ro] DEVICE FOLDER");
		if (c == 't')
			type = optarg;
		else if (c == 'o')
			flags |= flags_of(optarg);
		else
			flags |= MS_RDONLY;
	}
	if (argc - optind != 2)
		return usage("[-t TYPE] [-o ro] DEVICE FOLDER");
	if (mount(argv[optind], argv[optind + 1], type, flags, NULL))
		return fail(argv[optind + 1]);
	return 0;
}

int umount_main(int argc, char **argv)
{
	int bad = 0;

	if (argc < 2)
		return usage("FOLDER...");
	for (int i = 1; i < argc; i++)
		if (umount(argv[i]))
			bad = fail(argv[i]);
	return bad;
}
