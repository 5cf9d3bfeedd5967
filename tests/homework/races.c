/*
 * Threads and processes that do things to each other: open and close each other's descriptors,
 * map and unmap, fork, run programs, kill, stop and wait, read each other's /proc, share terminals,
 * pipes, locks and files. It is the first program of the machine, which takes the CPU away after
 * random times (boot arguments preempt=SEED,NS slub_debug). What each thread has for itself must
 * stay its own, a SIGKILL must end everybody, and then the memory must be there again.
 * The command line says races=SEED,ROUNDS,CALLS and, to watch, raceslog.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <asm/unistd.h>

#define PAGE	  4096UL
#define STACK	  (16 * PAGE)
#define CHAOS	  40 /* descriptors below are everybody's to close; from there on each has an owner */
#define MAX_FILES 64
#define PIDS	  32
#define SLOTS	  8
#define VFORKED	  100 /* me->depth: our memory is our parent's, our descriptors are not */
#define RW	  (PROT_READ | PROT_WRITE)
#define ANON	  (MAP_PRIVATE | MAP_ANONYMOUS)
#define AREA	  ((char *)0x1100000000UL) /* SLOTS pieces that come and go */

/* A file that all processes of a round have mapped. */
static volatile struct shared {
	long budget; /* calls that are left to make */
	int pids[PIDS]; /* some tasks of this round */
	unsigned int lock; /* 0: free, 1: taken, 2: taken and waited for */
	unsigned long guarded, twice; /* equal, but for whoever has the lock */
	char wrong[80];
} *shared;

/* What a thread has for itself. */
struct me {
	unsigned long state; /* of its random numbers */
	char *own; /* pages that nobody else touches */
	int depth; /* fork()s and execve()s since the first process of the round */
};

static int owners[MAX_FILES]; /* of this process: who has that descriptor */

static unsigned long below(struct me *me, unsigned long n)
{
	me->state ^= me->state << 13;
	me->state ^= me->state >> 7;
	me->state ^= me->state << 17;
	return me->state % n;
}

static void wrong(const char *what)
{
	for (unsigned int i = 0; i < sizeof(shared->wrong) - 1 && what[i]; i++)
		shared->wrong[i] = what[i];
}

static int task(struct me *me)
{
	int pid = shared->pids[below(me, PIDS)];

	return pid > 1 ? pid : getpid();
}

static void handler(int sig)
{
}

/* Soon a signal ends whatever one of us waits for. */
static void get_going(struct me *me)
{
	long soon[4] = { 0, 0, 0, 500 + below(me, 3000) };

	syscall(__NR_setitimer, 0L, soon, 0L);
}

/* --- descriptors */

static const char *const files[] = { "/tmp/r/a", "/tmp/r/b", "/tmp/r/d0/c", "/tmp/r/d1/c", "/dev/null",
				     "/tmp/r/fifo", "/proc/self/maps", "/tmp/r/d0", "/dev/zero", "/tmp/r/m/x" };
#define A_FILE files[below(me, sizeof(files) / sizeof(files[0]))]

static int a_file(struct me *me)
{
	return 3 + below(me, CHAOS - 3);
}

/* It may have got one of those that have owners: the others are all taken. */
static void keep_low(int fd)
{
	if (fd >= CHAOS)
		close(fd);
}

static void do_open(struct me *me)
{
	static const int modes[] = { O_RDONLY, O_RDWR, O_RDWR | O_CREAT, O_RDWR | O_CREAT | O_TRUNC,
				     O_WRONLY | O_APPEND, O_RDWR | O_CLOEXEC };

	get_going(me);
	keep_low(open(A_FILE, modes[below(me, 6)] | (below(me, 3) ? O_NONBLOCK : 0), 0600));
}

static void do_close(struct me *me)
{
	for (int i = 0; i < 4; i++)
		close(a_file(me));
}

static void do_dup(struct me *me)
{
	if (below(me, 2))
		keep_low(dup(a_file(me)));
	else
		syscall(__NR_dup3, a_file(me), a_file(me), below(me, 2) ? O_CLOEXEC : 0);
}

/* A number that fcntl() gives is one's own until one closes it. */
static void do_own(struct me *me)
{
	int fd = me->depth < VFORKED ? syscall(__NR_fcntl, 0, F_DUPFD, CHAOS) : -1;

	if (fd < 0)
		return;
	if (__atomic_exchange_n(&owners[fd], 1, __ATOMIC_SEQ_CST))
		wrong("two threads have the same descriptor");
	if (syscall(__NR_fcntl, fd, F_GETFD, 0) < 0)
		wrong("a descriptor is gone");
	__atomic_store_n(&owners[fd], 0, __ATOMIC_SEQ_CST);
	close(fd);
}

static void do_pipe(struct me *me)
{
	int fds[2];

	if (pipe2(fds, O_NONBLOCK))
		return;
	write(fds[1], me->own, below(me, 3 * PAGE));
	keep_low(fds[0]);
	keep_low(fds[1]);
}

static void do_read(struct me *me)
{
	char buf[256];

	get_going(me);
	syscall(__NR_lseek, a_file(me), below(me, 3 * PAGE), 0);
	read(a_file(me), buf, sizeof(buf));
	read(a_file(me), AREA + below(me, SLOTS) * PAGE, PAGE);
}

static void do_write(struct me *me)
{
	get_going(me);
	write(a_file(me), me->own, below(me, PAGE));
	write(a_file(me), AREA + below(me, SLOTS) * PAGE, below(me, PAGE));
	if (!below(me, 4))
		syscall(__NR_ftruncate, a_file(me), below(me, 4 * PAGE));
	if (!below(me, 8))
		syscall(__NR_sendfile, a_file(me), a_file(me), 0, 2 * PAGE);
}

static void do_poll(struct me *me)
{
	struct pollfd p[4];

	for (int i = 0; i < 4; i++)
		p[i] = (struct pollfd){ a_file(me), POLLIN | POLLOUT, 0 };
	poll(p, 4, 1);
}

static void do_pty(struct me *me)
{
	static const unsigned int requests[] = { 0x5401, 0x540b, 0x540e, 0x540f, 0x5413, 0x541b, 0x5422, 0x5429 };
	int fd = open("/dev/ptmx", O_RDWR | O_NONBLOCK), number = 0, zero = 0;
	char name[24];

	if (below(me, 3)) {
		ioctl(a_file(me), requests[below(me, 8)], me->own + 2 * PAGE);
		keep_low(fd);
		return;
	}
	ioctl(fd, 0x80045430, &number);
	ioctl(fd, 0x40045431, &zero);
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	keep_low(open(name, O_RDWR | O_NONBLOCK));
	write(fd, "x\n\003", 3);
	keep_low(fd);
	keep_low(open("/dev/tty", O_RDWR | O_NONBLOCK));
}

/* --- names */

static void do_name(struct me *me)
{
	const char *from = A_FILE, *to = A_FILE;
	char buf[128];

	switch (below(me, 12)) {
	case 0: mkdir("/tmp/r/d0", 0700); break;
	case 1: mkdir("/tmp/r/d1", 0700); break;
	case 2: rmdir("/tmp/r/d0"); break;
	case 3: syscall(__NR_renameat, -100, "/tmp/r/d0", -100, "/tmp/r/d1"); break;
	case 4: syscall(__NR_renameat, -100, from, -100, to); break;
	case 5: link(from, "/tmp/r/a"); break;
	case 6: unlink(from); break;
	case 7: chdir(below(me, 2) ? "/tmp/r/d0" : "/tmp/r/m"); break;
	case 8: chdir("/tmp"); break;
	case 9: getcwd(buf, sizeof(buf)); break;
	case 10: mount("none", "/tmp/r/m", "tmpfs", 0, 0); break;
	case 11: umount("/tmp/r/m"); break;
	}
}

static void do_proc(struct me *me)
{
	static const char *const names[] = { "stat", "status", "maps", "cmdline", "environ", "fd", "cwd",
					     "root", "exe", "statm", "mounts", "comm", "fd/3", "fd/7" };
	char path[64], buf[256];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", task(me), names[below(me, 14)]);
	if (syscall(__NR_readlinkat, -100, path, buf, sizeof(buf)) >= 0)
		return;
	fd = open(below(me, 8) ? path : "/proc", O_RDONLY);
	syscall(__NR_getdents64, fd, buf, sizeof(buf));
	read(fd, buf, sizeof(buf));
	keep_low(fd);
}

/* --- memory */

static void do_map(struct me *me)
{
	char *at = AREA + below(me, SLOTS) * PAGE;
	unsigned long len = (1 + below(me, 3)) * PAGE;

	switch (below(me, 7)) {
	case 0:
	case 1: mmap(at, len, RW, ANON | MAP_FIXED, -1, 0); break;
	case 2: mmap(at, len, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0); break;
	case 3: mmap(at, len, RW, MAP_SHARED | MAP_FIXED, a_file(me), 0); break;
	case 4: mmap(at, len, RW, MAP_PRIVATE | MAP_FIXED, a_file(me), PAGE * below(me, 2)); break;
	case 5: munmap(at, len); break;
	case 6: mprotect(at, len, below(me, 4)); break;
	}
	syscall(__NR_mincore, at, len, me->own + 2 * PAGE);
	if (!below(me, 4))
		syscall(__NR_mremap, at, len, 2 * PAGE, 1L);
}

/* Two pages hold what only we have put there. */
static void do_check(struct me *me)
{
	unsigned long *word = (unsigned long *)me->own, mark = (unsigned long)me->own ^ me->depth;

	for (unsigned int i = 0; i < 2 * PAGE / sizeof(*word); i += 16)
		if (word[i] && (word[i] ^ mark) >> 8)
			wrong("a thread's memory has changed");
	for (unsigned int i = 0; i < 2 * PAGE / sizeof(*word); i += 16)
		word[i] = mark;
}

/* --- locks, signals and time */

static void do_lock(struct me *me)
{
	static const long moment[2] = { 0, 2000000 };
	volatile unsigned int *lock = &shared->lock;
	unsigned int old = 0;

	if (!__atomic_compare_exchange_n(lock, &old, 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		syscall(__NR_futex, lock, 0, 2, moment);
		return; /* whoever had it may be dead */
	}
	if (shared->guarded++ != shared->twice++)
		wrong("two threads have the same lock");
	syscall(__NR_futex, lock, 4, 1, 1L, &me->state, 1);
	__atomic_store_n(lock, 0, __ATOMIC_SEQ_CST);
	syscall(__NR_futex, lock, 1, 10);
}

static void do_kill(struct me *me)
{
	static const int gentle[] = { 0, SIGUSR1, SIGCHLD, SIGALRM, SIGCONT, SIGSTOP, SIGTSTP, SIGCONT };
	int pid = task(me), sig = below(me, 12) ? gentle[below(me, 8)] : SIGKILL;

	if (below(me, 2))
		kill(pid, sig);
	else
		syscall(__NR_tkill, pid, sig);
	if (!below(me, 8))
		kill(below(me, 2) ? 0 : -task(me), SIGCONT);
}

static void do_signals(struct me *me)
{
	unsigned long set = below(me, 2) ? 1UL << (SIGUSR1 - 1) | 1UL << (SIGALRM - 1) : 0;
	long moment[2] = { 0, below(me, 1000000) };
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = below(me, 4) ? handler : SIG_IGN;
	sa.sa_flags = below(me, 2) ? 0x10000000 : 0; /* SA_RESTART */
	sigaction(below(me, 2) ? SIGUSR1 : SIGCHLD, &sa, 0);
	syscall(__NR_rt_sigprocmask, below(me, 3), &set, 0, 8);
	syscall(__NR_rt_sigtimedwait, &set, 0, moment, 8);
}

static void do_timer(struct me *me)
{
	long value[4] = { 0, below(me, 3000000), 0, below(me, 3000000) };
	int id = below(me, 6);

	syscall(__NR_timer_create, 1L, 0, &id);
	syscall(__NR_timer_settime, below(me, 6), 0, value, 0);
	syscall(__NR_timer_delete, below(me, 6));
	syscall(__NR_nanosleep, value, 0);
}

static void do_job(struct me *me)
{
	switch (below(me, 5)) {
	case 0: setpgid(0, 0); break;
	case 1: setpgid(0, task(me)); break;
	case 2: setpgid(task(me), getpgrp()); break;
	case 3: if (!below(me, 4)) setsid(); break;
	case 4: getsid(task(me)); break;
	}
}

/* --- tasks */

static void live(struct me *me);

static void begin(struct me *me)
{
	me->own = mmap(0, 3 * PAGE, RW, ANON, -1, 0);
	shared->pids[below(me, PIDS)] = syscall(__NR_gettid);
}

static void thread(void *arg)
{
	struct me me = *(struct me *)arg;

	begin(&me);
	live(&me);
}

/* fn(arg) in a new task, on a stack of its own. */
static long start(unsigned long flags, char *stack, void *arg)
{
	register long x0 __asm__("x0") = flags;
	register char *x1 __asm__("x1") = stack;
	register long x2 __asm__("x2") = 0;
	register long x3 __asm__("x3") = 0;
	register char *x4 __asm__("x4") = stack - 8;
	register void (*x5)(void *) __asm__("x5") = thread;
	register void *x6 __asm__("x6") = arg;
	register long x8 __asm__("x8") = __NR_clone;

	__asm__ volatile("svc	#0\n\t"
			 "cbnz	x0, 1f\n\t"
			 "mov	x29, xzr\n\t"
			 "mov	x0, x6\n\t"
			 "blr	x5\n\t"
			 "mov	x8, #93\n\t" /* exit() of this task alone */
			 "mov	x0, #0\n\t"
			 "svc	#0\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x6), "r"(x8)
			 : "memory", "x30");
	return x0;
}

/* The stack stays when the thread has gone: with the process it goes. */
static void do_thread(struct me *me)
{
	static const unsigned long kinds[] = {
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_CHILD_CLEARTID,
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD,
		CLONE_VM | CLONE_FILES | SIGCHLD, CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND | SIGCHLD
	};
	char *stack = mmap(0, STACK, RW, ANON, -1, 0);
	struct me *its;

	if (stack == MAP_FAILED)
		return;
	its = (struct me *)(stack + STACK - 64);
	*its = (struct me){ .state = me->state * 77 + 1, .depth = me->depth };
	if (start(kinds[below(me, 8) ? below(me, 2) : 2 + below(me, 2)], stack + STACK - 128, its) < 0)
		munmap(stack, STACK);
}

static void do_exec(struct me *me)
{
	char state[20], depth[4];
	char *argv[] = { "/init", state, depth, 0 }, *envp[] = { "A=b", 0 };

	if (below(me, 4))
		return;
	snprintf(state, sizeof(state), "%lu", me->state >> 1);
	snprintf(depth, sizeof(depth), "%d", me->depth + 1);
	execve(below(me, 6) ? "/init" : "/tmp/r/a", argv, envp);
}

static void do_fork(struct me *me)
{
	if (fork())
		return;
	me->depth++;
	me->state = me->state * 31 + 7;
	shared->pids[below(me, PIDS)] = getpid();
	memset(owners, 0, sizeof(owners));
	for (int fd = CHAOS; fd < MAX_FILES; fd++)
		close(fd);
	if (!below(me, 3))
		_exit(0);
	if (!below(me, 3))
		do_exec(me);
	memset(me->own, 0, 2 * PAGE);
	live(me);
	_exit(0);
}

/* Like vfork(): the child runs another program, or ends. */
static void do_vfork(struct me *me)
{
	char *stack = mmap(0, STACK, RW, ANON, -1, 0);

	if (stack == MAP_FAILED)
		return;
	*(struct me *)(stack + STACK - 64) = (struct me){ .state = me->state + 5, .depth = VFORKED };
	start(CLONE_VM | CLONE_VFORK | SIGCHLD, stack + STACK - 128, stack + STACK - 64);
	munmap(stack, STACK);
}

static void do_wait(struct me *me)
{
	int status;
	char info[128];

	get_going(me);
	if (below(me, 3))
		syscall(__NR_wait4, -1L, &status, below(me, 3) ? 1 | 2 | 8 : 0x40000000L, 0);
	else
		syscall(__NR_waitid, 0, 0, info, 4 | 2 | 8 | 1 | (below(me, 2) ? 0x1000000L : 0), 0);
}

static void do_end(struct me *me)
{
	switch (below(me, 30)) {
	case 0: syscall(__NR_exit, 0); break;
	case 1: _exit(3); break;
	case 2: do_exec(me); break;
	}
}

static void (*const things[])(struct me *) = {
	do_open, do_close, do_dup, do_own, do_own, do_pipe, do_read, do_write, do_poll, do_pty, do_name, do_name,
	do_proc, do_proc, do_map, do_map, do_check, do_lock, do_lock, do_kill, do_signals, do_timer, do_job,
	do_thread, do_exec, do_fork, do_fork, do_vfork, do_wait, do_wait, do_end
};
#define THINGS (sizeof(things) / sizeof(things[0]))

/* One thing after the other until all have done enough. A vfork()ed one does a few. */
static void live(struct me *me)
{
	int left = me->depth >= VFORKED ? 2 : 1 << 30;

	if (me->depth >= VFORKED)
		do_exec(me);
	while (left-- && __atomic_sub_fetch(&shared->budget, 1, __ATOMIC_SEQ_CST) > 0)
		things[me->depth > 6 ? below(me, THINGS - 8) : below(me, THINGS)](me);
}

/* The first thread of a process of the round. */
static void process(unsigned long state, int depth)
{
	static const int handled[] = { SIGUSR1, SIGALRM, SIGHUP, SIGINT, SIGPIPE, SIGTERM };
	unsigned long limit[2] = { 48, 48 };
	struct me me = { .state = state | 1, .depth = depth };

	for (unsigned int i = 0; i < sizeof(handled) / sizeof(handled[0]); i++)
		signal(handled[i], handler);
	syscall(__NR_setrlimit, 6, limit);
	begin(&me);
	for (int i = below(&me, 4); i; i--)
		do_thread(&me);
	live(&me);
	syscall(__NR_exit, 0); /* the other threads may go on */
}

static void map_shared(void)
{
	int fd = open("/shared", O_RDWR | O_CREAT, 0600);

	syscall(__NR_ftruncate, fd, PAGE);
	shared = mmap(0, PAGE, RW, MAP_SHARED, fd, 0);
	close(fd);
}

/* --- the first program */

static unsigned long free_kb(void)
{
	unsigned long info[14];

	syscall(__NR_sysinfo, info);
	return info[5] * 4;
}

static void make_files(void)
{
	mkdir("/tmp/r", 0700);
	mkdir("/tmp/r/d0", 0700);
	mkdir("/tmp/r/m", 0700);
	mkfifo("/tmp/r/fifo", 0600);
	close(open("/tmp/r/a", O_RDWR | O_CREAT, 0700));
}

/* All that is below, however deep they have moved it. */
static void remove_below(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	char child[256];

	while (dir && (d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(child, sizeof(child), "%s/%s", path, d->d_name);
		if (!unlink(child))
			continue;
		remove_below(child);
		rmdir(child);
	}
	if (dir)
		closedir(dir);
}

static void remove_files(void)
{
	while (!umount("/tmp/r/m"))
		;
	remove_below("/tmp/r");
	if (rmdir("/tmp/r"))
		wrong("files are left");
}

/* Who did not end, and what he is doing. */
static void show_left(void)
{
	static const char *const names[] = { "stat", "status", "maps" };
	char path[32], text[2048];

	for (int pid = 2; pid < 30000; pid++)
		for (int i = 0; i < 3; i++) {
			int fd, n;

			snprintf(path, sizeof(path), "/proc/%d/%s", pid, names[i]);
			fd = open(path, O_RDONLY);
			n = fd < 0 ? 0 : read(fd, text, sizeof(text));
			write(1, text, n);
			close(fd);
		}
}

/* Everybody ends: by himself in a while, or by one SIGKILL. How many that took. */
static int finish(void)
{
	int killed = 0, told = 0, status;

	for (int ms = 0; ms < 2000; ms++) {
		int pid = waitpid(-1, &status, WNOHANG | __WALL);

		if (pid < 0)
			return killed;
		if (pid > 0) {
			killed += (status & 0x7f) == SIGKILL;
			continue;
		}
		if (ms >= 60 && !told++)
			kill(-1, SIGKILL);
		usleep(1000);
	}
	wrong("SIGKILL has not ended all");
	show_left();
	return killed;
}

static unsigned long number(char **s)
{
	unsigned long n = strtoul(*s, s, 10);

	*s += **s == ',';
	return n;
}

int main(int argc, char **argv)
{
	char line[512] = "", *options;
	unsigned long seed, rounds, calls, n = 0, kills = 0, before = 0;
	int fd = open("/proc/cmdline", O_RDONLY), watch;

	map_shared();
	if (getpid() != 1)
		process(strtoul(argv[1], 0, 10), argc > 2 ? atoi(argv[2]) : 9);
	mkdir("/dev/pts", 0755);
	mount("none", "/dev/pts", "devpts", 0, 0);
	read(fd, line, sizeof(line) - 1);
	close(fd);
	options = strstr(line, "races=") + 6;
	seed = number(&options);
	rounds = number(&options);
	calls = number(&options);
	watch = strstr(line, "raceslog") != 0;
	for (unsigned long i = 0; i < rounds && !shared->wrong[0]; i++) {
		make_files();
		shared->budget = calls;
		shared->lock = shared->guarded = shared->twice = 0;
		memset((void *)shared->pids, 0, sizeof(shared->pids));
		if (!fork()) {
			setsid();
			process((seed * 1000003 + i) * 0x9e3779b97f4a7c15UL, 0);
		}
		kills += finish();
		n += calls - (shared->budget > 0 ? shared->budget : 0);
		remove_files();
		if (i == rounds / 2)
			before = free_kb();
		if (watch)
			printf("round %lu: %lu kB free\n", i, free_kb());
	}
	printf("races: seed %lu, %lu rounds: %lu things done, %lu killed, %ld kB less; wrong: %s\n", seed, rounds,
	       n, kills, (long)(before - free_kb()), shared->wrong[0] ? (char *)shared->wrong : "nothing");
	reboot(RB_POWER_OFF);
	return 0;
}
