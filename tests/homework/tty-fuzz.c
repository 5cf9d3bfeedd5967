/*
 * tty-fuzz FROM TO: for each seed a process does 300 things at random to pseudo-terminals and
 * pipes, with bad pointers and sizes among the arguments. All of them must end when killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <asm/unistd.h>

#define MAX_FILES 8

static const unsigned int requests[] = {
	0x5401, 0x5402, 0x5403, 0x5404, 0x5409, 0x540a, 0x540b, 0x540c, 0x540d,
	0x540e, 0x540f, 0x5410, 0x5411, 0x5412, 0x5413, 0x5414, 0x541b, 0x5422,
	0x5429, 0x80045430, 0x40045431, 0x80045432, 0x80045439, 0x5420, 0x5421
};

static unsigned int state;
static char buf[8192];
static int files[MAX_FILES], nr_files;

static unsigned int below(unsigned int n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

/* A number, an address of nobody's, of the kernel's, or of random bytes. */
static long argument(void)
{
	switch (below(6)) {
	case 0: return 0;
	case 1: return below(5);
	case 2: return -(long)below(4096);
	case 3: return (long)0xffffff8000000000 + below(1 << 20);
	}
	for (int i = 0; i < 64; i++)
		buf[i] = below(256);
	return (long)buf;
}

static void open_pty(void)
{
	char name[32];
	int number = -1, zero = 0;
	int fd = open("/dev/ptmx", O_RDWR | O_NONBLOCK | (below(2) ? O_NOCTTY : 0));

	if (fd < 0)
		return;
	files[nr_files++] = fd;
	ioctl(fd, 0x80045430, &number);
	ioctl(fd, 0x40045431, &zero);
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	fd = open(name, O_RDWR | (below(2) ? O_NONBLOCK : 0));
	if (fd >= 0)
		files[nr_files++] = fd;
}

static void open_pipe(void)
{
	int fds[2];

	if (pipe2(fds, below(2) ? O_NONBLOCK : 0))
		return;
	files[nr_files++] = fds[0];
	files[nr_files++] = fds[1];
}

static void wait_a_little(void)
{
	struct pollfd p[4];

	for (int i = 0; i < 4; i++)
		p[i] = (struct pollfd){ nr_files ? files[below(nr_files)] : i, below(0x400), 0 };
	poll(p, below(5), 1);
}

static void one_thing(void)
{
	int at = nr_files ? below(nr_files) : 0, fd = nr_files ? files[at] : -1;

	switch (below(14)) {
	case 0: if (nr_files <= MAX_FILES - 2) open_pty(); break;
	case 1: if (nr_files <= MAX_FILES - 2) open_pipe(); break;
	case 2: syscall(__NR_write, fd, argument(), below(5000)); break;
	case 3: syscall(__NR_read, fd, argument(), below(5000)); break;
	case 4: wait_a_little(); break;
	case 5:
		if (nr_files) {
			close(fd);
			files[at] = files[--nr_files];
		}
		break;
	case 6: signal(1 + below(31), below(3) ? SIG_IGN : SIG_DFL); break;
	case 7: setpgid(0, below(2) ? 0 : getppid()); break;
	case 8: if (below(4) == 0 && fork() == 0) alarm(1); break;
	case 9:
		syscall(__NR_pselect6, below(200), argument(), argument(), argument(),
			below(3) ? argument() : 0, argument());
		break;
	default: ioctl(fd, requests[below(sizeof(requests) / sizeof(requests[0]))], argument());
	}
}

static void work(unsigned int seed)
{
	state = seed;
	setpgid(0, 0);
	alarm(1);
	if (below(2))
		setsid();
	for (int i = 0; i < 300; i++)
		one_thing();
	_exit(0);
}

int main(int argc, char **argv)
{
	int from = argc > 2 ? atoi(argv[1]) : 0, to = argc > 2 ? atoi(argv[2]) : 1;

	signal(SIGHUP, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	for (int seed = from; seed < to; seed++) {
		pid_t pid = fork(), ended = 0;

		if (pid == 0)
			work(seed);
		for (int i = 0; i < 200 && !ended; i++) {
			usleep(10000);
			if (i == 120)
				kill(pid, SIGKILL);
			ended = waitpid(pid, NULL, WNOHANG);
		}
		if (!ended)
			printf("seed %d does not end\n", seed);
	}
	/* their children, wherever they have gone */
	for (int pid = getpid() + 1; pid < getpid() + 20000; pid++)
		kill(pid, SIGKILL);
	usleep(100000);
	printf("seeds %d to %d\n", from, to);
	return 0;
}
