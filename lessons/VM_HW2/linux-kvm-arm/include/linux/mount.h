/* Where file systems hang in the tree. */
#ifndef _LINUX_MOUNT_H
#define _LINUX_MOUNT_H

#include <linux/fs.h>
#include <uapi/linux/mount.h>

struct vfsmount {
	atomic_t mnt_count; /* users: open files, working directories, mounts below */
	struct super_block *mnt_sb;
	struct dentry *mnt_root; /* its top */
	struct vfsmount *mnt_parent; /* itself, at the root of all */
	struct dentry *mnt_mountpoint;
	char *mnt_devname;
	struct list_head mnt_list;
};

struct vfsmount *mntget(struct vfsmount *mnt);
void mntput(struct vfsmount *mnt);
/* What is mounted on path, or NULL. */
struct vfsmount *lookup_mnt(const struct path *path);
long do_mount(const char *dev, const char *dir, const char *type, unsigned long flags,
	      const char *options);
int move_mount(const char *from, const char *to);
extern struct list_head mount_list;
extern struct path root_path; /* of the first process */

#endif
