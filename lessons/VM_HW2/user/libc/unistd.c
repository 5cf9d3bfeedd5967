/* System calls as functions: a negative result becomes -1 and errno. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <asm/unistd.h>

long __syscall(long nr, ...);
int main(int argc, char **argv, char **envp);

int errno;
char **environ;

static long result(long r)
{
	if (r < 0 && r > -4096) {
		errno = -r;
		return -1;
	}
	return r;
}

#define CALL(...) result(__syscall(__VA_ARGS__))

/* start.S comes here with the initial stack. */
void __libc_start(long *sp)
{
	char **argv = (char **)(sp + 1);

	environ = argv + sp[0] + 1;
	exit(main(sp[0], argv, environ));
}

long syscall(long nr, ...)
{
	long a[6];
	va_list args;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	return CALL(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

ssize_t read(int fd, void *buf, size_t n) { return CALL(__NR_read, (long)fd, buf, n); }
ssize_t write(int fd, const void *buf, size_t n) { return CALL(__NR_write, (long)fd, buf, n); }
ssize_t pread(int fd, void *buf, size_t n, off_t at)
{
	return CALL(__NR_pread64, (long)fd, buf, n, at);
}
ssize_t pwrite(int fd, const void *buf, size_t n, off_t at)
{
	return CALL(__NR_pwrite64, (long)fd, buf, n, at);
}
off_t lseek(int fd, off_t offset, int whence)
{
	return CALL(__NR_lseek, (long)fd, offset, (long)whence);
}
int close(int fd) { return CALL(__NR_close, (long)fd); }
int dup(int fd) { return CALL(__NR_dup, (long)fd); }
int dup2(int old, int new) { return old == new ? new : CALL(__NR_dup3, (long)old, (long)new, 0L); }
int pipe(int fds[2]) { return CALL(__NR_pipe2, fds, 0L); }
int ftruncate(int fd, off_t size) { return CALL(__NR_ftruncate, (long)fd, size); }
pid_t fork(void) { return CALL(__NR_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L); }
int execve(const char *path, char *const argv[], char *const envp[])
{
	return CALL(__NR_execve, path, argv, envp);
}
int execv(const char *path, char *const argv[]) { return execve(path, argv, environ); }
pid_t getpid(void) { return CALL(__NR_getpid); }
pid_t getppid(void) { return CALL(__NR_getppid); }
int setpgid(pid_t pid, pid_t pgrp) { return CALL(__NR_setpgid, (long)pid, (long)pgrp); }
pid_t setsid(void) { return CALL(__NR_setsid); }
int chdir(const char *path) { return CALL(__NR_chdir, path); }
int unlink(const char *path) { return CALL(__NR_unlinkat, (long)AT_FDCWD, path, 0L); }
int rmdir(const char *path)
{
	return CALL(__NR_unlinkat, (long)AT_FDCWD, path, (long)AT_REMOVEDIR);
}
int access(const char *path, int mode)
{
	return CALL(__NR_faccessat, (long)AT_FDCWD, path, (long)mode);
}
int mkdir(const char *path, mode_t mode)
{
	return CALL(__NR_mkdirat, (long)AT_FDCWD, path, (long)mode);
}
int stat(const char *path, struct stat *st)
{
	return CALL(__NR_newfstatat, (long)AT_FDCWD, path, st, 0L);
}
int fstat(int fd, struct stat *st) { return CALL(__NR_fstat, (long)fd, st); }
int uname(struct utsname *u) { return CALL(__NR_uname, u); }
int kill(pid_t pid, int sig) { return CALL(__NR_kill, (long)pid, (long)sig); }
int munmap(void *addr, size_t len) { return CALL(__NR_munmap, addr, len); }
int mprotect(void *addr, size_t len, int prot)
{
	return CALL(__NR_mprotect, addr, len, (long)prot);
}
int clock_gettime(int clock, struct timespec *ts)
{
	return CALL(__NR_clock_gettime, (long)clock, ts);
}
int nanosleep(const struct timespec *ts, struct timespec *rem)
{
	return CALL(__NR_nanosleep, ts, rem);
}
pid_t waitpid(pid_t pid, int *status, int options)
{
	return CALL(__NR_wait4, (long)pid, status, (long)options, 0L);
}
pid_t wait(int *status) { return waitpid(-1, status, 0); }

void _exit(int status)
{
	for (;;)
		__syscall(__NR_exit_group, (long)status);
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	return (void *)CALL(__NR_mmap, addr, len, (long)prot, (long)flags, (long)fd, offset);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	long mode;

	va_start(args, flags);
	mode = va_arg(args, unsigned int);
	va_end(args);
	return CALL(__NR_openat, (long)AT_FDCWD, path, (long)flags, mode);
}

int fcntl(int fd, int cmd, ...)
{
	va_list args;
	long arg;

	va_start(args, cmd);
	arg = va_arg(args, long);
	va_end(args);
	return CALL(__NR_fcntl, (long)fd, (long)cmd, arg);
}

int ioctl(int fd, unsigned long cmd, ...)
{
	va_list args;
	long arg;

	va_start(args, cmd);
	arg = va_arg(args, long);
	va_end(args);
	return CALL(__NR_ioctl, (long)fd, cmd, arg);
}

int tcgetattr(int fd, struct termios *t) { return ioctl(fd, TCGETS, t); }
int tcsetattr(int fd, int when, const struct termios *t) { return ioctl(fd, TCSETS + when, t); }

int isatty(int fd)
{
	struct termios t;

	return tcgetattr(fd, &t) == 0;
}

char *getcwd(char *buf, size_t size)
{
	return CALL(__NR_getcwd, buf, size) < 0 ? NULL : buf;
}

unsigned int sleep(unsigned int seconds)
{
	struct timespec ts = { seconds, 0 };

	return nanosleep(&ts, &ts) ? ts.tv_sec : 0;
}

int usleep(unsigned int us)
{
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	return nanosleep(&ts, NULL);
}

int poll(struct pollfd *fds, unsigned long n, int timeout)
{
	struct timespec ts = { timeout / 1000, timeout % 1000 * 1000000L };

	return CALL(__NR_ppoll, fds, n, timeout < 0 ? NULL : &ts, 0L, 0L);
}

int reboot(unsigned int cmd)
{
	return CALL(__NR_reboot, (long)LINUX_REBOOT_MAGIC1, (long)LINUX_REBOOT_MAGIC2, (long)cmd);
}

/* The heap: brk() moves its end. */
void *sbrk(long increment)
{
	static unsigned long end;
	unsigned long old, new;

	if (!end)
		end = __syscall(__NR_brk, 0L);
	old = end;
	new = __syscall(__NR_brk, old + increment);
	if (new != old + increment) {
		errno = ENOMEM;
		return (void *)-1;
	}
	end = new;
	return (void *)old;
}

void __restore(void);

int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	struct kernel_sigaction new, was;
	long r;

	if (act)
		new = (struct kernel_sigaction){ act->sa_handler, act->sa_flags | SA_RESTORER,
						 __restore, act->sa_mask };
	r = CALL(__NR_rt_sigaction, (long)sig, act ? &new : NULL, &was, 8L);
	if (r == 0 && old)
		*old = (struct sigaction){ was.sa_handler, was.sa_flags, was.sa_mask };
	return r;
}

sighandler_t signal(int sig, sighandler_t handler)
{
	struct sigaction act = { handler, SA_RESTART, 0 }, old = act;

	return sigaction(sig, &act, &old) ? SIG_ERR : old.sa_handler;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	return CALL(__NR_rt_sigprocmask, (long)how, set, old, 8L);
}

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = malloc(sizeof(*dir));
	if (!dir) {
		close(fd);
		return NULL;
	}
	dir->fd = fd;
	dir->at = dir->end = 0;
	return dir;
}

struct dirent *readdir(DIR *dir)
{
	struct dirent *d;

	if (dir->at == dir->end) {
		dir->at = 0;
		dir->end = CALL(__NR_getdents64, (long)dir->fd, dir->buf, sizeof(dir->buf));
		if (dir->end <= 0) {
			dir->end = 0;
			return NULL;
		}
	}
	d = (struct dirent *)(dir->buf + dir->at);
	dir->at += d->d_reclen;
	return d;
}

int closedir(DIR *dir)
{
	int r = close(dir->fd);

	free(dir);
	return r;
}
