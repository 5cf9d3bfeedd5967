/*
 * Files in memory: the first root, /tmp, and with other names /dev, /proc and the like.
 * A file's pages are those of the page cache, which has nowhere to write them and keeps
 * them. What came in the initramfs is read where it lies, until somebody writes to it.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/err.h>
#include <uapi/linux/statfs.h>

/* The bytes of a file of the initramfs; they are not ours to free. */
struct ramfs_bytes {
	const char *data;
	size_t size;
};

/* A file's first bytes. They stay what they are: writes go to pages, which come first. */
void ramfs_set_bytes(struct inode *inode, const char *data, size_t size)
{
	struct ramfs_bytes *bytes = kmalloc(sizeof(*bytes), GFP_KERNEL);

	if (!bytes)
		return;
	*bytes = (struct ramfs_bytes){ data, size };
	inode->i_private = bytes;
	inode->i_size = size;
}

static const void *ramfs_direct_bytes(struct inode *inode, loff_t pos, size_t *n)
{
	const struct ramfs_bytes *bytes = inode->i_private;

	if (!bytes || (size_t)pos >= bytes->size)
		return NULL;
	*n = min(*n, bytes->size - pos);
	return bytes->data + pos;
}

static int ramfs_readpage(struct inode *inode, struct page *page)
{
	size_t n = PAGE_SIZE;
	const void *from = ramfs_direct_bytes(inode, page->index << PAGE_SHIFT, &n);

	if (!from)
		n = 0;
	memcpy(page->addr, from, n);
	memset((char *)page->addr + n, 0, PAGE_SIZE - n);
	return 0;
}

/* Some memory must stay for those who have no file to put it into. */
static int ramfs_prepare_write(struct inode *inode, loff_t pos, unsigned int n)
{
	return nr_free_pages() < 256 ? -ENOSPC : 0;
}

static int ramfs_truncate(struct inode *inode, loff_t size)
{
	struct ramfs_bytes *bytes = inode->i_private;

	if (bytes)
		bytes->size = min(bytes->size, (size_t)size);
	truncate_pages(inode, size);
	inode->i_size = size;
	inode->i_mtime = inode->i_ctime = CURRENT_TIME;
	return 0;
}

static const struct address_space_operations ramfs_aops = {
	.readpage = ramfs_readpage,
	.prepare_write = ramfs_prepare_write,
	.direct_bytes = ramfs_direct_bytes
};

static const struct file_operations ramfs_file_operations = {
	.read = generic_file_read,
	.write = generic_file_write,
	.mmap = generic_file_mmap,
	.llseek = generic_llseek
};

static const struct inode_operations ramfs_file_inode_operations = { .truncate = ramfs_truncate };
static const struct inode_operations ramfs_symlink_inode_operations = {
	.readlink = simple_readlink
};
static const struct inode_operations ramfs_dir_inode_operations;

struct inode *ramfs_get_inode(struct super_block *sb, umode_t mode, unsigned long dev)
{
	struct inode *inode = new_inode(sb);

	if (!inode)
		return NULL;
	inode->i_mode = mode;
	if (S_ISREG(mode)) {
		inode->i_op = &ramfs_file_inode_operations;
		inode->i_fop = &ramfs_file_operations;
		inode->i_data.a_ops = &ramfs_aops;
	} else if (S_ISDIR(mode)) {
		inode->i_nlink = 2;
		inode->i_op = &ramfs_dir_inode_operations;
		inode->i_fop = &simple_dir_operations;
	} else if (S_ISLNK(mode)) {
		inode->i_op = &ramfs_symlink_inode_operations;
	} else {
		init_special_inode(inode, mode, dev);
	}
	return inode;
}

/* A file without a name, of zeros: memory that processes share. It goes with its last user. */
struct file *shmem_file_setup(const char *name, loff_t size)
{
	static struct super_block *shm_mnt;
	struct inode *inode;
	struct file *file;

	lock_fs();
	if (!shm_mnt)
		shm_mnt = mount_fs(get_fs_type("tmpfs"), NULL, 0, NULL);
	if (IS_ERR(shm_mnt))
		shm_mnt = NULL;
	inode = shm_mnt ? ramfs_get_inode(shm_mnt, S_IFREG | 0777, 0) : NULL;
	if (inode) {
		inode->i_nlink = 0;
		inode->i_size = size;
	}
	unlock_fs();
	file = inode ? alloc_file(&ramfs_file_operations, inode, O_RDWR) : ERR_PTR(-ENOMEM);
	if (inode)
		iput(inode);
	if (!IS_ERR(file))
		file->f_name = name;
	return file;
}

static int ramfs_mknod(struct inode *dir, struct dentry *dentry, umode_t mode, unsigned long dev)
{
	struct inode *inode = ramfs_get_inode(dir->i_sb, mode, dev);

	if (!inode)
		return -ENOMEM;
	d_instantiate(dentry, inode);
	dget(dentry);
	dir->i_mtime = dir->i_ctime = CURRENT_TIME;
	return 0;
}

static int ramfs_create(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	return ramfs_mknod(dir, dentry, S_IFREG | mode, 0);
}

static int ramfs_mkdir(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	int err = ramfs_mknod(dir, dentry, S_IFDIR | mode, 0);

	if (!err)
		dir->i_nlink++;
	return err;
}

static int ramfs_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	char *copy = kstrdup(target, GFP_KERNEL);
	int err = copy ? ramfs_mknod(dir, dentry, S_IFLNK | 0777, 0) : -ENOMEM;

	if (err) {
		kfree(copy);
		return err;
	}
	dentry->d_inode->i_link = copy;
	dentry->d_inode->i_size = strlen(copy);
	return 0;
}

static const struct inode_operations ramfs_dir_inode_operations = {
	.lookup = simple_lookup,
	.create = ramfs_create,
	.mkdir = ramfs_mkdir,
	.mknod = ramfs_mknod,
	.symlink = ramfs_symlink,
	.link = simple_link,
	.unlink = simple_unlink,
	.rmdir = simple_rmdir,
	.rename = simple_rename
};

static void ramfs_evict_inode(struct inode *inode)
{
	if (inode->i_data.a_ops == &ramfs_aops && inode->i_fop == &ramfs_file_operations)
		kfree(inode->i_private);
}

static const struct super_operations ramfs_ops = {
	.statfs = simple_statfs,
	.evict_inode = ramfs_evict_inode
};

int ramfs_fill_super(struct super_block *sb, const char *options)
{
	static const struct {
		const char *name;
		unsigned long magic;
	} magics[] = { { "tmpfs", TMPFS_MAGIC },
		       { "devtmpfs", TMPFS_MAGIC },
		       { "proc", PROC_SUPER_MAGIC },
		       { "sysfs", SYSFS_MAGIC },
		       { "debugfs", DEBUGFS_MAGIC } };

	sb->s_op = &ramfs_ops;
	sb->s_magic = RAMFS_MAGIC;
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (!strcmp(sb->s_type->name, magics[i].name))
			sb->s_magic = magics[i].magic;
	sb->s_root = d_make_root(ramfs_get_inode(sb, S_IFDIR | 0755, 0));
	return sb->s_root ? 0 : -ENOMEM;
}

/* The same code under many names; those of drivers show one and the same tree everywhere. */
void register_memory_filesystems(void)
{
	static struct file_system_type types[] = {
		{ .name = "rootfs", .fill_super = ramfs_fill_super },
		{ .name = "ramfs", .fill_super = ramfs_fill_super },
		{ .name = "tmpfs", .fill_super = ramfs_fill_super },
		{ .name = "devtmpfs", .fs_flags = FS_SINGLE, .fill_super = ramfs_fill_super },
		{ .name = "proc", .fs_flags = FS_SINGLE, .fill_super = ramfs_fill_super },
		{ .name = "sysfs", .fs_flags = FS_SINGLE, .fill_super = ramfs_fill_super },
		{ .name = "debugfs", .fs_flags = FS_SINGLE, .fill_super = ramfs_fill_super }
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		register_filesystem(&types[i]);
}
