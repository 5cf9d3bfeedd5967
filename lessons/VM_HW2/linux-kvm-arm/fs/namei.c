/*
 * From a path to a file: the walk, name by name, through directories, symbolic links and
 * mounts.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/err.h>

#define MAX_NESTED_LINKS 8
#define MAX_LINKS 40 /* of one walk */

/* A walk on its way. */
struct nameidata {
	struct path path; /* as far as it has come; referenced */
	const char *last; /* the last name, where it stops before that */
	int depth, links;
};

char *getname(const char __user *path)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL), *name;
	long n = buf ? strncpy_from_user(buf, path, PATH_MAX) : -ENOMEM;

	if (n == PATH_MAX)
		n = -ENAMETOOLONG;
	else if (!n)
		n = -ENOENT;
	name = n < 0 ? ERR_PTR(n) : kstrdup(buf, GFP_KERNEL);
	kfree(buf);
	return name ? name : ERR_PTR(-ENOMEM);
}

static const struct path *root_of_task(void)
{
	return current->fs ? &current->fs->root : &root_path;
}

/* Up from the top of a file system to what is below it, down to what is mounted on top. */
static void follow_dotdot(struct path *path)
{
	const struct path *root = root_of_task();
	struct path up = *path;

	while (!(up.dentry == root->dentry && up.mnt == root->mnt) &&
	       up.dentry == up.mnt->mnt_root && up.mnt->mnt_parent != up.mnt) {
		up.dentry = up.mnt->mnt_mountpoint;
		up.mnt = up.mnt->mnt_parent;
	}
	if (!(up.dentry == root->dentry && up.mnt == root->mnt))
		up.dentry = up.dentry->d_parent;
	path_get(&up);
	path_put(path);
	*path = up;
}

static void follow_mounts(struct path *path)
{
	struct vfsmount *mnt;

	while ((mnt = lookup_mnt(path))) {
		struct path top = { mnt, mnt->mnt_root };

		path_get(&top);
		path_put(path);
		*path = top;
	}
}

/* The dentry of a name in dir, maybe negative. */
static struct dentry *lookup_one(struct dentry *dir, const char *name, size_t len)
{
	struct dentry *dentry;
	int err;

	if (len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	if (!dir->d_inode || !S_ISDIR(dir->d_inode->i_mode))
		return ERR_PTR(-ENOTDIR);
	dentry = d_lookup(dir, name, len);
	if (dentry)
		return dentry;
	dentry = d_alloc(dir, name, len);
	if (!dentry)
		return ERR_PTR(-ENOMEM);
	err = dir->d_inode->i_op->lookup(dir->d_inode, dentry);
	if (err) {
		dput(dentry);
		return ERR_PTR(err);
	}
	return dentry;
}

static int walk(struct nameidata *nd, const char *name, bool parent, bool follow);

/* nd stands in the symlink's directory: goes on to where the link says. */
static int follow_link(struct nameidata *nd, struct dentry *link)
{
	struct inode *inode = link->d_inode;
	int n, err;
	char *target;

	if (nd->depth >= MAX_NESTED_LINKS || nd->links++ >= MAX_LINKS)
		return -ELOOP;
	target = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!target)
		return -ENOMEM;
	n = inode->i_op->readlink ? inode->i_op->readlink(inode, target, PATH_MAX - 1) : -EINVAL;
	err = n < 0 ? n : n == 0 ? -ENOENT : 0;
	if (!err) {
		target[n] = 0;
		nd->depth++;
		err = walk(nd, target, false, true);
		nd->depth--;
	}
	kfree(target);
	return err;
}

/* One name further. */
static int walk_component(struct nameidata *nd, const char *name, size_t len, bool follow)
{
	struct dentry *dentry;
	int err = 0;

	if (len == 1 && name[0] == '.')
		return 0;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		follow_dotdot(&nd->path);
		return 0;
	}
	dentry = lookup_one(nd->path.dentry, name, len);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!dentry->d_inode) {
		err = -ENOENT;
	} else if (S_ISLNK(dentry->d_inode->i_mode) && follow) {
		err = follow_link(nd, dentry);
	} else {
		dput(nd->path.dentry);
		nd->path.dentry = dget(dentry);
		follow_mounts(&nd->path);
	}
	dput(dentry);
	return err;
}

/*
 * Walks name from where nd stands. parent: stops before the last name. follow: a symlink
 * at the end is followed; one with a slash after it always is.
 */
static int walk(struct nameidata *nd, const char *name, bool parent, bool follow)
{
	if (*name == '/') {
		path_get(root_of_task());
		path_put(&nd->path);
		nd->path = *root_of_task();
		follow_mounts(&nd->path);
	}
	for (;;) {
		const char *rest;
		size_t len = 0;
		int err;

		while (*name == '/')
			name++;
		while (name[len] && name[len] != '/')
			len++;
		if (len && !S_ISDIR(nd->path.dentry->d_inode->i_mode))
			return -ENOTDIR;
		for (rest = name + len; *rest == '/';)
			rest++;
		if (parent && !*rest) {
			nd->last = name;
			return 0;
		}
		if (!len)
			return 0;
		err = walk_component(nd, name, len, follow || name[len] == '/');
		if (err)
			return err;
		if (!*rest) {
			if (name[len] == '/' && !S_ISDIR(nd->path.dentry->d_inode->i_mode))
				return -ENOTDIR;
			return 0;
		}
		name = rest;
	}
}

/* Where a walk begins: the working directory, or an open directory. */
static int start(int dfd, const char *name, struct nameidata *nd)
{
	struct file *file = NULL;

	*nd = (struct nameidata){};
	if (*name == '/') {
		nd->path = *root_of_task();
	} else if (dfd == AT_FDCWD) {
		nd->path = current->fs ? current->fs->pwd : root_path;
	} else {
		file = fget(dfd);
		if (!file)
			return -EBADF;
		if (!file->f_path.dentry || (*name && !S_ISDIR(file->f_inode->i_mode))) {
			fput(file);
			return -ENOTDIR;
		}
		nd->path = file->f_path;
	}
	path_get(&nd->path);
	if (file)
		fput(file);
	return 0;
}

int filename_lookup(int dfd, const char *name, unsigned int flags, struct path *path)
{
	struct nameidata nd;
	int err;

	if (!*name && !(flags & LOOKUP_EMPTY))
		return -ENOENT;
	lock_fs();
	err = start(dfd, name, &nd);
	if (!err) {
		err = walk(&nd, name, false, flags & LOOKUP_FOLLOW);
		if (!err && (flags & LOOKUP_DIRECTORY) && !S_ISDIR(nd.path.dentry->d_inode->i_mode))
			err = -ENOTDIR;
		if (err)
			path_put(&nd.path);
		else
			*path = nd.path;
	}
	unlock_fs();
	return err;
}

int kern_path(const char *name, unsigned int flags, struct path *path)
{
	return filename_lookup(AT_FDCWD, name, flags, path);
}

int user_path_at(int dfd, const char __user *uname, unsigned int flags, struct path *path)
{
	char *name = getname(uname);
	int err;

	if (PTR_ERR(name) == -ENOENT && (flags & LOOKUP_EMPTY))
		return filename_lookup(dfd, "", flags, path);
	if (IS_ERR(name))
		return PTR_ERR(name);
	err = filename_lookup(dfd, name, flags, path);
	kfree(name);
	return err;
}

struct dentry *filename_create(int dfd, const char *name, struct path *parent)
{
	struct nameidata nd;
	struct dentry *dentry;
	size_t len = 0;
	int err;

	if (!*name)
		return ERR_PTR(-ENOENT);
	lock_fs();
	err = start(dfd, name, &nd);
	if (!err) {
		err = walk(&nd, name, true, true);
		if (err)
			path_put(&nd.path);
	}
	if (err) {
		unlock_fs();
		return ERR_PTR(err);
	}
	while (nd.last[len] && nd.last[len] != '/')
		len++;
	if (!len || (nd.last[0] == '.' && (len == 1 || (len == 2 && nd.last[1] == '.'))))
		dentry = ERR_PTR(len == 1 ? -EINVAL : len ? -ENOTEMPTY : -EBUSY);
	else
		dentry = lookup_one(nd.path.dentry, nd.last, len);
	/* "name/" can only be a directory */
	if (!IS_ERR(dentry) && nd.last[len] == '/' && dentry->d_inode &&
	    !S_ISDIR(dentry->d_inode->i_mode)) {
		dput(dentry);
		dentry = ERR_PTR(-ENOTDIR);
	}
	if (IS_ERR(dentry)) {
		path_put(&nd.path);
		unlock_fs();
		return dentry;
	}
	*parent = nd.path;
	return dentry;
}

void done_path(struct path *parent, struct dentry *dentry)
{
	dput(dentry);
	path_put(parent);
	unlock_fs();
}
