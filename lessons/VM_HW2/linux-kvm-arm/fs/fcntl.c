/* Descriptors: copies of them, and what fcntl() can change. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/sched.h>

static void set_close_on_exec(unsigned int fd, bool on)
{
	preempt_disable();
	current->files->close_on_exec &= ~(1UL << fd);
	current->files->close_on_exec |= (unsigned long)on << fd;
	preempt_enable();
}

long sys_dup3(unsigned int old, unsigned int new, int flags)
{
	struct file *file, *before;

	if (old == new || (flags & ~O_CLOEXEC))
		return -EINVAL;
	if (new >= NR_OPEN)
		return -EBADF;
	file = fget(old);
	if (!file)
		return -EBADF;
	preempt_disable();
	before = current->files->fd[new];
	fd_install(new, file);
	set_close_on_exec(new, flags & O_CLOEXEC);
	preempt_enable();
	if (before)
		fput(before);
	return new;
}

static long dup_from(unsigned int old, unsigned int from, bool cloexec)
{
	struct file *file;
	int fd;

	if (from >= NR_OPEN)
		return -EINVAL;
	file = fget(old);
	if (!file)
		return -EBADF;
	preempt_disable();
	fd = fd_install_unused(from, file);
	if (fd >= 0)
		set_close_on_exec(fd, cloexec);
	preempt_enable();
	if (fd < 0)
		fput(file);
	return fd;
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
		set_close_on_exec(fd, arg & FD_CLOEXEC);
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
