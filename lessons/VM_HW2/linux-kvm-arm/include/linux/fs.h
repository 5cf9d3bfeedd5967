/* Files: inodes are what is stored, files are what is open, operations are how. */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <uapi/linux/fcntl.h>
#include <uapi/linux/stat.h>

struct inode;
struct file;
struct vm_area_struct;

/* What can be done with an open file. A missing operation is an error, never a crash. */
struct file_operations {
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file); /* last close */
	ssize_t (*read)(struct file *file, char __user *buf, size_t n, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t n, loff_t *pos);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	unsigned int (*poll)(struct file *file, wait_queue_head_t **wq); /* POLLIN, POLLOUT... */
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
};

/* Something in the file tree. All of the tree lives in memory (ramfs). */
struct inode {
	umode_t i_mode;
	unsigned long i_ino;
	int i_nlink;
	int i_count; /* open files and the like that use it */
	unsigned long i_rdev;
	loff_t i_size;
	const struct file_operations *i_fop;
	void *i_private; /* the driver's */
	/* regular files: the bytes; capacity 0 = they lie in the initrd and are not ours to free */
	char *data;
	size_t capacity;
	/* directories */
	struct list_head children;
	/* where it hangs in the tree; one name each, there are no hard links */
	char *name;
	struct inode *parent;
	struct list_head sibling;
	char *symlink;
};

struct file {
	int f_count;
	unsigned int f_flags;
	loff_t f_pos;
	struct inode *f_inode; /* NULL for anonymous files */
	const struct file_operations *f_op;
	void *private_data;
	const char *f_name; /* for messages */
};

#define NR_OPEN 64

/* The open files of a process (shared by its threads). */
struct files_struct {
	int count;
	struct file *fd[NR_OPEN];
	unsigned long close_on_exec;
};

struct file *fget(unsigned int fd);
void fput(struct file *file);
struct file *get_file(struct file *file);
int get_unused_fd(void);
void fd_install(unsigned int fd, struct file *file);
struct files_struct *dup_files(struct files_struct *old);
void put_files(struct files_struct *files);

/* The inode at path (from the root, or from cwd), or an ERR_PTR. */
struct inode *path_lookup(const char *cwd, const char *path);
struct file *filp_open(const char *path, int flags, umode_t mode);
/* A path from user space, in memory of ours (kfree it), or an ERR_PTR. */
char *getname(const char __user *path);
#define PATH_MAX 256
ssize_t kernel_read(struct file *file, loff_t pos, void *buf, size_t n);
struct inode *fs_mknod(const char *path, umode_t mode, const struct file_operations *fop,
		       void *private);
int fs_mkdir_p(const char *path);
struct inode *alloc_inode(umode_t mode);
struct file *alloc_file(const struct file_operations *fop, struct inode *inode, unsigned int flags);
extern struct inode *root_inode;

loff_t no_llseek(struct file *file, loff_t offset, int whence);
loff_t generic_llseek(struct file *file, loff_t offset, int whence);

extern const struct file_operations ramfs_file_operations, ramfs_dir_operations;
void iput(struct inode *inode);
struct inode *path_lookup_nofollow(const char *cwd, const char *path);
struct inode *create_at(const char *cwd, const char *path, umode_t mode);
int remove_at(const char *cwd, const char *path, bool directory);
int fs_symlink(const char *path, const char *target);
char *inode_path(struct inode *inode, char *buf, int size);
int ramfs_truncate(struct inode *inode, loff_t size);
/* Hands out the part of text that a read() at *pos asks for. */
ssize_t simple_read(char __user *buf, size_t n, loff_t *pos, const char *text, size_t len);

void populate_rootfs(void);

#endif
