/* Terminals: termios, and the names of ttys and pseudo terminals. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#ifndef TIOCGPTN
#define TIOCGPTN 0x80045430
#define TIOCSPTLCK 0x40045431
#endif

int tcgetattr(int fd, struct termios *t) { return ioctl(fd, TCGETS, t); }
int tcsetattr(int fd, int when, const struct termios *t) { return ioctl(fd, TCSETS + when, t); }

int isatty(int fd)
{
	struct termios t;

	return tcgetattr(fd, &t) == 0;
}

void cfmakeraw(struct termios *t)
{
	t->c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	t->c_oflag &= ~OPOST;
	t->c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	t->c_cflag = (t->c_cflag & ~(CSIZE | PARENB)) | CS8;
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
}

/* The kernel tells by the link /proc/self/fd/N. */
char *ttyname(int fd)
{
	static char name[64];
	char link[32];
	ssize_t n;

	if (!isatty(fd))
		return NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, name, sizeof(name) - 1);
	if (n < 0)
		return NULL;
	name[n] = 0;
	return name;
}

/* A pseudo terminal: the master's end, and where its slave is. */
int posix_openpt(int flags) { return open("/dev/ptmx", flags); }
int grantpt(int fd) { return 0; /* devpts gives the slave to the opener at once */ }

int unlockpt(int fd)
{
	int locked = 0;

	return ioctl(fd, TIOCSPTLCK, &locked);
}

char *ptsname(int fd)
{
	static char name[32];
	unsigned int number;

	if (ioctl(fd, TIOCGPTN, &number) < 0)
		return NULL;
	snprintf(name, sizeof(name), "/dev/pts/%u", number);
	return name;
}
