/* What the commands share. Each is a function as main() would be one, in a file of its name. */
#ifndef _CMDS_H
#define _CMDS_H
#include <stddef.h>
#include <sys/types.h>

extern const char *command; /* the name that it was called by */

/* "command: what: why", why from errno. Returns 1, the exit status. */
int fail(const char *what);
/* "usage: command ..." Returns 2. */
int usage(const char *arguments);
/* Writes all of it, or says why not. */
int write_all(int fd, const void *buf, size_t n);
/* Copies what is left of a file to another. */
int copy_file(int from, int to, const char *name);
/* Calls `each` with a descriptor of every file named, or of standard input: "-", or no name. */
int each_input(int argc, char **argv, int (*each)(int fd, const char *name));
/* "folder/name" in static memory. */
char *join(const char *folder, const char *name);
/* Calls `each` with the path of every member of a folder; any of them fails: so does this. */
int each_member(const char *folder, int (*each)(const char *path));
/* A path's last part. */
const char *base_name(const char *path);
/* ls -l's ten letters. */
void mode_text(mode_t mode, char text[11]);
/* The number that a text is, all of it; or says that it is none, and exits with 2. */
long number(const char *text);

#define COMMANDS(c)                                                                                \
	c(cat) c(chmod) c(clear) c(cp) c(date) c(df) c(dmesg) c(echo) c(env) c(false) c(free)      \
	c(grep) c(head) c(hexdump) c(hostname) c(id) c(kill) c(ln) c(ls) c(mkdir) c(mount) c(mv)    \
	c(poweroff) c(ps) c(pwd) c(rm) c(rmdir) c(sleep) c(sort) c(stty) c(sync) c(tail) c(tee)     \
	c(touch) c(true) c(umount) c(uname) c(wc) c(which)

#define DECLARE(name) int name##_main(int argc, char **argv);
COMMANDS(DECLARE)
#undef DECLARE
#endif
