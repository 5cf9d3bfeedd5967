/* Files by their names. The kernel knows only the calls that take a directory, too. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>
#include "../syscall.h"

int access(const char *path, int mode) { return SYSCALL3(faccessat, AT_FDCWD, path, mode); }
int chdir(const char *path) { return SYSCALL1(chdir, path); }
int chroot(const char *path) { return SYSCALL1(chroot, path); }
int truncate(const char *path, off_t size) { return SYSCALL2(truncate, path, size); }
int unlink(const char *path) { return SYSCALL3(unlinkat, AT_FDCWD, path, 0); }
int rmdir(const char *path) { return SYSCALL3(unlinkat, AT_FDCWD, path, AT_REMOVEDIR); }
int mkdir(const char *path, mode_t mode) { return SYSCALL3(mkdirat, AT_FDCWD, path, mode); }
int chmod(const char *path, mode_t mode) { return SYSCALL3(fchmodat, AT_FDCWD, path, mode); }
mode_t umask(mode_t mask) { return SYSCALL1(umask, mask); }
int statfs(const char *path, struct statfs *st) { return SYSCALL2(statfs, path, st); }
int umount(const char *target) { return umount2(target, 0); }
int umount2(const char *target, int flags) { return SYSCALL2(umount2, target, flags); }

int link(const char *from, const char *to)
{
	return SYSCALL5(linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int symlink(const char *target, const char *path)
{
	return SYSCALL3(symlinkat, target, AT_FDCWD, path);
}

ssize_t readlink(const char *path, char *buf, size_t size)
{
	return SYSCALL4(readlinkat, AT_FDCWD, path, buf, size);
}

int rename(const char *from, const char *to)
{
	return SYSCALL4(renameat, AT_FDCWD, from, AT_FDCWD, to);
}

int chown(const char *path, uid_t owner, gid_t group)
{
	return SYSCALL5(fchownat, AT_FDCWD, path, owner, group, 0);
}

int mknod(const char *path, mode_t mode, dev_t dev)
{
	return SYSCALL4(mknodat, AT_FDCWD, path, mode, dev);
}

int mkfifo(const char *path, mode_t mode)
{
	return mknod(path, mode | S_IFIFO, 0);
}

int stat(const char *path, struct stat *st)
{
	return SYSCALL4(newfstatat, AT_FDCWD, path, st, 0);
}

int lstat(const char *path, struct stat *st)
{
	return SYSCALL4(newfstatat, AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

int utimensat(int dir, const char *path, const struct timespec times[2], int flags)
{
	return SYSCALL4(utimensat, dir, path, times, flags);
}

int mount(const char *source, const char *target, const char *type, unsigned long flags,
	  const void *data)
{
	return SYSCALL5(mount, source, target, type, flags, data);
}

/* Into buf, or, without one, into memory for the caller to free. */
char *getcwd(char *buf, size_t size)
{
	char here[1024];

	if (!buf) {
		if (SYSCALL2(getcwd, here, sizeof(here)) < 0)
			return NULL;
		return strdup(here);
	}
	return SYSCALL2(getcwd, buf, size) < 0 ? NULL : buf;
}
