/* From a path to what it names. */
#ifndef _LINUX_NAMEI_H
#define _LINUX_NAMEI_H

#include <linux/fs.h>

#define LOOKUP_FOLLOW    1 /* a symlink at the end is followed, too */
#define LOOKUP_DIRECTORY 2
#define LOOKUP_EMPTY     4 /* "" is dfd itself */

/* Looks path up, from dfd (or AT_FDCWD). path_put() the answer. */
int filename_lookup(int dfd, const char *name, unsigned int flags, struct path *path);
int user_path_at(int dfd, const char __user *name, unsigned int flags, struct path *path);
int kern_path(const char *name, unsigned int flags, struct path *path);

/*
 * The last name of a path and the directory that it is in; the file may exist or not.
 * Ends with lock_fs() held until done_path().
 */
struct dentry *filename_create(int dfd, const char *name, struct path *parent);
void done_path(struct path *parent, struct dentry *dentry);

int vfs_create(struct inode *dir, struct dentry *dentry, umode_t mode);
int vfs_mknod(struct inode *dir, struct dentry *dentry, umode_t mode, unsigned long dev);
int vfs_symlink(struct inode *dir, struct dentry *dentry, const char *target);
int may_create(struct inode *dir, struct dentry *dentry);

#endif
