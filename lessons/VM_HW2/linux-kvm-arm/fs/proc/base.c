/*
 * /proc/PID: a folder for each process, made when it is looked up and forgotten when
 * nobody uses it. Which process and which file of it an inode is says its number:
 * the pid, then the file's place in the table below, then (in fd) the descriptor.
 */
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/fs_struct.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "internal.h"

#define PID_SHIFT   24
#define ENTRY_SHIFT 16

struct pid_entry {
	const char *name;
	umode_t mode;
	/* files: about the task, whose list is locked; about its memory; about all the world */
	void (*show)(struct trace_seq *s, struct task_struct *tsk);
	void (*show_mm)(struct trace_seq *s, struct mm_struct *mm);
	show_fn show_all;
	int (*link)(struct task_struct *tsk, int fd, struct path *path); /* symlinks */
};

static void show_comm(struct trace_seq *s, struct task_struct *tsk)
{
	trace_seq_printf(s, "%s\n", tsk->comm);
}

static int cwd_link(struct task_struct *tsk, int fd, struct path *path)
{
	if (!tsk->fs)
		return -ENOENT;
	*path = tsk->fs->pwd;
	path_get(path);
	return 0;
}

static int root_link(struct task_struct *tsk, int fd, struct path *path)
{
	if (!tsk->fs)
		return -ENOENT;
	*path = tsk->fs->root;
	path_get(path);
	return 0;
}

static int exe_link(struct task_struct *tsk, int fd, struct path *path)
{
	if (!tsk->mm || !tsk->mm->exe_file || !tsk->mm->exe_file->f_path.dentry)
		return -ENOENT;
	*path = tsk->mm->exe_file->f_path;
	path_get(path);
	return 0;
}

/* Files without a place in the tree leave path empty. */
static int fd_link(struct task_struct *tsk, int fd, struct path *path)
{
	struct file *file = tsk->files ? tsk->files->fd[fd] : NULL;

	if (!file)
		return -ENOENT;
	*path = file->f_path;
	if (path->dentry)
		path_get(path);
	return 0;
}

static const struct pid_entry entries[] = {
	{ .name = "", .mode = S_IFDIR | 0555 }, /* the folder itself */
	{ .name = "stat", .mode = S_IFREG | 0444, .show = proc_pid_stat },
	{ .name = "status", .mode = S_IFREG | 0444, .show = proc_pid_status },
	{ .name = "statm", .mode = S_IFREG | 0444, .show = proc_pid_statm },
	{ .name = "maps", .mode = S_IFREG | 0444, .show_mm = proc_pid_maps },
	{ .name = "cmdline", .mode = S_IFREG | 0444, .show_mm = proc_pid_cmdline },
	{ .name = "environ", .mode = S_IFREG | 0400, .show_mm = proc_pid_environ },
	{ .name = "comm", .mode = S_IFREG | 0444, .show = show_comm },
	{ .name = "mounts", .mode = S_IFREG | 0444, .show_all = proc_mounts },
	{ .name = "cwd", .mode = S_IFLNK | 0777, .link = cwd_link },
	{ .name = "root", .mode = S_IFLNK | 0777, .link = root_link },
	{ .name = "exe", .mode = S_IFLNK | 0777, .link = exe_link },
	{ .name = "fd", .mode = S_IFDIR | 0500 }
};
#define ENTRY_FD   (ARRAY_SIZE(entries) - 1)
#define ENTRY_LINK ARRAY_SIZE(entries) /* one of fd's symlinks */
#define ENTRY_SELF (ARRAY_SIZE(entries) + 1) /* /proc/self */

static unsigned int entry_of(const struct inode *inode)
{
	return inode->i_ino >> ENTRY_SHIFT & 0xff;
}

/* The process; NULL: it has ended. The list of tasks is locked. */
static struct task_struct *task_of(const struct inode *inode)
{
	struct task_struct *tsk = find_task(inode->i_ino >> PID_SHIFT);

	return tsk && tsk->pid == tsk->tgid && tsk->signal ? tsk : NULL;
}

/* Its memory, held until mmput(); NULL: it has none (any more). */
static struct mm_struct *get_task_mm(struct task_struct *tsk)
{
	if (tsk && tsk->mm)
		atomic_inc(&tsk->mm->mm_users);
	return tsk ? tsk->mm : NULL;
}

static void show_entry(struct trace_seq *s, void *arg)
{
	const struct inode *inode = arg;
	const struct pid_entry *entry = &entries[entry_of(inode)];
	struct mm_struct *mm = NULL;
	struct task_struct *tsk;

	if (entry->show_all) {
		entry->show_all(s);
		return;
	}
	lock_tasks();
	tsk = task_of(inode);
	if (tsk && entry->show)
		entry->show(s, tsk);
	else
		mm = get_task_mm(tsk);
	unlock_tasks();
	if (mm) {
		entry->show_mm(s, mm);
		mmput(mm);
	}
}

static int pid_file_open(struct inode *inode, struct file *file)
{
	bool there;

	lock_tasks();
	there = task_of(inode);
	unlock_tasks();
	return there ? proc_open_text(file, show_entry, inode) : -ESRCH;
}

static const struct file_operations pid_file_operations = {
	.open = pid_file_open,
	.release = proc_release,
	.read = proc_read,
	.llseek = generic_llseek
};

/* Where the symlink leads; a file without a place has a name in brackets instead. */
static int pid_readlink(struct inode *inode, char *buf, int size)
{
	unsigned int entry = entry_of(inode);
	struct path path = { NULL, NULL };
	struct task_struct *tsk;
	char *text, *page;
	int n = -ENOENT;

	if (entry == ENTRY_SELF)
		return snprintf(buf, size, "%d", current->tgid);
	lock_tasks();
	tsk = task_of(inode);
	if (tsk)
		n = entry == ENTRY_LINK ? fd_link(tsk, inode->i_ino & 0xffff, &path)
					: entries[entry].link(tsk, 0, &path);
	if (tsk && !n && !path.dentry)
		n = snprintf(buf, size, "anon_inode:[%s]",
			     tsk->files->fd[inode->i_ino & 0xffff]->f_name);
	unlock_tasks();
	if (n)
		return n;
	page = kmalloc(PATH_MAX, GFP_KERNEL);
	lock_fs();
	text = page ? d_path(&path, page, PATH_MAX) : ERR_PTR(-ENOMEM);
	unlock_fs();
	if (IS_ERR(text)) {
		n = PTR_ERR(text);
	} else {
		n = min((int)strlen(text), size);
		memcpy(buf, text, n);
	}
	kfree(page);
	path_put(&path);
	return n;
}

static const struct inode_operations pid_link_operations = { .readlink = pid_readlink };
static const struct inode_operations pid_dir_inode_operations;
static const struct file_operations pid_dir_operations;

/* The name is there as long as somebody holds it: it is not to be found a second time. */
static int instantiate(struct inode *dir, struct dentry *dentry, unsigned long ino, umode_t mode)
{
	struct inode *inode = new_inode(dir->i_sb);

	if (!inode)
		return -ENOMEM;
	inode->i_ino = ino;
	inode->i_mode = mode;
	if (S_ISDIR(mode)) {
		inode->i_nlink = 2;
		inode->i_op = &pid_dir_inode_operations;
		inode->i_fop = &pid_dir_operations;
	} else if (S_ISLNK(mode)) {
		inode->i_op = &pid_link_operations;
	} else {
		inode->i_fop = &pid_file_operations;
	}
	d_instantiate(dentry, inode);
	return 0;
}

/* The name as a number; -1: it is none. */
static int name_to_int(const char *name)
{
	unsigned int n = 0;

	if (!*name || (*name == '0' && name[1]))
		return -1;
	for (; *name; name++) {
		if (*name < '0' || *name > '9' || n > 1000000)
			return -1;
		n = n * 10 + (*name - '0');
	}
	return n;
}

static int fd_lookup(struct inode *dir, struct dentry *dentry)
{
	int fd = name_to_int(dentry->d_name);
	struct task_struct *tsk;
	bool there;

	lock_tasks();
	tsk = task_of(dir);
	there = tsk && tsk->files && fd >= 0 && fd < NR_OPEN && tsk->files->fd[fd];
	unlock_tasks();
	if (!there)
		return -ENOENT;
	return instantiate(dir, dentry, (dir->i_ino >> PID_SHIFT << PID_SHIFT) |
			   ENTRY_LINK << ENTRY_SHIFT | fd, S_IFLNK | 0700);
}

static int pid_dir_lookup(struct inode *dir, struct dentry *dentry)
{
	if (entry_of(dir) == ENTRY_FD)
		return fd_lookup(dir, dentry);
	for (unsigned long i = 1; i < ARRAY_SIZE(entries); i++)
		if (!strcmp(entries[i].name, dentry->d_name))
			return instantiate(dir, dentry, dir->i_ino | i << ENTRY_SHIFT,
					   entries[i].mode);
	return -ENOENT;
}

static int fd_iterate(struct inode *dir, struct dir_context *ctx)
{
	for (; ctx->pos - 2 < NR_OPEN; ctx->pos++) {
		int fd = ctx->pos - 2;
		struct task_struct *tsk;
		char name[12];
		bool there;

		lock_tasks();
		tsk = task_of(dir);
		there = tsk && tsk->files && tsk->files->fd[fd];
		unlock_tasks();
		if (there && !dir_emit(ctx, name, snprintf(name, sizeof(name), "%d", fd),
				       dir->i_ino + fd + 1, DT_LNK))
			break;
	}
	return 0;
}

static int pid_dir_iterate(struct file *file, struct dir_context *ctx)
{
	struct inode *dir = file->f_inode;

	if (!dir_emit_dots(file, ctx))
		return 0;
	if (entry_of(dir) == ENTRY_FD)
		return fd_iterate(dir, ctx);
	for (; (size_t)ctx->pos - 1 < ARRAY_SIZE(entries); ctx->pos++) {
		unsigned long i = ctx->pos - 1;

		if (!dir_emit(ctx, entries[i].name, strlen(entries[i].name),
			      dir->i_ino | i << ENTRY_SHIFT, (entries[i].mode & S_IFMT) >> 12))
			break;
	}
	return 0;
}

static const struct inode_operations pid_dir_inode_operations = { .lookup = pid_dir_lookup };
static const struct file_operations pid_dir_operations = {
	.iterate = pid_dir_iterate,
	.llseek = generic_llseek
};

/* In /proc itself: a number, or self. */
int proc_pid_lookup(struct inode *dir, struct dentry *dentry)
{
	int pid = name_to_int(dentry->d_name);
	struct task_struct *tsk;

	if (!strcmp(dentry->d_name, "self"))
		return instantiate(dir, dentry, ENTRY_SELF << ENTRY_SHIFT, S_IFLNK | 0777);
	lock_tasks();
	tsk = pid > 0 ? find_task(pid) : NULL;
	if (tsk && (tsk->pid != tsk->tgid || !tsk->signal))
		tsk = NULL;
	unlock_tasks();
	return tsk ? instantiate(dir, dentry, (unsigned long)pid << PID_SHIFT, S_IFDIR | 0555)
		   : -ENOENT;
}

/* The process with the next pid from there on; 0: none. */
static pid_t next_tgid(pid_t from)
{
	struct task_struct *tsk;
	pid_t next = 0;

	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->pid == tsk->tgid && tsk->pid >= from && (!next || tsk->pid < next))
			next = tsk->pid;
	unlock_tasks();
	return next;
}

#define FIRST_PID_POS (1L << 32)

int proc_pid_iterate(struct file *file, struct dir_context *ctx)
{
	char name[12];
	pid_t pid;

	if (ctx->pos < FIRST_PID_POS) {
		ctx->pos = FIRST_PID_POS;
		if (!dir_emit(ctx, "self", 4, ENTRY_SELF << ENTRY_SHIFT, DT_LNK))
			return 0;
		ctx->pos++;
	}
	while ((pid = next_tgid(ctx->pos - FIRST_PID_POS))) {
		ctx->pos = FIRST_PID_POS + pid;
		if (!dir_emit(ctx, name, snprintf(name, sizeof(name), "%d", pid),
			      (unsigned long)pid << PID_SHIFT, DT_DIR))
			return 0;
		ctx->pos++;
	}
	return 0;
}
