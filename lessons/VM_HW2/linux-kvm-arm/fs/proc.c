/* /proc: a few texts about the kernel, made when a file is opened. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/utsname.h>
#include <linux/irqchip/arm-gic.h>

#define TEXT_SIZE 4096

typedef void (*show_fn)(struct trace_seq *s);

const char *irq_info(unsigned int irq, unsigned long *count);

static void show_cmdline(struct trace_seq *s)
{
	trace_seq_printf(s, "%s\n", boot_command_line);
}

static void show_version(struct trace_seq *s)
{
	trace_seq_printf(s, "%s version %s %s\n", UTS_SYSNAME, UTS_RELEASE, UTS_VERSION);
}

static void show_meminfo(struct trace_seq *s)
{
	trace_seq_printf(s, "MemTotal: %8lu kB\nMemFree:  %8lu kB\n", (max_pfn - min_pfn) * 4,
			 nr_free_pages() * 4);
}

static void show_interrupts(struct trace_seq *s)
{
	unsigned long count;

	for (unsigned int irq = 0; irq < gic_nr_irqs; irq++) {
		const char *name = irq_info(irq, &count);

		if (name)
			trace_seq_printf(s, "%3u: %10lu  GIC  %s\n", irq, count, name);
	}
}

/* Ours, for ps: Linux has a folder for each task instead. */
static void show_tasks(struct trace_seq *s)
{
	struct task_struct *tsk;

	trace_seq_printf(s, "  PID  PPID STATE COMMAND\n");
	list_for_each_entry(tsk, &task_list, tasks)
		trace_seq_printf(s, "%5d %5d %s     %s\n", tsk->pid, tsk->parent->pid,
				 tsk->state == TASK_RUNNING ? "R" :
				 tsk->state == TASK_DEAD ? "Z" :
				 tsk->state == TASK_INTERRUPTIBLE ? "S" : "D", tsk->comm);
}

static void show_mounts(struct trace_seq *s)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL), *where;
	struct vfsmount *mnt;

	lock_fs();
	list_for_each_entry(mnt, &mount_list, mnt_list) {
		struct path path = { mnt, mnt->mnt_root };

		where = buf ? d_path(&path, buf, PATH_MAX) : ERR_PTR(-ENOMEM);
		if (!IS_ERR(where))
			trace_seq_printf(s, "%s %s %s %s 0 0\n", mnt->mnt_devname, where,
					 mnt->mnt_sb->s_type->name,
					 mnt->mnt_sb->s_flags & MS_RDONLY ? "ro" : "rw");
	}
	unlock_fs();
	kfree(buf);
}

static void show_filesystems(struct trace_seq *s)
{
	for (struct file_system_type *fs = NULL; (fs = next_filesystem(fs));)
		trace_seq_printf(s, "%s\t%s\n", fs->fs_flags & FS_REQUIRES_DEV ? "" : "nodev",
				 fs->name);
}

static int proc_open(struct inode *inode, struct file *file)
{
	struct trace_seq *s = kmalloc(sizeof(*s) + TEXT_SIZE, GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	*s = (struct trace_seq){ .buf = (char *)(s + 1), .size = TEXT_SIZE };
	((show_fn)inode->i_private)(s);
	file->private_data = s;
	return 0;
}

static int proc_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static ssize_t proc_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct trace_seq *s = file->private_data;

	return simple_read(buf, n, pos, s->buf, s->len);
}

static const struct file_operations proc_fops = {
	.open = proc_open,
	.release = proc_release,
	.read = proc_read
};

static int proc_init(void)
{
	static const struct {
		const char *path;
		show_fn show;
	} files[] = {
		{ "/proc/cmdline", show_cmdline },
		{ "/proc/version", show_version },
		{ "/proc/meminfo", show_meminfo },
		{ "/proc/interrupts", show_interrupts },
		{ "/proc/mounts", show_mounts },
		{ "/proc/filesystems", show_filesystems },
		{ "/proc/tasks", show_tasks }
	};

	fs_mkdir_p("/proc");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		fs_mknod(files[i].path, S_IFREG | 0444, &proc_fops, (void *)files[i].show);
	return 0;
}
fs_initcall(proc_init);
