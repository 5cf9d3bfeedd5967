/*
 * What a process may do with its memory, and what stays its own: each line is an answer that Linux gives, too.
 * A child tries what is forbidden; its end tells. See memory.test.ts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL

static char *pages(int prot, int flags, int fd)
{
	char *at = mmap(NULL, 4 * PAGE, prot, flags, fd, 0);

	if (at == MAP_FAILED) {
		printf("mmap: %s\n", strerror(errno));
		exit(1);
	}
	return at;
}

static volatile char *place;

static void read_it(void)
{
	(void)*place;
}

static void write_it(void)
{
	*place = 1;
}

static void run_it(void)
{
	((void (*)(void))(uintptr_t)place)();
}

/* What becomes of a child that does this with that byte? */
static void try(const char *what, void (*act)(void), volatile char *at)
{
	int status;
	pid_t child;

	fflush(stdout);
	place = at;
	child = fork();
	if (child == 0) {
		act();
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status))
		printf("%s: %s\n", what, strsignal(WTERMSIG(status)));
	else
		printf("%s: fine\n", what);
}

static void try_all(const char *what, volatile char *at)
{
	char text[80];

	snprintf(text, sizeof(text), "%s, read", what);
	try(text, read_it, at);
	snprintf(text, sizeof(text), "%s, written", what);
	try(text, write_it, at);
	snprintf(text, sizeof(text), "%s, run", what);
	try(text, run_it, at);
}

static const uint32_t ret = 0xd65f03c0;

static void protection(void)
{
	char *at = pages(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	for (int i = 0; i < 4; i++)
		memcpy(at + i * PAGE, &ret, sizeof(ret));
	try_all("read and write", at);
	mprotect(at + PAGE, PAGE, PROT_READ);
	mprotect(at + 2 * PAGE, PAGE, PROT_NONE);
	mprotect(at + 3 * PAGE, PAGE, PROT_READ | PROT_EXEC);
	__builtin___clear_cache(at + 3 * PAGE, at + 4 * PAGE);
	try_all("read only", at + PAGE);
	try_all("nothing", at + 2 * PAGE);
	try_all("read and run", at + 3 * PAGE);
	mprotect(at + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE);
	printf("allowed again: %d\n", !memcmp(at + 2 * PAGE, &ret, sizeof(ret)));
	try_all("allowed again", at + 2 * PAGE);
	printf("of half a page: %d\n", mprotect(at + 1, PAGE, PROT_READ) ? errno == EINVAL : -1);
	munmap(at + PAGE, PAGE);
	try("unmapped, read", read_it, at + PAGE);
	try("beside it, read", read_it, at);
	printf("mprotect over a hole: %d\n", mprotect(at, 3 * PAGE, PROT_READ) ? errno == ENOMEM : -1);
}

static void foreign(void)
{
	try_all("page 0", NULL);
	try_all("the kernel", (char *)0xffff000000080000UL);
	try_all("neither half", (char *)0x0008000000000000UL);
	try("a program's own code, written", write_it, (char *)(uintptr_t)read_it);
	try("a constant, written", write_it, (char *)(uintptr_t)&ret);
}

/* A file, mapped for oneself and for all */
static void mapped_files(void)
{
	int fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0644);
	char *own, *shared, byte = '?';

	for (int i = 0; i < 3; i++) {
		char page[PAGE];

		memset(page, 'a' + i, sizeof(page));
		write(fd, page, sizeof(page));
	}
	own = pages(PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	shared = pages(PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	own[0] = 'X';
	shared[PAGE] = 'Y';
	pread(fd, &byte, 1, 0);
	printf("own page: %c, in the file %c, shared %c\n", own[0], byte, shared[0]);
	pread(fd, &byte, 1, PAGE);
	printf("shared page: %c, in the file %c\n", shared[PAGE], byte);
	try("behind the file's end, read", read_it, shared + 3 * PAGE);
	ftruncate(fd, PAGE);
	try("cut off, read", read_it, shared + 2 * PAGE);
	close(fd);
	fd = open("mapped", O_RDONLY);
	printf("shared for writing, opened for reading: %d\n",
	       mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
	close(fd);
	unlink("mapped");
}

/* After fork() each has its own, but for what is shared. */
static void copies(void)
{
	static int global = 1;
	int local = 1, status, ends[2];
	char *own = pages(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	char *shared = pages(PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	char *heap = malloc(100000), byte;

	own[0] = shared[0] = heap[50000] = 1;
	pipe(ends);
	fflush(stdout);
	if (fork() == 0) {
		read(ends[0], &byte, 1); /* the parent writes first */
		printf("child: global %d local %d own %d heap %d shared %d\n", global, local, own[0],
		       heap[50000], shared[0]);
		global = local = own[0] = heap[50000] = shared[0] = 3;
		fflush(stdout);
		_exit(global + local);
	}
	global = local = own[0] = heap[50000] = shared[0] = 2;
	write(ends[1], "", 1);
	wait(&status);
	printf("parent: global %d local %d own %d heap %d shared %d, child's end %d\n", global, local,
	       own[0], heap[50000], shared[0], WEXITSTATUS(status));
	free(heap);
}

/* Which descriptors does a program find? Run again with two numbers, it tells. */
static void through_exec(char *self)
{
	char kept[12], closed[12], *argv[] = { self, kept, closed, NULL };
	int a = open("/dev/null", O_RDONLY), b = open("/dev/null", O_RDONLY | O_CLOEXEC), status;

	snprintf(kept, sizeof(kept), "%d", a);
	snprintf(closed, sizeof(closed), "%d", b);
	fflush(stdout);
	if (fork() == 0) {
		signal(SIGUSR1, SIG_IGN);
		execv(self, argv);
		_exit(9);
	}
	wait(&status);
	printf("exec: %d, here still: %d\n", WEXITSTATUS(status), fcntl(b, F_GETFD) == FD_CLOEXEC);
}

static volatile int caught;

static void on_fault(int sig)
{
	caught = sig;
	mprotect((void *)((uintptr_t)place & ~(PAGE - 1)), PAGE, PROT_READ | PROT_WRITE);
}

static void mended(void)
{
	char *at = pages(PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	place = at + 5;
	signal(SIGSEGV, on_fault);
	*place = 7;
	printf("a handler mends the page: %s, %d\n", strsignal(caught), at[5]);
}

int main(int argc, char **argv)
{
	if (argc == 3)
		return (fcntl(atoi(argv[1]), F_GETFD) == 0) + 2 * (fcntl(atoi(argv[2]), F_GETFD) == -1) +
		       4 * (signal(SIGUSR1, SIG_DFL) == SIG_IGN);
	protection();
	foreign();
	mapped_files();
	copies();
	through_exec(argv[0]);
	mended();
	return 0;
}
