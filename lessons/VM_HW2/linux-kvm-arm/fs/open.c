/* Opening files; where a process stands in the tree. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/namei.h>
#include <linux/pagemap.h>
#include <linux/mount.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/err.h>

static const struct file_operations no_operations;

static int may_open(const struct path *path, int flags)
{
	struct inode *inode = path->dentry->d_inode;
	bool write = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);

	if (S_ISLNK(inode->i_mode) && !(flags & O_PATH))
		return -ELOOP; /* O_NOFOLLOW */
	if (S_ISDIR(inode->i_mode) && write)
		return -EISDIR;
	if (!S_ISDIR(inode->i_mode) && (flags & O_DIRECTORY))
		return -ENOTDIR;
	if (write && IS_RDONLY(inode) && !S_ISCHR(inode->i_mode) && !S_ISBLK(inode->i_mode))
		return -EROFS;
	if (flags & O_DIRECT && !(flags & O_PATH) && !can_direct_io(inode))
		return -EINVAL;
	return 0;
}

static struct file *dentry_open(const struct path *path, int flags)
{
	struct inode *inode = path->dentry->d_inode;
	struct iattr empty = { .ia_valid = ATTR_SIZE };
	struct file *file = alloc_file(inode->i_fop && !(flags & O_PATH) ? inode->i_fop
									  : &no_operations,
				       inode, flags);
	int err = 0;

	if (IS_ERR(file))
		return file;
	file->f_path = *path;
	path_get(path);
	file->private_data = inode->i_private;
	file->f_name = path->dentry->d_name;
	if (flags & O_PATH)
		return file;
	if (file->f_op->open)
		err = file->f_op->open(inode, file);
	file->f_flags &= ~(O_CREAT | O_EXCL | O_TRUNC | O_NOCTTY); /* only open() asks for these */
	if (!err && (flags & O_TRUNC) && S_ISREG(inode->i_mode) && inode->i_op &&
	    inode->i_op->truncate && inode->i_size)
		err = notify_change(path->dentry, &empty);
	if (err) {
		file->f_op = &no_operations; /* it was never open: no release */
		fput(file);
		return ERR_PTR(err);
	}
	return file;
}

/* For a link to a file that is not there: the name of what it links to. */
static char *dangling_target(const char *name, struct inode *link)
{
	size_t dir = 0;
	char *target = kmalloc(PATH_MAX + strlen(name) + 1, GFP_KERNEL);
	int n;

	if (!target)
		return ERR_PTR(-ENOMEM);
	for (size_t i = 0; name[i]; i++)
		if (name[i] == '/')
			dir = i + 1;
	memcpy(target, name, dir);
	n = link->i_op->readlink(link, target + dir, PATH_MAX - 1);
	if (n <= 0) {
		kfree(target);
		return ERR_PTR(n ? n : -ENOENT);
	}
	target[dir + n] = 0;
	if (target[dir] == '/')
		memmove(target, target + dir, n + 1);
	return target;
}

/* O_CREAT: path becomes the file, an old or a new one. */
static int open_create(int dfd, const char *name, int flags, umode_t mode, struct path *path,
		       int depth)
{
	struct path parent;
	struct dentry *dentry = filename_create(dfd, name, &parent);
	size_t n = strlen(name);
	char *target;
	int err = 0;

	if (IS_ERR(dentry)) {
		err = PTR_ERR(dentry);
		return err == -EBUSY || err == -EINVAL || err == -ENOTEMPTY ? -EISDIR : err;
	}
	if (dentry->d_inode && (flags & O_EXCL))
		err = -EEXIST;
	else if (!dentry->d_inode && n && name[n - 1] == '/')
		err = -EISDIR;
	else if (!dentry->d_inode)
		err = vfs_create(parent.dentry->d_inode, dentry,
				 mode & 07777 & (current->fs ? ~current->fs->umask : ~0u));
	if (!err && S_ISLNK(dentry->d_inode->i_mode) && !(flags & O_NOFOLLOW)) {
		target = NULL;
		err = filename_lookup(dfd, name, LOOKUP_FOLLOW, path);
		if (err == -ENOENT && depth < 8)
			target = dangling_target(name, dentry->d_inode);
		done_path(&parent, dentry);
		if (target) {
			err = IS_ERR(target) ? PTR_ERR(target)
					     : open_create(*target == '/' ? AT_FDCWD : dfd, target,
							   flags, mode, path, depth + 1);
			if (!IS_ERR(target))
				kfree(target);
		}
		return err;
	}
	if (!err && dentry->d_mounted)
		err = filename_lookup(dfd, name, 0, path);
	else if (!err) {
		*path = (struct path){ parent.mnt, dentry };
		path_get(path);
	}
	done_path(&parent, dentry);
	return err;
}

struct file *do_filp_open(int dfd, const char *name, int flags, umode_t mode)
{
	struct path path;
	struct file *file;
	bool new = false;
	int err;

	if ((flags & O_ACCMODE) == O_ACCMODE)
		return ERR_PTR(-EINVAL);
	err = (flags & O_CREAT) && (flags & O_EXCL) ? -ENOENT :
	      filename_lookup(dfd, name, flags & O_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &path);
	if (err == -ENOENT && (flags & O_CREAT)) {
		err = open_create(dfd, name, flags, mode, &path, 0);
		new = true;
	}
	if (err)
		return ERR_PTR(err);
	err = may_open(&path, new ? flags & ~O_TRUNC : flags);
	if (!err && (flags & O_CREAT) && S_ISDIR(path.dentry->d_inode->i_mode))
		err = -EISDIR;
	file = err ? ERR_PTR(err) : dentry_open(&path, flags);
	path_put(&path);
	return file;
}

struct file *filp_open(const char *name, int flags, umode_t mode)
{
	return do_filp_open(AT_FDCWD, name, flags, mode);
}

long sys_openat(int dfd, const char *uname, int flags, umode_t mode)
{
	char *name = getname(uname);
	struct file *file;
	int fd;

	if (IS_ERR(name))
		return PTR_ERR(name);
	fd = get_unused_fd_from(0);
	if (fd >= 0) {
		file = do_filp_open(dfd, name, flags, mode);
		/* that may have slept, and another thread may have opened something */
		fd = IS_ERR(file) ? PTR_ERR(file) : fd_install_unused(0, file);
		if (fd < 0 && !IS_ERR(file))
			fput(file);
	}
	kfree(name);
	return fd;
}

/* There is one user, and it may do everything but write where nobody can. */
long sys_faccessat(int dfd, const char *uname, int mode)
{
	struct path path;
	struct inode *inode;
	int err = user_path_at(dfd, uname, LOOKUP_FOLLOW, &path);

	if (err)
		return err;
	inode = path.dentry->d_inode;
	if ((mode & 2) && IS_RDONLY(inode) && !S_ISCHR(inode->i_mode))
		err = -EROFS;
	else if ((mode & 1) && S_ISREG(inode->i_mode) && !(inode->i_mode & 0111))
		err = -EACCES;
	path_put(&path);
	return err;
}

/* Where the process stands, or where its tree begins. */
static void set_path(struct path *which, const struct path *path)
{
	struct path old;

	lock_fs(); /* walks go by it */
	preempt_disable(); /* and /proc, which cannot wait */
	old = *which;
	*which = *path;
	preempt_enable();
	path_put(&old);
	unlock_fs();
}

long sys_chdir(const char *uname)
{
	struct path path;
	int err = user_path_at(AT_FDCWD, uname, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path);

	if (!err)
		set_path(&current->fs->pwd, &path);
	return err;
}

long sys_chroot(const char *uname)
{
	struct path path;
	int err = user_path_at(AT_FDCWD, uname, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path);

	if (!err)
		set_path(&current->fs->root, &path);
	return err;
}

long sys_fchdir(unsigned int fd)
{
	struct file *file = fget(fd);
	int err = 0;

	if (!file)
		return -EBADF;
	if (!file->f_inode || !S_ISDIR(file->f_inode->i_mode)) {
		err = -ENOTDIR;
	} else {
		struct path path = file->f_path;

		path_get(&path);
		set_path(&current->fs->pwd, &path);
	}
	fput(file);
	return err;
}

long sys_getcwd(char *ubuf, size_t size)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL), *p;
	long n;

	if (!buf)
		return -ENOMEM;
	lock_fs();
	p = current->fs->pwd.dentry->d_hashed ||
	    current->fs->pwd.dentry == current->fs->pwd.mnt->mnt_root
		    ? d_path(&current->fs->pwd, buf, PATH_MAX) : ERR_PTR(-ENOENT);
	unlock_fs();
	n = IS_ERR(p) ? PTR_ERR(p) : (long)strlen(p) + 1;
	if (n > 0 && (size_t)n > size)
		n = -ERANGE;
	if (n > 0 && copy_to_user(ubuf, p, n))
		n = -EFAULT;
	kfree(buf);
	return n;
}

long sys_umask(unsigned int mask)
{
	unsigned int old = current->fs->umask;

	current->fs->umask = mask & 0777;
	return old;
}
