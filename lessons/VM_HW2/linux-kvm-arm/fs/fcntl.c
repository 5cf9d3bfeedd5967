/* Descriptors: copies of them, and what fcntl() can change. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/sched.h>

long sys_close(unsigned int fd);

long sys_dup3(unsigned int old, unsigned int new, int flags)
{
	struct file *file;

	if (old == new || new >= NR_OPEN)
		return old == new ? -EINVAL : -EBADF;
	file = fget(old);
	if (!file)
		return -EBADF;
	if (current->files->fd[new])
		sys_close(new);
	fd_install(new, file);
	current->files->close_on_exec &= ~(1UL << new);
	if (flags & O_CLOEXEC)
		current->files->close_on_exec |= 1UL << new;
	return new;
}

static long dup_from(unsigned int old, unsigned int from, bool cloexec)
{
	int fd = from < NR_OPEN ? get_unused_fd_from(from) : -EINVAL;

	return fd < 0 ? fd : sys_dup3(old, fd, cloexec ? O_CLOEXEC : 0);
}

long sys_dup(unsigned int old)
{
	return dup_from(old, 0, false);
}

long sys_fcntl(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	struct file *file = fget(fd);
	long ret = 0;

	if (!file)
		return -EBADF;
	switch (cmd) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		ret = dup_from(fd, arg, cmd == F_DUPFD_CLOEXEC);
		break;
	case F_GETFD:
		ret = current->files->close_on_exec >> fd & 1;
		break;
	case F_SETFD:
		current->files->close_on_exec &= ~(1UL << fd);
		current->files->close_on_exec |= (arg & FD_CLOEXEC) << fd;
		break;
	case F_GETFL:
		ret = file->f_flags;
		break;
	case F_SETFL:
		file->f_flags = (file->f_flags & ~(O_NONBLOCK | O_APPEND)) |
				(arg & (O_NONBLOCK | O_APPEND));
		break;
	default:
		ret = -EINVAL;
	}
	fput(file);
	return ret;
}
