/* Blocks: which are free. */
#include <linux/err.h>
#include <linux/string.h>
#include "ext2.h"

struct ext2_group_desc *ext2_get_group_desc(struct super_block *sb, u32 group,
					    struct buffer_head **bh)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	struct buffer_head *b = sbi->s_group_desc[group / sbi->s_desc_per_block];

	if (bh)
		*bh = b;
	return (struct ext2_group_desc *)b->b_data + group % sbi->s_desc_per_block;
}

/* The first clear bit of [from, end), or end. */
int ext2_find_zero_bit(const u8 *map, int from, int end)
{
	while (from < end) {
		if (!(from & 7) && map[from / 8] == 0xff)
			from += 8;
		else if (map[from / 8] >> (from & 7) & 1)
			from++;
		else
			break;
	}
	return min(from, end);
}

/* The bitmap's own blocks, and those of the inode table. */
static bool is_metadata(struct super_block *sb, u32 group, u32 block)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	struct ext2_group_desc *desc = ext2_get_group_desc(sb, group, NULL);
	u32 table = DIV_ROUND_UP(sbi->s_inodes_per_group * sbi->s_inode_size, sb->s_blocksize);

	return block == desc->bg_block_bitmap || block == desc->bg_inode_bitmap ||
	       (block >= desc->bg_inode_table && block - desc->bg_inode_table < table);
}

/* May a file have this block? */
bool ext2_data_block_valid(struct super_block *sb, u32 block)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 group;

	if (block <= sbi->s_first_data_block || block >= sbi->s_blocks_count)
		return false;
	group = (block - sbi->s_first_data_block) / sbi->s_blocks_per_group;
	/* the first group also has the descriptors */
	if (!group && block <= sbi->s_first_data_block +
			       DIV_ROUND_UP(sbi->s_groups_count, sbi->s_desc_per_block))
		return false;
	return !is_metadata(sb, group, block);
}

static void count_blocks(struct super_block *sb, u32 group, int change)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	struct buffer_head *bh;
	struct ext2_group_desc *desc = ext2_get_group_desc(sb, group, &bh);

	if (change > 0 || desc->bg_free_blocks_count)
		desc->bg_free_blocks_count += change;
	if (change > 0 || sbi->s_es->s_free_blocks_count)
		sbi->s_es->s_free_blocks_count += change;
	mark_buffer_dirty(bh);
	mark_buffer_dirty(sbi->s_sbh);
}

/* Takes a free block of the group, from bit number from on. 0: there is none. */
static u32 take_from_group(struct super_block *sb, u32 group, u32 from)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 first = sbi->s_first_data_block + group * sbi->s_blocks_per_group;
	u32 bits = min(sbi->s_blocks_per_group, sbi->s_blocks_count - first);
	struct buffer_head *bh = sb_bread(sb, ext2_get_group_desc(sb, group, NULL)->bg_block_bitmap);
	u32 block = 0;

	if (!bh)
		return 0;
	for (u32 bit = from; (bit = ext2_find_zero_bit((u8 *)bh->b_data, bit, bits)) < bits; bit++) {
		bh->b_data[bit / 8] |= 1 << (bit & 7);
		mark_buffer_dirty(bh);
		if (ext2_data_block_valid(sb, first + bit)) {
			block = first + bit;
			break;
		}
		ext2_error(sb, "the bitmap says that block %llu, which is in use, is free", 0,
			   first + bit);
	}
	brelse(bh);
	if (block)
		count_blocks(sb, group, -1);
	return block;
}

/* A free block, if possible soon after goal. It is taken; what is in it is undefined. */
int ext2_new_block(struct super_block *sb, u32 goal, u32 *block)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 first = sbi->s_first_data_block, start;

	if (goal <= first || goal >= sbi->s_blocks_count)
		goal = sbi->s_last_block;
	goal = goal <= first || goal >= sbi->s_blocks_count ? 0 : goal - first;
	start = goal / sbi->s_blocks_per_group;
	for (u32 i = 0; i <= sbi->s_groups_count; i++) {
		u32 group = (start + i) % sbi->s_groups_count;
		u32 from = i ? 0 : goal % sbi->s_blocks_per_group;

		if (i && !ext2_get_group_desc(sb, group, NULL)->bg_free_blocks_count)
			continue;
		*block = take_from_group(sb, group, from);
		if (*block) {
			sbi->s_last_block = *block;
			return 0;
		}
	}
	return -ENOSPC;
}

/* Nothing on the disk refers to the block any more. */
void ext2_free_block(struct super_block *sb, u32 block)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 group, bit;
	struct buffer_head *bh;

	sb_forget(sb, block);
	if (!ext2_data_block_valid(sb, block)) {
		ext2_error(sb, "block %llu cannot be freed", 0, block);
		return;
	}
	group = (block - sbi->s_first_data_block) / sbi->s_blocks_per_group;
	bit = (block - sbi->s_first_data_block) % sbi->s_blocks_per_group;
	bh = sb_bread(sb, ext2_get_group_desc(sb, group, NULL)->bg_block_bitmap);
	if (!bh)
		return;
	if (bh->b_data[bit / 8] >> (bit & 7) & 1) {
		bh->b_data[bit / 8] &= ~(1 << (bit & 7));
		mark_buffer_dirty(bh);
		count_blocks(sb, group, 1);
	} else {
		ext2_error(sb, "block %llu is freed twice", 0, block);
	}
	brelse(bh);
}
