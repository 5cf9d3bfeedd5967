/*
 * The names in memory. Each dentry holds its parent and its inode; names that nobody uses
 * any more are kept a while, for they are often asked for again.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sched.h>
#include <linux/fs_struct.h>
#include <linux/err.h>

#define MAX_UNUSED 512 /* names */

static LIST_HEAD(unused); /* the oldest first */
static int nr_unused;

struct dentry *d_alloc(struct dentry *parent, const char *name, size_t len)
{
	struct dentry *dentry = kzalloc(sizeof(*dentry), GFP_KERNEL);

	if (!dentry)
		return NULL;
	dentry->d_name = kmalloc(len + 1, GFP_KERNEL);
	if (!dentry->d_name) {
		kfree(dentry);
		return NULL;
	}
	memcpy(dentry->d_name, name, len);
	dentry->d_name[len] = 0;
	atomic_set(&dentry->d_count, 1);
	dentry->d_parent = parent ? dget(parent) : dentry;
	if (parent)
		dentry->d_sb = parent->d_sb;
	INIT_LIST_HEAD(&dentry->d_child);
	INIT_LIST_HEAD(&dentry->d_subdirs);
	INIT_LIST_HEAD(&dentry->d_lru);
	return dentry;
}

/* Gives a negative dentry its inode, with the caller's reference. */
void d_instantiate(struct dentry *dentry, struct inode *inode)
{
	dentry->d_inode = inode;
	if (inode && S_ISDIR(inode->i_mode))
		inode->i_dentry = dentry;
}

/* The top of a file system; takes over the reference to inode. */
struct dentry *d_make_root(struct inode *inode)
{
	struct dentry *dentry = inode ? d_alloc(NULL, "/", 1) : NULL;

	if (dentry) {
		dentry->d_sb = inode->i_sb;
		d_instantiate(dentry, inode);
	} else if (inode) {
		iput(inode);
	}
	return dentry;
}

/* The answer of a lookup: the name can be found from now on. */
void d_add(struct dentry *dentry, struct inode *inode)
{
	static unsigned long last_cookie = 1;

	d_instantiate(dentry, inode);
	dentry->d_hashed = true;
	dentry->d_cookie = ++last_cookie;
	list_add_tail(&dentry->d_child, &dentry->d_parent->d_subdirs);
}

struct dentry *d_lookup(struct dentry *parent, const char *name, size_t len)
{
	struct dentry *dentry;

	list_for_each_entry(dentry, &parent->d_subdirs, d_child)
		if (!strncmp(dentry->d_name, name, len) && !dentry->d_name[len])
			return dget(dentry);
	return NULL;
}

/* The name is gone (or not to be believed); who has it open may go on. */
void d_drop(struct dentry *dentry)
{
	if (!dentry->d_hashed)
		return;
	dentry->d_hashed = false;
	list_del_init(&dentry->d_child);
}

/* For one who has a reference, or holds the lock: without either it may be gone already. */
struct dentry *dget(struct dentry *dentry)
{
	if (atomic_inc_return(&dentry->d_count) == 1 && !list_empty(&dentry->d_lru)) {
		list_del_init(&dentry->d_lru);
		nr_unused--;
	}
	return dentry;
}

static void free_dentry(struct dentry *dentry)
{
	d_drop(dentry);
	if (dentry->d_inode && dentry->d_inode->i_dentry == dentry)
		dentry->d_inode->i_dentry = NULL;
	if (dentry->d_inode)
		iput(dentry->d_inode);
	kfree(dentry->d_name);
	kfree(dentry);
}

/* Frees unused names, the oldest first, until at most limit are left; sb: only its own. */
static void prune(struct super_block *sb, int limit)
{
	struct dentry *dentry, *parent;

again:
	list_for_each_entry(dentry, &unused, d_lru) {
		if (nr_unused <= limit)
			return;
		if (sb && dentry->d_sb != sb)
			continue;
		list_del_init(&dentry->d_lru);
		nr_unused--;
		parent = dentry->d_parent;
		free_dentry(dentry);
		dput(parent); /* may be the next without users: begin anew */
		goto again;
	}
}

void dput(struct dentry *dentry)
{
	lock_fs();
	while (dentry && atomic_dec_and_test(&dentry->d_count)) {
		struct dentry *parent = dentry->d_parent;

		if (dentry->d_hashed && dentry->d_inode && parent != dentry) {
			list_add_tail(&dentry->d_lru, &unused);
			nr_unused++;
			if (nr_unused > MAX_UNUSED)
				prune(NULL, MAX_UNUSED - 16);
			break;
		}
		free_dentry(dentry);
		dentry = parent != dentry ? parent : NULL;
	}
	unlock_fs();
}

void shrink_dcache_sb(struct super_block *sb)
{
	prune(sb, 0);
}

/* dentry gets target's place and name; target, whatever it was, has none any more. */
void d_move(struct dentry *dentry, struct dentry *target)
{
	struct dentry *old_parent = dentry->d_parent;
	char *name = dentry->d_name;

	d_drop(dentry);
	d_drop(target);
	dentry->d_name = target->d_name;
	target->d_name = name;
	dentry->d_parent = dget(target->d_parent);
	d_add(dentry, dentry->d_inode);
	dput(old_parent);
}

bool is_subdir(struct dentry *dentry, struct dentry *dir)
{
	for (;; dentry = dentry->d_parent) {
		if (dentry == dir)
			return true;
		if (dentry == dentry->d_parent)
			return false;
	}
}

char *d_path(const struct path *path, char *buf, int size)
{
	const struct path *root = current->fs ? &current->fs->root : &root_path;
	struct path at = *path;
	char *p = buf + size - 1;

	*p = 0;
	while (at.dentry != root->dentry || at.mnt != root->mnt) {
		size_t n;

		if (at.dentry == at.mnt->mnt_root) {
			if (at.mnt->mnt_parent == at.mnt)
				break;
			at.dentry = at.mnt->mnt_mountpoint;
			at.mnt = at.mnt->mnt_parent;
			continue;
		}
		n = strlen(at.dentry->d_name);
		if ((size_t)(p - buf) < n + 1)
			return ERR_PTR(-ENAMETOOLONG);
		p -= n;
		memcpy(p, at.dentry->d_name, n);
		*--p = '/';
		at.dentry = at.dentry->d_parent;
	}
	if (!*p)
		*--p = '/';
	return p;
}

void path_get(const struct path *path)
{
	mntget(path->mnt);
	dget(path->dentry);
}

void path_put(const struct path *path)
{
	dput(path->dentry);
	mntput(path->mnt);
}
