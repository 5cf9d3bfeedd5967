/* /dev/null, /dev/zero, and misc_register() for everybody else's devices. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/err.h>
#include <linux/uaccess.h>

static ssize_t null_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return 0;
}

static ssize_t null_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	return n;
}

static ssize_t zero_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return clear_user(buf, n) ? -EFAULT : (ssize_t)n;
}

static const struct file_operations null_fops = { .read = null_read, .write = null_write };
static const struct file_operations zero_fops = { .read = zero_read, .write = null_write };

int misc_register(struct miscdevice *misc)
{
	char path[32];
	struct inode *inode;

	snprintf(path, sizeof(path), "/dev/%s", misc->name);
	inode = fs_mknod(path, S_IFCHR | 0660, misc->fops, misc);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	inode->i_rdev = MISC_MAJOR << 8 | misc->minor;
	return 0;
}

static int mem_dev_init(void)
{
	fs_mknod("/dev/null", S_IFCHR | 0666, &null_fops, NULL);
	fs_mknod("/dev/zero", S_IFCHR | 0666, &zero_fops, NULL);
	return 0;
}
fs_initcall(mem_dev_init);
