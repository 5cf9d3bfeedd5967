/* ln [-sf] FROM TO: another name for a file; with -s a link that says where to look. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmds.h"

int ln_main(int argc, char **argv)
{
	int c, soft = 0, force = 0;
	const char *from, *to;
	struct stat st;

	while ((c = getopt(argc, argv, "sf")) != -1) {
		if (c == '?')
			return usage("[-sf] FROM TO");
		soft |= c == 's';
		force |= c == 'f';
	}
	if (argc - optind < 1 || argc - optind > 2)
		return usage("[-sf] FROM TO");
	from = argv[optind];
	to = argc - optind == 2 ? argv[optind + 1] : base_name(from);
	if (stat(to, &st) == 0 && S_ISDIR(st.st_mode))
		to = join(to, base_name(from));
	if (force)
		unlink(to);
	return (soft ? symlink(from, to) : link(from, to)) ? fail(to) : 0;
}
