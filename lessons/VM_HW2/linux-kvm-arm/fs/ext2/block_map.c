/*
 * Which block of the disk holds which block of a file, and giving blocks back. (Linux:
 * fs/ext2/inode.c.)
 */
#include <linux/err.h>
#include <linux/pagemap.h>
#include <linux/string.h>
#include "ext2.h"

/* The way to a block: a slot in the inode, then one in each block of numbers. */
static int block_to_path(struct super_block *sb, u64 iblock, u32 path[4])
{
	unsigned int bits = sb->s_blocksize_bits - 2; /* log2 of the numbers in a block */
	u64 mask = (1UL << bits) - 1;

	if (iblock < EXT2_NDIR_BLOCKS) {
		path[0] = iblock;
		return 1;
	}
	iblock -= EXT2_NDIR_BLOCKS;
	for (int depth = 1; depth <= 3; depth++) {
		if (iblock >> bits * depth == 0) {
			path[0] = EXT2_IND_BLOCK + depth - 1;
			for (int i = 1; i <= depth; i++)
				path[i] = iblock >> bits * (depth - i) & mask;
			return depth + 1;
		}
		iblock -= 1UL << bits * depth;
	}
	return 0;
}

/* What three levels can address; and i_blocks counts sectors in 32 bits. */
loff_t ext2_max_size(unsigned int blocksize_bits)
{
	u64 n = 1UL << (blocksize_bits - 2);

	return min((EXT2_NDIR_BLOCKS + n + n * n + n * n * n) << blocksize_bits,
		   0xffff0000UL << 9);
}

/* A new block for slot. One that will hold numbers is zeros on the disk before it is used. */
static int fill_slot(struct inode *inode, u32 *slot, u32 goal, bool numbers)
{
	struct super_block *sb = inode->i_sb;
	struct buffer_head *bh;
	u32 block;
	int err = ext2_new_block(sb, goal, &block);

	if (err)
		return err;
	if (numbers) {
		bh = sb_getblk(sb, block);
		if (bh) {
			memset(bh->b_data, 0, bh->b_size);
			mark_buffer_dirty(bh);
			err = sync_dirty_buffer(bh);
			brelse(bh);
		}
		if (!bh || err) {
			ext2_free_block(sb, block);
			return err ? err : -ENOMEM;
		}
	}
	*slot = block;
	inode->i_blocks += sb->s_blocksize / 512;
	return 0;
}

/* The disk's block for the file's block iblock; 0 for a hole, unless one shall be made. */
int ext2_get_block(struct inode *inode, u64 iblock, bool create, u32 *block)
{
	struct super_block *sb = inode->i_sb;
	struct buffer_head *bh = NULL, *next;
	u32 path[4], *slot, goal = 0;
	int depth = block_to_path(sb, iblock, path), err = 0;

	*block = 0;
	if (!depth)
		return -EFBIG;
	slot = &EXT2_I(inode)->i_block[path[0]];
	for (int i = 1;; i++) {
		if (path[i - 1])
			goal = slot[-1] + 1; /* behind the block before */
		if (!*slot) {
			if (!create)
				break;
			err = fill_slot(inode, slot, goal, i < depth);
			if (err)
				break;
			if (bh)
				mark_buffer_dirty(bh);
			mark_inode_dirty(inode);
		} else if (!ext2_data_block_valid(sb, *slot)) {
			ext2_error(sb, "inode %lu has the impossible block %llu", inode->i_ino, *slot);
			err = -EIO;
			break;
		}
		if (i == depth) {
			*block = *slot;
			break;
		}
		next = sb_bread(sb, *slot);
		brelse(bh);
		bh = next;
		if (!bh)
			return -EIO;
		slot = (u32 *)bh->b_data + path[i];
	}
	brelse(bh);
	return err;
}

/* Blocks on their way out: nothing in memory refers to them, but the disk may. */
struct free_batch {
	struct inode *inode;
	u64 visited;
	int n;
	u32 blocks[128];
};

static void flush_batch(struct free_batch *batch)
{
	struct inode *inode = batch->inode;

	if (!batch->n)
		return;
	ext2_write_inode(inode);
	for (int i = 0; i < batch->n; i++)
		ext2_free_block(inode->i_sb, batch->blocks[i]);
	batch->n = 0;
}

/*
 * Frees what hangs on slot, but for the first keep blocks of data. Numbers that lead in
 * circles end when more has been seen than the disk has.
 */
static void free_tree(struct free_batch *batch, u32 *slot, int depth, u64 keep)
{
	struct super_block *sb = batch->inode->i_sb;
	unsigned int bits = sb->s_blocksize_bits - 2;
	struct buffer_head *bh;
	u32 block = *slot;

	if (!block)
		return;
	if (!ext2_data_block_valid(sb, block) || ++batch->visited > EXT2_SB(sb)->s_blocks_count) {
		ext2_error(sb, "inode %lu has the impossible block %llu", batch->inode->i_ino,
			   block);
		*slot = 0;
		return;
	}
	bh = depth ? sb_bread(sb, block) : NULL;
	if (bh) {
		u32 first = keep >> bits * (depth - 1);

		mark_buffer_dirty(bh);
		for (u32 i = first; i < 1U << bits; i++)
			free_tree(batch, (u32 *)bh->b_data + i, depth - 1,
				  i == first ? keep & ((1UL << bits * (depth - 1)) - 1) : 0);
		mark_buffer_dirty(bh);
		brelse(bh);
	}
	if (keep)
		return;
	*slot = 0;
	if (batch->inode->i_blocks >= sb->s_blocksize / 512)
		batch->inode->i_blocks -= sb->s_blocksize / 512;
	if (batch->n == (int)ARRAY_SIZE(batch->blocks))
		flush_batch(batch);
	batch->blocks[batch->n++] = block;
}

/* Gives back the blocks at and beyond size. */
int ext2_truncate_blocks(struct inode *inode, loff_t size)
{
	struct super_block *sb = inode->i_sb;
	unsigned int bits = sb->s_blocksize_bits - 2;
	u64 keep = (size + sb->s_blocksize - 1) >> sb->s_blocksize_bits, level;
	struct free_batch batch = { .inode = inode };
	u32 *slots = EXT2_I(inode)->i_block;

	for (u64 i = keep; i < EXT2_NDIR_BLOCKS; i++)
		free_tree(&batch, &slots[i], 0, 0);
	keep -= min(keep, (u64)EXT2_NDIR_BLOCKS);
	for (int depth = 1; depth <= 3; depth++) {
		level = 1UL << bits * depth;
		if (keep < level)
			free_tree(&batch, &slots[EXT2_IND_BLOCK + depth - 1], depth, keep);
		keep -= min(keep, level);
	}
	mark_inode_dirty(inode);
	flush_batch(&batch);
	return 0;
}
