/* Inodes in memory, and the lock of all that is cached of file systems. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/time.h>
#include <linux/err.h>

static struct task_struct *lock_owner;
static int lock_depth;
static DECLARE_WAIT_QUEUE_HEAD(lock_wait);

void lock_fs(void)
{
	unsigned long flags;

	local_irq_save(flags);
	while (lock_owner && lock_owner != current) {
		local_irq_restore(flags);
		wait_event(lock_wait, !lock_owner);
		local_irq_save(flags);
	}
	lock_owner = current;
	lock_depth++;
	local_irq_restore(flags);
}

void unlock_fs(void)
{
	if (--lock_depth)
		return;
	lock_owner = NULL;
	if (waitqueue_active(&lock_wait))
		wake_up(&lock_wait);
}

struct timespec current_time(void)
{
	ktime_t now = ktime_get() + realtime_offset;

	return (struct timespec){ now / NSEC_PER_SEC, now % NSEC_PER_SEC };
}

/* A fresh one, with one reference; the file system fills in the rest. */
struct inode *new_inode(struct super_block *sb)
{
	static unsigned long last_ino;
	struct inode *inode = kzalloc(sizeof(*inode), GFP_KERNEL);

	if (!inode)
		return NULL;
	inode->i_sb = sb;
	inode->i_ino = ++last_ino;
	inode->i_nlink = 1;
	atomic_set(&inode->i_count, 1);
	inode->i_atime = inode->i_mtime = inode->i_ctime = CURRENT_TIME;
	mapping_init(&inode->i_data, NULL);
	mutex_init(&inode->i_mutex);
	list_add(&inode->i_sb_list, &sb->s_inodes);
	return inode;
}

struct inode *ilookup(struct super_block *sb, unsigned long ino)
{
	struct inode *inode;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list)
		if (inode->i_ino == ino && !(inode->i_state & I_FREEING)) {
			ihold(inode);
			return inode;
		}
	return NULL;
}

void ihold(struct inode *inode)
{
	atomic_inc(&inode->i_count);
}

/* The last user goes: an inode without names is deleted, another one written if need be. */
void iput(struct inode *inode)
{
	lock_fs();
	if (!atomic_dec_and_test(&inode->i_count)) {
		unlock_fs();
		return;
	}
	if (inode->i_nlink)
		sync_inode(inode);
	inode->i_state |= I_FREEING;
	if (inode->i_sb->s_op->evict_inode)
		inode->i_sb->s_op->evict_inode(inode);
	truncate_pages(inode, 0);
	list_del(&inode->i_sb_list);
	unlock_fs();
	kfree(inode->i_link);
	kfree(inode);
}

void mark_inode_dirty(struct inode *inode)
{
	inode->i_state |= I_DIRTY;
}

/*
 * What is known of the file goes to the disk: its bytes first, then what says where they
 * are. A power cut in between leaves an older file, not one with others' bytes.
 */
int sync_inode(struct inode *inode)
{
	int err, err2 = 0;

	if (!inode->i_sb->s_op->write_inode)
		return 0;
	lock_fs();
	err = filemap_write(inode);
	if (inode->i_state & I_DIRTY) {
		inode->i_state &= ~I_DIRTY;
		err2 = inode->i_sb->s_op->write_inode(inode);
		if (err2)
			inode->i_state |= I_DIRTY;
	}
	unlock_fs();
	return err ? err : err2;
}
