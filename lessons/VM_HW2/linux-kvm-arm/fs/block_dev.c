/*
 * A disk as a file: /dev/vda and so on, as raw bytes. Each read and write is a request to
 * the disk itself, past all caches (in Linux only with O_DIRECT). While a file system is
 * mounted from it there must be no second truth: who reads makes the file system write
 * what it holds back, and nobody else may write.
 */
#include <linux/kernel.h>
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

/* A piece of a read or write: within one page of the disk, maybe not whole sectors. */
static ssize_t piece(struct block_device *bdev, char __user *buf, size_t n, u64 pos, bool write)
{
	u32 skew = pos % SECTOR_SIZE, bytes;
	int err = 0;

	n = min(n, PAGE_SIZE - skew);
	n = min(n, (size_t)(bdev->bd_size - pos));
	bytes = ALIGN(skew + n, SECTOR_SIZE);
	mutex_lock(&bdev->bd_mutex);
	if (!write || bytes != n)
		err = bdev_rw(bdev, pos - skew, bdev->bd_bounce, bytes, false);
	if (!err && write) {
		if (copy_from_user(bdev->bd_bounce + skew, buf, n))
			err = -EFAULT;
		else
			err = bdev_rw(bdev, pos - skew, bdev->bd_bounce, bytes, true);
	} else if (!err && copy_to_user(buf, bdev->bd_bounce + skew, n)) {
		err = -EFAULT;
	}
	mutex_unlock(&bdev->bd_mutex);
	return err ? err : (ssize_t)n;
}

static ssize_t rw(struct file *file, char __user *buf, size_t n, loff_t *pos, bool write)
{
	struct block_device *bdev = file->private_data;
	size_t done = 0;

	if (*pos < 0)
		return -EINVAL;
	if (bdev->bd_super && write)
		return -EBUSY; /* mounted since it was opened */
	if (bdev->bd_super)
		sync_filesystem(bdev->bd_super);
	while (done < n && (u64)*pos < bdev->bd_size) {
		ssize_t got = piece(bdev, buf + done, n - done, *pos, write);

		if (got < 0)
			return done ? (ssize_t)done : got;
		done += got;
		*pos += got;
	}
	return write && n && !done ? -ENOSPC : (ssize_t)done;
}

/* O_EXCL, without O_CREAT: only if nobody has it mounted. */
static int blkdev_open(struct inode *inode, struct file *file)
{
	const struct block_device *bdev = file->private_data;

	if ((file->f_flags & O_ACCMODE) == O_RDONLY)
		return (file->f_flags & O_EXCL) && bdev->bd_super ? -EBUSY : 0;
	return bdev->bd_read_only ? -EROFS : bdev->bd_super ? -EBUSY : 0;
}

static ssize_t blkdev_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return rw(file, buf, n, pos, false);
}

static ssize_t blkdev_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	return rw(file, (char __user *)buf, n, pos, true);
}

static int blkdev_fsync(struct file *file, int datasync)
{
	return bdev_flush(file->private_data);
}

static loff_t blkdev_llseek(struct file *file, loff_t offset, int whence)
{
	const struct block_device *bdev = file->private_data;
	loff_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file->f_pos :
		      whence == SEEK_END ? (loff_t)bdev->bd_size : -1;

	if (base < 0 || offset < -base || offset > (loff_t)bdev->bd_size - base)
		return -EINVAL;
	return file->f_pos = base + offset;
}

#define BLKGETSIZE   0x1260
#define BLKSSZGET    0x1268
#define BLKGETSIZE64 0x80081272

static long blkdev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct block_device *bdev = file->private_data;

	switch (cmd) {
	case BLKGETSIZE:
		return put_user(bdev->bd_size / SECTOR_SIZE, (unsigned long *)arg);
	case BLKSSZGET:
		return put_user((int)SECTOR_SIZE, (int *)arg);
	case BLKGETSIZE64:
		return put_user(bdev->bd_size, (u64 *)arg);
	}
	return -ENOTTY;
}

const struct file_operations def_blk_fops = {
	.open = blkdev_open,
	.read = blkdev_read,
	.write = blkdev_write,
	.llseek = blkdev_llseek,
	.fsync = blkdev_fsync,
	.unlocked_ioctl = blkdev_ioctl
};
