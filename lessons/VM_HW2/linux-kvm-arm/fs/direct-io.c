/*
 * O_DIRECT: a program that wants the disk itself and no copy of it. Each page that is
 * read or written is one request of its own to the disk, as often as it is asked for.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/uaccess.h>

/* Only where there is a disk below. */
bool can_direct_io(const struct inode *inode)
{
	return S_ISBLK(inode->i_mode) || (S_ISREG(inode->i_mode) && inode->i_sb->s_bdev);
}

/* Where the request begins in the file, in memory, and how long it is: whole pages. */
static int check_alignment(const char __user *buf, size_t n, loff_t pos)
{
	return (pos | n) & ~PAGE_MASK || (unsigned long)buf & 511 ? -EINVAL : 0;
}

/* From here on the disk knows best: what the cache has of these pages is written, and forgotten. */
static int drop_pages(struct inode *inode, loff_t pos, size_t n)
{
	int err = filemap_write(inode);

	for (size_t i = 0; i < n && !err; i += PAGE_SIZE)
		invalidate_page(inode, (pos + i) >> PAGE_SHIFT);
	return err;
}

static int read_direct(struct inode *inode, struct page *page)
{
	int err = drop_pages(inode, (loff_t)page->index << PAGE_SHIFT, PAGE_SIZE);

	return err ? err : inode->i_data.a_ops->readpage(inode, page);
}

static int write_direct(struct inode *inode, struct page *page)
{
	const struct address_space_operations *ops = inode->i_data.a_ops;
	loff_t pos = (loff_t)page->index << PAGE_SHIFT;
	int err = pos > inode->i_size ? zero_tail(inode) : 0;

	if (!err)
		err = IS_RDONLY(inode) ? -EROFS : drop_pages(inode, pos, PAGE_SIZE);
	if (!err && ops->prepare_write)
		err = ops->prepare_write(inode, pos, PAGE_SIZE);
	if (err)
		return err;
	if (pos + (loff_t)PAGE_SIZE > inode->i_size)
		inode->i_size = pos + PAGE_SIZE;
	inode->i_mtime = inode->i_ctime = CURRENT_TIME;
	mark_inode_dirty(inode);
	return ops->writepage(inode, page);
}

/* By way of a page of the kernel's: the program's memory need not lie in one piece. */
static ssize_t direct_io(struct file *file, char __user *buf, size_t n, loff_t *pos, bool write)
{
	struct inode *inode = file->f_inode;
	struct page page = { .mapping = &inode->i_data, .host = inode };
	int err = *pos < 0 ? -EINVAL : check_alignment(buf, n, *pos);
	size_t done = 0;

	if (err || !n)
		return err;
	page.addr = (void *)__get_free_page(GFP_KERNEL);
	if (!page.addr)
		return -ENOMEM;
	while (done < n && !err && (write || *pos < inode->i_size)) {
		size_t part = PAGE_SIZE;

		if (!write)
			part = min(part, (size_t)(inode->i_size - *pos));
		else if (*pos >= inode->i_sb->s_maxbytes)
			err = -EFBIG;
		else if (copy_from_user(page.addr, buf + done, part))
			err = -EFAULT;
		if (err)
			break;
		page.index = *pos >> PAGE_SHIFT;
		lock_fs();
		err = write ? write_direct(inode, &page) : read_direct(inode, &page);
		unlock_fs();
		if (!err && !write && copy_to_user(buf + done, page.addr, part))
			err = -EFAULT;
		if (err)
			break;
		done += part;
		*pos += part;
	}
	free_page((unsigned long)page.addr);
	return done ? (ssize_t)done : err;
}

ssize_t direct_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return direct_io(file, buf, n, pos, false);
}

ssize_t direct_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	if (file->f_flags & O_APPEND)
		*pos = file->f_inode->i_size;
	return direct_io(file, (char __user *)buf, n, pos, true);
}
