/*
 * Extended attributes: there is no system call for them here, so they stay as they are.
 * Files with the same ones share a block, which counts its users; when a file is deleted
 * it has to be counted down. (Those inside of large inodes go with the inode.)
 */
#include "ext2.h"

#define EXT2_XATTR_MAGIC 0xea020000

/* On the disk, at the beginning of the block. */
struct ext2_xattr_header {
	u32 h_magic, h_refcount, h_blocks, h_hash;
};

void ext2_free_attributes(struct inode *inode)
{
	struct super_block *sb = inode->i_sb;
	struct ext2_inode_info *ei = EXT2_I(inode);
	struct ext2_xattr_header *header;
	struct buffer_head *bh;

	if (!ei->i_file_acl)
		return;
	bh = ext2_data_block_valid(sb, ei->i_file_acl) ? sb_bread(sb, ei->i_file_acl) : NULL;
	header = bh ? (void *)bh->b_data : NULL;
	if (!header || header->h_magic != EXT2_XATTR_MAGIC || !header->h_refcount) {
		ext2_error(sb, "inode %lu has broken attributes in block %llu", inode->i_ino,
			   ei->i_file_acl);
		brelse(bh);
	} else if (header->h_refcount > 1) {
		header->h_refcount--;
		mark_buffer_dirty(bh);
		sync_dirty_buffer(bh);
		brelse(bh);
	} else {
		brelse(bh);
		ext2_free_block(sb, ei->i_file_acl);
	}
	ei->i_file_acl = 0;
	inode->i_blocks = 0;
}
