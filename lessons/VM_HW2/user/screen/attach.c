/*
 * The side of who calls screen: finds or starts the master, lends it this terminal, and
 * waits. The master opens the terminal itself, so no key and no character takes a detour.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"

#define FOLDER "/tmp/screens"

static struct termios saved;
static char to_master[128]; /* the master's FIFO */

void session_path(char *path, size_t size, const char *session)
{
	mkdir(FOLDER, 0700);
	snprintf(path, size, FOLDER "/%s", session);
}

/* One request; 0 if there is a master who reads it. */
static int tell(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK);
	int err = fd < 0 || write(fd, text, strlen(text)) < 0;

	if (fd >= 0)
		close(fd);
	return err;
}

static void resized(int sig)
{
	(void)sig;
	tell(to_master, "size\n");
}

static void make_raw(void)
{
	struct termios raw = saved;

	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(0, TCSANOW, &raw);
}

/* Until the master has something to say, or is no more. */
static int wait_for_end(int fd, const char *session)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char why = 't';

	signal(SIGINT, SIG_IGN);
	while (poll(&p, 1, -1) < 0)
		; /* another size */
	if (read(fd, &why, 1) != 1)
		why = 't';
	tcsetattr(0, TCSADRAIN, &saved);
	if (why == 'd')
		printf("[detached from %s]\n", session);
	else
		printf("[screen is terminating]\n");
	return 0;
}

static int look_for(const char *folder, unsigned long dev, char *path, size_t size)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	struct stat st;
	int found = 0;

	while (dir && !found && (d = readdir(dir))) {
		snprintf(path, size, "%s/%s", folder, d->d_name);
		found = stat(path, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == dev;
	}
	if (dir)
		closedir(dir);
	return found;
}

/* A name by which the master can open our terminal: ours may be /dev/tty. */
static int terminal_name(char *path, size_t size)
{
	unsigned int dev;

	return ioctl(0, TIOCGDEV, &dev) == 0 &&
	       (look_for("/dev/pts", dev, path, size) || look_for("/dev", dev, path, size));
}

static int prepare(char *tty, size_t size)
{
	if (tcgetattr(0, &saved) || !terminal_name(tty, size)) {
		fprintf(stderr, "Must be connected to a terminal.\n");
		return 1;
	}
	return 0;
}

int attach_start(char *const argv[])
{
	char tty[64], session[96], *sty = getenv("STY");
	const char *name;
	int fds[2];
	pid_t pid;

	if (sty) { /* inside of a window: one more of them */
		session_path(to_master, sizeof(to_master), sty);
		if (tell(to_master, "window\n") == 0)
			return 0;
	}
	if (prepare(tty, sizeof(tty)) || pipe(fds))
		return 1;
	fflush(stdout);
	make_raw();
	pid = fork();
	if (pid < 0) {
		tcsetattr(0, TCSANOW, &saved);
		perror("fork");
		return 1;
	}
	name = strncmp(tty, "/dev/pts/", 9) ? tty + 5 : "pts";
	if (pid == 0) {
		setsid();
		close(fds[0]);
		snprintf(session, sizeof(session), "%d.%s.genericarmv8", getpid(), name);
		_exit(master_run(session, fds[1], tty, argv));
	}
	snprintf(session, sizeof(session), "%d.%s.genericarmv8", pid, name);
	session_path(to_master, sizeof(to_master), session);
	signal(SIGWINCH, resized);
	close(fds[1]);
	return wait_for_end(fds[0], session);
}

struct session {
	char name[96];
	int attached;
};

/* Those that are alive, with which in their name; the others' FIFOs go. */
static int sessions(struct session *list, int max, const char *which)
{
	DIR *dir = opendir(FOLDER);
	struct dirent *d;
	struct stat st;
	int n = 0;

	while (dir && n < max && (d = readdir(dir))) {
		char path[128];

		session_path(path, sizeof(path), d->d_name);
		if (stat(path, &st) || !S_ISFIFO(st.st_mode) || !strncmp(d->d_name, "client", 6))
			continue;
		if (tell(path, "\n")) {
			unlink(path);
			continue;
		}
		if (which && strncmp(d->d_name, which, strlen(which)))
			continue;
		snprintf(list[n].name, sizeof(list[n].name), "%s", d->d_name);
		list[n++].attached = (st.st_mode & 0100) != 0;
	}
	if (dir)
		closedir(dir);
	return n;
}

static void print_sessions(const struct session *list, int n)
{
	for (int i = 0; i < n; i++)
		printf("\t%s\t(%s)\n", list[i].name, list[i].attached ? "Attached" : "Detached");
}

int attach_list(void)
{
	struct session list[16];
	int n = sessions(list, 16, NULL);

	if (!n) {
		printf("No Sockets found in %s.\n", FOLDER);
		return 1;
	}
	printf(n > 1 ? "There are screens on:\n" : "There is a screen on:\n");
	print_sessions(list, n);
	printf("%d Socket%s in %s.\n", n, n > 1 ? "s" : "", FOLDER);
	return 0;
}

/* which: the beginning of a session's name, or NULL: the only one that is detached. */
int attach_resume(const char *which)
{
	char tty[64], back[64], text[256];
	struct session list[16];
	int n = sessions(list, 16, which), chosen = -1, detached = 0, fd;

	for (int i = 0; i < n; i++)
		if (which || !list[i].attached) {
			detached++;
			chosen = i;
		}
	if (detached != 1) {
		printf(detached ? "There are several suitable screens on:\n"
		       : n ? "There is no screen to be resumed, but:\n"
			   : "There is no screen to be resumed.\n");
		print_sessions(list, n);
		return 1;
	}
	if (prepare(tty, sizeof(tty)))
		return 1;
	snprintf(back, sizeof(back), FOLDER "/client%d", getpid());
	unlink(back);
	if (mkfifo(back, 0600) || (fd = open(back, O_RDONLY | O_NONBLOCK)) < 0) {
		perror(back);
		return 1;
	}
	fcntl(fd, F_SETFL, O_RDONLY);
	session_path(to_master, sizeof(to_master), list[chosen].name);
	snprintf(text, sizeof(text), "attach %s %s\n", tty, back);
	signal(SIGWINCH, resized);
	make_raw();
	n = tell(to_master, text);
	if (n)
		tcsetattr(0, TCSANOW, &saved);
	else
		wait_for_end(fd, list[chosen].name);
	unlink(back);
	return n;
}
