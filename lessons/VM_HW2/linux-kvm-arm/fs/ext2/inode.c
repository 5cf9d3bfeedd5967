/* Inodes: between their place in the table and memory. */
#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "ext2.h"

/* The block of the table that has the inode, and where in it. */
static struct ext2_inode *get_raw_inode(struct super_block *sb, unsigned long ino,
					struct buffer_head **bh)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 group = (ino - 1) / sbi->s_inodes_per_group;
	u64 at = (u64)((ino - 1) % sbi->s_inodes_per_group) * sbi->s_inode_size;

	if (!ino || ino > sbi->s_inodes_count)
		return NULL;
	*bh = sb_bread(sb, ext2_get_group_desc(sb, group, NULL)->bg_inode_table +
			       (at >> sb->s_blocksize_bits));
	return *bh ? (void *)((*bh)->b_data + (at & (sb->s_blocksize - 1))) : NULL;
}

static bool is_fast_symlink(const struct inode *inode)
{
	const struct ext2_inode_info *ei = inode->i_private;

	return S_ISLNK(inode->i_mode) &&
	       inode->i_blocks == (ei->i_file_acl ? inode->i_sb->s_blocksize / 512 : 0);
}

/* Can the inode be what it says? A message's text, or NULL. */
static const char *check_inode(const struct inode *inode)
{
	const struct super_block *sb = inode->i_sb;
	umode_t type = inode->i_mode & S_IFMT;

	if (type != S_IFREG && type != S_IFDIR && type != S_IFLNK && type != S_IFCHR &&
	    type != S_IFBLK && type != S_IFIFO && type != S_IFSOCK)
		return "inode %lu has an impossible mode %llx";
	if (inode->i_size < 0 || inode->i_size > sb->s_maxbytes)
		return "inode %lu has an impossible size %llu";
	if (type == S_IFDIR && (!inode->i_size || inode->i_size & (sb->s_blocksize - 1) ||
				(u64)inode->i_size >> sb->s_blocksize_bits >
					EXT2_SB((struct super_block *)sb)->s_blocks_count))
		return "directory inode %lu has an impossible size %llu";
	if (type == S_IFLNK && (inode->i_size >= (is_fast_symlink(inode) ? 60 : sb->s_blocksize) ||
				!inode->i_size))
		return "symlink inode %lu has an impossible size %llu";
	return NULL;
}

static void read_inode(struct inode *inode, const struct ext2_inode *raw)
{
	struct ext2_inode_info *ei = inode->i_private;

	inode->i_mode = raw->i_mode;
	inode->i_uid = raw->i_uid | raw->i_uid_high << 16;
	inode->i_gid = raw->i_gid | raw->i_gid_high << 16;
	inode->i_nlink = raw->i_links_count;
	inode->i_size = raw->i_size;
	if (S_ISREG(raw->i_mode))
		inode->i_size |= (u64)raw->i_dir_acl << 32;
	inode->i_blocks = raw->i_blocks;
	inode->i_atime = (struct timespec){ raw->i_atime, 0 };
	inode->i_mtime = (struct timespec){ raw->i_mtime, 0 };
	inode->i_ctime = (struct timespec){ raw->i_ctime, 0 };
	memcpy(ei->i_block, raw->i_block, sizeof(ei->i_block));
	ei->i_flags = raw->i_flags;
	ei->i_file_acl = raw->i_file_acl;
	ei->i_generation = raw->i_generation;
}

void ext2_set_inode_ops(struct inode *inode)
{
	const u32 *block = EXT2_I(inode)->i_block;

	if (S_ISREG(inode->i_mode)) {
		inode->i_op = &ext2_file_inode_operations;
		inode->i_fop = &ext2_file_operations;
		inode->i_data.a_ops = &ext2_aops;
	} else if (S_ISDIR(inode->i_mode)) {
		inode->i_op = &ext2_dir_inode_operations;
		inode->i_fop = &ext2_dir_operations;
	} else if (S_ISLNK(inode->i_mode)) {
		inode->i_op = &ext2_symlink_inode_operations;
	} else {
		/* an old 16-bit number in the first place, or a new one in the second */
		init_special_inode(inode, inode->i_mode,
				   block[0] ? MKDEV(block[0] >> 8 & 0xff, block[0] & 0xff) : block[1]);
	}
}

/* The inode of that number; with a reference. */
struct inode *ext2_iget(struct super_block *sb, unsigned long ino)
{
	struct inode *inode = ilookup(sb, ino);
	struct ext2_inode_info *ei;
	struct ext2_inode *raw;
	struct buffer_head *bh;
	const char *wrong;

	if (inode)
		return inode;
	if (ino != EXT2_ROOT_INO && ino < EXT2_SB(sb)->s_first_ino) {
		ext2_error(sb, "inode %lu is no file's", ino, 0);
		return ERR_PTR(-EIO);
	}
	raw = get_raw_inode(sb, ino, &bh);
	if (!raw) {
		ext2_error(sb, "inode %lu is not on the disk", ino, 0);
		return ERR_PTR(-EIO);
	}
	inode = raw->i_links_count ? new_inode(sb) : NULL;
	ei = inode ? kzalloc(sizeof(*ei), GFP_KERNEL) : NULL;
	if (!ei) {
		if (!raw->i_links_count)
			ext2_error(sb, "inode %lu has a name but has been deleted", ino, 0);
		if (inode)
			iput(inode);
		brelse(bh);
		return ERR_PTR(inode ? -ENOMEM : -ESTALE);
	}
	inode->i_ino = ino;
	inode->i_private = ei;
	read_inode(inode, raw);
	brelse(bh);
	wrong = check_inode(inode);
	if (wrong) {
		ext2_error(sb, wrong, ino, wrong[sizeof("inode %lu has an impossible ") - 1] == 'm'
						   ? inode->i_mode : (u64)inode->i_size);
		inode->i_nlink = 1; /* not to be deleted */
		iput(inode);
		return ERR_PTR(-EIO);
	}
	ext2_set_inode_ops(inode);
	return inode;
}

/* Files of 2 GB and more: older drivers must know before they write. */
static void note_large_file(struct inode *inode)
{
	struct ext2_sb_info *sbi = EXT2_SB(inode->i_sb);

	if (inode->i_size <= 0x7fffffff || sbi->s_es->s_rev_level == EXT2_GOOD_OLD_REV ||
	    sbi->s_es->s_feature_ro_compat & EXT2_FEATURE_RO_COMPAT_LARGE_FILE)
		return;
	sbi->s_es->s_feature_ro_compat |= EXT2_FEATURE_RO_COMPAT_LARGE_FILE;
	mark_buffer_dirty(sbi->s_sbh);
	sync_dirty_buffer(sbi->s_sbh);
}

static void fill_raw_inode(const struct inode *inode, struct ext2_inode *raw)
{
	const struct ext2_inode_info *ei = inode->i_private;

	raw->i_mode = inode->i_mode;
	raw->i_uid = inode->i_uid;
	raw->i_uid_high = inode->i_uid >> 16;
	raw->i_gid = inode->i_gid;
	raw->i_gid_high = inode->i_gid >> 16;
	raw->i_links_count = inode->i_nlink;
	raw->i_size = inode->i_size;
	if (S_ISREG(inode->i_mode))
		raw->i_dir_acl = (u64)inode->i_size >> 32;
	raw->i_blocks = inode->i_blocks;
	raw->i_atime = inode->i_atime.tv_sec;
	raw->i_mtime = inode->i_mtime.tv_sec;
	raw->i_ctime = inode->i_ctime.tv_sec;
	raw->i_dtime = ei->i_dtime;
	raw->i_flags = ei->i_flags;
	raw->i_file_acl = ei->i_file_acl;
	raw->i_generation = ei->i_generation;
	memcpy(raw->i_block, ei->i_block, sizeof(raw->i_block));
}

/* To the disk, now; the blocks of numbers that it refers to go first. */
int ext2_write_inode(struct inode *inode)
{
	struct super_block *sb = inode->i_sb;
	struct ext2_inode_info *ei = EXT2_I(inode);
	struct ext2_inode *raw;
	struct buffer_head *bh;
	int err = 0;

	if (!ei)
		return 0;
	note_large_file(inode);
	if (S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode))
		if (ei->i_block[EXT2_IND_BLOCK] || ei->i_block[EXT2_IND_BLOCK + 1] ||
		    ei->i_block[EXT2_IND_BLOCK + 2])
			err = sync_buffers(sb->s_bdev);
	raw = get_raw_inode(sb, inode->i_ino, &bh);
	if (!raw)
		return -EIO;
	if (ei->fresh)
		memset(raw, 0, EXT2_SB(sb)->s_inode_size);
	ei->fresh = false;
	fill_raw_inode(inode, raw);
	mark_buffer_dirty(bh);
	if (!err)
		err = sync_dirty_buffer(bh);
	inode->i_state &= ~I_DIRTY;
	brelse(bh);
	return err;
}

/*
 * The last name is gone, although it may be open still. On the disk it is deleted from now
 * on: after a power cut e2fsck takes it apart, else we do.
 */
int ext2_mark_deleted(struct inode *inode)
{
	struct ext2_inode_info *ei = EXT2_I(inode);

	ei->i_dtime = max((u32)CURRENT_TIME.tv_sec, EXT2_SB(inode->i_sb)->s_es->s_wtime);
	ei->i_dtime = max(ei->i_dtime, 1u);
	return ext2_write_inode(inode);
}

/* Nobody uses it any more. Without a name it is taken apart. */
void ext2_evict_inode(struct inode *inode)
{
	struct super_block *sb = inode->i_sb;
	struct ext2_inode_info *ei = EXT2_I(inode);

	if (!ei)
		return;
	if (!inode->i_nlink && !IS_RDONLY(inode)) {
		bool has_blocks = !is_fast_symlink(inode) && !S_ISCHR(inode->i_mode) &&
				  !S_ISBLK(inode->i_mode);

		truncate_pages(inode, 0);
		if (!ei->fresh && !ei->i_dtime)
			ext2_mark_deleted(inode);
		inode->i_size = 0;
		if (has_blocks)
			ext2_truncate_blocks(inode, 0);
		ext2_free_attributes(inode);
		if (!ei->fresh)
			ext2_write_inode(inode);
		ext2_free_inode(sb, inode->i_ino, S_ISDIR(inode->i_mode));
	}
	inode->i_private = NULL;
	kfree(ei);
}
