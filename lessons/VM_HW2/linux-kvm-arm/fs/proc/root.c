/*
 * /proc: the kernel tells of itself and of its processes. A text is written when its file
 * is opened, and then read like any other.
 */
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "internal.h"

#define FIRST_TEXT 2048
#define MAX_TEXT   (1 << 20)

/* Written once more, with twice the room, as long as it does not fit. */
int proc_open_text(struct file *file, void (*show)(struct trace_seq *s, void *arg), void *arg)
{
	for (int size = FIRST_TEXT; size <= MAX_TEXT; size *= 2) {
		struct trace_seq *s = kmalloc(sizeof(*s) + size, GFP_KERNEL);

		if (!s)
			return -ENOMEM;
		*s = (struct trace_seq){ .buf = (char *)(s + 1), .size = size };
		show(s, arg);
		if (s->len < size - 1 || size == MAX_TEXT) {
			file->private_data = s;
			return 0;
		}
		kfree(s);
	}
	return -ENOMEM;
}

ssize_t proc_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct trace_seq *s = file->private_data;

	return simple_read(buf, n, pos, s->buf, s->len);
}

int proc_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static void show_kernel(struct trace_seq *s, void *arg)
{
	((show_fn)arg)(s);
}

static int proc_open(struct inode *inode, struct file *file)
{
	return proc_open_text(file, show_kernel, inode->i_private);
}

const struct file_operations proc_fops = {
	.open = proc_open,
	.release = proc_release,
	.read = proc_read,
	.llseek = generic_llseek
};

/* What is always there comes first, then the processes. */
static int proc_root_iterate(struct file *file, struct dir_context *ctx)
{
	int err = simple_dir_operations.iterate(file, ctx);

	return err ? err : proc_pid_iterate(file, ctx);
}

static int proc_root_lookup(struct inode *dir, struct dentry *dentry)
{
	return proc_pid_lookup(dir, dentry) ? simple_lookup(dir, dentry) : 0;
}

static const struct file_operations proc_root_operations = {
	.iterate = proc_root_iterate,
	.llseek = generic_llseek
};

static const struct inode_operations proc_root_inode_operations = { .lookup = proc_root_lookup };

/* The files of kernel.c are made as anybody makes files; after that nobody can any more. */
static int proc_init(void)
{
	struct file *root;

	fs_mkdir_p("/proc");
	proc_kernel_files();
	fs_symlink("/proc/mounts", "self/mounts");
	root = filp_open("/proc", O_RDONLY, 0);
	if (IS_ERR(root))
		return PTR_ERR(root);
	root->f_inode->i_op = &proc_root_inode_operations;
	root->f_inode->i_fop = &proc_root_operations;
	fput(root);
	return 0;
}
fs_initcall(proc_init);
