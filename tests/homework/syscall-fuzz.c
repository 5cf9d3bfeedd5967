/*
 * System calls with arguments that make sense, nearly make sense, or do not. It is the first
 * program of the machine: in each round a child calls away until it has done enough or is
 * dead; then everything that came of it is killed, and the memory must be there again.
 * The command line says fuzz=SEED,ROUNDS,CALLS and, to watch, fuzzlog.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>
#include <asm/unistd.h>

#define PAGE 4096UL
#define MAP_PRIVATE_ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static unsigned long state;
static char *area; /* two pages: the first may be written, the second is not there */
static char *readonly, *forbidden;
static int logging;
static volatile unsigned long *counters; /* shared by all: calls, and those that failed */

static unsigned long rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static unsigned long below(unsigned long n)
{
	return rnd() % n;
}

/* The kinds of arguments of each call, in order; a letter each, see argument(). */
static const struct call {
	short nr;
	const char *name, *kinds;
} calls[] = {
#define C(name, kinds) { __NR_##name, #name, kinds },
	C(getcwd, "bn") C(dup, "f") C(dup3, "ffi") C(fcntl, "fiw") C(ioctl, "fiw")
	C(mknodat, "dsmi") C(mkdirat, "dsm") C(unlinkat, "dsi") C(symlinkat, "sds")
	C(linkat, "dsdsi") C(renameat, "dsds") C(renameat2, "dsdsi") C(umount2, "si")
	C(mount, "ssTib") C(statfs, "sb") C(fstatfs, "fb") C(truncate, "so") C(ftruncate, "fo")
	C(fallocate, "fioo") C(faccessat, "dsi") C(chdir, "s") C(fchdir, "f") C(fchmod, "fm")
	C(fchmodat, "dsm") C(fchownat, "dsiii") C(fchown, "fii") C(openat, "dsim") C(close, "f")
	C(pipe2, "bi") C(getdents64, "fbn") C(lseek, "foi") C(read, "fbn") C(write, "fbn")
	C(readv, "fvi") C(writev, "fvi") C(pread64, "fbno") C(pwrite64, "fbno")
	C(sendfile, "ffbn") C(ppoll, "bitun") C(readlinkat, "dsbn") C(newfstatat, "dsbi")
	C(fstat, "fb") C(sync, "") C(fsync, "f") C(fdatasync, "f") C(syncfs, "f")
	C(utimensat, "dsti") C(chroot, "s") C(umask, "m")
	C(set_tid_address, "b") C(futex, "biitbi") C(set_robust_list, "bn")
	C(get_robust_list, "gbb") C(nanosleep, "tb") C(clock_gettime, "ib") C(clock_getres, "ib")
	C(clock_settime, "it") C(clock_nanosleep, "iitb") C(gettimeofday, "bb")
	C(settimeofday, "tb") C(times, "b") C(getitimer, "ib") C(setitimer, "itb")
	C(timer_create, "ibb") C(timer_settime, "iitb") C(timer_gettime, "ib")
	C(timer_getoverrun, "i") C(timer_delete, "i")
	C(syslog, "ibn") C(sched_yield, "") C(sched_setaffinity, "gnb")
	C(sched_getaffinity, "gnb") C(sched_setscheduler, "gib") C(sched_getscheduler, "g")
	C(sched_getparam, "gb") C(sched_get_priority_max, "i") C(setpriority, "igi")
	C(getpriority, "ig") C(getcpu, "bbb") C(personality, "i")
	C(kill, "gS") C(tkill, "gS") C(tgkill, "ggS") C(rt_sigqueueinfo, "gSb")
	C(rt_tgsigqueueinfo, "ggSb") C(rt_sigaction, "SbbE") C(rt_sigprocmask, "iuuE")
	C(rt_sigpending, "bE") C(rt_sigtimedwait, "ubtE") C(rt_sigsuspend, "uE")
	C(rt_sigreturn, "") C(sigaltstack, "bb") C(restart_syscall, "")
	C(setpgid, "gg") C(getpgid, "g") C(getsid, "g") C(setsid, "") C(uname, "b")
	C(sethostname, "bn") C(setdomainname, "bn") C(prctl, "ib") C(sysinfo, "b")
	C(getpid, "") C(getppid, "") C(gettid, "") C(getuid, "") C(setuid, "i") C(setreuid, "ii")
	C(setresuid, "iii") C(getresuid, "bbb") C(setfsuid, "i") C(getgroups, "ib")
	C(setgroups, "ib") C(capget, "bb") C(getrlimit, "ib") C(setrlimit, "ib")
	C(prlimit64, "gibb") C(getrusage, "ib") C(getrandom, "bni")
	C(brk, "a") C(munmap, "an") C(mmap, "aniifo") C(mprotect, "ani") C(mremap, "annia")
	C(msync, "ani") C(madvise, "ani") C(mincore, "anb") C(mlock, "an")
	C(clone, "cabwb") C(execve, "sAA") C(wait4, "gbib") C(waitid, "igbib")
};
#define NR_CALLS (sizeof(calls) / sizeof(calls[0]))

static unsigned long odd_number(void)
{
	static const unsigned long odd[] = {
		0, 1, 2, 3, 7, 8, 16, 63, 64, 65, 127, 128, 255, 256, 1024, 4095, 4096, 4097,
		0x7fff, 0xffff, 0x10000, 0x100000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
		0x7fffffffffffffff, 0x8000000000000000, -1UL, -2UL, -4096UL, -100UL
	};

	return below(4) ? odd[below(sizeof(odd) / sizeof(odd[0]))] : rnd() >> below(64);
}

static unsigned long bad_pointer(void)
{
	switch (below(9)) {
	case 0: return 0;
	case 1: return (unsigned long)area + PAGE - below(64); /* straddles the end */
	case 2: return (unsigned long)area + PAGE;
	case 3: return (unsigned long)readonly + below(PAGE);
	case 4: return (unsigned long)forbidden;
	case 5: return 0xffffffc000080000UL + below(1 << 20); /* the kernel */
	case 6: return 0x7fffffffffUL - below(16);
	case 7: return rnd();
	}
	return -below(4096);
}

static unsigned long pointer(void)
{
	return below(4) ? (unsigned long)area + below(PAGE / 64) * 8 : bad_pointer();
}

static const char *const paths[] = {
	"/", ".", "..", "/tmp", "/tmp/a", "/tmp/b", "/tmp/a/c", "/proc/self/maps", "/proc/self",
	"/proc/1/stat", "/proc/self/fd/3", "/proc/self/exe", "/proc/meminfo", "/proc", "/dev/null",
	"/dev/zero", "/dev/urandom", "/dev", "/init", "/sys", "", "a", "/tmp/../tmp/./a//b",
	"/sys/kernel/debug/tracing/trace", "/sys/kernel/debug/tracing/set_event", "/nothing/here"
};

static unsigned long path(void)
{
	char *to = area + PAGE / 2 + below(8) * 64;

	if (!below(16))
		return pointer();
	strcpy(to, paths[below(sizeof(paths) / sizeof(paths[0]))]);
	return (unsigned long)to;
}

/* A process of ours, or none; never one that keeps the machine going. */
static unsigned long pid(void)
{
	switch (below(4)) {
	case 0: return 0;
	case 1: return getpid();
	case 2: return getpid() + below(3);
	}
	return 30000 + below(1 << 20);
}

static unsigned long argument(char kind)
{
	static const char *const types[] = { "tmpfs", "proc", "devtmpfs", "ext2", "debugfs" };

	switch (kind) {
	case 'f': return below(8) ? below(14) : odd_number();
	case 'd': return below(3) ? -100UL : below(14);
	case 's': return path();
	case 'b': return pointer();
	case 'n': return below(3) ? below(PAGE) : odd_number();
	case 'i': return below(3) ? below(4) ? 1UL << below(24) : below(16) : odd_number();
	case 'o': return below(2) ? below(1 << 20) : odd_number();
	case 'm': return below(2) ? below(01000) : odd_number();
	case 'S': return below(8) ? below(66) : odd_number();
	case 'g': return pid();
	case 'E': return below(8) ? 8 : odd_number();
	case 'a': return below(8) ? 0x2000000000UL + below(64) * PAGE : below(4) ? odd_number() & -PAGE : pointer();
	case 'c': return below(2) ? SIGCHLD : rnd() & 0xffffff00ffffUL;
	case 'w': return below(2) ? pointer() : odd_number();
	case 'T': return (unsigned long)types[below(5)];
	case 't': /* a short time */
		((long *)area)[100] = below(3) ? 0 : odd_number();
		((long *)area)[101] = below(3) ? below(20000000) : odd_number();
		((long *)area)[102] = ((long *)area)[103] = 0;
		return below(8) ? (unsigned long)(area + 800) : bad_pointer();
	case 'u': return below(8) ? (unsigned long)area + 512 : bad_pointer();
	case 'v': /* pieces of memory */
		for (int i = 0; i < 8; i++) {
			((unsigned long *)area)[150 + 2 * i] = pointer();
			((unsigned long *)area)[151 + 2 * i] = below(3) ? below(PAGE) : odd_number();
		}
		return below(8) ? (unsigned long)(area + 1200) : bad_pointer();
	case 'A': /* strings */
		for (int i = 0; i < 3; i++)
			((unsigned long *)area)[200 + i] = below(3) ? (unsigned long)area : pointer();
		((unsigned long *)area)[203] = 0;
		return below(8) ? (unsigned long)(area + 1600) : bad_pointer();
	}
	return odd_number();
}

static void handler(int sig)
{
}

/* Whatever the calls before have done to signals: none is blocked, and soon one comes. */
static void get_going(void)
{
	static const long soon[4] = { 0, 10000, 0, 2000 };
	static const unsigned long none;
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;
	sigaction(SIGALRM, &sa, NULL);
	syscall(__NR_rt_sigprocmask, (long)SIG_SETMASK, &none, 0L, 8L);
	syscall(__NR_setitimer, 0L, soon, 0L);
}

static void open_files(void)
{
	static const char *const files[] = { "/dev/null", "/dev/null", "/dev/null", "/tmp", "/dev/zero",
					     "/proc/self/maps", "/tmp/file", "/proc" };
	int fds[2];

	for (int fd = 0; fd < 32; fd++)
		close(fd);
	for (unsigned int i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (open(files[i], i == 6 ? O_RDWR | O_CREAT : i == 3 || i == 7 ? O_RDONLY : O_RDWR, 0600) < 0)
			open("/dev/null", O_RDWR);
	pipe(fds);
}

/* Calls that mostly end the caller: the fun would soon be over. */
static int deadly(const struct call *c)
{
	return c->nr == __NR_rt_sigreturn || c->nr == __NR_kill || c->nr == __NR_tkill ||
	       c->nr == __NR_tgkill || c->nr == __NR_rt_sigqueueinfo || c->nr == __NR_execve ||
	       c->nr == __NR_rt_tgsigqueueinfo;
}

/* What a child does: its own session, few processes, some handlers; and then call after call. */
static void work(unsigned long n)
{
	unsigned long limit[2] = { 24, 24 };

	setsid();
	if (logging)
		dup2(1, 60);
	open_files();
	syscall(__NR_setrlimit, 6, limit);
	for (int sig = 1; sig < 16; sig++)
		if (sig < SIGILL || sig == SIGUSR1 || sig == SIGUSR2 || sig == SIGPIPE)
			signal(sig, handler);
	for (; n; n--) {
		const struct call *c = &calls[below(NR_CALLS)];
		unsigned long a[6] = { 0 };

		if (deadly(c) && below(20))
			continue;
		for (int i = 0; i < 64; i++)
			((unsigned long *)area)[below(PAGE / 8)] = odd_number();
		for (int i = 0; c->kinds[i]; i++)
			a[i] = argument(c->kinds[i]);
		if (logging) {
			char line[160];
			int len = snprintf(line, sizeof(line), "%d %s(%lx, %lx, %lx, %lx, %lx, %lx)\n", getpid(),
					   c->name, a[0], a[1], a[2], a[3], a[4], a[5]);

			write(60, line, len);
		}
		get_going();
		counters[0]++;
		if (syscall(c->nr, a[0], a[1], a[2], a[3], a[4], a[5]) == -1)
			counters[1]++;
	}
	_exit(0);
}

/* The child has a little time; then it and all that came of it must go. */
static int finish(int child)
{
	int status, how = 0;

	for (int i = 0; i < 8; i++) {
		usleep(5000);
		if (waitpid(child, &status, WNOHANG) == child) {
			how = (status & 0x7f) != 0;
			break;
		}
		if (i == 7)
			how = 2;
	}
	do
		kill(-1, SIGKILL);
	while (waitpid(-1, &status, 0) > 0);
	return how;
}

static unsigned long free_kb(void)
{
	unsigned long info[14];

	syscall(__NR_sync);
	syscall(__NR_sysinfo, info);
	return info[5] * 4;
}

static unsigned long number(char **s)
{
	unsigned long n = 0;

	for (; **s >= '0' && **s <= '9'; ++*s)
		n = n * 10 + (**s - '0');
	if (**s == ',')
		++*s;
	return n;
}

int main(void)
{
	char line[512] = "", *options;
	unsigned long seed, rounds, n, before = 0, ends[3] = { 0 };
	int fd = open("/proc/cmdline", O_RDONLY);

	if (getpid() != 1)
		return 1; /* a child has called execve("/init") */

	read(fd, line, sizeof(line) - 1);
	close(fd);
	options = strstr(line, "fuzz=") + 5;
	seed = number(&options);
	rounds = number(&options);
	n = number(&options);
	logging = strstr(line, "fuzzlog") != NULL;
	state = seed * 0x9e3779b97f4a7c15UL + 1;
	area = mmap((void *)0x1100000000UL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANON, -1, 0);
	munmap(area + PAGE, PAGE);
	readonly = mmap((void *)0x1200000000UL, PAGE, PROT_READ, MAP_PRIVATE_ANON, -1, 0);
	forbidden = mmap((void *)0x1300000000UL, PAGE, PROT_NONE, MAP_PRIVATE_ANON, -1, 0);
	counters = mmap((void *)0x1400000000UL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	printf("syscall-fuzz: seed %lu, %lu rounds of %lu calls, %lu kinds of call\n", seed, rounds, n,
	       NR_CALLS);
	for (unsigned long i = 0; i < rounds; i++) {
		unsigned long round = rnd();
		int child = fork();

		if (!child) {
			state = round;
			work(n);
		}
		ends[finish(child)]++;
		if (i == rounds / 2)
			before = free_kb();
		if (logging)
			printf("round %lu\n", i);
	}
	printf("syscall-fuzz: %lu calls, %lu errors; %lu children ended, %lu died, %lu were killed; "
	       "%ld kB less\n", counters[0], counters[1], ends[0], ends[1], ends[2],
	       (long)(before - free_kb()));
	reboot(RB_POWER_OFF);
	return 0;
}
