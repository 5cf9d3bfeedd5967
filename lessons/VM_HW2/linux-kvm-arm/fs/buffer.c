/*
 * The buffer cache: blocks of a disk that hold what a file system knows of itself. Blocks
 * are found by their number; those that nobody uses are kept, up to a limit.
 */
#include <linux/kernel.h>
#include <linux/buffer_head.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/err.h>

#define HASH_SIZE 256
#define MAX_BUFFERS 1024

static struct list_head hash[HASH_SIZE];
static LIST_HEAD(lru); /* all; the ones used last are at the end */
static int nr_buffers;

static struct list_head *bucket(u64 block)
{
	struct list_head *head = &hash[block % HASH_SIZE];

	if (!head->next)
		INIT_LIST_HEAD(head);
	return head;
}

static struct buffer_head *find_buffer(struct block_device *bdev, u64 block)
{
	struct buffer_head *bh;

	list_for_each_entry(bh, bucket(block), b_hash)
		if (bh->b_blocknr == block && bh->b_bdev == bdev)
			return bh;
	return NULL;
}

static void free_buffer(struct buffer_head *bh)
{
	list_del(&bh->b_hash);
	list_del(&bh->b_lru);
	nr_buffers--;
	kfree(bh->b_data);
	kfree(bh);
}

static void shrink_buffers(void)
{
	struct buffer_head *bh, *next;

	list_for_each_entry_safe(bh, next, &lru, b_lru) {
		if (nr_buffers < MAX_BUFFERS)
			break;
		if (!bh->b_count && !bh->b_dirty)
			free_buffer(bh);
	}
}

struct buffer_head *sb_getblk(struct super_block *sb, u64 block)
{
	struct buffer_head *bh = find_buffer(sb->s_bdev, block);

	if (bh) {
		bh->b_count++;
		list_del(&bh->b_lru);
		list_add_tail(&bh->b_lru, &lru);
		return bh;
	}
	if (nr_buffers >= MAX_BUFFERS)
		shrink_buffers();
	bh = kzalloc(sizeof(*bh), GFP_KERNEL);
	if (!bh)
		return NULL;
	bh->b_data = kmalloc(sb->s_blocksize, GFP_KERNEL);
	if (!bh->b_data) {
		kfree(bh);
		return NULL;
	}
	bh->b_blocknr = block;
	bh->b_size = sb->s_blocksize;
	bh->b_bdev = sb->s_bdev;
	bh->b_count = 1;
	list_add(&bh->b_hash, bucket(block));
	list_add_tail(&bh->b_lru, &lru);
	nr_buffers++;
	return bh;
}

struct buffer_head *sb_bread(struct super_block *sb, u64 block)
{
	struct buffer_head *bh = sb_getblk(sb, block);

	if (!bh || bh->b_uptodate)
		return bh;
	if (bdev_rw(bh->b_bdev, block * bh->b_size, bh->b_data, bh->b_size, false)) {
		printk("%s: cannot read block %llu\n", bh->b_bdev->bd_disk->disk_name, block);
		brelse(bh);
		return NULL;
	}
	bh->b_uptodate = true;
	return bh;
}

void brelse(struct buffer_head *bh)
{
	if (bh)
		bh->b_count--;
}

void sb_forget(struct super_block *sb, u64 block)
{
	struct buffer_head *bh = find_buffer(sb->s_bdev, block);

	if (!bh)
		return;
	bh->b_dirty = bh->b_uptodate = false;
	if (!bh->b_count)
		free_buffer(bh);
}

void mark_buffer_dirty(struct buffer_head *bh)
{
	bh->b_uptodate = bh->b_dirty = true;
}

static int write_bytes(struct buffer_head *bh, unsigned int from, unsigned int n)
{
	int err = bdev_rw(bh->b_bdev, bh->b_blocknr * bh->b_size + from, bh->b_data + from, n,
			  true);

	if (err)
		printk("%s: cannot write block %llu\n", bh->b_bdev->bd_disk->disk_name,
		       bh->b_blocknr);
	return err;
}

int sync_dirty_buffer(struct buffer_head *bh)
{
	if (!bh->b_dirty)
		return 0;
	bh->b_dirty = false; /* what is changed while we write is written again */
	return write_bytes(bh, 0, bh->b_size);
}

int write_buffer_part(struct buffer_head *bh, const void *from, unsigned int n)
{
	unsigned int at = (const char *)from - bh->b_data, first = at & ~(SECTOR_SIZE - 1);

	return write_bytes(bh, first, ALIGN(at + n, SECTOR_SIZE) - first);
}

int sync_buffers(struct block_device *bdev)
{
	struct buffer_head *bh, *next;
	int err = 0, one;
	u64 done = 0;

	do { /* the lowest that is left */
		next = NULL;
		list_for_each_entry(bh, &lru, b_lru)
			if (bh->b_bdev == bdev && bh->b_dirty && bh->b_blocknr >= done &&
			    (!next || bh->b_blocknr < next->b_blocknr))
				next = bh;
		if (next) {
			done = next->b_blocknr + 1;
			one = sync_dirty_buffer(next);
			err = err ? err : one;
		}
	} while (next);
	return err;
}

void invalidate_buffers(struct block_device *bdev)
{
	struct buffer_head *bh, *next;

	list_for_each_entry_safe(bh, next, &lru, b_lru)
		if (bh->b_bdev == bdev && !bh->b_count)
			free_buffer(bh);
}

/* Blocks are of that size from now on: 1, 2 or 4 KB. */
int sb_set_blocksize(struct super_block *sb, unsigned int size)
{
	if (size < SECTOR_SIZE || size > 4096 || (size & (size - 1)))
		return -EINVAL;
	invalidate_buffers(sb->s_bdev);
	sb->s_blocksize = size;
	sb->s_blocksize_bits = __builtin_ctz(size);
	return 0;
}
