/* The buffer cache: blocks of disks in memory, those that are no file's data. */
#ifndef _LINUX_BUFFER_HEAD_H
#define _LINUX_BUFFER_HEAD_H

#include <linux/blkdev.h>
#include <linux/fs.h>

struct buffer_head {
	u64 b_blocknr;
	unsigned int b_size;
	int b_count;
	bool b_uptodate, b_dirty;
	struct block_device *b_bdev;
	char *b_data;
	struct list_head b_hash, b_lru;
};

/* The block, read; NULL if that failed. */
struct buffer_head *sb_bread(struct super_block *sb, u64 block);
/* The block as a buffer, whatever it holds: for blocks that will be written whole. */
struct buffer_head *sb_getblk(struct super_block *sb, u64 block);
void brelse(struct buffer_head *bh);
/* The block is free: its buffer, dirty or not, must never reach the disk again. */
void sb_forget(struct super_block *sb, u64 block);
void mark_buffer_dirty(struct buffer_head *bh);
int sync_dirty_buffer(struct buffer_head *bh);
/*
 * Of a buffer that is not dirty otherwise: the sectors that have n bytes from there on. A
 * sector is what a power cut never tears.
 */
int write_buffer_part(struct buffer_head *bh, const void *from, unsigned int n);
/* All that are dirty, by rising number. */
int sync_buffers(struct block_device *bdev);
void invalidate_buffers(struct block_device *bdev);
int sb_set_blocksize(struct super_block *sb, unsigned int size);

#endif
