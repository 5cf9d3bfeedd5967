/* uname [-asnrvmo]: which system this is. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "cmds.h"

int uname_main(int argc, char **argv)
{
	static const char letters[] = "snrvmo";
	struct utsname u;
	const char *parts[6];
	int c, chosen = 0, first = 1;

	if (uname(&u))
		return fail("uname");
	parts[0] = u.sysname;
	parts[1] = u.nodename;
	parts[2] = u.release;
	parts[3] = u.version;
	parts[4] = u.machine;
	parts[5] = "GNU/Linux";
	while ((c = getopt(argc, argv, "asnrvmo")) != -1) {
		if (c == '?')
			return usage("[-asnrvmo]");
		chosen |= c == 'a' ? 63 : 1 << (strchr(letters, c) - letters);
	}
	for (int i = 0; i < 6; i++)
		if ((chosen ? chosen : 1) & 1 << i) {
			printf("%s%s", first ? "" : " ", parts[i]);
			first = 0;
		}
	putchar('\n');
	return 0;
}
