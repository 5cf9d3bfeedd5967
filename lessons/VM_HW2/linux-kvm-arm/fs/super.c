/* Kinds of file systems, and those that are in use. */
#include <linux/kernel.h>
#include <linux/blkdev.h>
#include <linux/buffer_head.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/err.h>

static LIST_HEAD(file_systems);
static LIST_HEAD(super_blocks);

int register_filesystem(struct file_system_type *fs)
{
	if (get_fs_type(fs->name))
		return -EBUSY;
	list_add_tail(&fs->list, &file_systems);
	return 0;
}

struct file_system_type *get_fs_type(const char *name)
{
	struct file_system_type *fs;

	list_for_each_entry(fs, &file_systems, list)
		if (!strcmp(fs->name, name))
			return fs;
	return NULL;
}

static struct super_block *alloc_super(struct file_system_type *type, struct block_device *bdev,
				       unsigned long flags)
{
	static unsigned long last_dev; /* numbers for those without a disk */
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);

	if (!sb)
		return NULL;
	INIT_LIST_HEAD(&sb->s_inodes);
	sb->s_type = type;
	sb->s_flags = flags;
	sb->s_bdev = bdev;
	sb->s_dev = bdev ? bdev->bd_dev : ++last_dev;
	sb->s_blocksize = PAGE_SIZE;
	sb->s_blocksize_bits = PAGE_SHIFT;
	sb->s_maxbytes = 1L << 40;
	sb->s_active = 1;
	return sb;
}

/* The tree of type on bdev, with one reference; an ERR_PTR if there is none. */
struct super_block *mount_fs(struct file_system_type *type, struct block_device *bdev,
			     unsigned long flags, const char *options)
{
	struct super_block *sb;
	int err;

	if (type->single) {
		type->single->s_active++;
		return type->single;
	}
	if (bdev && bdev->bd_super) { /* once more, at another place */
		sb = bdev->bd_super;
		if (sb->s_type != type || (sb->s_flags ^ flags) & MS_RDONLY)
			return ERR_PTR(-EBUSY);
		sb->s_active++;
		return sb;
	}
	sb = alloc_super(type, bdev, flags);
	if (!sb)
		return ERR_PTR(-ENOMEM);
	lock_fs();
	err = type->fill_super(sb, options);
	unlock_fs();
	if (err) {
		kfree(sb);
		return ERR_PTR(err);
	}
	list_add_tail(&sb->s_list, &super_blocks);
	if (bdev)
		bdev->bd_super = sb;
	if (type->fs_flags & FS_SINGLE) {
		type->single = sb;
		sb->s_active++; /* stays, even if nobody mounts it */
	}
	return sb;
}

/* The names below dentry that only the tree itself holds (see simple_dir_operations). */
static void drop_tree(struct dentry *dentry)
{
	while (!list_empty(&dentry->d_subdirs)) {
		struct dentry *child = list_first_entry(&dentry->d_subdirs, struct dentry, d_child);

		drop_tree(child);
		d_drop(child);
		dput(child);
	}
}

/* One mount less; with the last one the super block goes. */
void deactivate_super(struct super_block *sb)
{
	if (--sb->s_active)
		return;
	lock_fs();
	shrink_dcache_sb(sb);
	if (!sb->s_bdev)
		drop_tree(sb->s_root);
	sync_filesystem(sb);
	dput(sb->s_root);
	if (!list_empty(&sb->s_inodes))
		printk("VFS: %s: busy inodes after unmount\n", sb->s_type->name);
	if (sb->s_op->put_super)
		sb->s_op->put_super(sb);
	if (sb->s_bdev) {
		invalidate_buffers(sb->s_bdev);
		sb->s_bdev->bd_super = NULL;
	}
	list_del(&sb->s_list);
	unlock_fs();
	kfree(sb);
}

/* Everything of sb that is only in memory goes to its disk. */
int sync_filesystem(struct super_block *sb)
{
	struct inode *inode;
	int err = 0, one;

	if (!sb->s_bdev)
		return 0;
	lock_fs();
	list_for_each_entry(inode, &sb->s_inodes, i_sb_list) {
		one = sync_inode(inode);
		err = err ? err : one;
	}
	if (sb->s_op->sync_fs) {
		one = sb->s_op->sync_fs(sb);
		err = err ? err : one;
	}
	one = sb->s_flags & MS_RDONLY ? 0 : bdev_flush(sb->s_bdev);
	unlock_fs();
	return err ? err : one;
}

void sync_filesystems(void)
{
	struct super_block *sb;

	lock_fs();
	list_for_each_entry(sb, &super_blocks, s_list)
		sync_filesystem(sb);
	unlock_fs();
}

/* Is somebody about to write to a file of sb, or is one deleted that is still open? */
static bool is_written(struct super_block *sb)
{
	struct inode *inode;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list)
		if (atomic_read(&inode->i_writecount) > 0 || !inode->i_nlink)
			return true;
	return false;
}

int remount_sb(struct super_block *sb, unsigned long flags, bool force)
{
	int err = 0;

	if ((flags & MS_RDONLY) && !force && is_written(sb))
		return -EBUSY;
	if (flags & MS_RDONLY)
		err = sync_filesystem(sb);
	if (!err && sb->s_op->remount_fs)
		err = sb->s_op->remount_fs(sb, flags & MS_RDONLY);
	if (!err)
		sb->s_flags = (sb->s_flags & ~MS_RDONLY) | (flags & MS_RDONLY);
	return err;
}

/* Before the machine is switched off: what is mounted is left as if it were unmounted. */
void emergency_remount_ro(void)
{
	struct super_block *sb;

	lock_fs();
	list_for_each_entry(sb, &super_blocks, s_list)
		if (sb->s_bdev && !(sb->s_flags & MS_RDONLY))
			remount_sb(sb, MS_RDONLY, true);
	unlock_fs();
}

/* For /proc/filesystems. */
struct file_system_type *next_filesystem(struct file_system_type *fs)
{
	struct list_head *next = fs ? fs->list.next : file_systems.next;

	return next == &file_systems ? NULL : list_entry(next, struct file_system_type, list);
}
