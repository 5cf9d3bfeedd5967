/* System calls on open files. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/err.h>
#include <linux/string.h>
#include <uapi/linux/uio.h>
#include <uapi/linux/poll.h>
#include <uapi/linux/time.h>
#include <linux/hrtimer.h>

void schedule_until(ktime_t expires);
int get_unused_fd_from(unsigned int from);

static ssize_t file_read(struct file *file, char *buf, size_t n, loff_t *pos)
{
	if ((file->f_flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	if (!file->f_op->read)
		return file->f_inode && S_ISDIR(file->f_inode->i_mode) ? -EISDIR : -EINVAL;
	return file->f_op->read(file, buf, min(n, 0x7ffff000UL), pos);
}

static ssize_t file_write(struct file *file, const char *buf, size_t n, loff_t *pos)
{
	if ((file->f_flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (!file->f_op->write)
		return -EINVAL;
	return file->f_op->write(file, buf, min(n, 0x7ffff000UL), pos);
}

long sys_read(unsigned int fd, char *buf, size_t n)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = file_read(file, buf, n, &file->f_pos);
	fput(file);
	return ret;
}

long sys_write(unsigned int fd, const char *buf, size_t n)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = file_write(file, buf, n, &file->f_pos);
	fput(file);
	return ret;
}

long sys_pread64(unsigned int fd, char *buf, size_t n, loff_t pos)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = pos < 0 ? -EINVAL : file_read(file, buf, n, &pos);
	fput(file);
	return ret;
}

long sys_pwrite64(unsigned int fd, const char *buf, size_t n, loff_t pos)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = pos < 0 ? -EINVAL : file_write(file, buf, n, &pos);
	fput(file);
	return ret;
}

/* readv and writev: one piece after another, until one is not filled. */
static long vector(unsigned int fd, const struct iovec *uvec, unsigned int count, bool write)
{
	struct file *file = fget(fd);
	long total = 0;

	if (!file)
		return -EBADF;
	for (unsigned int i = 0; i < count; i++) {
		struct iovec v;
		ssize_t n;

		if (copy_from_user(&v, uvec + i, sizeof(v))) {
			total = total ? total : -EFAULT;
			break;
		}
		if (!v.iov_len)
			continue;
		n = write ? file_write(file, v.iov_base, v.iov_len, &file->f_pos)
			  : file_read(file, v.iov_base, v.iov_len, &file->f_pos);
		if (n < 0) {
			total = total ? total : n;
			break;
		}
		total += n;
		if ((size_t)n < v.iov_len)
			break;
	}
	fput(file);
	return total;
}

long sys_readv(unsigned int fd, const struct iovec *vec, unsigned int count)
{
	return count > 1024 ? -EINVAL : vector(fd, vec, count, false);
}

long sys_writev(unsigned int fd, const struct iovec *vec, unsigned int count)
{
	return count > 1024 ? -EINVAL : vector(fd, vec, count, true);
}

long sys_lseek(unsigned int fd, loff_t offset, int whence)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = file->f_op->llseek ? file->f_op->llseek(file, offset, whence) : -ESPIPE;
	fput(file);
	return ret;
}

long sys_ioctl(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = file->f_op->unlocked_ioctl ? file->f_op->unlocked_ioctl(file, cmd, arg) : -ENOTTY;
	fput(file);
	return ret;
}

long sys_close(unsigned int fd)
{
	struct file *file = fd < NR_OPEN ? current->files->fd[fd] : NULL;

	if (!file)
		return -EBADF;
	current->files->fd[fd] = NULL;
	fput(file);
	return 0;
}

/* The ...at() calls take paths relative to the working directory only, whatever dfd says. */
long sys_openat(int dfd, const char *upath, int flags, umode_t mode)
{
	char *path = getname(upath);
	struct file *file;
	int fd;

	if (IS_ERR(path))
		return PTR_ERR(path);
	fd = get_unused_fd();
	if (fd >= 0) {
		file = filp_open(path, flags, mode);
		if (IS_ERR(file))
			fd = PTR_ERR(file);
		else
			fd_install(fd, file);
	}
	kfree(path);
	return fd;
}

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

static void fill_stat(struct stat *st, struct inode *inode)
{
	memset(st, 0, sizeof(*st));
	if (!inode) { /* pipes and the like */
		st->st_mode = S_IFIFO | 0600;
		return;
	}
	st->st_ino = inode->i_ino;
	st->st_mode = inode->i_mode;
	st->st_nlink = inode->i_nlink;
	st->st_rdev = inode->i_rdev;
	st->st_size = inode->i_size;
	st->st_blksize = 4096;
	st->st_blocks = (inode->i_size + 511) / 512;
}

long sys_fstat(unsigned int fd, struct stat *ust)
{
	struct file *file = fget(fd);
	struct stat st;

	if (!file)
		return -EBADF;
	fill_stat(&st, file->f_inode);
	fput(file);
	return copy_to_user(ust, &st, sizeof(st)) ? -EFAULT : 0;
}

#define AT_SYMLINK_NOFOLLOW 0x100

long sys_newfstatat(int dfd, const char *upath, struct stat *ust, int flags)
{
	char *path = getname(upath);
	struct inode *inode;
	struct stat st;

	if (IS_ERR(path))
		return PTR_ERR(path) == -ENOENT && (flags & AT_EMPTY_PATH) ? sys_fstat(dfd, ust)
									   : PTR_ERR(path);
	inode = flags & AT_SYMLINK_NOFOLLOW ? path_lookup_nofollow(current->cwd, path)
					    : path_lookup(current->cwd, path);
	kfree(path);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	fill_stat(&st, inode);
	return copy_to_user(ust, &st, sizeof(st)) ? -EFAULT : 0;
}

/* There is one user, and it may do everything. */
long sys_faccessat(int dfd, const char *upath, int mode)
{
	char *path = getname(upath);
	struct inode *inode;

	if (IS_ERR(path))
		return PTR_ERR(path);
	inode = path_lookup(current->cwd, path);
	kfree(path);
	return IS_ERR(inode) ? PTR_ERR(inode) : 0;
}

long sys_readlinkat(int dfd, const char *upath, char *buf, size_t size)
{
	char *path = getname(upath);
	struct inode *inode;
	size_t n;

	if (IS_ERR(path))
		return PTR_ERR(path);
	inode = path_lookup_nofollow(current->cwd, path);
	kfree(path);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (!S_ISLNK(inode->i_mode))
		return -EINVAL;
	n = min(size, strlen(inode->symlink));
	return copy_to_user(buf, inode->symlink, n) ? -EFAULT : (long)n;
}

long sys_mkdirat(int dfd, const char *upath, umode_t mode)
{
	char *path = getname(upath);
	struct inode *inode;
	size_t n;

	if (IS_ERR(path))
		return PTR_ERR(path);
	for (n = strlen(path); n > 1 && path[n - 1] == '/';)
		path[--n] = 0;
	inode = create_at(current->cwd, path, S_IFDIR | (mode & 07777));
	kfree(path);
	return IS_ERR(inode) ? PTR_ERR(inode) : 0;
}

long sys_unlinkat(int dfd, const char *upath, int flags)
{
	char *path = getname(upath);
	long ret;

	if (IS_ERR(path))
		return PTR_ERR(path);
	ret = remove_at(current->cwd, path, flags & AT_REMOVEDIR);
	kfree(path);
	return ret;
}

long sys_ftruncate(unsigned int fd, loff_t size)
{
	struct file *file = fget(fd);
	long ret = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->f_inode && file->f_inode->i_fop == &ramfs_file_operations)
		ret = ramfs_truncate(file->f_inode, size);
	fput(file);
	return ret;
}

long sys_chdir(const char *upath)
{
	char *path = getname(upath), buf[PATH_MAX], *cwd;
	struct inode *inode;

	if (IS_ERR(path))
		return PTR_ERR(path);
	inode = path_lookup(current->cwd, path);
	kfree(path);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (!S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	cwd = inode_path(inode, buf, sizeof(buf));
	cwd = cwd ? kstrdup(cwd, GFP_KERNEL) : NULL;
	if (!cwd)
		return -ENOMEM;
	kfree(current->cwd);
	current->cwd = cwd;
	return 0;
}

long sys_getcwd(char *buf, size_t size)
{
	size_t n = strlen(current->cwd) + 1;

	if (n > size)
		return -ERANGE;
	return copy_to_user(buf, current->cwd, n) ? -EFAULT : (long)n;
}

/* Entries in their order; f_pos counts those already given. */
long sys_getdents64(unsigned int fd, char *buf, unsigned int size)
{
	struct file *file = fget(fd);
	struct inode *child;
	long index = 0, filled = 0;

	if (!file)
		return -EBADF;
	if (!file->f_inode || !S_ISDIR(file->f_inode->i_mode)) {
		fput(file);
		return -ENOTDIR;
	}
	list_for_each_entry(child, &file->f_inode->children, sibling) {
		char entry[sizeof(struct linux_dirent64) + PATH_MAX + 8] __aligned(8);
		struct linux_dirent64 *d = (void *)entry;
		size_t len = ALIGN(sizeof(*d) + strlen(child->name) + 1, 8);

		if (index++ < file->f_pos)
			continue;
		if (filled + len > size) {
			filled = filled ? filled : -EINVAL;
			break;
		}
		memset(entry, 0, len);
		d->d_ino = child->i_ino;
		d->d_off = index;
		d->d_reclen = len;
		d->d_type = (child->i_mode & S_IFMT) >> 12;
		strlcpy(d->d_name, child->name, PATH_MAX);
		if (copy_to_user(buf + filled, entry, len)) {
			filled = -EFAULT;
			break;
		}
		filled += len;
		file->f_pos = index;
	}
	fput(file);
	return filled;
}

static unsigned int poll_one(struct pollfd *p, wait_queue_head_t **wq)
{
	struct file *file = fget(p->fd);
	unsigned int mask = POLLIN | POLLOUT; /* files that cannot be polled are always ready */

	*wq = NULL;
	if (!file)
		return POLLNVAL;
	if (file->f_op->poll)
		mask = file->f_op->poll(file, wq);
	fput(file);
	return mask & (p->events | POLLERR | POLLHUP);
}

#define MAX_POLL 16

/* Waits until one of the files is ready, a signal comes or the time is over. */
long sys_ppoll(struct pollfd *ufds, unsigned int n, const struct timespec *uts,
	       const sigset_t *umask, size_t size)
{
	struct pollfd fds[MAX_POLL];
	wait_queue_t waits[MAX_POLL];
	ktime_t end = 0;
	struct timespec ts;
	sigset_t mask;
	long ready;

	if (n > MAX_POLL)
		return -EINVAL;
	if (copy_from_user(fds, ufds, n * sizeof(fds[0])))
		return -EFAULT;
	if (uts) {
		if (copy_from_user(&ts, uts, sizeof(ts)))
			return -EFAULT;
		if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= NSEC_PER_SEC)
			return -EINVAL;
		end = ktime_get() + min(ts.tv_sec, 1000000000L) * NSEC_PER_SEC + ts.tv_nsec;
	}
	if (umask) {
		if (size != sizeof(mask) || get_user(mask, umask))
			return -EINVAL;
		current->saved_sigmask = current->blocked;
		current->restore_sigmask = 1;
		sigprocmask(SIG_SETMASK, &mask, NULL);
	}
	for (;;) {
		ready = 0;
		for (unsigned int i = 0; i < n; i++) {
			wait_queue_head_t *wq;

			fds[i].revents = fds[i].fd < 0 ? 0 : poll_one(&fds[i], &wq);
			if (fds[i].revents)
				ready++;
			waits[i] = (wait_queue_t){ current, LIST_HEAD_INIT(waits[i].task_list) };
			if (fds[i].fd >= 0 && wq)
				prepare_to_wait(wq, &waits[i], TASK_INTERRUPTIBLE);
		}
		/* asked before the queues were joined: ask once more, asleep already */
		current->state = TASK_INTERRUPTIBLE;
		for (unsigned int i = 0; i < n && !ready; i++) {
			wait_queue_head_t *wq;

			if (fds[i].fd >= 0 && poll_one(&fds[i], &wq))
				ready = -1;
		}
		if (!ready && !signal_pending(current) && (!uts || ktime_get() < end)) {
			if (uts)
				schedule_until(end);
			else
				schedule();
		}
		for (unsigned int i = 0; i < n; i++)
			finish_wait(NULL, &waits[i]);
		current->state = TASK_RUNNING;
		if (ready > 0 || signal_pending(current) || (!ready && uts && ktime_get() >= end))
			break;
	}
	if (ready <= 0)
		ready = signal_pending(current) ? -EINTR : 0;
	if (ready != -EINTR && umask) {
		current->restore_sigmask = 0;
		sigprocmask(SIG_SETMASK, &current->saved_sigmask, NULL);
	}
	if (ready >= 0 && copy_to_user(ufds, fds, n * sizeof(fds[0])))
		return -EFAULT;
	return ready;
}
