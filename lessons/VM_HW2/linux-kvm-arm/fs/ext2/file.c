/* Regular files and symbolic links: their bytes. */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/string.h>
#include "ext2.h"

/* Calls for each run of blocks of the page that lie one behind the other on the disk. */
static int page_io(struct inode *inode, struct page *page, bool write)
{
	struct super_block *sb = inode->i_sb;
	unsigned int bits = sb->s_blocksize_bits, run = 0, n = PAGE_SIZE >> bits;
	u64 first = (u64)page->index << (PAGE_SHIFT - bits);
	u64 last = (inode->i_size + sb->s_blocksize - 1) >> bits; /* of the file */
	u32 start = 0, block;
	int err = 0;

	for (unsigned int i = 0; i <= n && !err; i++) {
		block = 0;
		if (i < n && first + i < last)
			err = ext2_get_block(inode, first + i, false, &block);
		if (err)
			break;
		if (run && block == start + run) {
			run++;
			continue;
		}
		if (run)
			err = bdev_rw(sb->s_bdev, (u64)start << bits,
				      (char *)page->addr + ((i - run) << bits), run << bits, write);
		if (!block && i < n && !write)
			memset((char *)page->addr + (i << bits), 0, sb->s_blocksize);
		start = block;
		run = block ? 1 : 0;
	}
	return err;
}

static int ext2_readpage(struct inode *inode, struct page *page)
{
	int err = page_io(inode, page, false);
	loff_t rest = inode->i_size - ((loff_t)page->index << PAGE_SHIFT);

	/* the disk may have anything behind the file's end */
	if (!err && rest < (loff_t)PAGE_SIZE)
		memset((char *)page->addr + max(rest, 0L), 0, PAGE_SIZE - max(rest, 0L));
	return err;
}

static int ext2_writepage(struct inode *inode, struct page *page)
{
	loff_t rest = inode->i_size - ((loff_t)page->index << PAGE_SHIFT);

	/* who has it mapped may have stored anything there */
	if (rest < (loff_t)PAGE_SIZE)
		memset((char *)page->addr + max(rest, 0L), 0, PAGE_SIZE - max(rest, 0L));
	return page_io(inode, page, true);
}

/* Blocks for [pos, pos + n), while it can still be said that there are none. */
static int ext2_prepare_write(struct inode *inode, loff_t pos, unsigned int n)
{
	unsigned int bits = inode->i_sb->s_blocksize_bits;
	u32 block;
	int err = 0;

	for (u64 i = pos >> bits; i <= (u64)(pos + n - 1) >> bits && !err; i++)
		err = ext2_get_block(inode, i, true, &block);
	if (err && pos + n > inode->i_size)
		ext2_truncate_blocks(inode, inode->i_size);
	return err;
}

const struct address_space_operations ext2_aops = {
	.readpage = ext2_readpage,
	.writepage = ext2_writepage,
	.prepare_write = ext2_prepare_write
};

/* What is cut off is on the disk as cut off before its blocks are free. */
int ext2_truncate(struct inode *inode, loff_t size)
{
	loff_t old = inode->i_size;
	struct page *page;

	/* the rest of the last block must be zeros if the file grows again */
	if (size < old && (size & ~PAGE_MASK)) {
		page = read_mapping_page(inode, size >> PAGE_SHIFT);
		if (IS_ERR(page))
			return PTR_ERR(page);
		set_page_dirty(page);
	} else if (size > old) {
		int err = zero_tail(inode);

		if (err)
			return err;
	}
	inode->i_mtime = inode->i_ctime = CURRENT_TIME;
	inode->i_size = size;
	mark_inode_dirty(inode);
	truncate_pages(inode, size);
	if (size < old)
		ext2_truncate_blocks(inode, size);
	return 0;
}

const struct file_operations ext2_file_operations = {
	.read = generic_file_read,
	.write = generic_file_write,
	.mmap = generic_file_mmap,
	.llseek = generic_llseek
};

const struct inode_operations ext2_file_inode_operations = { .truncate = ext2_truncate };

/* Up to 59 characters fit where other inodes have block numbers. */
static int ext2_readlink(struct inode *inode, char *buf, int size)
{
	int n = min((loff_t)size, inode->i_size), err;
	struct buffer_head *bh;
	u32 block;

	if (inode->i_blocks == (EXT2_I(inode)->i_file_acl ? inode->i_sb->s_blocksize / 512 : 0)) {
		memcpy(buf, EXT2_I(inode)->i_block, n);
		return n;
	}
	err = ext2_get_block(inode, 0, false, &block);
	if (err || !block)
		return err ? err : -EIO;
	bh = sb_bread(inode->i_sb, block);
	if (!bh)
		return -EIO;
	memcpy(buf, bh->b_data, n);
	brelse(bh);
	return n;
}

const struct inode_operations ext2_symlink_inode_operations = { .readlink = ext2_readlink };
