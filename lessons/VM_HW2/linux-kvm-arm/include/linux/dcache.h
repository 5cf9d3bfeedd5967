/* Names in the tree, as far as they are in memory. */
#ifndef _LINUX_DCACHE_H
#define _LINUX_DCACHE_H

#include <linux/types.h>
#include <linux/atomic.h>

struct inode;
struct super_block;
struct vfsmount;

/*
 * One name of one inode, below its parent. A directory has one dentry, a file as many as
 * it has names that somebody looked up. Without inode: there is no such file ("negative");
 * such a dentry lives only while somebody is about to create it.
 */
struct dentry {
	atomic_t d_count;
	bool d_hashed; /* can be found below its parent */
	int d_mounted; /* mounts on top of it */
	char *d_name;
	struct dentry *d_parent; /* itself, at a root */
	struct inode *d_inode;
	struct super_block *d_sb;
	struct list_head d_child; /* in the parent's d_subdirs */
	struct list_head d_subdirs;
	struct list_head d_lru; /* unused, but kept */
	unsigned long d_cookie; /* position of the name when the directory is listed */
};

/* A place in the tree: which name, seen through which mount. */
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct dentry *d_alloc(struct dentry *parent, const char *name, size_t len);
struct dentry *d_make_root(struct inode *inode);
void d_add(struct dentry *dentry, struct inode *inode);
void d_instantiate(struct dentry *dentry, struct inode *inode);
struct dentry *d_lookup(struct dentry *parent, const char *name, size_t len);
void d_drop(struct dentry *dentry);
void d_move(struct dentry *dentry, struct dentry *target);
struct dentry *dget(struct dentry *dentry);
void dput(struct dentry *dentry);
/* Forgets the names of sb that nobody uses. */
void shrink_dcache_sb(struct super_block *sb);
bool is_subdir(struct dentry *dentry, struct dentry *dir);
/* The path as text, written backwards from the end of buf; an ERR_PTR if it does not fit. */
char *d_path(const struct path *path, char *buf, int size);

void path_get(const struct path *path);
void path_put(const struct path *path);

#endif
