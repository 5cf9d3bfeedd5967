/* Open files: descriptors, opening and closing. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/err.h>
#include <linux/anon_inodes.h>
#include <linux/uaccess.h>

struct file *get_file(struct file *file)
{
	atomic_inc(&file->f_count);
	return file;
}

struct file *fget(unsigned int fd)
{
	struct file *file;

	preempt_disable(); /* another thread may be about to close it */
	file = fd < NR_OPEN && current->files ? current->files->fd[fd] : NULL;
	if (file)
		get_file(file);
	preempt_enable();
	return file;
}

void fput(struct file *file)
{
	if (!atomic_dec_and_test(&file->f_count))
		return;
	if (file->f_op->release)
		file->f_op->release(file->f_inode, file);
	if (file->f_inode) {
		if ((file->f_flags & O_ACCMODE) != O_RDONLY) {
			sync_inode(file->f_inode); /* what is closed is on the disk */
			atomic_dec(&file->f_inode->i_writecount);
		}
		if (file->f_denies_write)
			atomic_inc(&file->f_inode->i_writecount);
		iput(file->f_inode);
	}
	if (file->f_path.dentry)
		path_put(&file->f_path);
	kfree(file);
}

int get_unused_fd_from(unsigned int from)
{
	for (unsigned int fd = from; fd < NR_OPEN; fd++)
		if (!current->files->fd[fd])
			return fd;
	return -EMFILE;
}

void fd_install(unsigned int fd, struct file *file)
{
	preempt_disable();
	current->files->fd[fd] = file;
	current->files->close_on_exec &= ~(1UL << fd);
	if (file->f_flags & O_CLOEXEC)
		current->files->close_on_exec |= 1UL << fd;
	preempt_enable();
}

int fd_install_unused(unsigned int from, struct file *file)
{
	int fd;

	preempt_disable();
	fd = get_unused_fd_from(from);
	if (fd >= 0)
		fd_install(fd, file);
	preempt_enable();
	return fd;
}

struct files_struct *dup_files(struct files_struct *old)
{
	struct files_struct *files = kmalloc(sizeof(*files), GFP_KERNEL);

	if (!files)
		return NULL;
	preempt_disable();
	*files = *old;
	atomic_set(&files->count, 1);
	for (int fd = 0; fd < NR_OPEN; fd++)
		if (files->fd[fd])
			get_file(files->fd[fd]);
	preempt_enable();
	return files;
}

void put_files(struct files_struct *files)
{
	if (!atomic_dec_and_test(&files->count))
		return;
	for (int fd = 0; fd < NR_OPEN; fd++)
		if (files->fd[fd])
			fput(files->fd[fd]);
	kfree(files);
}

/* One who writes more, or (by -1) one more who does not want that. */
static int count_writers(struct inode *inode, int by)
{
	int err = 0;

	preempt_disable();
	if (atomic_read(&inode->i_writecount) * by < 0)
		err = -ETXTBSY;
	else
		atomic_add_return(by, &inode->i_writecount);
	preempt_enable();
	return err;
}

int deny_write_access(struct file *file)
{
	int err = count_writers(file->f_inode, -1);

	file->f_denies_write = !err;
	return err;
}

struct file *alloc_file(const struct file_operations *fop, struct inode *inode, unsigned int flags)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENOMEM);
	atomic_set(&file->f_count, 1);
	file->f_flags = flags;
	file->f_op = fop;
	file->f_inode = inode;
	if (inode && (flags & O_ACCMODE) != O_RDONLY && count_writers(inode, 1)) {
		kfree(file);
		return ERR_PTR(-ETXTBSY);
	}
	if (inode)
		ihold(inode);
	return file;
}

int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags)
{
	struct file *file = alloc_file(fops, NULL, flags);
	int fd;

	if (IS_ERR(file))
		return PTR_ERR(file);
	file->private_data = priv;
	file->f_name = name;
	fd = fd_install_unused(0, file);
	if (fd < 0)
		kfree(file); /* not fput(): priv stays the caller's */
	return fd;
}

loff_t generic_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t base = whence == SEEK_SET ? 0 :
		      whence == SEEK_CUR ? file->f_pos :
		      whence == SEEK_END ? file->f_inode->i_size : -1;

	if (base < 0 || (offset < 0 && base + offset < 0) || base + offset < offset - base)
		return -EINVAL;
	return file->f_pos = base + offset;
}
