/* What a program of glibc's asks of a kernel: threads and locks, signals with their stack, timers, memory. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long sum;
static volatile int hits;

static void *count(void *rounds)
{
	for (long i = 0; i < (long)rounds; i++) {
		pthread_mutex_lock(&lock);
		sum++;
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void *sleeper(void *unused)
{
	pause();
	return unused;
}

/* Uses floating point, and mends the page that was missing. */
static void handler(int sig, siginfo_t *info, void *context)
{
	volatile double other = 3.25 * sig;

	(void)other;
	(void)context;
	hits++;
	if (sig == SIGSEGV)
		mprotect((void *)((long)info->si_addr & -4096), 4096, PROT_READ | PROT_WRITE);
}

static void signals(void)
{
	static char stack[32768];
	stack_t alt = { stack, 0, sizeof(stack) };
	struct sigaction act = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	struct itimerspec often = { { 0, 5000000 }, { 0, 5000000 } };
	char *p = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile double kept = 1.5;
	timer_t timer;

	sigaltstack(&alt, NULL);
	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGRTMIN, &act, NULL);
	p[5] = 7;
	printf("%d, %d fault, %.2f\n", p[5], hits, kept * 2);
	timer_create(CLOCK_MONOTONIC, &event, &timer);
	timer_settime(timer, 0, &often, NULL);
	while (hits < 4)
		pause();
	timer_delete(timer);
	printf("timer\n");
}

static void children(void)
{
	char *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	siginfo_t info;

	if (!fork()) {
		strcpy(shared + 4096, "shared");
		_exit(9);
	}
	waitid(P_ALL, 0, &info, WEXITED);
	printf("%d %d\n", info.si_code == CLD_EXITED, info.si_status);
	shared = mremap(shared, 8192, 65536, MREMAP_MAYMOVE);
	printf("%s\n", shared + 4096);
}

int main(int argc, char **argv)
{
	pthread_t threads[4];
	char pid[12];

	if (argc > 1) {
		printf("the same process: %d\n", getpid() == atoi(argv[1]));
		return 0;
	}
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, count, (void *)5000);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	printf("%ld\n", sum);
	signals();
	children();
	fflush(stdout);
	pthread_create(&threads[0], NULL, sleeper, NULL);
	snprintf(pid, sizeof(pid), "%d", getpid());
	execl("/proc/self/exe", argv[0], pid, NULL); /* the sleeper ends with this program */
	return 1;
}
