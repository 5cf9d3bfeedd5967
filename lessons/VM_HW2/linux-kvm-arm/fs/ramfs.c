/* Regular files and directories in memory. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define FILE_MAX (64L << 20)

/* Room for size bytes; bytes that lie in the initrd are copied out first. */
static int grow(struct inode *inode, size_t size)
{
	size_t needed = max(size, (size_t)inode->i_size); /* all that lies in the initrd, too */
	size_t capacity = max(PAGE_ALIGN(needed), PAGE_ALIGN(inode->capacity * 2));
	char *data;

	if (size <= inode->capacity)
		return 0;
	if (size > FILE_MAX)
		return -EFBIG;
	data = vmalloc(capacity);
	if (!data)
		return -ENOSPC;
	if (inode->i_size)
		memcpy(data, inode->data, inode->i_size);
	if (inode->capacity)
		vfree(inode->data);
	inode->data = data;
	inode->capacity = capacity;
	return 0;
}

int ramfs_truncate(struct inode *inode, loff_t size)
{
	if (size < 0)
		return -EINVAL;
	if (size > inode->i_size) {
		int err = grow(inode, size);

		if (err)
			return err;
		memset(inode->data + inode->i_size, 0, size - inode->i_size);
	}
	inode->i_size = size;
	return 0;
}

static ssize_t ramfs_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return simple_read(buf, n, pos, file->f_inode->data, file->f_inode->i_size);
}

static ssize_t ramfs_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct inode *inode = file->f_inode;
	int err;

	if (file->f_flags & O_APPEND)
		*pos = inode->i_size;
	if (*pos < 0 || n > (size_t)FILE_MAX || *pos > FILE_MAX)
		return -EFBIG;
	/* also when it fits: the initrd's bytes are not to be written */
	err = grow(inode, *pos + n);
	if (err)
		return err;
	if (*pos > inode->i_size)
		memset(inode->data + inode->i_size, 0, *pos - inode->i_size);
	if (copy_from_user(inode->data + *pos, buf, n))
		return -EFAULT;
	*pos += n;
	inode->i_size = max(inode->i_size, *pos);
	return n;
}

ssize_t simple_read(char __user *buf, size_t n, loff_t *pos, const char *text, size_t len)
{
	if (*pos < 0 || (size_t)*pos >= len)
		return 0;
	n = min(n, len - *pos);
	if (copy_to_user(buf, text + *pos, n))
		return -EFAULT;
	*pos += n;
	return n;
}

const struct file_operations ramfs_file_operations = {
	.read = ramfs_read,
	.write = ramfs_write,
	.llseek = generic_llseek
};

const struct file_operations ramfs_dir_operations = { .llseek = generic_llseek };
