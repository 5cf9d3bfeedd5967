/*
 * The file tree. It lives in memory: directories are lists of inodes, regular files
 * point to their bytes. Paths are walked one name at a time.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/err.h>
#include <linux/mm.h>

#define MAX_SYMLINKS 8

struct inode *root_inode;
static unsigned long last_ino;

struct inode *alloc_inode(umode_t mode)
{
	struct inode *inode = kzalloc(sizeof(*inode), GFP_KERNEL);

	if (!inode)
		return NULL;
	inode->i_mode = mode;
	inode->i_ino = ++last_ino;
	inode->i_nlink = S_ISDIR(mode) ? 2 : 1;
	INIT_LIST_HEAD(&inode->children);
	INIT_LIST_HEAD(&inode->sibling);
	inode->parent = inode;
	if (S_ISREG(mode))
		inode->i_fop = &ramfs_file_operations;
	else if (S_ISDIR(mode))
		inode->i_fop = &ramfs_dir_operations;
	return inode;
}

/* An inode goes when it has no name and nobody uses it. */
void iput(struct inode *inode)
{
	if (--inode->i_count > 0 || inode->i_nlink)
		return;
	if (inode->capacity)
		vfree(inode->data);
	kfree(inode->symlink);
	kfree(inode->name);
	kfree(inode);
}

char *getname(const char __user *path)
{
	char buf[PATH_MAX], *copy;
	long n = strncpy_from_user(buf, path, sizeof(buf));

	if (n < 0 || n == sizeof(buf))
		return ERR_PTR(n < 0 ? n : -ENAMETOOLONG);
	if (!n)
		return ERR_PTR(-ENOENT);
	copy = kstrdup(buf, GFP_KERNEL);
	return copy ? copy : ERR_PTR(-ENOMEM);
}

static struct inode *find_child(struct inode *dir, const char *name, size_t n)
{
	struct inode *child;

	if (n == 1 && name[0] == '.')
		return dir;
	if (n == 2 && name[0] == '.' && name[1] == '.')
		return dir->parent;
	list_for_each_entry(child, &dir->children, sibling)
		if (!strncmp(child->name, name, n) && !child->name[n])
			return child;
	return NULL;
}

/*
 * Walks path. With last set, stops before the final name: returns its directory and
 * points *last at the name. follow: a symlink at the end is followed, too.
 */
static struct inode *walk(struct inode *dir, const char *path, const char **last, bool follow,
			  int depth)
{
	if (*path == '/')
		dir = root_inode;
	for (;;) {
		struct inode *next;
		size_t n = 0;

		while (*path == '/')
			path++;
		while (path[n] && path[n] != '/')
			n++;
		if (!S_ISDIR(dir->i_mode))
			return n ? ERR_PTR(-ENOTDIR) : dir;
		if (last && !strchr(path, '/')) {
			*last = path;
			return dir;
		}
		if (!n)
			return dir;
		next = find_child(dir, path, n);
		if (!next)
			return ERR_PTR(-ENOENT);
		path += n;
		if (S_ISLNK(next->i_mode) && (follow || *path)) {
			if (depth == MAX_SYMLINKS)
				return ERR_PTR(-ENOENT);
			next = walk(dir, next->symlink, NULL, true, depth + 1);
			if (IS_ERR(next))
				return next;
		}
		dir = next;
	}
}

static struct inode *start_of(const char *cwd)
{
	struct inode *dir = cwd ? walk(root_inode, cwd, NULL, true, 0) : root_inode;

	return IS_ERR(dir) ? root_inode : dir;
}

struct inode *path_lookup(const char *cwd, const char *path)
{
	return walk(start_of(cwd), path, NULL, true, 0);
}

struct inode *path_lookup_nofollow(const char *cwd, const char *path)
{
	return walk(start_of(cwd), path, NULL, false, 0);
}

/* Makes an inode at path; -EEXIST if there is something. The directory must exist. */
struct inode *create_at(const char *cwd, const char *path, umode_t mode)
{
	const char *name;
	struct inode *dir = walk(start_of(cwd), path, &name, true, 0), *inode;

	if (IS_ERR(dir))
		return dir;
	if (!*name || find_child(dir, name, strlen(name)))
		return ERR_PTR(-EEXIST);
	inode = alloc_inode(mode);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->name = kstrdup(name, GFP_KERNEL);
	if (!inode->name) {
		kfree(inode);
		return ERR_PTR(-ENOMEM);
	}
	inode->parent = dir;
	list_add_tail(&inode->sibling, &dir->children);
	return inode;
}

int remove_at(const char *cwd, const char *path, bool directory)
{
	struct inode *inode = path_lookup_nofollow(cwd, path);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (directory && !S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	if (!directory && S_ISDIR(inode->i_mode))
		return -EISDIR;
	if (inode == root_inode)
		return -EBUSY;
	if (!list_empty(&inode->children))
		return -ENOTEMPTY;
	list_del_init(&inode->sibling);
	inode->i_nlink = 0;
	inode->i_count++;
	iput(inode);
	return 0;
}

struct inode *fs_mknod(const char *path, umode_t mode, const struct file_operations *fop,
		       void *private)
{
	struct inode *inode = create_at(NULL, path, mode);

	if (!IS_ERR(inode)) {
		if (fop)
			inode->i_fop = fop;
		inode->i_private = private;
	}
	return inode;
}

/* Makes a directory and those above it. */
int fs_mkdir_p(const char *path)
{
	char part[PATH_MAX];

	for (size_t n = 1;; n++) {
		struct inode *inode;

		if (path[n] && path[n] != '/')
			continue;
		strlcpy(part, path, min(n + 1, sizeof(part)));
		inode = create_at(NULL, part, S_IFDIR | 0755);
		if (IS_ERR(inode) && PTR_ERR(inode) != -EEXIST)
			return PTR_ERR(inode);
		if (!path[n])
			return 0;
	}
}

int fs_symlink(const char *path, const char *target)
{
	struct inode *inode = create_at(NULL, path, S_IFLNK | 0777);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	inode->symlink = kstrdup(target, GFP_KERNEL);
	inode->i_size = strlen(target);
	return 0;
}

/* The path of a directory, written backwards from the end of buf. */
char *inode_path(struct inode *inode, char *buf, int size)
{
	char *p = buf + size - 1;

	*p = 0;
	if (inode == root_inode)
		*--p = '/';
	for (; inode != root_inode; inode = inode->parent) {
		size_t n = strlen(inode->name);

		if ((size_t)(p - buf) < n + 1)
			return NULL;
		p -= n;
		memcpy(p, inode->name, n);
		*--p = '/';
	}
	return p;
}
