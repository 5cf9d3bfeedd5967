/*
 * /dev/pts: a node for each pseudo-terminal that is open, made with it and gone with it.
 * There is one such tree, wherever it is mounted.
 */
#include <linux/kernel.h>
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <uapi/linux/statfs.h>

#define UNIX98_PTY_SLAVE_MAJOR 136
#define NR_PTYS 64

static struct super_block *devpts;
static DECLARE_BITMAP(used, NR_PTYS);

/* Nobody else makes or removes names here. */
static const struct inode_operations devpts_dir_inode_operations = { .lookup = simple_lookup };

static int devpts_fill_super(struct super_block *sb, const char *options)
{
	int err = ramfs_fill_super(sb, options);

	if (!err) {
		sb->s_magic = DEVPTS_SUPER_MAGIC;
		sb->s_root->d_inode->i_op = &devpts_dir_inode_operations;
		devpts = sb;
	}
	return err;
}

static struct file_system_type devpts_fs_type = {
	.name = "devpts",
	.fs_flags = FS_SINGLE,
	.fill_super = devpts_fill_super
};

/* The node; the file system's lock is held. */
static int make_node(struct tty_struct *slave)
{
	struct inode *inode;
	struct dentry *dentry;
	char name[12];

	slave->dev = MKDEV(UNIX98_PTY_SLAVE_MAJOR, slave->index);
	inode = ramfs_get_inode(devpts, S_IFCHR | 0620, slave->dev);
	if (!inode)
		return -ENOMEM;
	dentry = d_alloc(devpts->s_root, name, snprintf(name, sizeof(name), "%d", slave->index));
	if (!dentry) {
		iput(inode);
		return -ENOMEM;
	}
	inode->i_fop = &tty_fops;
	inode->i_private = slave;
	d_add(dentry, inode);
	return 0;
}

/* A number and a node for a new slave. */
int devpts_pty_new(struct tty_struct *slave)
{
	int err = -ENOSPC;

	if (!devpts)
		return -ENODEV;
	lock_fs();
	slave->index = find_first_zero_bit(used, NR_PTYS);
	if (slave->index < NR_PTYS)
		err = make_node(slave);
	if (!err)
		set_bit(slave->index, used);
	unlock_fs();
	return err;
}

/* Who holds the node without having opened it finds nothing there. */
void devpts_pty_kill(struct tty_struct *slave)
{
	struct dentry *dentry;
	char name[12];

	lock_fs();
	snprintf(name, sizeof(name), "%d", slave->index);
	dentry = d_lookup(devpts->s_root, name, strlen(name));
	if (dentry && dentry->d_inode->i_private == slave) {
		dentry->d_inode->i_private = NULL;
		dentry->d_inode->i_nlink = 0;
		d_drop(dentry);
		dput(dentry);
	}
	if (dentry)
		dput(dentry);
	clear_bit(slave->index, used);
	unlock_fs();
}

void register_devpts(void)
{
	register_filesystem(&devpts_fs_type);
}
