/* Inodes: which are free. */
#include <linux/err.h>
#include <linux/fs_struct.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "ext2.h"

static void count_inodes(struct super_block *sb, u32 group, int change, bool directory)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	struct buffer_head *bh;
	struct ext2_group_desc *desc = ext2_get_group_desc(sb, group, &bh);

	if (change > 0 || desc->bg_free_inodes_count)
		desc->bg_free_inodes_count += change;
	if (change > 0 || sbi->s_es->s_free_inodes_count)
		sbi->s_es->s_free_inodes_count += change;
	if (directory && (change < 0 || desc->bg_used_dirs_count))
		desc->bg_used_dirs_count -= change;
	mark_buffer_dirty(bh);
	mark_buffer_dirty(sbi->s_sbh);
}

/* Takes a free inode of the group; 0: there is none. */
static u32 take_from_group(struct super_block *sb, u32 group)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 base = group * sbi->s_inodes_per_group + 1; /* the number of bit 0 */
	struct buffer_head *bh = sb_bread(sb, ext2_get_group_desc(sb, group, NULL)->bg_inode_bitmap);
	u32 bit = base < sbi->s_first_ino ? sbi->s_first_ino - base : 0;

	if (!bh)
		return 0;
	bit = ext2_find_zero_bit((u8 *)bh->b_data, bit, sbi->s_inodes_per_group);
	if (bit < sbi->s_inodes_per_group) {
		bh->b_data[bit / 8] |= 1 << (bit & 7);
		mark_buffer_dirty(bh);
	}
	brelse(bh);
	return bit < sbi->s_inodes_per_group ? base + bit : 0;
}

/* A new inode, in memory; near its directory if it can be. */
struct inode *ext2_new_inode(struct inode *dir, umode_t mode)
{
	struct super_block *sb = dir->i_sb;
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 start = (dir->i_ino - 1) / sbi->s_inodes_per_group, ino = 0, group = 0;
	struct ext2_inode_info *ei = kzalloc(sizeof(*ei), GFP_KERNEL);
	struct inode *inode = new_inode(sb), *other;

	if (!inode || !ei) {
		kfree(ei);
		if (inode) {
			inode->i_nlink = 1;
			iput(inode);
		}
		return ERR_PTR(-ENOMEM);
	}
	for (u32 i = 0; i < sbi->s_groups_count && !ino; i++) {
		group = (start + i) % sbi->s_groups_count;
		ino = take_from_group(sb, group);
		other = ino ? ilookup(sb, ino) : NULL;
		if (other) { /* the bitmap is wrong; the bit is set now */
			ext2_error(sb, "inode %lu is in use but was free in the bitmap", ino, 0);
			iput(other);
			ino = 0;
			i--;
		}
	}
	if (!ino) {
		inode->i_private = NULL;
		kfree(ei);
		iput(inode);
		return ERR_PTR(-ENOSPC);
	}
	count_inodes(sb, group, -1, S_ISDIR(mode));
	inode->i_private = ei;
	inode->i_ino = ino;
	inode->i_mode = mode;
	inode->i_nlink = 1;
	ei->fresh = true;
	mark_inode_dirty(inode);
	return inode;
}

/* Its place in the table says already that it is free. */
void ext2_free_inode(struct super_block *sb, unsigned long ino, bool directory)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 group = (ino - 1) / sbi->s_inodes_per_group, bit = (ino - 1) % sbi->s_inodes_per_group;
	struct buffer_head *bh;

	if (ino < sbi->s_first_ino || ino > sbi->s_inodes_count)
		return;
	bh = sb_bread(sb, ext2_get_group_desc(sb, group, NULL)->bg_inode_bitmap);
	if (!bh)
		return;
	if (bh->b_data[bit / 8] >> (bit & 7) & 1) {
		bh->b_data[bit / 8] &= ~(1 << (bit & 7));
		mark_buffer_dirty(bh);
		count_inodes(sb, group, 1, directory);
	} else {
		ext2_error(sb, "inode %lu is freed twice", ino, 0);
	}
	brelse(bh);
}
