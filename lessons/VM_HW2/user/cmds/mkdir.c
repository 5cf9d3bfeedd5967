/* mkdir [-p] FOLDER...: -p makes those above it too, and does not mind that it is there. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmds.h"

static int make(char *path, int parents)
{
	struct stat st;

	for (char *p = path + 1; parents && *p; p++)
		if (*p == '/') {
			*p = 0;
			if (mkdir(path, 0777) && errno != EEXIST)
				return fail(path);
			*p = '/';
		}
	if (mkdir(path, 0777) == 0)
		return 0;
	if (parents && errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	errno = parents && errno == ENOENT ? EEXIST : errno;
	return fail(path);
}

int mkdir_main(int argc, char **argv)
{
	int c, parents = 0, bad = 0;

	while ((c = getopt(argc, argv, "p")) != -1) {
		if (c == '?')
			return usage("[-p] FOLDER...");
		parents = 1;
	}
	if (optind == argc)
		return usage("[-p] FOLDER...");
	for (int i = optind; i < argc; i++)
		bad |= make(argv[i], parents);
	return bad;
}
