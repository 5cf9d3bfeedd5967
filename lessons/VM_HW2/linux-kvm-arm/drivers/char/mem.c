/* /dev/null, /dev/zero, and misc_register() for everybody else's devices. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kdev_t.h>
#include <linux/miscdevice.h>
#include <linux/err.h>
#include <linux/uaccess.h>

#define MEM_MAJOR 1

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

	snprintf(path, sizeof(path), "/dev/%s", misc->name);
	return device_create(path, S_IFCHR | 0660, MKDEV(MISC_MAJOR, misc->minor), misc->fops, misc);
}

static int mem_dev_init(void)
{
	int err = device_create("/dev/null", S_IFCHR | 0666, MKDEV(MEM_MAJOR, 3), &null_fops, NULL);

	return err ? err : device_create("/dev/zero", S_IFCHR | 0666, MKDEV(MEM_MAJOR, 5),
					 &zero_fops, NULL);
}
fs_initcall(mem_dev_init);
