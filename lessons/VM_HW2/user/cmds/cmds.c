/* The small commands, all in one program: its name chooses. /bin/ls and so on are links. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <asm/unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	return 1;
}

/* Copies all of a file to the output. */
static int cat_fd(int fd, const char *name)
{
	static char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (write(1, buf, n) != n)
			return fail("write");
	return n < 0 ? fail(name) : 0;
}

static int cat(int argc, char **argv)
{
	int bad = 0;

	if (argc == 1)
		return cat_fd(0, "input");
	for (int i = 1; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY);

		if (fd < 0) {
			bad = fail(argv[i]);
			continue;
		}
		bad |= cat_fd(fd, argv[i]);
		close(fd);
	}
	return bad;
}

static void ls_one(const char *path, const char *name, int details)
{
	struct stat st;
	char kind;

	if (!details) {
		printf("%s\n", name);
		return;
	}
	if (stat(path, &st)) {
		fail(path);
		return;
	}
	kind = S_ISDIR(st.st_mode)   ? 'd'
	       : S_ISCHR(st.st_mode) ? 'c'
	       : S_ISBLK(st.st_mode) ? 'b'
				     : '-';
	printf("%c%03o %8ld %s\n", kind, st.st_mode & 0777, st.st_size, name);
}

static int ls(int argc, char **argv)
{
	int details = argc > 1 && !strcmp(argv[1], "-l"), bad = 0;

	for (int i = 1 + details; i < argc || i == 1 + details; i++) {
		const char *path = i < argc ? argv[i] : ".";
		DIR *dir = opendir(path);
		struct dirent *d;

		if (!dir && errno == ENOTDIR) {
			ls_one(path, path, details);
			continue;
		}
		if (!dir) {
			bad = fail(path);
			continue;
		}
		while ((d = readdir(dir))) {
			char full[512];

			if (d->d_name[0] == '.')
				continue; /* hidden; "." and "..", too */
			snprintf(full, sizeof(full), "%s/%s", path, d->d_name);
			ls_one(full, d->d_name, details);
		}
		closedir(dir);
	}
	return bad;
}

static int echo(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("%s%s", argv[i], i < argc - 1 ? " " : "");
	printf("\n");
	return 0;
}

static int uname_command(int argc, char **argv)
{
	struct utsname u;

	if (uname(&u))
		return fail("uname");
	if (argc > 1 && !strcmp(argv[1], "-a"))
		printf("%s %s %s %s %s\n", u.sysname, u.nodename, u.release, u.version, u.machine);
	else if (argc > 1 && !strcmp(argv[1], "-r"))
		printf("%s\n", u.release);
	else
		printf("%s\n", u.sysname);
	return 0;
}

static int poweroff(int argc, char **argv)
{
	fflush(NULL);
	reboot(strcmp(argv[0], "reboot") ? RB_POWER_OFF : RB_AUTOBOOT);
	return fail("reboot");
}

static int dmesg(int argc, char **argv)
{
	long size = syscall(__NR_syslog, 10L, NULL, 0L);
	char *log = malloc(size);
	long n = log ? syscall(__NR_syslog, 3L, log, size) : -1;

	return n < 0 || write(1, log, n) != n;
}

static int ps(int argc, char **argv)
{
	int fd = open("/proc/tasks", O_RDONLY);

	return fd < 0 ? fail("/proc/tasks") : cat_fd(fd, "/proc/tasks");
}

static int sleep_command(int argc, char **argv)
{
	return argc > 1 ? (int)sleep(atoi(argv[1])) : 1;
}

static int hexdump(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : 0;
	unsigned char line[16];
	unsigned long at = 0;
	ssize_t n;

	if (fd < 0)
		return fail(argv[1]);
	for (; (n = read(fd, line, sizeof(line))) > 0; at += n) {
		printf("%08lx ", at);
		for (int i = 0; i < 16; i++)
			if (i < n)
				printf(" %02x", line[i]);
			else
				printf("   ");
		printf("  |");
		for (int i = 0; i < n; i++)
			putchar(line[i] >= ' ' && line[i] < 127 ? line[i] : '.');
		printf("|\n");
	}
	return n < 0 ? fail("read") : 0;
}

static int mkdir_command(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++)
		if (mkdir(argv[i], 0755))
			bad = fail(argv[i]);
	return bad;
}

static int rm(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++)
		if (unlink(argv[i]) && (errno != EISDIR || rmdir(argv[i])))
			bad = fail(argv[i]);
	return bad;
}

static int kill_command(int argc, char **argv)
{
	int sig = SIGTERM, first = 1, bad = argc < 2;

	if (argc > 2 && argv[1][0] == '-') {
		sig = atoi(argv[1] + 1);
		first = 2;
	}
	for (int i = first; i < argc; i++)
		if (kill(atoi(argv[i]), sig))
			bad = fail(argv[i]);
	return bad;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "cat", cat }, { "ls", ls }, { "echo", echo }, { "uname", uname_command },
	{ "poweroff", poweroff }, { "reboot", poweroff }, { "dmesg", dmesg }, { "ps", ps },
	{ "sleep", sleep_command }, { "hexdump", hexdump }, { "mkdir", mkdir_command },
	{ "rm", rm }, { "kill", kill_command }
};

int main(int argc, char **argv)
{
	char *slash = strrchr(argv[0], '/');

	if (slash)
		argv[0] = slash + 1;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, argv[0]))
			return commands[i].run(argc, argv);
	fprintf(stderr, "%s: no such command here\n", argv[0]);
	return 127;
}
