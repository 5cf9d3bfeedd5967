/* Devices: which driver a node stands for, in /dev or on a disk. The numbers say it. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/blkdev.h>
#include <linux/slab.h>
#include <linux/err.h>

struct device {
	umode_t kind; /* S_IFCHR or S_IFBLK */
	unsigned long dev;
	const struct file_operations *fops;
	void *private;
	struct list_head list;
};

static LIST_HEAD(devices);

static void register_device(umode_t kind, unsigned long dev,
			    const struct file_operations *fops, void *private)
{
	struct device *d = kmalloc(sizeof(*d), GFP_KERNEL);

	if (!d) {
		pr_err("no memory for device %lu\n", dev);
		return;
	}
	*d = (struct device){ .kind = kind, .dev = dev, .fops = fops, .private = private };
	list_add_tail(&d->list, &devices);
}

int device_create(const char *path, umode_t mode, unsigned long dev,
		  const struct file_operations *fops, void *private)
{
	struct inode *inode;

	register_device(mode & S_IFMT, dev, fops, private);
	inode = fs_mknod(path, mode, fops, private);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	inode->i_rdev = dev;
	return 0;
}

/* The node becomes the driver's, or a pipe with a name. */
static int device_open(struct inode *inode, struct file *file)
{
	struct device *d;

	if (S_ISFIFO(inode->i_mode))
		return fifo_open(inode, file);
	list_for_each_entry(d, &devices, list)
		if (d->kind == (inode->i_mode & S_IFMT) && d->dev == inode->i_rdev) {
			file->f_op = d->fops;
			file->private_data = d->private;
			return d->fops->open ? d->fops->open(inode, file) : 0;
		}
	return -ENXIO;
}

static const struct file_operations device_operations = { .open = device_open };

/* For a node in a file system: a device, a FIFO or a socket. The last cannot be opened. */
void init_special_inode(struct inode *inode, umode_t mode, unsigned long dev)
{
	inode->i_mode = mode;
	inode->i_rdev = dev;
	inode->i_fop = &device_operations;
}
