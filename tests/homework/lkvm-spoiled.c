/*
 * Guests whose disk is spoiled: copies of /guest.img with random bytes at random places, most of them where the
 * file system keeps what it knows of itself. The guest boots, or says why it cannot; lkvm and the host live on.
 *	lkvm-spoiled SEED ROUNDS
 * It ends with one line: how many guests came to their prompt, how many panicked, how many did neither (init
 * or the shell is gone), how many times lkvm ended by itself or crashed.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define METADATA	(600UL << 10)
#define GUEST_MS	12	/* polls, each of a tick */

static uint64_t state;

static uint32_t random32(void)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 33 ^ state >> 12;
}

static uint8_t buffer[4096];

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static unsigned long copy_disk(void)
{
	int from = open("/guest.img", O_RDONLY), to = open("/tmp/disk", O_RDWR | O_CREAT | O_TRUNC, 0644);
	unsigned long size = 0;
	long n;

	if (from < 0 || to < 0)
		fail("/guest.img");
	while ((n = read(from, buffer, sizeof(buffer))) > 0) {
		if (write(to, buffer, n) != n)
			fail("/tmp/disk");
		size += n;
	}
	close(from);
	close(to);
	return size;
}

static void spoil(unsigned long size)
{
	int fd = open("/tmp/disk", O_RDWR), places = 1 + random32() % 60;

	while (places-- > 0) {
		unsigned long limit = random32() % 4 ? METADATA : size, length = 1 + random32() % 16, i;

		for (i = 0; i < length; i++)
			buffer[i] = random32();
		lseek(fd, random32() % limit, SEEK_SET);
		if (write(fd, buffer, length) != (long)length)
			fail("/tmp/disk");
	}
	close(fd);
}

/* Whether lkvm still ran when its time was over: so it should, a guest at its prompt or in its panic waits. */
static int run_guest(void)
{
	static char *argv[] = { "lkvm-static", "run", "-k", "/home/root/image", "-d", "/tmp/disk",
				"-m", "32", "-p", "root=/dev/vda rw", NULL };
	static char *envp[] = { NULL };
	int status, waited;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(open("/tmp/out", O_WRONLY | O_CREAT | O_TRUNC, 0644), 1);
		execve("/home/root/lkvm-static", argv, envp);
		_exit(99);
	}
	for (waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited++) {
		if (waited == GUEST_MS)
			kill(pid, SIGKILL);
		usleep(10000);
	}
	return waited > GUEST_MS;
}

static int said(const char *what)
{
	static char text[32768];
	int fd = open("/tmp/out", O_RDONLY);
	long n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n < 0 ? 0 : n] = 0;
	return strstr(text, what) != NULL;
}

int main(int argc, char **argv)
{
	unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 4;
	unsigned long prompts = 0, panics = 0, neither = 0, ended = 0;

	for (; rounds > 0; rounds--, seed++) {
		state = seed;
		spoil(copy_disk());
		if (!run_guest()) {
			printf("lkvm-spoiled: seed %lu: lkvm ended\n", seed);
			ended++;
		} else if (said("Kernel panic")) {
			panics++;
		} else if (said("root@genericarmv8")) {
			prompts++;
		} else {
			neither++;
		}
	}
	printf("lkvm-spoiled: %lu prompts, %lu panics, %lu neither, %lu ended\n", prompts, panics, neither,
	       ended);
	return ended != 0;
}
