/*
 * Pseudo-terminals, line discipline, jobs, pipes and FIFOs: each line that is printed is an
 * answer of the kernel's, and the same program under Linux prints the same lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SPTLCK 0x40045431
#define GPTN 0x80045430

static int master, slave;
static char name[32];

static void show(const char *what, const char *s, int n)
{
	int e = errno;

	printf("%s: ", what);
	if (n < 0)
		printf("error %d", e);
	for (int i = 0; i < n && i < 100; i++) {
		unsigned char c = s[i];

		if (c == '\n')
			printf("\\n");
		else if (c == '\r')
			printf("\\r");
		else if (c < ' ' || c > '~')
			printf("\\x%02x", c);
		else
			printf("%c", c);
	}
	if (n > 100)
		printf("... %d", n);
	printf("\n");
	fflush(stdout);
}

static void value(const char *what, long v)
{
	int e = errno;

	if (v == -1)
		printf("%s: error %d\n", what, e);
	else
		printf("%s: %ld\n", what, v);
	fflush(stdout);
}

/* All that comes within a little while. */
static int collect(int fd, char *buf, int size)
{
	struct pollfd p = { fd, POLLIN, 0 };
	int n = 0, r;

	while (n < size && poll(&p, 1, 60) > 0 && (r = read(fd, buf + n, size - n)) > 0)
		n += r;
	return n;
}

static void echo_of(const char *what)
{
	char buf[300];

	show(what, buf, collect(master, buf, sizeof(buf)));
}

static void answer(const char *what)
{
	char buf[300];

	show(what, buf, read(slave, buf, sizeof(buf)));
}

static void type(const char *keys)
{
	struct timespec ts = { 0, 60000000 };

	write(master, keys, strlen(keys));
	nanosleep(&ts, NULL);
}

static void mode(unsigned int in, unsigned int out, unsigned int local, int min, int time)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_iflag = in;
	t.c_oflag = out;
	t.c_lflag = local;
	t.c_cc[VMIN] = min;
	t.c_cc[VTIME] = time;
	tcsetattr(slave, TCSAFLUSH, &t);
}

#define COOKED (ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN)

static void open_pair(void)
{
	int n = -1, zero = 0;

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	ioctl(master, GPTN, &n);
	sprintf(name, "/dev/pts/%d", n);
	errno = 0;
	slave = open(name, O_RDWR | O_NOCTTY);
	value("a locked slave", slave);
	ioctl(master, SPTLCK, &zero);
	value("writing before a slave is open", write(master, "x", 1));
	slave = open(name, O_RDWR | O_NOCTTY);
	value("isatty", isatty(master) + isatty(slave));
	echo_of("echoed");
}

static void editing(void)
{
	mode(ICRNL | IXON, OPOST | ONLCR, COOKED, 1, 0);
	type("abc\x7f" "d\r");
	answer("a line");
	echo_of("its echo");
	type("one two_2  \x17three\x15" "four\x08\n");
	answer("word and line killed");
	echo_of("its echo");
	type("a\tb\x7f\x7f\x7f" "c\n");
	answer("a tab erased");
	echo_of("its echo");
	type("x\x16\x03y\x01\n");
	answer("a literal ^C");
	echo_of("its echo");
	type("re\x12print\n");
	answer("reprint");
	echo_of("its echo");
	type("ab\x04" "cd\x04\x04");
	answer("end of file after ab");
	answer("after cd");
	answer("alone");
	echo_of("their echo");
	type("two\nlines\n");
	answer("the first");
	answer("the second");
	echo_of("their echo");
	type("gone");
	type("\x1c");
	type("back\x13");
	type("\x11!\n");
	answer("after ^\\ and ^S ^Q");
	echo_of("their echo");
	mode(ICRNL, OPOST | ONLCR, COOKED & ~(ECHOKE | ECHOE | ECHOCTL), 1, 0);
	type("ab\x7f");
	type("\x03");
	type("cd\x15" "ef\n");
	answer("without ECHOE, ECHOKE, ECHOCTL");
	echo_of("its echo");
	mode(ICRNL, OPOST | ONLCR, ICANON | ECHONL, 1, 0);
	type("ab\n");
	answer("ECHONL");
	echo_of("its echo");
}

static void mapping(void)
{
	mode(INLCR | IGNCR, 0, 0, 1, 0);
	type("a\rb\n");
	answer("INLCR, IGNCR");
	mode(ICRNL | ISTRIP, 0, ECHO, 1, 0);
	type("\xe1\r\x03");
	answer("ICRNL, ISTRIP");
	echo_of("echo without OPOST");
	mode(0, OPOST | ONLCR | XTABS, 0, 1, 0);
	write(slave, "ab\tc\nd\b\te", 9);
	echo_of("ONLCR, XTABS");
	mode(0, OPOST | OCRNL | ONOCR | OLCUC, 0, 1, 0);
	write(slave, "\rab\rc\r", 6);
	echo_of("OCRNL, ONOCR, OLCUC");
	mode(0, ONLCR, 0, 1, 0);
	write(slave, "a\n", 2);
	echo_of("no OPOST");
}

static void raw(void)
{
	struct pollfd p = { slave, POLLIN, 0 };
	char buf[16];
	int n;

	mode(0, 0, 0, 0, 0);
	value("MIN 0, TIME 0", read(slave, buf, 8));
	mode(0, 0, 0, 0, 1);
	value("MIN 0, TIME 1", read(slave, buf, 8));
	mode(0, 0, 0, 3, 0);
	type("ab");
	value("MIN 3: ready with two", poll(&p, 1, 0));
	value("FIONREAD", ioctl(slave, FIONREAD, &n) ? -1 : n);
	fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
	value("not waiting for the third", read(slave, buf, 8));
	value("nothing", read(slave, buf, 8));
	fcntl(slave, F_SETFL, O_RDWR);
	type("abcd");
	value("MIN 3: ready with four", poll(&p, 1, 0));
	value("reading two", read(slave, buf, 2));
	value("TCFLSH", ioctl(slave, TCFLSH, TCIFLUSH));
	value("then", ioctl(slave, FIONREAD, &n) ? -1 : n);
	mode(0, 0, 0, 5, 1);
	type("ab");
	value("MIN 5, TIME 1", read(slave, buf, 8));
	value("TCFLSH 3", ioctl(slave, TCFLSH, 3));
	value("TCXONC 9", ioctl(slave, TCXONC, 9));
	value("no pointer", ioctl(slave, TIOCGWINSZ, 8));
}

static void long_lines(void)
{
	static char text[5000];
	struct termios t;
	int n;

	mode(0, 0, ICANON, 1, 0);
	memset(text, 'x', sizeof(text));
	value("5000 characters", write(master, text, sizeof(text)));
	type("y\n");
	value("canonical FIONREAD", ioctl(slave, FIONREAD, &n) ? -1 : n);
	n = read(slave, text, sizeof(text));
	value("are a line of", n);
	mode(0, 0, 0, 1, 0);
	type("left over");
	tcgetattr(slave, &t);
	t.c_lflag |= ICANON;
	tcsetattr(slave, TCSANOW, &t);
	answer("what was raw is a line");
}

/* ---- Jobs: a leader with the slave as its terminal, and a job of its own ---- */

static int ready[2]; /* the job says that it is there */

static void tell(const char *who, int status)
{
	if (WIFSTOPPED(status))
		printf("%s stopped by %d\n", who, WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		printf("%s goes on\n", who);
	else if (WIFSIGNALED(status))
		printf("%s killed by %d\n", who, WTERMSIG(status));
	else
		printf("%s exit %d\n", who, WEXITSTATUS(status));
	fflush(stdout);
}

static void go(void)
{
	write(ready[1], "!", 1);
}

static void wait_ready(void)
{
	char c;

	read(ready[0], &c, 1);
}

static pid_t job(void (*work)(void), int foreground)
{
	pid_t pid = fork();

	if (pid == 0) {
		setpgid(0, 0);
		signal(SIGTTOU, SIG_IGN);
		if (foreground)
			tcsetpgrp(slave, getpid());
		signal(SIGTTOU, SIG_DFL);
		work();
		_exit(7);
	}
	return pid;
}

static void loiter(void)
{
	go();
	for (;;)
		pause();
}

static void read_some(void)
{
	char c;

	_exit(read(slave, &c, 1) < 0 ? errno : 0);
}

static void read_ignoring(void)
{
	signal(SIGTTIN, SIG_IGN);
	read_some();
}

static void write_some(void)
{
	_exit(write(slave, "!", 1) == 1 ? 0 : 1);
}

static void set_mode(void)
{
	struct termios t;

	tcgetattr(slave, &t);
	tcsetattr(slave, TCSANOW, &t);
	_exit(3);
}

static void resized(int sig)
{
	_exit(sig);
}

static void wait_for_resize(void)
{
	signal(SIGWINCH, resized);
	loiter();
}

static void one_job(const char *who, void (*work)(void), int foreground, const char *keys)
{
	pid_t pid = job(work, foreground);
	int status;

	if (keys) {
		wait_ready();
		type(keys);
	}
	waitpid(pid, &status, WUNTRACED);
	tell(who, status);
	if (WIFSTOPPED(status)) {
		kill(pid, SIGCONT);
		waitpid(pid, &status, WCONTINUED | WUNTRACED);
		tell(who, status);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		tell(who, status);
	}
	tcsetpgrp(slave, getpid());
}

static void leader(void)
{
	struct winsize ws = { 50, 132, 0, 0 };
	int fd;
	pid_t pid;

	errno = 0;
	value("setsid", setsid() == getpid());
	value("again", setsid());
	value("no terminal yet", open("/dev/tty", O_RDWR));
	fd = open(name, O_RDWR);
	value("the first one opened is ours", tcgetpgrp(fd) == getpid());
	value("and its session", getsid(0) == getpid());
	value("/dev/tty", close(open("/dev/tty", O_RDWR)));
	signal(SIGTTOU, SIG_IGN);
	value("a group that is not there", tcsetpgrp(fd, 99999));
	value("a group of others", tcsetpgrp(fd, getppid()));
	mode(ICRNL, OPOST | ONLCR, COOKED, 1, 0);
	one_job("^C:", loiter, 1, "\x03");
	one_job("^\\:", loiter, 1, "\x1c");
	one_job("^Z:", loiter, 1, "\x1a");
	one_job("background read:", read_some, 0, NULL);
	one_job("background read, ignored:", read_ignoring, 0, NULL);
	one_job("background write:", write_some, 0, NULL);
	one_job("background tcsetattr:", set_mode, 0, NULL);
	mode(ICRNL, OPOST | ONLCR, COOKED | TOSTOP, 1, 0);
	one_job("background write, TOSTOP:", write_some, 0, NULL);
	pid = job(wait_for_resize, 1);
	wait_ready();
	value("TIOCSWINSZ", ioctl(master, TIOCSWINSZ, &ws));
	memset(&ws, 0, sizeof(ws));
	waitpid(pid, &fd, 0);
	tell("resized:", fd);
	value("TIOCGWINSZ", ioctl(slave, TIOCGWINSZ, &ws) ? -1 : ws.ws_row * 1000 + ws.ws_col);
	value("setpgid of the leader", setpgid(0, 0));
	value("setpgid -1", setpgid(0, -1));
	value("setpgid to nobody's group", setpgid(pid + 1000, 0));
	tcsetpgrp(slave, job(loiter, 1)); /* when we end it gets SIGHUP */
	wait_ready();
	_exit(0);
}

static void hung_up(int sig)
{
	char c;

	printf("the leader got %d\n", sig);
	value("read", read(slave, &c, 1));
	value("write", write(slave, "x", 1));
	value("ioctl", ioctl(slave, TIOCGWINSZ, &c));
	fflush(stdout);
	_exit(0);
}

static void jobs(void)
{
	struct pollfd p;
	int status;
	pid_t pid;

	pipe(ready);
	value("not our terminal", tcsetpgrp(slave, getpid()));
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		leader();
	waitpid(pid, &status, 0);
	tell("leader:", status);
	pid = fork();
	if (pid == 0) {
		setsid();
		close(master);
		close(slave);
		slave = open(name, O_RDWR);
		signal(SIGHUP, hung_up);
		loiter();
	}
	wait_ready();
	close(slave);
	close(master);
	waitpid(pid, &status, 0);
	value("the name is gone", open(name, O_RDWR));
	open_pair();
	close(slave);
	p = (struct pollfd){ master, POLLIN, 0 };
	poll(&p, 1, -1);
	value("slave closed: poll", p.revents);
	value("read", read(master, name, 1));
}

/* ---- Pipes ---- */

static void pipes(void)
{
	static char big[70000];
	struct timespec now = { 0, 0 };
	struct pollfd p[2];
	int fds[2], n;
	fd_set in, out;

	value("pipe2", pipe2(fds, O_NONBLOCK));
	value("empty", read(fds[0], big, 10));
	value("70000 bytes", write(fds[1], big, sizeof(big)));
	value("one more", write(fds[1], big, 1));
	value("FIONREAD", ioctl(fds[0], FIONREAD, &n) ? -1 : n);
	p[0] = (struct pollfd){ fds[0], POLLIN | POLLOUT, 0 };
	p[1] = (struct pollfd){ fds[1], POLLIN | POLLOUT, 0 };
	value("full: ready", poll(p, 2, 0));
	value("reader", p[0].revents);
	read(fds[0], big, 4095);
	value("room for 4095: 4096", write(fds[1], big, 4096));
	read(fds[0], big, 1);
	value("room for a page: ready", poll(p, 2, 0));
	value("4096", write(fds[1], big, 4096));
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(fds[0], &in);
	FD_SET(fds[1], &out);
	value("pselect", pselect(fds[1] + 1, &in, &out, NULL, &now, NULL));
	value("in, out", FD_ISSET(fds[0], &in) * 10 + FD_ISSET(fds[1], &out));
	close(fds[0]);
	poll(p, 2, 0);
	value("no reader", p[1].revents);
	signal(SIGPIPE, SIG_IGN);
	value("write", write(fds[1], big, 1));
	FD_ZERO(&in);
	FD_SET(fds[0], &in);
	value("select of a closed one", pselect(fds[1] + 1, &in, NULL, NULL, &now, NULL));
	close(fds[1]);
	pipe(fds);
	close(fds[1]);
	p[0].fd = fds[0];
	value("no writer", poll(p, 1, 0));
	value("poll", p[0].revents);
	value("read", read(fds[0], big, 1));
}

static void fifos(void)
{
	char path[] = "/tmp/tty-work-fifo", buf[8];
	struct pollfd p;
	int in, out, status;

	unlink(path);
	value("mkfifo", mkfifo(path, 0600));
	value("a writer without a reader", open(path, O_WRONLY | O_NONBLOCK));
	in = open(path, O_RDONLY | O_NONBLOCK);
	p = (struct pollfd){ in, POLLIN, 0 };
	value("before the first writer", poll(&p, 1, 0));
	value("read", read(in, buf, 8));
	out = open(path, O_WRONLY | O_NONBLOCK);
	value("empty", read(in, buf, 8));
	write(out, "fifo", 4);
	show("through it", buf, read(in, buf, 8));
	close(out);
	value("after the last writer", poll(&p, 1, 0));
	value("poll", p.revents);
	close(in);
	if (fork() == 0) {
		out = open(path, O_WRONLY);
		write(out, "later", 5);
		_exit(0);
	}
	in = open(path, O_RDONLY);
	show("both waited", buf, read(in, buf, 8));
	wait(&status);
	value("end", read(in, buf, 8));
	close(in);
	unlink(path);
}

int main(void)
{
	open_pair();
	editing();
	mapping();
	raw();
	long_lines();
	jobs();
	pipes();
	fifos();
	printf("end\n");
	return 0;
}
