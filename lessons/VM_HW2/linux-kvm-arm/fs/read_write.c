/* System calls on open files. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <uapi/linux/uio.h>

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

/* A position of our own: another thread may move the file's while we look at it. */
long sys_read(unsigned int fd, char *buf, size_t n)
{
	struct file *file = fget(fd);
	loff_t pos;
	long ret;

	if (!file)
		return -EBADF;
	pos = file->f_pos;
	ret = file_read(file, buf, n, &pos);
	file->f_pos = pos;
	fput(file);
	return ret;
}

long sys_write(unsigned int fd, const char *buf, size_t n)
{
	struct file *file = fget(fd);
	loff_t pos;
	long ret;

	if (!file)
		return -EBADF;
	pos = file->f_pos;
	ret = file_write(file, buf, n, &pos);
	file->f_pos = pos;
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
	loff_t pos;

	if (!file)
		return -EBADF;
	pos = file->f_pos;
	for (unsigned int i = 0; i < count; i++) {
		struct iovec v;
		ssize_t n;

		if (copy_from_user(&v, uvec + i, sizeof(v))) {
			total = total ? total : -EFAULT;
			break;
		}
		if (!v.iov_len)
			continue;
		n = write ? file_write(file, v.iov_base, v.iov_len, &pos)
			  : file_read(file, v.iov_base, v.iov_len, &pos);
		if (n < 0) {
			total = total ? total : n;
			break;
		}
		total += n;
		if ((size_t)n < v.iov_len)
			break;
	}
	file->f_pos = pos;
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
	struct file *file;

	if (fd >= NR_OPEN)
		return -EBADF;
	preempt_disable();
	file = current->files->fd[fd];
	current->files->fd[fd] = NULL;
	preempt_enable();
	if (!file)
		return -EBADF;
	fput(file);
	return 0;
}

/* Bytes of a file to another file or a pipe, by way of a page of ours. */
long sys_sendfile(int out_fd, int in_fd, loff_t *upos, size_t count)
{
	struct file *in = fget(in_fd), *out = fget(out_fd);
	long total = 0, err = 0;
	loff_t pos = 0;
	char *page = NULL;

	if (!in || !out || (in->f_flags & O_ACCMODE) == O_WRONLY ||
	    (out->f_flags & O_ACCMODE) == O_RDONLY)
		err = -EBADF;
	else if (!in->f_inode || !S_ISREG(in->f_inode->i_mode) || !in->f_inode->i_data.a_ops)
		err = -EINVAL;
	else if (upos && get_user(pos, upos))
		err = -EFAULT;
	else if (pos < 0)
		err = -EINVAL;
	else if (!(page = (char *)__get_free_page(GFP_KERNEL)))
		err = -ENOMEM;
	if (!upos && in)
		pos = in->f_pos;
	count = min(count, 0x7ffff000UL);
	while (!err && (size_t)total < count) {
		ssize_t n = kernel_read(in, pos, page, min(count - (size_t)total, PAGE_SIZE));

		if (n > 0)
			n = kernel_write(out, page, n, &out->f_pos);
		if (n <= 0) {
			err = n;
			break;
		}
		pos += n;
		total += n;
	}
	free_page((unsigned long)page);
	if (!err || total) {
		if (!upos && in)
			in->f_pos = pos;
		else if (upos && put_user(pos, upos))
			err = total = -EFAULT;
	}
	if (in)
		fput(in);
	if (out)
		fput(out);
	return total ? total : err;
}
