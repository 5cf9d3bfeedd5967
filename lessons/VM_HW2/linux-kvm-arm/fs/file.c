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
	file->f_count++;
	return file;
}

struct file *fget(unsigned int fd)
{
	struct file *file = fd < NR_OPEN && current->files ? current->files->fd[fd] : NULL;

	return file ? get_file(file) : NULL;
}

void fput(struct file *file)
{
	if (--file->f_count)
		return;
	if (file->f_op->release)
		file->f_op->release(file->f_inode, file);
	if (file->f_inode)
		iput(file->f_inode);
	kfree(file);
}

int get_unused_fd_from(unsigned int from)
{
	for (unsigned int fd = from; fd < NR_OPEN; fd++)
		if (!current->files->fd[fd])
			return fd;
	return -EMFILE;
}

int get_unused_fd(void)
{
	return get_unused_fd_from(0);
}

void fd_install(unsigned int fd, struct file *file)
{
	current->files->fd[fd] = file;
	current->files->close_on_exec &= ~(1UL << fd);
	if (file->f_flags & O_CLOEXEC)
		current->files->close_on_exec |= 1UL << fd;
}

struct files_struct *dup_files(struct files_struct *old)
{
	struct files_struct *files = kmalloc(sizeof(*files), GFP_KERNEL);

	if (!files)
		return NULL;
	*files = *old;
	files->count = 1;
	for (int fd = 0; fd < NR_OPEN; fd++)
		if (files->fd[fd])
			get_file(files->fd[fd]);
	return files;
}

void put_files(struct files_struct *files)
{
	if (--files->count)
		return;
	for (int fd = 0; fd < NR_OPEN; fd++)
		if (files->fd[fd])
			fput(files->fd[fd]);
	kfree(files);
}

struct file *alloc_file(const struct file_operations *fop, struct inode *inode, unsigned int flags)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENOMEM);
	file->f_count = 1;
	file->f_flags = flags;
	file->f_op = fop;
	file->f_inode = inode;
	if (inode)
		inode->i_count++;
	return file;
}

static const struct file_operations no_operations;

struct file *filp_open(const char *path, int flags, umode_t mode)
{
	struct inode *inode = path_lookup(current->cwd, path);
	struct file *file;
	int err;

	if (IS_ERR(inode) && PTR_ERR(inode) == -ENOENT && (flags & O_CREAT))
		inode = create_at(current->cwd, path, S_IFREG | (mode & 07777));
	else if (!IS_ERR(inode) && (flags & O_CREAT) && (flags & O_EXCL))
		return ERR_PTR(-EEXIST);
	if (IS_ERR(inode))
		return (void *)inode;
	if (S_ISDIR(inode->i_mode) && (flags & O_ACCMODE) != O_RDONLY)
		return ERR_PTR(-EISDIR);
	if (!S_ISDIR(inode->i_mode) && (flags & O_DIRECTORY))
		return ERR_PTR(-ENOTDIR);
	file = alloc_file(inode->i_fop ? inode->i_fop : &no_operations, inode, flags);
	if (IS_ERR(file))
		return file;
	file->private_data = inode->i_private;
	file->f_name = inode->name;
	err = file->f_op->open ? file->f_op->open(inode, file) : 0;
	if (!err && (flags & O_TRUNC) && S_ISREG(inode->i_mode) &&
	    inode->i_fop == &ramfs_file_operations)
		err = ramfs_truncate(inode, 0);
	if (err) {
		file->f_op = &no_operations; /* it was never open: no release */
		fput(file);
		return ERR_PTR(err);
	}
	return file;
}

/* Into kernel memory; only for files of the tree itself. */
ssize_t kernel_read(struct file *file, loff_t pos, void *buf, size_t n)
{
	struct inode *inode = file->f_inode;

	if (!inode || inode->i_fop != &ramfs_file_operations)
		return -EINVAL;
	if (pos < 0 || pos >= inode->i_size)
		return 0;
	n = min(n, (size_t)(inode->i_size - pos));
	memcpy(buf, inode->data + pos, n);
	return n;
}

int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags)
{
	int fd = get_unused_fd();
	struct file *file;

	if (fd < 0)
		return fd;
	file = alloc_file(fops, NULL, flags);
	if (IS_ERR(file))
		return PTR_ERR(file);
	file->private_data = priv;
	file->f_name = name;
	fd_install(fd, file);
	return fd;
}

loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
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
