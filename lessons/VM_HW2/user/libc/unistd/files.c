/* Open files: the system calls that take a file descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>
#include "../syscall.h"

ssize_t read(int fd, void *buf, size_t n) { return SYSCALL3(read, fd, buf, n); }
ssize_t write(int fd, const void *buf, size_t n) { return SYSCALL3(write, fd, buf, n); }
ssize_t pread(int fd, void *buf, size_t n, off_t at) { return SYSCALL4(pread64, fd, buf, n, at); }
ssize_t pwrite(int fd, const void *buf, size_t n, off_t at)
{
	return SYSCALL4(pwrite64, fd, buf, n, at);
}
off_t lseek(int fd, off_t offset, int whence) { return SYSCALL3(lseek, fd, offset, whence); }
int close(int fd) { return SYSCALL1(close, fd); }
int dup(int fd) { return SYSCALL1(dup, fd); }
int pipe(int fds[2]) { return pipe2(fds, 0); }
int pipe2(int fds[2], int flags) { return SYSCALL2(pipe2, fds, flags); }
int ftruncate(int fd, off_t size) { return SYSCALL2(ftruncate, fd, size); }
int fsync(int fd) { return SYSCALL1(fsync, fd); }
void sync(void) { SYSCALL0(sync); }
int fstat(int fd, struct stat *st) { return SYSCALL2(fstat, fd, st); }
int fchmod(int fd, mode_t mode) { return SYSCALL2(fchmod, fd, mode); }
int fstatfs(int fd, struct statfs *st) { return SYSCALL2(fstatfs, fd, st); }
int fchdir(int fd) { return SYSCALL1(fchdir, fd); }

/* dup3() refuses two equal descriptors; dup2() gives the open one back. */
int dup2(int old, int new)
{
	if (old == new)
		return fcntl(old, F_GETFD, 0) < 0 ? -1 : new;
	return SYSCALL3(dup3, old, new, 0);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	unsigned int mode;

	va_start(args, flags);
	mode = va_arg(args, unsigned int);
	va_end(args);
	return openat(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	unsigned int mode;

	va_start(args, flags);
	mode = va_arg(args, unsigned int);
	va_end(args);
	return SYSCALL4(openat, dir, path, flags, mode);
}

int creat(const char *path, unsigned int mode)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int fcntl(int fd, int cmd, ...)
{
	va_list args;
	long arg;

	va_start(args, cmd);
	arg = va_arg(args, long);
	va_end(args);
	return SYSCALL3(fcntl, fd, cmd, arg);
}

int ioctl(int fd, unsigned long cmd, ...)
{
	va_list args;
	long arg;

	va_start(args, cmd);
	arg = va_arg(args, long);
	va_end(args);
	return SYSCALL3(ioctl, fd, cmd, arg);
}

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	struct timespec ts = { timeout / 1000, timeout % 1000 * 1000000L };

	return SYSCALL5(ppoll, fds, n, timeout < 0 ? NULL : &ts, NULL, 0);
}
