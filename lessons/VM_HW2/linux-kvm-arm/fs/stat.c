/* What is known of files and file systems; directories' lists; sync. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/err.h>
#include <uapi/linux/statfs.h>

static void fill_stat(struct stat *st, const struct inode *inode)
{
	memset(st, 0, sizeof(*st));
	if (!inode) { /* pipes and the like */
		st->st_mode = S_IFIFO | 0600;
		return;
	}
	st->st_dev = inode->i_sb->s_dev;
	st->st_ino = inode->i_ino;
	st->st_mode = inode->i_mode;
	st->st_nlink = inode->i_nlink;
	st->st_uid = inode->i_uid;
	st->st_gid = inode->i_gid;
	st->st_rdev = inode->i_rdev;
	st->st_size = inode->i_size;
	st->st_blksize = 4096;
	st->st_blocks = inode->i_sb->s_bdev ? inode->i_blocks
					    : inode->i_data.nrpages * 8;
	st->st_atime = inode->i_atime.tv_sec;
	st->st_atime_nsec = inode->i_atime.tv_nsec;
	st->st_mtime = inode->i_mtime.tv_sec;
	st->st_mtime_nsec = inode->i_mtime.tv_nsec;
	st->st_ctime = inode->i_ctime.tv_sec;
	st->st_ctime_nsec = inode->i_ctime.tv_nsec;
}

long sys_fstat(unsigned int fd, struct stat *ust)
{
	struct file *file = fget(fd);
	struct stat st;

	if (!file)
		return -EBADF;
	fill_stat(&st, file->f_inode);
	fput(file);
	return copy_to_user(ust, &st, sizeof(st)) ? -EFAULT : 0;
}

long sys_newfstatat(int dfd, const char *uname, struct stat *ust, int flags)
{
	struct path path;
	struct stat st;
	char c;
	int err;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | 0x800))
		return -EINVAL;
	/* "" may stand for a pipe, too */
	if ((flags & AT_EMPTY_PATH) && dfd >= 0 && !get_user(c, uname) && !c)
		return sys_fstat(dfd, ust);
	err = user_path_at(dfd, uname, (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
			   (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0), &path);
	if (err)
		return err;
	fill_stat(&st, path.dentry->d_inode);
	path_put(&path);
	return copy_to_user(ust, &st, sizeof(st)) ? -EFAULT : 0;
}

long sys_readlinkat(int dfd, const char *uname, char *ubuf, int size)
{
	struct path path;
	struct inode *inode;
	char *buf;
	long n;

	if (size <= 0)
		return -EINVAL;
	n = user_path_at(dfd, uname, LOOKUP_EMPTY, &path);
	if (n)
		return n;
	inode = path.dentry->d_inode;
	buf = kmalloc(PATH_MAX, GFP_KERNEL);
	lock_fs();
	n = !buf ? -ENOMEM : !S_ISLNK(inode->i_mode) || !inode->i_op->readlink ? -EINVAL :
	    inode->i_op->readlink(inode, buf, min(size, PATH_MAX));
	unlock_fs();
	if (n > 0 && copy_to_user(ubuf, buf, n))
		n = -EFAULT;
	kfree(buf);
	path_put(&path);
	return n;
}

/* getdents64(): entries are gathered here and copied when the lock is free again. */
struct getdents {
	struct dir_context ctx;
	char *buf;
	unsigned int size, filled;
	struct linux_dirent64 *last;
	int err;
};

static int fill_dirent(struct dir_context *ctx, const char *name, int len, loff_t pos,
		       unsigned long ino, unsigned int type)
{
	struct getdents *g = container_of(ctx, struct getdents, ctx);
	unsigned int reclen = ALIGN(sizeof(struct linux_dirent64) + len + 1, 8UL);
	struct linux_dirent64 *d = (void *)(g->buf + g->filled);

	if (reclen > g->size - g->filled) {
		if (!g->filled)
			g->err = -EINVAL;
		return 1;
	}
	if (g->last)
		g->last->d_off = pos;
	memset(d, 0, reclen);
	d->d_ino = ino;
	d->d_reclen = reclen;
	d->d_type = type;
	memcpy(d->d_name, name, len);
	g->last = d;
	g->filled += reclen;
	return 0;
}

long sys_getdents64(unsigned int fd, char *ubuf, unsigned int size)
{
	struct file *file = fget(fd);
	struct getdents g = { .ctx.actor = fill_dirent, .size = min(size, 8192u) };
	long ret = 0;

	if (!file)
		return -EBADF;
	if (!file->f_inode || !file->f_op->iterate)
		ret = -ENOTDIR;
	else if (!(g.buf = kmalloc(g.size + 1, GFP_KERNEL)))
		ret = -ENOMEM;
	if (!ret) {
		lock_fs();
		g.ctx.pos = file->f_pos;
		if (file->f_inode->i_nlink)
			ret = file->f_op->iterate(file, &g.ctx);
		unlock_fs();
		if (g.last) {
			g.last->d_off = g.ctx.pos;
			ret = copy_to_user(ubuf, g.buf, g.filled) ? -EFAULT : (long)g.filled;
		} else if (!ret) {
			ret = g.err;
		}
		if (ret >= 0)
			file->f_pos = g.ctx.pos;
	}
	kfree(g.buf);
	fput(file);
	return ret;
}

static long do_statfs(struct super_block *sb, struct statfs *ust)
{
	struct statfs st;
	int err;

	memset(&st, 0, sizeof(st));
	lock_fs();
	err = sb->s_op->statfs ? sb->s_op->statfs(sb, &st) : -ENOSYS;
	unlock_fs();
	st.f_flags = 0x20 | (sb->s_flags & MS_RDONLY); /* 0x20: the flags are valid */
	return err ? err : copy_to_user(ust, &st, sizeof(st)) ? -EFAULT : 0;
}

long sys_statfs(const char *uname, struct statfs *ust)
{
	struct path path;
	long err = user_path_at(AT_FDCWD, uname, LOOKUP_FOLLOW, &path);

	if (err)
		return err;
	err = do_statfs(path.mnt->mnt_sb, ust);
	path_put(&path);
	return err;
}

long sys_fstatfs(unsigned int fd, struct statfs *ust)
{
	struct file *file = fget(fd);
	long err = -ENOSYS;

	if (!file)
		return -EBADF;
	if (file->f_path.mnt)
		err = do_statfs(file->f_path.mnt->mnt_sb, ust);
	fput(file);
	return err;
}

long sys_sync(void)
{
	sync_filesystems();
	return 0;
}

int vfs_fsync(struct file *file, int datasync)
{
	int err;

	if (file->f_op->fsync)
		return file->f_op->fsync(file, datasync);
	if (!file->f_inode)
		return -EINVAL;
	err = sync_inode(file->f_inode);
	if (file->f_inode->i_data.wb_err) {
		err = file->f_inode->i_data.wb_err;
		file->f_inode->i_data.wb_err = 0;
	}
	return err ? err : sync_filesystem(file->f_inode->i_sb);
}

long sys_fsync(unsigned int fd)
{
	struct file *file = fget(fd);
	long err;

	if (!file)
		return -EBADF;
	err = vfs_fsync(file, 0);
	fput(file);
	return err;
}

long sys_fdatasync(unsigned int fd)
{
	return sys_fsync(fd);
}

long sys_syncfs(unsigned int fd)
{
	struct file *file = fget(fd);
	long err = 0;

	if (!file)
		return -EBADF;
	if (file->f_inode)
		err = sync_filesystem(file->f_inode->i_sb);
	fput(file);
	return err;
}
