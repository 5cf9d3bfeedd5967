/* rm [-rf] FILE...: -r with folders and all that is in them, -f without complaints. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmds.h"

static int recursive, force;

static int remove_all(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return force && errno == ENOENT ? 0 : fail(path);
	if (!S_ISDIR(st.st_mode))
		return unlink(path) ? fail(path) : 0;
	if (!recursive) {
		errno = EISDIR;
		return fail(path);
	}
	return each_member(path, remove_all) || (rmdir(path) ? fail(path) : 0);
}

int rm_main(int argc, char **argv)
{
	int c, bad = 0;

	while ((c = getopt(argc, argv, "rRf")) != -1) {
		if (c == '?')
			return usage("[-rf] FILE...");
		recursive |= c != 'f';
		force |= c == 'f';
	}
	if (optind == argc && !force)
		return usage("[-rf] FILE...");
	for (int i = optind; i < argc; i++) {
		const char *name = base_name(argv[i]);

		if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(argv[i], "/")) {
			fprintf(stderr, "rm: %s is not removed\n", argv[i]);
			bad = 1;
		} else {
			bad |= remove_all(argv[i]);
		}
	}
	return bad;
}
