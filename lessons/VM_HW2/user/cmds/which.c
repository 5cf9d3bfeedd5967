/* which NAME...: the files that the shell would start. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cmds.h"

static int find(const char *name)
{
	const char *path = getenv("PATH"), *end;
	char full[512];

	for (path = path ? path : ""; *path; path = *end ? end + 1 : end) {
		end = strchrnul(path, ':');
		snprintf(full, sizeof(full), "%.*s/%s", (int)(end - path), path, name);
		if (access(full, X_OK) == 0) {
			puts(full);
			return 0;
		}
	}
	return 1;
}

int which_main(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++)
		bad |= find(argv[i]);
	return bad;
}
