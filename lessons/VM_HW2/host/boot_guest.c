/*
 * The homework's Part III step 4 as a program: boot the guest, run mem and io in it,
 * and after each show the last line of the trace.
 *	boot_guest run	then switch guest and host off
 *	boot_guest stay	then hand the guest's console to the user
 *	boot_guest	the same as stay
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define TRACING "/sys/kernel/debug/tracing/"
#define PROMPT "root@genericarmv8:~# "
#define DISK "/home/root/guest.img"
#define DISK_SIZE (256 * 1024)

static int to_guest, from_guest; /* lkvm's standard input and output */
static struct termios saved;

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		perror(path);
	if (fd >= 0)
		close(fd);
}

/* The guest's disk, if nobody has put one there: empty. */
static void make_disk(void)
{
	int fd = open(DISK, O_RDWR | O_CREAT | O_EXCL, 0644);

	if (fd < 0)
		return;
	if (ftruncate(fd, DISK_SIZE))
		perror(DISK);
	close(fd);
}

static pid_t start_lkvm(void)
{
	int in[2], out[2];
	pid_t pid;

	if (pipe(in) || pipe(out)) {
		perror("pipe");
		exit(1);
	}
	pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		for (int fd = 3; fd < 10; fd++)
			close(fd);
		execv("/home/root/lkvm-static",
		      (char *[]){ "lkvm-static", "run", "-k", "/home/root/image", "-i",
				  "/home/root/guest.cpio", "-d", DISK, "-m", "64", "-p",
				  "console=ttyS0", NULL });
		perror("lkvm-static");
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	to_guest = in[1];
	from_guest = out[0];
	return pid;
}

/*
 * Passes what the guest prints on to our console until it has printed the prompt.
 * Returns -1 if the guest ended first.
 */
static int wait_for_prompt(void)
{
	static char buf[512];
	size_t matched = 0;
	ssize_t n;

	while ((n = read(from_guest, buf, sizeof(buf))) > 0) {
		write(1, buf, n);
		for (ssize_t i = 0; i < n; i++) {
			/* only its r occurs in it again, and nothing printed breaks off there */
			if (buf[i] == PROMPT[matched])
				matched++;
			else
				matched = buf[i] == PROMPT[0];
			if (!PROMPT[matched] && i == n - 1)
				return 0;
			if (!PROMPT[matched])
				matched = 0;
		}
	}
	return -1;
}

/*
 * A user reads before typing. Meanwhile the guest has nothing to do: at every tick of
 * its timer it wakes up, looks, and says WFI again.
 */
static void pause_like_a_user(void)
{
	usleep(80000);
}

/* The last line of the trace that is no comment. */
static void print_trace(const char *label)
{
	static char buf[4096], last[256];
	char line[256];
	size_t len = 0;
	int fd = open(TRACING "trace", O_RDONLY);
	ssize_t n;

	strcpy(last, "(the trace is empty)");
	if (fd < 0) {
		perror(TRACING "trace");
		return;
	}
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] != '\n') {
				if (len < sizeof(line) - 1)
					line[len++] = buf[i];
				continue;
			}
			line[len] = 0;
			len = 0;
			if (line[0] != '#')
				strcpy(last, line);
		}
	close(fd);
	printf("\n%s: %s\n", label, last);
	fflush(stdout);
}

static void type(const char *text)
{
	write(to_guest, text, strlen(text));
}

/* Keys to the guest, its output to us, until it ends. */
static void connect_user(void)
{
	struct pollfd fds[2] = { { 0, POLLIN, 0 }, { from_guest, POLLIN, 0 } };
	struct termios raw;
	static char buf[512];

	tcgetattr(0, &saved);
	raw = saved;
	raw.c_iflag &= ~ICRNL;
	raw.c_lflag &= ~(ICANON | ECHO | ISIG);
	tcsetattr(0, TCSANOW, &raw);
	for (;;) {
		ssize_t n;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[1].revents) {
			n = read(from_guest, buf, sizeof(buf));
			if (n <= 0)
				break;
			write(1, buf, n);
		}
		if (fds[0].revents) {
			n = read(0, buf, sizeof(buf));
			if (n > 0)
				write(to_guest, buf, n);
			else if (n == 0 || errno != EINTR)
				fds[0].fd = -1; /* there will be no more keys */
		}
	}
	tcsetattr(0, TCSANOW, &saved);
}

/* Everything that the guest still says, until it is gone. */
static void drain(void)
{
	static char buf[512];
	ssize_t n;

	while ((n = read(from_guest, buf, sizeof(buf))) > 0)
		write(1, buf, n);
}

int main(int argc, char **argv)
{
	int stay = argc < 2 || !strcmp(argv[1], "stay"), status = 0;
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	write_file(TRACING "buffer_size_kb", "16"); /* only the last lines matter to us */
	write_file(TRACING "events/kvm/kvm_vm_hw2/enable", "1");
	make_disk();
	pid = start_lkvm();
	if (wait_for_prompt() == 0) {
		pause_like_a_user();
		print_trace("boot_log");
		type("mem 64\r");
	}
	if (wait_for_prompt() == 0) {
		pause_like_a_user();
		print_trace("mem_log");
		type("io 32\r");
	}
	if (wait_for_prompt() == 0) {
		pause_like_a_user();
		print_trace("io_log");
		if (stay) {
			type("\r");
			connect_user();
		} else {
			type("poweroff\r");
		}
	}
	drain();
	waitpid(pid, &status, 0);
	printf("\nboot_guest: the guest has ended, status %d\n", WEXITSTATUS(status));
	return WEXITSTATUS(status);
}
