/* What is known of files besides their bytes: sizes, permissions, owners, times. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/uaccess.h>

int notify_change(struct dentry *dentry, struct iattr *attr)
{
	struct inode *inode = dentry->d_inode;
	int err = 0;

	if (IS_RDONLY(inode))
		return -EROFS;
	lock_fs();
	if (attr->ia_valid & ATTR_SIZE)
		err = S_ISDIR(inode->i_mode) ? -EISDIR :
		      attr->ia_size < 0 ? -EINVAL :
		      attr->ia_size > inode->i_sb->s_maxbytes ? -EFBIG :
		      !inode->i_op || !inode->i_op->truncate ? -EINVAL :
		      inode->i_op->truncate(inode, attr->ia_size);
	if (!err && (attr->ia_valid & ~ATTR_SIZE)) {
		if (inode->i_op && inode->i_op->setattr)
			err = inode->i_op->setattr(dentry, attr);
		else
			simple_setattr(inode, attr);
	}
	unlock_fs();
	return err;
}

void simple_setattr(struct inode *inode, const struct iattr *attr)
{
	if (attr->ia_valid & ATTR_MODE)
		inode->i_mode = (inode->i_mode & S_IFMT) | (attr->ia_mode & 07777);
	if (attr->ia_valid & ATTR_UID)
		inode->i_uid = attr->ia_uid;
	if (attr->ia_valid & ATTR_GID)
		inode->i_gid = attr->ia_gid;
	if (attr->ia_valid & ATTR_ATIME)
		inode->i_atime = attr->ia_atime;
	if (attr->ia_valid & ATTR_MTIME)
		inode->i_mtime = attr->ia_mtime;
	inode->i_ctime = CURRENT_TIME;
	mark_inode_dirty(inode);
}

static long change(int dfd, const char *uname, int flags, struct iattr *attr)
{
	struct path path;
	long err = user_path_at(dfd, uname, (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
				(flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0), &path);

	if (err)
		return err;
	err = notify_change(path.dentry, attr);
	path_put(&path);
	return err;
}

static long fchange(unsigned int fd, struct iattr *attr)
{
	struct file *file = fget(fd);
	long err = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->f_path.dentry)
		err = (attr->ia_valid & ATTR_SIZE) && (file->f_flags & O_ACCMODE) == O_RDONLY
			      ? -EINVAL : notify_change(file->f_path.dentry, attr);
	fput(file);
	return err;
}

long sys_truncate(const char *uname, loff_t size)
{
	return change(AT_FDCWD, uname, 0, &(struct iattr){ .ia_valid = ATTR_SIZE, .ia_size = size });
}

long sys_ftruncate(unsigned int fd, loff_t size)
{
	return fchange(fd, &(struct iattr){ .ia_valid = ATTR_SIZE, .ia_size = size });
}

/* Only what makes the file longer: nothing is reserved on the disk. */
long sys_fallocate(unsigned int fd, int mode, loff_t offset, loff_t len)
{
	struct file *file = fget(fd);
	long err = 0;

	if (!file)
		return -EBADF;
	if (offset < 0 || len <= 0)
		err = -EINVAL;
	else if (mode & ~FALLOC_FL_KEEP_SIZE)
		err = -EOPNOTSUPP;
	else if (!file->f_inode || !S_ISREG(file->f_inode->i_mode))
		err = -ENODEV;
	else if (offset + len < offset)
		err = -EFBIG;
	else if (!(mode & FALLOC_FL_KEEP_SIZE) && offset + len > file->f_inode->i_size)
		err = sys_ftruncate(fd, offset + len);
	fput(file);
	return err;
}

long sys_fchmod(unsigned int fd, umode_t mode)
{
	return fchange(fd, &(struct iattr){ .ia_valid = ATTR_MODE, .ia_mode = mode });
}

long sys_fchmodat(int dfd, const char *uname, umode_t mode)
{
	return change(dfd, uname, 0, &(struct iattr){ .ia_valid = ATTR_MODE, .ia_mode = mode });
}

static struct iattr owner(unsigned int uid, unsigned int gid)
{
	return (struct iattr){ .ia_valid = (uid == ~0u ? 0 : ATTR_UID) | (gid == ~0u ? 0 : ATTR_GID),
			       .ia_uid = uid, .ia_gid = gid };
}

long sys_fchown(unsigned int fd, unsigned int uid, unsigned int gid)
{
	struct iattr attr = owner(uid, gid);

	return fchange(fd, &attr);
}

long sys_fchownat(int dfd, const char *uname, unsigned int uid, unsigned int gid, int flags)
{
	struct iattr attr = owner(uid, gid);

	return change(dfd, uname, flags, &attr);
}

/* Times of a file; NULL is now, uname NULL is dfd itself. */
long sys_utimensat(int dfd, const char *uname, const struct timespec *utimes, int flags)
{
	struct timespec t[2] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } }, now = CURRENT_TIME;
	struct iattr attr = { .ia_valid = 0 };

	if (utimes && copy_from_user(t, utimes, sizeof(t)))
		return -EFAULT;
	for (int i = 0; i < 2; i++) {
		if (t[i].tv_nsec == UTIME_OMIT)
			continue;
		attr.ia_valid |= i ? ATTR_MTIME : ATTR_ATIME;
		if (t[i].tv_nsec == UTIME_NOW)
			t[i] = now;
		else if (t[i].tv_nsec < 0 || t[i].tv_nsec > 999999999)
			return -EINVAL;
	}
	attr.ia_atime = t[0];
	attr.ia_mtime = t[1];
	if (!attr.ia_valid)
		return 0;
	return uname ? change(dfd, uname, flags, &attr) : fchange(dfd, &attr);
}
