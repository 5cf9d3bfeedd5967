/* Names that come, go and move. What is written when: see ext2.h. */
#include <linux/err.h>
#include <linux/string.h>
#include "ext2.h"

static int ext2_lookup(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = NULL;
	u32 ino;
	int err = ext2_find_entry(dir, dentry->d_name, &ino);

	if (err && err != -ENOENT)
		return err;
	if (!err) {
		inode = ext2_iget(dir->i_sb, ino);
		if (IS_ERR(inode))
			return PTR_ERR(inode);
		if (S_ISDIR(inode->i_mode) && inode->i_dentry) {
			/* the tree would be none: maybe it is above itself */
			ext2_error(dir->i_sb, "directory inode %lu has a second name in %llu", ino,
				   dir->i_ino);
			iput(inode);
			return -EIO;
		}
	}
	d_add(dentry, inode);
	return 0;
}

/* The inode is whole: write it, then its name. It goes if that cannot be. */
static int add_nondir(struct inode *dir, struct dentry *dentry, struct inode *inode)
{
	int err = ext2_write_inode(inode);

	if (!err)
		err = ext2_add_entry(dir, dentry->d_name, inode);
	if (err) {
		inode->i_nlink = 0;
		iput(inode);
		return err;
	}
	d_instantiate(dentry, inode);
	return 0;
}

static int ext2_mknod(struct inode *dir, struct dentry *dentry, umode_t mode, unsigned long dev)
{
	struct inode *inode = ext2_new_inode(dir, mode);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	EXT2_I(inode)->i_block[1] = dev;
	ext2_set_inode_ops(inode);
	return add_nondir(dir, dentry, inode);
}

static int ext2_create(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	return ext2_mknod(dir, dentry, S_IFREG | mode, 0);
}

static int ext2_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	size_t n = strlen(target);
	struct inode *inode;
	struct buffer_head *bh;
	int err = 0;
	u32 block;

	if (n >= dir->i_sb->s_blocksize)
		return -ENAMETOOLONG;
	inode = ext2_new_inode(dir, S_IFLNK | 0777);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	ext2_set_inode_ops(inode);
	inode->i_size = n;
	if (n < sizeof(EXT2_I(inode)->i_block)) {
		memcpy(EXT2_I(inode)->i_block, target, n);
		return add_nondir(dir, dentry, inode);
	}
	err = ext2_get_block(inode, 0, true, &block);
	bh = err ? NULL : sb_getblk(dir->i_sb, block);
	if (bh) {
		memset(bh->b_data, 0, bh->b_size);
		memcpy(bh->b_data, target, n);
		mark_buffer_dirty(bh);
		err = sync_dirty_buffer(bh);
		brelse(bh);
	}
	if (err || !bh) {
		inode->i_nlink = 0;
		iput(inode);
		return err ? err : -ENOMEM;
	}
	return add_nondir(dir, dentry, inode);
}

static int ext2_link(struct dentry *old, struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = old->d_inode;
	int err;

	if (inode->i_nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	inode->i_ctime = CURRENT_TIME;
	inode->i_nlink++;
	ihold(inode);
	err = ext2_write_inode(inode); /* too many names is better than one too few */
	if (!err)
		err = ext2_add_entry(dir, dentry->d_name, inode);
	if (err) {
		inode->i_nlink--;
		mark_inode_dirty(inode);
		iput(inode);
		return err;
	}
	d_instantiate(dentry, inode);
	return 0;
}

static int ext2_mkdir(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	struct inode *inode;
	int err;

	if (dir->i_nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	inode = ext2_new_inode(dir, S_IFDIR | mode);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	ext2_set_inode_ops(inode);
	inode->i_nlink = 2;
	dir->i_nlink++;
	err = ext2_make_empty(inode, dir);
	if (!err)
		err = ext2_write_inode(inode);
	if (!err)
		err = ext2_add_entry(dir, dentry->d_name, inode);
	if (err) {
		dir->i_nlink--;
		inode->i_nlink = 0;
		iput(inode);
		return err;
	}
	d_instantiate(dentry, inode);
	return ext2_write_inode(dir);
}

/* A name less. What has none is deleted when its last user goes. */
static void drop_link(struct inode *inode)
{
	inode->i_ctime = CURRENT_TIME;
	if (inode->i_nlink)
		inode->i_nlink--;
	if (S_ISDIR(inode->i_mode))
		inode->i_nlink = 0;
	if (inode->i_nlink)
		ext2_write_inode(inode);
	else
		ext2_mark_deleted(inode);
}

static int ext2_unlink(struct inode *dir, struct dentry *dentry)
{
	int err = ext2_delete_entry(dir, dentry->d_name);

	if (!err)
		drop_link(dentry->d_inode);
	return err;
}

static int ext2_rmdir(struct inode *dir, struct dentry *dentry)
{
	int err = ext2_empty_dir(dentry->d_inode);

	if (!err)
		err = ext2_delete_entry(dir, dentry->d_name);
	if (err)
		return err;
	drop_link(dentry->d_inode);
	if (dir->i_nlink > 2)
		dir->i_nlink--;
	return ext2_write_inode(dir);
}

/* The new name first, the old one last: in between there are two, never none. */
static int ext2_rename(struct inode *old_dir, struct dentry *old, struct inode *new_dir,
		       struct dentry *new)
{
	struct inode *inode = old->d_inode, *replaced = new->d_inode;
	bool directory = S_ISDIR(inode->i_mode);
	int err = replaced && directory ? ext2_empty_dir(replaced) : 0;
	u32 parent;

	if (!err && directory)
		err = ext2_find_entry(inode, "..", &parent); /* will be changed: is it there? */
	if (err == -ENOENT) {
		ext2_error(old_dir->i_sb, "directory inode %lu has no \"..\"", inode->i_ino, 0);
		err = -EIO;
	}
	if (!err)
		err = replaced ? ext2_set_link(new_dir, new->d_name, inode)
			       : ext2_add_entry(new_dir, new->d_name, inode);
	if (!err && directory && old_dir != new_dir)
		err = ext2_set_link(inode, "..", new_dir);
	if (!err)
		err = ext2_delete_entry(old_dir, old->d_name);
	if (err)
		return err;
	if (replaced)
		drop_link(replaced);
	if (directory) {
		new_dir->i_nlink += !replaced;
		if (old_dir->i_nlink > 2)
			old_dir->i_nlink--;
		ext2_write_inode(new_dir);
		ext2_write_inode(old_dir);
	}
	inode->i_ctime = CURRENT_TIME;
	return ext2_write_inode(inode);
}

const struct inode_operations ext2_dir_inode_operations = {
	.lookup = ext2_lookup,
	.create = ext2_create,
	.mkdir = ext2_mkdir,
	.mknod = ext2_mknod,
	.link = ext2_link,
	.symlink = ext2_symlink,
	.unlink = ext2_unlink,
	.rmdir = ext2_rmdir,
	.rename = ext2_rename
};
