/*
 * Mounting: is it an ext2 that we can read, and may we write to it? And what is done when
 * it turns out to be broken.
 */
#include <linux/err.h>
#include <linux/init.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/statfs.h>
#include "ext2.h"

#define FLUSH_SECONDS 5
#define MAX_MESSAGES 30 /* about one boot's broken disks */

void ext2_error(struct super_block *sb, const char *what, unsigned long ino, u64 value)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	static int messages;
	char text[128];

	if (messages++ < MAX_MESSAGES) {
		/* texts about a block alone have no %lu */
		if (strstr(what, "%lu"))
			snprintf(text, sizeof(text), what, ino, value);
		else
			snprintf(text, sizeof(text), what, value);
		printk("EXT2-fs (%s): error: %s\n", sb->s_bdev->bd_disk->disk_name, text);
	}
	if (sb->s_flags & MS_RDONLY)
		return;
	if (!(sbi->s_es->s_state & EXT2_ERROR_FS)) {
		sbi->s_es->s_state |= EXT2_ERROR_FS;
		mark_buffer_dirty(sbi->s_sbh);
		sync_dirty_buffer(sbi->s_sbh);
	}
	if (!sbi->s_go_on) {
		printk("EXT2-fs (%s): Remounting filesystem read-only\n",
		       sb->s_bdev->bd_disk->disk_name);
		sb->s_flags |= MS_RDONLY;
	}
}

static int refuse(struct super_block *sb, const char *why)
{
	printk("EXT2-fs (%s): %s\n", sb->s_bdev->bd_disk->disk_name, why);
	return -EINVAL;
}

/* Numbers of the super block that everything else is computed from. */
static int check_super(struct super_block *sb, const struct ext2_super_block *es)
{
	u32 bits = 8 * sb->s_blocksize, inode_size;
	u64 groups;

	inode_size = es->s_rev_level == EXT2_GOOD_OLD_REV ? EXT2_GOOD_OLD_INODE_SIZE
							  : es->s_inode_size;
	if (es->s_first_data_block != (sb->s_blocksize == 1024))
		return refuse(sb, "the first data block is not where it must be");
	if (inode_size < EXT2_GOOD_OLD_INODE_SIZE || inode_size > sb->s_blocksize ||
	    inode_size & (inode_size - 1))
		return refuse(sb, "impossible size of inodes");
	if (!es->s_blocks_per_group || es->s_blocks_per_group > bits ||
	    !es->s_inodes_per_group || es->s_inodes_per_group > bits)
		return refuse(sb, "impossible size of groups");
	if (es->s_blocks_count <= es->s_first_data_block + 1 ||
	    es->s_blocks_count > sb->s_bdev->bd_size >> sb->s_blocksize_bits)
		return refuse(sb, "says that it is larger than its disk");
	groups = DIV_ROUND_UP((u64)es->s_blocks_count - es->s_first_data_block,
			      es->s_blocks_per_group);
	if (es->s_inodes_count > groups * es->s_inodes_per_group ||
	    es->s_inodes_count <= (groups - 1) * es->s_inodes_per_group ||
	    es->s_inodes_count < EXT2_GOOD_OLD_FIRST_INO)
		return refuse(sb, "impossible number of inodes");
	return 0;
}

/* What it needs of its reader: features that we do not know are no guess-work. */
static int check_features(struct super_block *sb, const struct ext2_super_block *es)
{
	u32 incompat = es->s_feature_incompat & ~EXT2_FEATURE_INCOMPAT_FILETYPE;
	u32 ro_compat = es->s_feature_ro_compat & ~(EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER |
						    EXT2_FEATURE_RO_COMPAT_LARGE_FILE);
	const char *disk = sb->s_bdev->bd_disk->disk_name;

	if (es->s_rev_level == EXT2_GOOD_OLD_REV)
		return 0;
	if (incompat) {
		printk("EXT2-fs (%s): couldn't mount because of unsupported optional features (%x)\n",
		       disk, incompat);
		return -EINVAL;
	}
	if (ro_compat && !(sb->s_flags & MS_RDONLY)) {
		printk("EXT2-fs (%s): unsupported optional features (%x): mounted read-only\n", disk,
		       ro_compat);
		sb->s_flags |= MS_RDONLY;
	}
	return 0;
}

static void release(struct super_block *sb)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);

	if (sbi->s_group_desc)
		for (u32 i = 0; i * sbi->s_desc_per_block < sbi->s_groups_count; i++)
			brelse(sbi->s_group_desc[i]);
	kfree(sbi->s_group_desc);
	brelse(sbi->s_sbh);
	kfree(sbi);
	sb->s_fs_info = NULL;
}

/* Bitmaps and tables have to be on the disk. */
static bool check_group(struct super_block *sb, u32 group)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	const struct ext2_group_desc *d = ext2_get_group_desc(sb, group, NULL);
	u32 table = DIV_ROUND_UP(sbi->s_inodes_per_group * sbi->s_inode_size, sb->s_blocksize);
	u32 first = sbi->s_first_data_block, end = sbi->s_blocks_count;

	return d->bg_block_bitmap > first && d->bg_block_bitmap < end &&
	       d->bg_inode_bitmap > first && d->bg_inode_bitmap < end &&
	       d->bg_inode_table > first && d->bg_inode_table < end &&
	       table <= end - d->bg_inode_table;
}

static int read_groups(struct super_block *sb)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	u32 blocks = DIV_ROUND_UP(sbi->s_groups_count, sbi->s_desc_per_block);

	sbi->s_group_desc = kzalloc(blocks * sizeof(*sbi->s_group_desc), GFP_KERNEL);
	if (!sbi->s_group_desc)
		return -ENOMEM;
	for (u32 i = 0; i < blocks; i++) {
		sbi->s_group_desc[i] = sb_bread(sb, sbi->s_first_data_block + 1 + i);
		if (!sbi->s_group_desc[i])
			return -EIO;
	}
	for (u32 i = 0; i < sbi->s_groups_count; i++)
		if (!check_group(sb, i))
			return refuse(sb, "a group's descriptor is broken");
	return 0;
}

static int read_super(struct super_block *sb)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);
	struct ext2_super_block *es;
	int err;

	/* its place does not depend on the size of blocks: 1024 bytes from the start */
	sb_set_blocksize(sb, 1024);
	sbi->s_sbh = sb->s_bdev->bd_size < 4096 ? NULL : sb_bread(sb, 1);
	if (!sbi->s_sbh)
		return -EIO;
	es = (void *)sbi->s_sbh->b_data;
	if (es->s_magic != EXT2_SUPER_MAGIC)
		return refuse(sb, "can't find an ext2 filesystem");
	if (es->s_log_block_size > 2)
		return refuse(sb, "blocks are larger than 4096 bytes");
	if (es->s_log_block_size) {
		unsigned int size = 1024 << es->s_log_block_size;

		brelse(sbi->s_sbh);
		sbi->s_sbh = NULL;
		sb_set_blocksize(sb, size);
		sbi->s_sbh = sb_bread(sb, 0);
		if (!sbi->s_sbh)
			return -EIO;
		es = (void *)(sbi->s_sbh->b_data + 1024);
	}
	sbi->s_es = es;
	err = check_super(sb, es);
	if (!err)
		err = check_features(sb, es);
	if (err)
		return err;
	sbi->s_first_data_block = es->s_first_data_block;
	sbi->s_blocks_count = es->s_blocks_count;
	sbi->s_inodes_count = es->s_inodes_count;
	sbi->s_blocks_per_group = es->s_blocks_per_group;
	sbi->s_inodes_per_group = es->s_inodes_per_group;
	sbi->s_inode_size = es->s_rev_level ? es->s_inode_size : EXT2_GOOD_OLD_INODE_SIZE;
	sbi->s_first_ino = es->s_rev_level ? max(es->s_first_ino, (u32)EXT2_GOOD_OLD_FIRST_INO)
					   : EXT2_GOOD_OLD_FIRST_INO;
	sbi->s_filetype = es->s_rev_level &&
			  es->s_feature_incompat & EXT2_FEATURE_INCOMPAT_FILETYPE;
	sbi->s_desc_per_block = sb->s_blocksize / sizeof(struct ext2_group_desc);
	sbi->s_groups_count = DIV_ROUND_UP(sbi->s_blocks_count - sbi->s_first_data_block,
					   sbi->s_blocks_per_group);
	sb->s_magic = EXT2_SUPER_MAGIC;
	sb->s_maxbytes = ext2_max_size(sb->s_blocksize_bits);
	if (!es->s_rev_level) /* cannot say that a file is larger */
		sb->s_maxbytes = min(sb->s_maxbytes, 0x7fffffffL);
	return read_groups(sb);
}

/* Every few seconds what waits in memory goes to the disks. */
static int flush_thread(void *unused)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule_timeout(FLUSH_SECONDS * HZ);
		sync_filesystems();
	}
	return 0;
}

/* From now on the disk says that it is in use; e2fsck will look at it if that remains so. */
static int begin_writing(struct super_block *sb)
{
	struct ext2_super_block *es = EXT2_SB(sb)->s_es;
	static bool flushing;

	if (!(es->s_state & EXT2_VALID_FS) || es->s_state & EXT2_ERROR_FS)
		printk("EXT2-fs (%s): warning: mounting unchecked fs, running e2fsck is recommended\n",
		       sb->s_bdev->bd_disk->disk_name);
	es->s_state &= ~EXT2_VALID_FS;
	es->s_mnt_count++;
	es->s_mtime = max((u32)CURRENT_TIME.tv_sec, es->s_wtime);
	mark_buffer_dirty(EXT2_SB(sb)->s_sbh);
	if (sync_dirty_buffer(EXT2_SB(sb)->s_sbh))
		return -EROFS;
	if (!flushing)
		flushing = kernel_thread(flush_thread, NULL, "flush") != NULL;
	return 0;
}

static int ext2_sync_fs(struct super_block *sb)
{
	return sync_buffers(sb->s_bdev);
}

/* Without a name, but open: when the machine goes off, nobody takes such a file apart. */
static bool has_orphans(struct super_block *sb)
{
	struct inode *inode;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list)
		if (!inode->i_nlink)
			return true;
	return false;
}

/* Everything is on the disk: it is whole again (unless it was found broken). */
static void end_writing(struct super_block *sb)
{
	struct ext2_sb_info *sbi = EXT2_SB(sb);

	sync_buffers(sb->s_bdev);
	if (!(sbi->s_es->s_state & EXT2_ERROR_FS) && !has_orphans(sb))
		sbi->s_es->s_state |= EXT2_VALID_FS;
	sbi->s_es->s_wtime = max((u32)CURRENT_TIME.tv_sec, sbi->s_es->s_wtime);
	mark_buffer_dirty(sbi->s_sbh);
	sync_dirty_buffer(sbi->s_sbh);
	bdev_flush(sb->s_bdev);
}

static int ext2_remount(struct super_block *sb, unsigned long flags)
{
	if ((flags & MS_RDONLY) == (sb->s_flags & MS_RDONLY))
		return 0;
	if (flags & MS_RDONLY) {
		end_writing(sb);
		return 0;
	}
	if (sb->s_bdev->bd_read_only)
		return -EROFS;
	if (EXT2_SB(sb)->s_es->s_rev_level &&
	    EXT2_SB(sb)->s_es->s_feature_ro_compat & ~(EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER |
						       EXT2_FEATURE_RO_COMPAT_LARGE_FILE))
		return -EROFS;
	return begin_writing(sb);
}

static void ext2_put_super(struct super_block *sb)
{
	if (!(sb->s_flags & MS_RDONLY))
		end_writing(sb);
	sync_buffers(sb->s_bdev); /* there are some if an error has made it read-only */
	release(sb);
}

static int ext2_statfs(struct super_block *sb, struct statfs *st)
{
	const struct ext2_super_block *es = EXT2_SB(sb)->s_es;

	st->f_type = EXT2_SUPER_MAGIC;
	st->f_bsize = st->f_frsize = sb->s_blocksize;
	st->f_blocks = es->s_blocks_count;
	st->f_bfree = es->s_free_blocks_count;
	st->f_bavail = es->s_free_blocks_count -
		       min(es->s_free_blocks_count, es->s_r_blocks_count);
	st->f_files = es->s_inodes_count;
	st->f_ffree = es->s_free_inodes_count;
	st->f_namelen = EXT2_NAME_LEN;
	return 0;
}

static const struct super_operations ext2_ops = {
	.write_inode = ext2_write_inode,
	.evict_inode = ext2_evict_inode,
	.put_super = ext2_put_super,
	.sync_fs = ext2_sync_fs,
	.statfs = ext2_statfs,
	.remount_fs = ext2_remount
};

/* Words with commas between them. What an error of the disk does is all that one can choose. */
static int parse_options(struct super_block *sb, const char *options)
{
	while (options && *options) {
		size_t n = 0;

		while (options[n] && options[n] != ',')
			n++;
		if (n == 15 && !strncmp(options, "errors=continue", n))
			EXT2_SB(sb)->s_go_on = true;
		else if (n && (n != 17 || strncmp(options, "errors=remount-ro", n)))
			return refuse(sb, "unrecognized mount option");
		options += n + (options[n] == ',');
	}
	return 0;
}

static int ext2_fill_super(struct super_block *sb, const char *options)
{
	struct inode *root;
	int err;

	sb->s_op = &ext2_ops;
	sb->s_fs_info = kzalloc(sizeof(struct ext2_sb_info), GFP_KERNEL);
	if (!sb->s_fs_info)
		return -ENOMEM;
	if (sb->s_bdev->bd_read_only)
		sb->s_flags |= MS_RDONLY;
	err = parse_options(sb, options);
	if (!err)
		err = read_super(sb);
	root = err ? NULL : ext2_iget(sb, EXT2_ROOT_INO);
	if (root && (IS_ERR(root) || !S_ISDIR(root->i_mode))) {
		err = IS_ERR(root) ? PTR_ERR(root) : refuse(sb, "the root is no directory");
		if (!IS_ERR(root))
			iput(root);
	}
	if (!err && !(sb->s_root = d_make_root(root)))
		err = -ENOMEM;
	if (err) {
		release(sb);
		invalidate_buffers(sb->s_bdev);
		return err;
	}
	if (!(sb->s_flags & MS_RDONLY) && begin_writing(sb)) {
		printk("EXT2-fs (%s): cannot be written, mounted read-only\n",
		       sb->s_bdev->bd_disk->disk_name);
		sb->s_flags |= MS_RDONLY;
	}
	return 0;
}

static int ext2_init(void)
{
	static struct file_system_type ext2 = { .name = "ext2",
						.fs_flags = FS_REQUIRES_DEV,
						.fill_super = ext2_fill_super };

	return register_filesystem(&ext2);
}
fs_initcall(ext2_init);
