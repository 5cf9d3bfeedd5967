/* Root, working directory and umask of processes. */
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/preempt.h>
#include <linux/slab.h>

struct fs_struct *new_fs_struct(void)
{
	struct fs_struct *fs = kzalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs)
		return NULL;
	atomic_set(&fs->users, 1);
	fs->umask = 022;
	fs->root = fs->pwd = root_path;
	path_get(&fs->root);
	path_get(&fs->pwd);
	return fs;
}

struct fs_struct *copy_fs_struct(const struct fs_struct *old)
{
	struct fs_struct *fs = kmalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs)
		return NULL;
	preempt_disable(); /* until they are ours, too, no other thread may leave them */
	*fs = *old;
	atomic_set(&fs->users, 1);
	path_get(&fs->root);
	path_get(&fs->pwd);
	preempt_enable();
	return fs;
}

void put_fs_struct(struct fs_struct *fs)
{
	if (!atomic_dec_and_test(&fs->users))
		return;
	path_put(&fs->root);
	path_put(&fs->pwd);
	kfree(fs);
}
