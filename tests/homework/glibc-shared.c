/*
 * Locks between processes: in memory that they share, one of them dies with a lock, and the next
 * one is told. Signals to a process whose first thread has ended. A file that is mapped privately.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct shared {
	pthread_mutex_t lock;
	sem_t there, back;
	int n;
} *shared;

static void make_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(lock, &attr);
}

static void owner_dies(int by_signal)
{
	int err;

	if (!fork()) {
		pthread_mutex_lock(&shared->lock);
		sem_post(&shared->there);
		usleep(20000); /* the parent waits for the lock by then */
		if (by_signal)
			raise(SIGKILL);
		_exit(0);
	}
	sem_wait(&shared->there);
	err = pthread_mutex_lock(&shared->lock);
	printf("the lock of one that died: %s\n", strerror(err));
	pthread_mutex_consistent(&shared->lock);
	pthread_mutex_unlock(&shared->lock);
	wait(NULL);
}

static void ping_pong(void)
{
	if (!fork()) {
		for (int i = 0; i < 200; i++) {
			sem_wait(&shared->there);
			shared->n++;
			sem_post(&shared->back);
		}
		_exit(0);
	}
	for (int i = 0; i < 200; i++) {
		sem_post(&shared->there);
		sem_wait(&shared->back);
	}
	wait(NULL);
	printf("to and fro: %d\n", shared->n);
}

static void *waits(void *unused)
{
	siginfo_t info;
	sigset_t set;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	printf("a signal for whoever wants it: %d\n", sigwaitinfo(&set, &info) == SIGUSR1);
	if (!fork())
		_exit(5);
	wait(&status);
	printf("a child of a thread: %d\n", WEXITSTATUS(status));
	fflush(stdout);
	_exit(6);
	return unused;
}

/* All threads have blocked the signal, the first one has ended: it waits for the other. */
static void leader_ends(void)
{
	pthread_t thread;
	sigset_t set;
	int status, pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		sigfillset(&set);
		pthread_sigmask(SIG_BLOCK, &set, NULL);
		kill(getpid(), SIGUSR1);
		pthread_create(&thread, NULL, waits, NULL);
		pthread_exit(NULL);
	}
	waitpid(pid, &status, 0);
	printf("ended with %d\n", WEXITSTATUS(status));
}

static void appends(void)
{
	int fd = open("appended", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);
	char line[100], text[100];
	int wrong = 0;

	for (int i = 0; i < 4; i++)
		if (!fork()) {
			int own = open("appended", O_WRONLY | O_APPEND);

			memset(line, 'a' + i, sizeof(line));
			for (int n = 0; n < 50; n++)
				write(own, line, sizeof(line));
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	printf("appended: %ld\n", (long)lseek(fd, 0, SEEK_END));
	lseek(fd, 0, SEEK_SET);
	while (read(fd, text, sizeof(text)) == sizeof(text)) {
		memset(line, text[0], sizeof(line));
		wrong += memcmp(line, text, sizeof(line)) != 0;
	}
	printf("mixed lines: %d\n", wrong);
	unlink("appended");
}

int main(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	make_lock(&shared->lock);
	sem_init(&shared->there, 1, 0);
	sem_init(&shared->back, 1, 0);
	owner_dies(0);
	owner_dies(1);
	ping_pong();
	leader_ends();
	appends();
	return 0;
}
