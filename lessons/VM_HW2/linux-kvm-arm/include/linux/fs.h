/*
 * The virtual file system: what all file systems have in common.
 *
 *	file ──> dentry ──> inode ──> super_block ──> file_system_type
 *	 open     a name    what is    one mounted      ramfs, ext2...
 *	                    stored     tree
 *
 * Each points to a table of operations, with which a file system says how it does it.
 */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/atomic.h>
#include <linux/dcache.h>
#include <uapi/linux/fcntl.h>
#include <uapi/linux/stat.h>
#include <uapi/linux/time.h>

struct inode;
struct file;
struct page;
struct block_device;
struct super_block;
struct vm_area_struct;
struct statfs;
struct poll_table_struct;
struct pipe_inode_info;
struct iattr;

/* Where readdir's entries go. actor() answers nonzero when there is room for no more. */
struct dir_context {
	int (*actor)(struct dir_context *ctx, const char *name, int len, loff_t pos,
		     unsigned long ino, unsigned int type);
	loff_t pos; /* where to go on; the file system's own numbers, but 0 is the start */
};

/* What can be done with an open file. A missing operation is an error, never a crash. */
struct file_operations {
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file); /* last close */
	ssize_t (*read)(struct file *file, char __user *buf, size_t n, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t n, loff_t *pos);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	unsigned int (*poll)(struct file *file, struct poll_table_struct *pt); /* POLLIN... */
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	int (*iterate)(struct file *file, struct dir_context *ctx);
	int (*fsync)(struct file *file, int datasync);
};

/* What can be done with a name in a directory, or with what the name stands for. */
struct inode_operations {
	/* Finds dentry's name and calls d_add(), with NULL if there is no such file. */
	int (*lookup)(struct inode *dir, struct dentry *dentry);
	int (*create)(struct inode *dir, struct dentry *dentry, umode_t mode);
	int (*mkdir)(struct inode *dir, struct dentry *dentry, umode_t mode);
	int (*mknod)(struct inode *dir, struct dentry *dentry, umode_t mode, unsigned long dev);
	int (*link)(struct dentry *old, struct inode *dir, struct dentry *dentry);
	int (*symlink)(struct inode *dir, struct dentry *dentry, const char *target);
	int (*unlink)(struct inode *dir, struct dentry *dentry);
	int (*rmdir)(struct inode *dir, struct dentry *dentry);
	/* new may have an inode: it is replaced. */
	int (*rename)(struct inode *old_dir, struct dentry *old, struct inode *new_dir,
		      struct dentry *new);
	int (*readlink)(struct inode *inode, char *buf, int size); /* the length, no NUL */
	int (*setattr)(struct dentry *dentry, struct iattr *attr);
	int (*truncate)(struct inode *inode, loff_t size);
};

struct address_space_operations {
	int (*readpage)(struct inode *inode, struct page *page);
	int (*writepage)(struct inode *inode, struct page *page);
	/* The page is about to be written to: is there room? May change nothing else. */
	int (*prepare_write)(struct inode *inode, loff_t from, unsigned int n);
	/*
	 * For what is not worth a page: the address of bytes that lie in memory anyway, with
	 * *n cut down to how many they are; NULL means zeros.
	 */
	const void *(*direct_bytes)(struct inode *inode, loff_t pos, size_t *n);
};

/* A file's pages in memory. See mm/filemap.c. */
struct address_space {
	struct list_head pages; /* by rising index */
	unsigned long nrpages;
	int wb_err; /* writing failed, and nobody has been told yet */
	const struct address_space_operations *a_ops;
};

#define I_DIRTY 1 /* differs from the disk */
#define I_FREEING 2

struct inode {
	umode_t i_mode;
	unsigned int i_uid, i_gid;
	unsigned long i_ino;
	unsigned int i_nlink;
	atomic_t i_count; /* dentries, open files and the like that use it */
	atomic_t i_writecount; /* of those, files open for writing; negative: programs that run */
	struct dentry *i_dentry; /* a directory's name: it has only one */
	unsigned long i_rdev;
	loff_t i_size;
	u64 i_blocks; /* in 512-byte sectors */
	struct timespec i_atime, i_mtime, i_ctime;
	unsigned int i_state;
	const struct inode_operations *i_op;
	const struct file_operations *i_fop;
	struct super_block *i_sb;
	struct address_space i_data;
	struct mutex i_mutex; /* of those who write: one after the other */
	struct list_head i_sb_list;
	struct pipe_inode_info *i_pipe; /* a FIFO's, while it is open */
	char *i_link; /* a symlink's target, if it is kept in memory */
	void *i_private; /* the driver's, or the file system's */
};

struct super_operations {
	int (*write_inode)(struct inode *inode); /* to the disk, now */
	void (*evict_inode)(struct inode *inode); /* the last user has gone */
	void (*put_super)(struct super_block *sb);
	int (*sync_fs)(struct super_block *sb);
	int (*statfs)(struct super_block *sb, struct statfs *buf);
	int (*remount_fs)(struct super_block *sb, unsigned long flags);
};

struct super_block {
	struct list_head s_list;
	struct list_head s_inodes;
	struct file_system_type *s_type;
	const struct super_operations *s_op;
	unsigned int s_blocksize;
	unsigned int s_blocksize_bits;
	unsigned long s_flags; /* MS_RDONLY... */
	unsigned long s_magic;
	unsigned long s_dev;
	loff_t s_maxbytes;
	struct dentry *s_root;
	struct block_device *s_bdev;
	int s_active; /* mounts */
	void *s_fs_info;
};

struct file_system_type {
	const char *name;
	int fs_flags;
#define FS_REQUIRES_DEV 1
#define FS_SINGLE 2 /* every mount shows the same tree: /dev, /proc... */
	int (*fill_super)(struct super_block *sb, const char *options);
	struct super_block *single;
	struct list_head list;
};

int register_filesystem(struct file_system_type *fs);
struct file_system_type *get_fs_type(const char *name);

struct file {
	atomic_t f_count;
	unsigned int f_flags;
	bool f_denies_write; /* a program that runs: nobody may change it meanwhile */
	loff_t f_pos;
	struct path f_path; /* empty for anonymous files */
	struct inode *f_inode; /* NULL for anonymous files */
	const struct file_operations *f_op;
	void *private_data;
	const char *f_name; /* for messages */
};

#define NR_OPEN 64

/* The open files of a process (shared by its threads). */
struct files_struct {
	atomic_t count;
	struct file *fd[NR_OPEN];
	unsigned long close_on_exec;
};

struct file *fget(unsigned int fd);
void fput(struct file *file);
struct file *get_file(struct file *file);
int get_unused_fd_from(unsigned int from);
void fd_install(unsigned int fd, struct file *file);
/* Gives the file the first free number from there on, which nobody can take in between. */
int fd_install_unused(unsigned int from, struct file *file);
long sys_close(unsigned int fd);
struct files_struct *dup_files(struct files_struct *old);
void put_files(struct files_struct *files);
/* -ETXTBSY: somebody has it open for writing. With the file's last user it is allowed again. */
int deny_write_access(struct file *file);
struct file *alloc_file(const struct file_operations *fop, struct inode *inode, unsigned int flags);
struct file *filp_open(const char *path, int flags, umode_t mode);
struct file *do_filp_open(int dfd, const char *path, int flags, umode_t mode);
int vfs_fsync(struct file *file, int datasync);
/* Between a file and memory of the kernel's. kernel_read(): files with pages only. */
ssize_t kernel_read(struct file *file, loff_t pos, void *buf, size_t n);
ssize_t kernel_write(struct file *file, const char *buf, size_t n, loff_t *pos);

/* A path from user space, in memory of ours (kfree it), or an ERR_PTR. */
char *getname(const char __user *path);
#define PATH_MAX 4096
#define NAME_MAX 255

/*
 * One lock for all of the file tree and everything cached of it. There is one CPU, so it
 * costs nobody anything but those who would wait for the same disk anyhow. It may be taken
 * again by the task that has it. Never touch user memory with it: a page fault needs it.
 */
void lock_fs(void);
void unlock_fs(void);

/* fs/inode.c */
struct inode *new_inode(struct super_block *sb);
/* The inode in memory, or NULL. Takes a reference. */
struct inode *ilookup(struct super_block *sb, unsigned long ino);
void ihold(struct inode *inode);
void iput(struct inode *inode);
void mark_inode_dirty(struct inode *inode);
int sync_inode(struct inode *inode);
void init_special_inode(struct inode *inode, umode_t mode, unsigned long dev);
struct timespec current_time(void);
#define CURRENT_TIME (current_time())

static inline bool IS_RDONLY(const struct inode *inode)
{
	return inode->i_sb->s_flags & 1;
}

/* fs/super.c */
struct super_block *mount_fs(struct file_system_type *type, struct block_device *bdev,
			     unsigned long flags, const char *options);
void deactivate_super(struct super_block *sb);
/* Read-only or not from now on. -EBUSY if somebody writes, unless by force. */
int remount_sb(struct super_block *sb, unsigned long flags, bool force);
int sync_filesystem(struct super_block *sb);
void sync_filesystems(void);
void emergency_remount_ro(void);
struct file_system_type *next_filesystem(struct file_system_type *fs);

/*
 * fs/devices.c: a driver's device, of the kind in mode (S_IFCHR or S_IFBLK). It gets a node
 * at path; and a node that somebody makes with its number, on a disk maybe, is it, too.
 */
int device_create(const char *path, umode_t mode, unsigned long dev,
		  const struct file_operations *fops, void *private);

/* fs/pipe.c */
int fifo_open(struct inode *inode, struct file *file);

/* fs/libfs.c: for file systems that are all in memory; their dentries are what is stored. */
extern const struct file_operations simple_dir_operations;
int simple_lookup(struct inode *dir, struct dentry *dentry);
int simple_link(struct dentry *old, struct inode *dir, struct dentry *dentry);
int simple_unlink(struct inode *dir, struct dentry *dentry);
int simple_rmdir(struct inode *dir, struct dentry *dentry);
int simple_rename(struct inode *old_dir, struct dentry *old, struct inode *new_dir,
		  struct dentry *new);
int simple_readlink(struct inode *inode, char *buf, int size);
int simple_statfs(struct super_block *sb, struct statfs *buf);
/* Hands out the part of text that a read() at *pos asks for. */
ssize_t simple_read(char __user *buf, size_t n, loff_t *pos, const char *text, size_t len);
static inline bool dir_emit(struct dir_context *ctx, const char *name, int len,
			    unsigned long ino, unsigned int type)
{
	return ctx->actor(ctx, name, len, ctx->pos, ino, type) == 0;
}
bool dir_emit_dots(struct file *file, struct dir_context *ctx);

/* What setattr is asked to change. */
struct iattr {
	unsigned int ia_valid;
#define ATTR_MODE 1
#define ATTR_UID 2
#define ATTR_GID 4
#define ATTR_SIZE 8
#define ATTR_ATIME 16
#define ATTR_MTIME 32
	umode_t ia_mode;
	unsigned int ia_uid, ia_gid;
	loff_t ia_size;
	struct timespec ia_atime, ia_mtime;
};
int notify_change(struct dentry *dentry, struct iattr *attr);
void simple_setattr(struct inode *inode, const struct iattr *attr);

/* For the kernel's own use: files of drivers, by path. */
struct inode *fs_mknod(const char *path, umode_t mode, const struct file_operations *fop,
		       void *private);
int fs_mkdir_p(const char *path);
int fs_symlink(const char *path, const char *target);

loff_t generic_llseek(struct file *file, loff_t offset, int whence);

/* fs/ramfs.c */
struct inode *ramfs_get_inode(struct super_block *sb, umode_t mode, unsigned long dev);
void ramfs_set_bytes(struct inode *inode, const char *data, size_t size);
struct file *shmem_file_setup(const char *name, loff_t size);
void register_devpts(void);
int ramfs_fill_super(struct super_block *sb, const char *options);

void mount_rootfs(void);
void populate_rootfs(void);
void prepare_namespace(char *init, size_t size);

#endif
