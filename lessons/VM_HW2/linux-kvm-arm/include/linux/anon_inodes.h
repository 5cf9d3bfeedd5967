/* Open files with no name in the tree: VMs and VCPUs are such files. */
#ifndef _LINUX_ANON_INODES_H
#define _LINUX_ANON_INODES_H

#include <linux/fs.h>

/* A new descriptor of the running process, or a negative error. */
int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags);

#endif
