/* Files, directories, processes, signals: what needs a kernel. The folder is the current one. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void streams(void)
{
	FILE *f = fopen("stream", "w");
	char line[64], *long_line = NULL;
	size_t size = 0;
	int c;

	for (int i = 0; i < 2000; i++)
		fprintf(f, "line %d\n", i);
	printf("%ld %d\n", ftell(f), fclose(f));
	f = fopen("stream", "r+");
	fseek(f, 12, SEEK_SET);
	printf("%s", fgets(line, sizeof(line), f));
	c = fgetc(f);
	ungetc('L', f);
	printf("%c %s", c, fgets(line, sizeof(line), f));
	printf("%ld\n", ftell(f));
	fseek(f, 0, SEEK_CUR);
	fputs("HERE", f);
	fseek(f, -7, SEEK_END);
	printf("%zd", getline(&long_line, &size, f));
	printf(" %s %d %d", long_line, fgetc(f), feof(f));
	rewind(f);
	printf(" %d %zu\n", feof(f), fread(line, 1, 30, f));
	printf("%.30s\n", line);
	fclose(f);
	f = fopen("stream", "a");
	fputs("end\n", f);
	fclose(f);
	f = fopen("stream", "r");
	fseek(f, -4, SEEK_END);
	printf("%s", fgets(line, sizeof(line), f));
	printf("%d %d", fputc('x', f), ferror(f) != 0);
	fclose(f);
	printf(" %d %d\n", fopen("nothing/there", "r") == NULL, errno == ENOENT);
	f = tmpfile();
	if (f) {
		fprintf(f, "%d %s", 7, "seven");
		rewind(f);
		printf("%d %d %s\n", fscanf(f, "%d %s", &c, line), c, line);
		fclose(f);
	}
}

static void paths(void)
{
	struct stat st;
	DIR *dir;
	struct dirent *d;
	char here[512], name[] = "tempXXXXXX";
	int n = 0, fd;

	printf("%d %d", mkdir("sub", 0755), mkdir("sub", 0755));
	printf(" %d %d\n", errno == EEXIST, chdir("sub"));
	fd = open("file", O_RDWR | O_CREAT | O_EXCL, 0640);
	printf("%zd %ld %zd\n", write(fd, "contents", 8), (long)lseek(fd, 3, SEEK_SET), read(fd, here, 4));
	printf("%.4s %zd %.3s\n", here, pread(fd, here + 4, 3, 0), here + 4);
	fstat(fd, &st);
	printf("%ld %o %d\n", (long)st.st_size, st.st_mode & 0777, S_ISREG(st.st_mode));
	ftruncate(fd, 5);
	close(fd);
	stat("file", &st);
	printf("%ld %d", (long)st.st_size, symlink("file", "link"));
	n = readlink("link", here, sizeof(here));
	lstat("link", &st);
	printf(" %.*s %d\n", n, here, S_ISLNK(st.st_mode));
	printf("%d %d %d %d\n", link("file", "hard"), rename("hard", "moved"), chmod("moved", 0600), access("moved", R_OK));
	dir = opendir(".");
	for (n = 0; (d = readdir(dir));)
		n += strlen(d->d_name);
	closedir(dir);
	getcwd(here, sizeof(here));
	printf("%d %s\n", n, strrchr(here, '/'));
	fd = mkstemp(name);
	printf("%d %d %d\n", fd >= 0, (int)strlen(name), close(fd));
	printf("%d%d%d%d%d", unlink(name), unlink("link"), unlink("moved"), remove("file"), chdir(".."));
	printf("%d %d\n", remove("sub"), rmdir("sub"));
	fflush(stdout);
	perror("rmdir");
	printf("%s\n", realpath("/dev/../dev/null", NULL));
}

static volatile int got;
static void handler(int sig)
{
	got += sig;
}

static void processes(void)
{
	int fds[2], status;
	char text[64];
	pid_t pid;
	sigset_t set, old;
	struct sigaction act = { .sa_handler = handler };
	struct pollfd p;

	pipe(fds);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], 1);
		close(fds[0]);
		execlp("echo", "echo", "from", "the", "child", (char *)NULL);
		_exit(1);
	}
	close(fds[1]);
	p = (struct pollfd){ fds[0], POLLIN, 0 };
	printf("%d %d ", poll(&p, 1, 10000), p.revents & POLLIN);
	printf("%zd ", read(fds[0], text, sizeof(text)));
	waitpid(pid, &status, 0);
	printf("%.14s %d %d\n", text, WIFEXITED(status), WEXITSTATUS(status));
	close(fds[0]);

	sigaction(SIGUSR1, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	printf("%d ", got);
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("%d %d\n", got, sigismember(&set, SIGUSR1));
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		abort();
	waitpid(pid, &status, 0);
	printf("%d %d %s\n", WIFSIGNALED(status), WTERMSIG(status), strsignal(WTERMSIG(status)));
	signal(SIGALRM, handler);
	alarm(1);
	pause();
	printf("%d\n", got);
	printf("%d %d\n", WEXITSTATUS(system("exit 7")), WEXITSTATUS(system("true")));
	FILE *f = popen("echo popped", "r");
	printf("%s", fgets(text, sizeof(text), f));
	printf("%d\n", pclose(f));
	errno = 0;
	execv("/nothing", (char *[]){ "nothing", NULL });
	perror("execv");
}

static void memory(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("stream", O_RDONLY);
	char *file = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	struct timespec ts = { 0, 1000 };

	strcpy(p + 4090, "across pages");
	printf("%s %.6s\n", p + 4090, file);
	printf("%d %d\n", munmap(p, 8192), close(fd));
	printf("%d %d %d\n", mmap(NULL, 0, PROT_READ, MAP_PRIVATE, -1, 0) == MAP_FAILED, errno == EINVAL || errno == EBADF,
	       nanosleep(&ts, NULL));
	printf("%d %d\n", time(NULL) > 1000000, isatty(99));
	printf("%zd %d\n", write(99, "x", 1), errno == EBADF);
}

int main(void)
{
	setvbuf(stderr, NULL, _IONBF, 0);
	dup2(1, 2);
	streams();
	paths();
	fflush(stdout);
	processes();
	memory();
	return 0;
}
