/* Mounts: which file system is seen at which place of the tree. */
#include <linux/kernel.h>
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/mm.h>
#include <linux/err.h>

LIST_HEAD(mount_list); /* in the order in which they were mounted */
struct path root_path;

struct vfsmount *mntget(struct vfsmount *mnt)
{
	atomic_inc(&mnt->mnt_count);
	return mnt;
}

void mntput(struct vfsmount *mnt)
{
	atomic_dec(&mnt->mnt_count);
}

struct vfsmount *lookup_mnt(const struct path *path)
{
	struct vfsmount *mnt, *found = NULL;

	if (!path->dentry->d_mounted)
		return NULL;
	list_for_each_entry(mnt, &mount_list, mnt_list)
		if (mnt->mnt_parent == path->mnt && mnt->mnt_mountpoint == path->dentry &&
		    mnt->mnt_parent != mnt)
			found = mnt;
	return found;
}

static void attach(struct vfsmount *mnt, const struct path *at)
{
	path_get(at);
	mnt->mnt_parent = at->mnt;
	mnt->mnt_mountpoint = at->dentry;
	at->dentry->d_mounted++;
}

static void detach(struct vfsmount *mnt)
{
	struct path at = { mnt->mnt_parent, mnt->mnt_mountpoint };

	at.dentry->d_mounted--;
	path_put(&at);
}

/*
 * What is below root, seen at a place; NULL: nowhere yet. It takes over a reference to the
 * super block.
 */
static struct vfsmount *add_mount(struct dentry *root, const char *dev, const struct path *at)
{
	struct vfsmount *mnt = kzalloc(sizeof(*mnt), GFP_KERNEL);

	if (!mnt)
		return NULL;
	mnt->mnt_devname = kstrdup(dev, GFP_KERNEL);
	mnt->mnt_sb = root->d_sb;
	mnt->mnt_root = dget(root);
	mnt->mnt_parent = mnt;
	mnt->mnt_mountpoint = root;
	if (at)
		attach(mnt, at);
	list_add_tail(&mnt->mnt_list, &mount_list);
	return mnt;
}

static void free_mount(struct vfsmount *mnt)
{
	list_del(&mnt->mnt_list);
	detach(mnt);
	dput(mnt->mnt_root);
	deactivate_super(mnt->mnt_sb);
	kfree(mnt->mnt_devname);
	kfree(mnt);
}

static struct block_device *bdev_of(const char *name)
{
	struct path path;
	struct block_device *bdev;
	int err = kern_path(name, LOOKUP_FOLLOW, &path);

	if (err)
		return ERR_PTR(err);
	bdev = S_ISBLK(path.dentry->d_inode->i_mode) ? lookup_bdev(path.dentry->d_inode->i_rdev)
						     : ERR_PTR(-ENOTBLK);
	path_put(&path);
	return bdev ? bdev : ERR_PTR(-ENXIO);
}

static struct super_block *get_super(const char *dev, const char *type_name, unsigned long flags,
				     const char *options)
{
	struct file_system_type *type = get_fs_type(type_name);
	struct block_device *bdev = NULL;

	if (!type)
		return ERR_PTR(-ENODEV);
	if (type->fs_flags & FS_REQUIRES_DEV) {
		bdev = bdev_of(dev);
		if (IS_ERR(bdev))
			return (void *)bdev;
	}
	return mount_fs(type, bdev, flags & MS_RDONLY, options);
}

static int do_remount(const struct path *path, unsigned long flags)
{
	if (path->dentry != path->mnt->mnt_root)
		return -EINVAL;
	return remount_sb(path->mnt->mnt_sb, flags, false);
}

/* Part of the tree, or a file, is seen at path, too; not what is mounted below it. */
static int do_bind(const char *from, const struct path *path)
{
	struct path old;
	int err = kern_path(from, LOOKUP_FOLLOW, &old);

	if (err)
		return err;
	if (S_ISDIR(old.dentry->d_inode->i_mode) != S_ISDIR(path->dentry->d_inode->i_mode))
		err = -ENOTDIR;
	else if (!add_mount(old.dentry, old.mnt->mnt_devname, path))
		err = -ENOMEM;
	else
		old.dentry->d_sb->s_active++;
	path_put(&old);
	return err;
}

static int do_new_mount(const char *dev, const struct path *path, const char *type,
			unsigned long flags, const char *options)
{
	struct super_block *sb = get_super(dev, type, flags, options);
	int err = 0;

	if (IS_ERR(sb))
		return PTR_ERR(sb);
	if (!S_ISDIR(path->dentry->d_inode->i_mode))
		err = -ENOTDIR;
	else if (path->dentry == path->mnt->mnt_root && path->mnt->mnt_sb == sb)
		err = -EBUSY; /* is there already */
	else if (!add_mount(sb->s_root, dev, path))
		err = -ENOMEM;
	if (err)
		deactivate_super(sb);
	return err;
}

/* All strings are the kernel's. */
long do_mount(const char *dev, const char *dir, const char *type, unsigned long flags,
	      const char *options)
{
	struct path path;
	long err;

	if (flags & MS_MOVE)
		return move_mount(dev, dir);
	err = kern_path(dir, LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	lock_fs();
	if (flags & MS_REC || (flags & MS_REMOUNT && flags & MS_BIND))
		err = -EINVAL; /* neither trees of mounts nor flags of single ones */
	else if (flags & MS_REMOUNT)
		err = do_remount(&path, flags);
	else if (flags & MS_BIND)
		err = do_bind(dev, &path);
	else
		err = do_new_mount(dev, &path, type, flags, options);
	unlock_fs();
	path_put(&path);
	return err;
}

/* What is mounted at from is seen at to instead. */
int move_mount(const char *from, const char *to)
{
	struct path old, new;
	int err = kern_path(from, LOOKUP_FOLLOW, &old);

	if (err)
		return err;
	err = kern_path(to, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &new);
	if (!err) {
		lock_fs();
		if (old.dentry != old.mnt->mnt_root || old.mnt->mnt_parent == old.mnt)
			err = -EINVAL;
		for (struct vfsmount *m = new.mnt; !err; m = m->mnt_parent) {
			if (m == old.mnt)
				err = -ELOOP; /* into itself */
			if (m == m->mnt_parent)
				break;
		}
		if (!err) {
			detach(old.mnt);
			attach(old.mnt, &new);
		}
		unlock_fs();
		path_put(&new);
	}
	path_put(&old);
	return err;
}

/* The root of all: the file system named type, on dev if it needs one. */
static int mount_first(const char *dev, const char *type, unsigned long flags)
{
	struct super_block *sb = get_super(dev, type, flags, NULL);
	struct vfsmount *mnt;

	if (IS_ERR(sb))
		return PTR_ERR(sb);
	mnt = add_mount(sb->s_root, dev, NULL);
	if (!mnt)
		return -ENOMEM;
	root_path = (struct path){ mntget(mnt), dget(mnt->mnt_root) };
	return 0;
}

void mount_first_root(void)
{
	if (mount_first("rootfs", "rootfs", 0))
		panic("VFS: no memory for the root of the tree");
}

/*
 * The disk named dev takes the place of the first root; what is mounted at /dev and so on
 * moves along, where the new root has a directory for it.
 */
int switch_root(const char *dev, const char *type, unsigned long flags)
{
	static const char *const moved[] = { "/dev", "/proc", "/sys" };
	struct vfsmount *mounts[ARRAY_SIZE(moved)] = {};
	struct path path;
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(moved); i++)
		if (!kern_path(moved[i], 0, &path)) {
			if (path.dentry == path.mnt->mnt_root)
				mounts[i] = path.mnt;
			path_put(&path);
		}
	err = mount_first(dev, type, flags);
	if (err)
		return err;
	if (current->fs) {
		put_fs_struct(current->fs);
		current->fs = new_fs_struct();
	}
	for (size_t i = 0; i < ARRAY_SIZE(moved); i++) {
		if (!mounts[i])
			continue;
		if (kern_path(moved[i], LOOKUP_DIRECTORY, &path)) {
			printk("VFS: the root file system has no directory %s\n", moved[i]);
			continue;
		}
		detach(mounts[i]);
		attach(mounts[i], &path);
		path_put(&path);
	}
	return 0;
}

/* A string of mount()'s: a page at most; NULL may be meant. */
static char *copy_string(const char *us)
{
	return us ? getname(us) : NULL;
}

long sys_mount(const char *udev, const char *udir, const char *utype, unsigned long flags,
	       const char *udata)
{
	char *dev = copy_string(udev), *dir = copy_string(udir), *type = copy_string(utype);
	char *options = copy_string(udata);
	long err = -EFAULT;

	if (PTR_ERR(options) == -ENOENT || PTR_ERR(options) == -EFAULT)
		options = NULL; /* "", or a structure of some file system's */
	if (PTR_ERR(dev) == -ENOENT)
		dev = kstrdup("none", GFP_KERNEL);
	if (IS_ERR(dev) || IS_ERR(type) || !dir || IS_ERR(dir))
		err = IS_ERR(dir) ? PTR_ERR(dir) : IS_ERR(type) ? PTR_ERR(type) :
		      IS_ERR(dev) ? PTR_ERR(dev) : -EFAULT;
	else
		err = do_mount(dev ? dev : "none", dir, type ? type : "", flags, options);
	if (!IS_ERR(dev))
		kfree(dev);
	if (!IS_ERR(dir))
		kfree(dir);
	if (!IS_ERR(type))
		kfree(type);
	if (!IS_ERR(options))
		kfree(options);
	return err;
}

/* MNT_FORCE is for disks that do not answer; there are none here. */
long sys_umount2(const char *udir, int flags)
{
	struct path path;
	struct vfsmount *mnt;
	int err;

	if (flags & ~(MNT_FORCE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	err = user_path_at(AT_FDCWD, udir, flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	lock_fs();
	mnt = path.mnt;
	if (path.dentry != mnt->mnt_root || mnt->mnt_parent == mnt)
		err = -EINVAL;
	path_put(&path);
	if (!err && atomic_read(&mnt->mnt_count))
		err = -EBUSY;
	if (!err)
		free_mount(mnt);
	unlock_fs();
	return err;
}
