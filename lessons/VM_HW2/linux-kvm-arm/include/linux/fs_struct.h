/* What of the file tree belongs to a process: its root, its working directory, its umask. */
#ifndef _LINUX_FS_STRUCT_H
#define _LINUX_FS_STRUCT_H

#include <linux/atomic.h>
#include <linux/dcache.h>

struct fs_struct {
	atomic_t users;
	unsigned int umask;
	struct path root, pwd;
};

struct fs_struct *new_fs_struct(void); /* at the root of all */
struct fs_struct *copy_fs_struct(const struct fs_struct *old);
void put_fs_struct(struct fs_struct *fs);

#endif
