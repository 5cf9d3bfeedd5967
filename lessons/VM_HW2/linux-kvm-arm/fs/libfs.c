/*
 * What file systems have in common that live in memory only: their names are the dentries
 * themselves, each held once more than it is used.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <uapi/linux/statfs.h>

/* Asked only for names that are not there. */
int simple_lookup(struct inode *dir, struct dentry *dentry)
{
	d_add(dentry, NULL);
	return 0;
}

static void touch(struct inode *dir)
{
	dir->i_mtime = dir->i_ctime = CURRENT_TIME;
}

int simple_link(struct dentry *old, struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = old->d_inode;

	inode->i_nlink++;
	inode->i_ctime = CURRENT_TIME;
	ihold(inode);
	d_instantiate(dentry, inode);
	dget(dentry);
	touch(dir);
	return 0;
}

int simple_unlink(struct inode *dir, struct dentry *dentry)
{
	dentry->d_inode->i_nlink--;
	dentry->d_inode->i_ctime = CURRENT_TIME;
	touch(dir);
	dput(dentry);
	return 0;
}

int simple_rmdir(struct inode *dir, struct dentry *dentry)
{
	if (!list_empty(&dentry->d_subdirs))
		return -ENOTEMPTY;
	dentry->d_inode->i_nlink = 1;
	dir->i_nlink--;
	return simple_unlink(dir, dentry);
}

int simple_rename(struct inode *old_dir, struct dentry *old, struct inode *new_dir,
		  struct dentry *new)
{
	bool directory = S_ISDIR(old->d_inode->i_mode);
	int err;

	if (new->d_inode) {
		err = directory ? simple_rmdir(new_dir, new) : simple_unlink(new_dir, new);
		if (err)
			return err;
	}
	if (directory) {
		old_dir->i_nlink--;
		new_dir->i_nlink++;
	}
	touch(old_dir);
	touch(new_dir);
	return 0;
}

int simple_readlink(struct inode *inode, char *buf, int size)
{
	int n = min(strlen(inode->i_link), (size_t)size);

	memcpy(buf, inode->i_link, n);
	return n;
}

int simple_statfs(struct super_block *sb, struct statfs *st)
{
	st->f_type = sb->s_magic;
	st->f_bsize = st->f_frsize = PAGE_SIZE;
	st->f_namelen = NAME_MAX;
	return 0;
}

ssize_t simple_read(char __user *buf, size_t n, loff_t *pos, const char *text, size_t len)
{
	if (*pos < 0 || (size_t)*pos >= len)
		return 0;
	n = min(n, len - *pos);
	if (copy_to_user(buf, text + *pos, n))
		return -EFAULT;
	*pos += n;
	return n;
}

/* "." and "..", at positions 0 and 1. False: no room for them. */
bool dir_emit_dots(struct file *file, struct dir_context *ctx)
{
	struct dentry *dentry = file->f_path.dentry;

	if (ctx->pos == 0) {
		if (!dir_emit(ctx, ".", 1, dentry->d_inode->i_ino, DT_DIR))
			return false;
		ctx->pos = 1;
	}
	if (ctx->pos == 1) {
		if (!dir_emit(ctx, "..", 2, dentry->d_parent->d_inode->i_ino, DT_DIR))
			return false;
		ctx->pos = 2;
	}
	return true;
}

/* In the order in which they were made; a position is a cookie, and those only grow. */
static int simple_iterate(struct file *file, struct dir_context *ctx)
{
	struct dentry *child;

	if (!dir_emit_dots(file, ctx))
		return 0;
	list_for_each_entry(child, &file->f_path.dentry->d_subdirs, d_child) {
		if (!child->d_inode || child->d_cookie < (unsigned long)ctx->pos)
			continue;
		if (!dir_emit(ctx, child->d_name, strlen(child->d_name), child->d_inode->i_ino,
			      (child->d_inode->i_mode & S_IFMT) >> 12))
			break;
		ctx->pos = child->d_cookie + 1;
	}
	return 0;
}

const struct file_operations simple_dir_operations = {
	.iterate = simple_iterate,
	.llseek = generic_llseek
};
