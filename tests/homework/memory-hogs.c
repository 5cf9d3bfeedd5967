/* Programs that take what they can get, one after the other; the first program must outlive them. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>
#include <asm/unistd.h>

#define MB (1UL << 20)

static void *map(unsigned long size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Children that make children: at some point there are no more to be had. */
static void forks(void)
{
	int n = 0;

	while (n < 100000) {
		int pid = fork();

		if (pid < 0) {
			printf("forks: refused\n");
			return;
		}
		if (!pid)
			for (;;)
				pause();
		n++;
	}
}

/* More than there is: promised, and then touched. */
static void touch(void)
{
	char *p = map(1024 * MB);

	for (unsigned long at = 0; p != MAP_FAILED && at < 1024 * MB; at += 4096)
		p[at] = 1;
	printf("touch: got it all\n");
}

static void limit(void)
{
	unsigned long limit[2] = { 4 * MB, 4 * MB };

	syscall(__NR_setrlimit, 9, limit);
	if (map(8 * MB) == MAP_FAILED)
		printf("limit: refused\n");
}

static volatile int depth;

static int deeper(int n)
{
	volatile char here[4096];

	memset((char *)here, n, sizeof(here));
	depth++;
	return deeper(n + 1) + here[n & 4095];
}

static void stack(void)
{
	printf("stack: %d\n", deeper(0));
}

/* As many areas as there can be, each of them a page. */
static void areas(void)
{
	char *p = map(64 * MB);

	for (unsigned long at = 0; at < 64 * MB; at += 8192)
		if (mprotect(p + at, 4096, PROT_READ)) {
			printf("areas: refused\n");
			return;
		}
}

static void (*const hogs[])(void) = { forks, touch, limit, stack, areas };
static const char *const names[] = { "forks", "touch", "limit", "stack", "areas" };

static unsigned long free_kb(void)
{
	unsigned long info[14];

	syscall(__NR_sysinfo, info);
	return info[5] * 4;
}

int main(void)
{
	unsigned long before = 0;
	int status;

	/* twice: what the kernel keeps in small pieces it has from the first time on */
	for (int i = 0; i < 10; i++) {
		int pid = fork();

		if (!pid) {
			hogs[i % 5]();
			_exit(0);
		}
		waitpid(pid, &status, 0);
		printf(status & 0x7f ? "%s: killed by %d\n" : "%s: over\n", names[i % 5], status & 0x7f);
		kill(-1, SIGKILL);
		while (waitpid(-1, &status, 0) > 0)
			;
		if (i == 4)
			before = free_kb();
	}
	printf("left: %ld kB\n", (long)(before - free_kb()));
	reboot(RB_POWER_OFF);
	return 0;
}
