/* System calls that change directories: new names, fewer, other names. (Linux: fs/namei.c.) */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/err.h>

int may_create(struct inode *dir, struct dentry *dentry)
{
	if (dentry->d_inode)
		return -EEXIST;
	if (!dir->i_nlink)
		return -ENOENT; /* has been removed */
	return IS_RDONLY(dir) ? -EROFS : 0;
}

static int may_delete(struct inode *dir, struct dentry *dentry, bool directory)
{
	if (!dentry->d_inode)
		return -ENOENT;
	if (IS_RDONLY(dir))
		return -EROFS;
	if (directory != S_ISDIR(dentry->d_inode->i_mode))
		return directory ? -ENOTDIR : -EISDIR;
	return dentry->d_mounted ? -EBUSY : 0;
}

int vfs_create(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	int err = may_create(dir, dentry);

	if (err)
		return err;
	return dir->i_op->create ? dir->i_op->create(dir, dentry, mode) : -EPERM;
}

int vfs_mknod(struct inode *dir, struct dentry *dentry, umode_t mode, unsigned long dev)
{
	int err = may_create(dir, dentry);

	if (err)
		return err;
	return dir->i_op->mknod ? dir->i_op->mknod(dir, dentry, mode, dev) : -EPERM;
}

int vfs_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	int err = may_create(dir, dentry);

	if (err)
		return err;
	return dir->i_op->symlink ? dir->i_op->symlink(dir, dentry, target) : -EPERM;
}

static int vfs_mkdir(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	int err = may_create(dir, dentry);

	if (err)
		return err;
	return dir->i_op->mkdir ? dir->i_op->mkdir(dir, dentry, mode) : -EPERM;
}

static int vfs_rmdir(struct inode *dir, struct dentry *dentry)
{
	int err = may_delete(dir, dentry, true);

	if (!err)
		err = dir->i_op->rmdir ? dir->i_op->rmdir(dir, dentry) : -EPERM;
	if (!err)
		d_drop(dentry);
	return err;
}

static int vfs_unlink(struct inode *dir, struct dentry *dentry)
{
	int err = may_delete(dir, dentry, false);

	if (!err)
		err = dir->i_op->unlink ? dir->i_op->unlink(dir, dentry) : -EPERM;
	if (!err)
		d_drop(dentry);
	return err;
}

static int vfs_link(struct dentry *old, struct inode *dir, struct dentry *dentry)
{
	int err = may_create(dir, dentry);

	if (err)
		return err;
	if (old->d_inode->i_sb != dir->i_sb)
		return -EXDEV;
	if (S_ISDIR(old->d_inode->i_mode))
		return -EPERM;
	if (!old->d_inode->i_nlink)
		return -ENOENT;
	return dir->i_op->link ? dir->i_op->link(old, dir, dentry) : -EPERM;
}

static int vfs_rename(struct inode *old_dir, struct dentry *old, struct inode *new_dir,
		      struct dentry *new)
{
	bool directory = old->d_inode && S_ISDIR(old->d_inode->i_mode);
	int err = may_delete(old_dir, old, directory);

	if (err)
		return err;
	if (old->d_inode == new->d_inode)
		return 0;
	err = new->d_inode ? may_delete(new_dir, new, directory) : may_create(new_dir, new);
	if (err)
		return err;
	if (old_dir->i_sb != new_dir->i_sb)
		return -EXDEV;
	if (is_subdir(new, old))
		return -EINVAL; /* a directory into itself */
	if (is_subdir(old, new))
		return -ENOTEMPTY;
	if (!old_dir->i_op->rename)
		return -EPERM;
	err = old_dir->i_op->rename(old_dir, old, new_dir, new);
	if (!err)
		d_move(old, new);
	return err;
}

/* "/", "." and ".." are there already. */
static long create_error(const struct dentry *dentry)
{
	long err = PTR_ERR(dentry);

	return err == -EBUSY || err == -EINVAL || err == -ENOTEMPTY ? -EEXIST : err;
}

static umode_t masked(umode_t mode)
{
	return current->fs ? mode & ~current->fs->umask : mode;
}

/* mkdir (S_IFDIR), mknod (the other kinds) and symlink (S_IFLNK) by path. */
static long make(int dfd, const char *name, umode_t mode, unsigned long dev, const char *target)
{
	struct path parent;
	struct dentry *dentry = filename_create(dfd, name, &parent);
	struct inode *dir;
	size_t n = strlen(name);
	long err;

	if (IS_ERR(dentry))
		return create_error(dentry);
	dir = parent.dentry->d_inode;
	if (S_ISDIR(mode))
		err = vfs_mkdir(dir, dentry, mode & 07777);
	else if (n && name[n - 1] == '/')
		err = dentry->d_inode ? -EEXIST : -ENOENT;
	else if (S_ISLNK(mode))
		err = vfs_symlink(dir, dentry, target);
	else if (S_ISREG(mode))
		err = vfs_create(dir, dentry, mode & 07777);
	else
		err = vfs_mknod(dir, dentry, mode, dev);
	done_path(&parent, dentry);
	return err;
}

long sys_mkdirat(int dfd, const char *uname, umode_t mode)
{
	char *name = getname(uname);
	long err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	err = make(dfd, name, S_IFDIR | masked(mode & 01777), 0, NULL);
	kfree(name);
	return err;
}

long sys_mknodat(int dfd, const char *uname, umode_t mode, unsigned int dev)
{
	char *name = getname(uname);
	long err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	mode = (mode & S_IFMT) | masked(mode & 07777);
	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	err = S_ISDIR(mode) ? -EPERM :
	      S_ISREG(mode) || S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode) ?
	      make(dfd, name, mode, dev, NULL) : -EINVAL;
	kfree(name);
	return err;
}

long sys_symlinkat(const char *utarget, int dfd, const char *uname)
{
	char *target = getname(utarget), *name;
	long err;

	if (IS_ERR(target))
		return PTR_ERR(target);
	name = getname(uname);
	err = IS_ERR(name) ? PTR_ERR(name) : make(dfd, name, S_IFLNK | 0777, 0, target);
	if (!IS_ERR(name))
		kfree(name);
	kfree(target);
	return err;
}

long sys_unlinkat(int dfd, const char *uname, int flags)
{
	char *name = getname(uname);
	struct path parent;
	struct dentry *dentry;
	struct inode *inode = NULL;
	long err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	if (flags & ~AT_REMOVEDIR) {
		kfree(name);
		return -EINVAL;
	}
	dentry = filename_create(dfd, name, &parent);
	if (IS_ERR(dentry)) {
		err = PTR_ERR(dentry);
		if (!(flags & AT_REMOVEDIR))
			err = create_error(dentry) == -EEXIST ? -EISDIR : err;
	} else {
		inode = dentry->d_inode;
		if (inode)
			ihold(inode);
		err = flags & AT_REMOVEDIR ? vfs_rmdir(parent.dentry->d_inode, dentry)
					   : vfs_unlink(parent.dentry->d_inode, dentry);
		done_path(&parent, dentry);
		if (inode)
			iput(inode); /* the file's bytes go here, not with the name */
	}
	kfree(name);
	return err;
}

long sys_linkat(int old_dfd, const char *uold, int dfd, const char *uname, int flags)
{
	struct path old, parent;
	struct dentry *dentry;
	char *name;
	long err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	err = user_path_at(old_dfd, uold, (flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0) |
			   (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0), &old);
	if (err)
		return err;
	name = getname(uname);
	if (IS_ERR(name)) {
		err = PTR_ERR(name);
	} else {
		dentry = filename_create(dfd, name, &parent);
		if (IS_ERR(dentry)) {
			err = create_error(dentry);
		} else {
			err = vfs_link(old.dentry, parent.dentry->d_inode, dentry);
			done_path(&parent, dentry);
		}
		kfree(name);
	}
	path_put(&old);
	return err;
}

static long do_renameat(int old_dfd, const char *old_name, int new_dfd, const char *new_name,
			bool no_replace)
{
	struct path old_dir, new_dir;
	struct dentry *old, *new;
	size_t n = strlen(new_name);
	long err;

	old = filename_create(old_dfd, old_name, &old_dir);
	if (IS_ERR(old))
		return create_error(old) == -EEXIST ? -EBUSY : PTR_ERR(old);
	new = filename_create(new_dfd, new_name, &new_dir);
	if (IS_ERR(new)) {
		err = create_error(new) == -EEXIST ? -EBUSY : PTR_ERR(new);
	} else {
		if (new_dir.mnt != old_dir.mnt)
			err = -EXDEV;
		else if (no_replace && new->d_inode)
			err = -EEXIST;
		else if (n && new_name[n - 1] == '/' && old->d_inode &&
			 !S_ISDIR(old->d_inode->i_mode))
			err = -ENOTDIR;
		else
			err = vfs_rename(old_dir.dentry->d_inode, old, new_dir.dentry->d_inode,
					 new);
		done_path(&new_dir, new);
	}
	done_path(&old_dir, old);
	return err;
}

#define RENAME_NOREPLACE 1

long sys_renameat2(int old_dfd, const char *uold, int new_dfd, const char *unew,
		   unsigned int flags)
{
	char *old, *new;
	long err;

	if (flags & ~RENAME_NOREPLACE)
		return -EINVAL;
	old = getname(uold);
	if (IS_ERR(old))
		return PTR_ERR(old);
	new = getname(unew);
	err = IS_ERR(new) ? PTR_ERR(new)
			  : do_renameat(old_dfd, old, new_dfd, new, flags & RENAME_NOREPLACE);
	if (!IS_ERR(new))
		kfree(new);
	kfree(old);
	return err;
}

long sys_renameat(int old_dfd, const char *uold, int new_dfd, const char *unew)
{
	return sys_renameat2(old_dfd, uold, new_dfd, unew, 0);
}

/* For drivers and the initramfs: a file with its operations. */
struct inode *fs_mknod(const char *name, umode_t mode, const struct file_operations *fop,
		       void *private)
{
	struct path parent;
	struct dentry *dentry = filename_create(AT_FDCWD, name, &parent);
	struct inode *inode;
	long err;

	if (IS_ERR(dentry))
		return ERR_PTR(create_error(dentry));
	err = S_ISREG(mode) ? vfs_create(parent.dentry->d_inode, dentry, mode & 07777)
			    : vfs_mknod(parent.dentry->d_inode, dentry, mode, 0);
	inode = err ? ERR_PTR(err) : dentry->d_inode;
	if (!err && fop) {
		inode->i_fop = fop;
		inode->i_op = NULL;
		inode->i_data.a_ops = NULL; /* what it holds is not in pages */
		inode->i_private = private;
	}
	done_path(&parent, dentry);
	return inode;
}

/* Makes a directory and those above it. */
int fs_mkdir_p(const char *path)
{
	char *part = kstrdup(path, GFP_KERNEL);
	long err = part ? 0 : -ENOMEM;

	for (size_t n = 1; !err; n++) {
		if (path[n] && path[n] != '/')
			continue;
		part[n] = 0;
		err = make(AT_FDCWD, part, S_IFDIR | 0755, 0, NULL);
		if (err == -EEXIST)
			err = 0;
		part[n] = path[n];
		if (!path[n])
			break;
	}
	kfree(part);
	return err;
}

int fs_symlink(const char *path, const char *target)
{
	return make(AT_FDCWD, path, S_IFLNK | 0777, 0, target);
}
