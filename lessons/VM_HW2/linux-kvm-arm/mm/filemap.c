/*
 * The page cache: pages of files are read once and stay, as long as memory lasts; writes
 * go to them, and from there to the disk when the file is closed or synced, or when
 * memory is short. What maps a file sees the same pages (see rmap.c).
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/err.h>

#define HASH_SIZE 1024
#define MIN_FREE 1024 /* pages of memory that are left to others */

static struct list_head hash[HASH_SIZE];
static LIST_HEAD(lru); /* pages of files on disks; the ones used last are at the end */
unsigned long nr_cached_pages;

static struct list_head *bucket(const struct inode *inode, unsigned long index)
{
	struct list_head *head = &hash[((unsigned long)inode / sizeof(*inode) + index) % HASH_SIZE];

	if (!head->next)
		INIT_LIST_HEAD(head);
	return head;
}

void mapping_init(struct address_space *mapping, const struct address_space_operations *ops)
{
	INIT_LIST_HEAD(&mapping->pages);
	mapping->nrpages = 0;
	mapping->a_ops = ops;
}

struct page *find_page(struct inode *inode, unsigned long index)
{
	struct page *page;

	list_for_each_entry(page, bucket(inode, index), hash)
		if (page->index == index && page->host == inode)
			return page;
	return NULL;
}

static void free_cached_page(struct page *page)
{
	list_del(&page->list);
	list_del(&page->hash);
	list_del(&page->lru);
	page->mapping->nrpages--;
	nr_cached_pages--;
	put_pfn(virt_to_pfn(page->addr)); /* who has it mapped keeps it */
	kfree(page);
}

static bool is_mapped(const struct page *page)
{
	return pfn_count(virt_to_pfn(page->addr)) > 1;
}

void invalidate_page(struct inode *inode, unsigned long index)
{
	struct page *page = find_page(inode, index);

	if (page && is_mapped(page))
		unmap_mapping_range(inode, index);
	if (page)
		free_cached_page(page);
}

/* Gives back pages that are on the disk, too: at most n. Returns how many. */
static int free_clean_pages(int n)
{
	struct page *page, *next;
	int freed = 0;

	list_for_each_entry_safe(page, next, &lru, lru)
		if (freed < n && page->uptodate && !page->dirty && !is_mapped(page)) {
			free_cached_page(page);
			freed++;
		}
	return freed;
}

/* When memory is short. If nothing can be given back, the oldest that waits is written. */
static void shrink_page_cache(void)
{
	struct page *page;

	if (free_clean_pages(64))
		return;
	list_for_each_entry(page, &lru, lru)
		if (page->dirty) {
			sync_inode(page->host);
			free_clean_pages(64);
			return;
		}
}

/* A page without its bytes yet, at its place in the list. */
static struct page *add_page(struct inode *inode, unsigned long index)
{
	struct list_head *at;
	struct page *page;

	if (nr_free_pages() < MIN_FREE)
		shrink_page_cache();
	page = kzalloc(sizeof(*page), GFP_KERNEL);
	if (!page)
		return NULL;
	page->addr = (void *)__get_free_page(GFP_KERNEL);
	if (!page->addr) {
		kfree(page);
		return NULL;
	}
	page->mapping = &inode->i_data;
	page->host = inode;
	page->index = index;
	/* files are mostly read and written onwards: look from the end */
	at = inode->i_data.pages.prev;
	while (at != &inode->i_data.pages && list_entry(at, struct page, list)->index > index)
		at = at->prev;
	list_add(&page->list, at);
	list_add(&page->hash, bucket(inode, index));
	INIT_LIST_HEAD(&page->lru);
	if (inode->i_sb->s_bdev)
		list_add_tail(&page->lru, &lru);
	inode->i_data.nrpages++;
	nr_cached_pages++;
	return page;
}

struct page *read_mapping_page(struct inode *inode, unsigned long index)
{
	struct page *page = find_page(inode, index);
	int err;

	if (page) {
		if (inode->i_sb->s_bdev) {
			list_del(&page->lru);
			list_add_tail(&page->lru, &lru);
		}
		return page;
	}
	page = add_page(inode, index);
	if (!page)
		return ERR_PTR(-ENOMEM);
	err = inode->i_data.a_ops->readpage(inode, page);
	if (err) {
		free_cached_page(page);
		return ERR_PTR(err);
	}
	page->uptodate = true;
	return page;
}

void set_page_dirty(struct page *page)
{
	page->dirty = true;
}

static bool any_mapped(struct inode *inode, unsigned long first)
{
	struct page *page;

	list_for_each_entry(page, &inode->i_data.pages, list)
		if (page->index >= first && is_mapped(page))
			return true;
	return false;
}

/*
 * What cannot be written is lost, as the disk may never take it; but who asks for it with
 * fsync() is told, even if it was tried before that.
 */
int filemap_write(struct inode *inode)
{
	struct address_space *mapping = &inode->i_data;
	struct page *page;
	int err = 0, one;

	if (!mapping->a_ops || !mapping->a_ops->writepage)
		return 0;
	if (any_mapped(inode, 0))
		page_mkclean(inode); /* the next store is told again */
	list_for_each_entry(page, &mapping->pages, list) {
		if (!page->dirty)
			continue;
		page->dirty = false;
		one = mapping->a_ops->writepage(inode, page);
		err = err ? err : one;
	}
	if (err)
		mapping->wb_err = err;
	return err;
}

/* size is the file's already. Who has mapped what is gone must not keep it. */
void truncate_pages(struct inode *inode, loff_t size)
{
	struct page *page, *next;
	unsigned int rest = size & ~PAGE_MASK;

	if (any_mapped(inode, (size + PAGE_SIZE - 1) >> PAGE_SHIFT))
		unmap_mapping_range(inode, (size + PAGE_SIZE - 1) >> PAGE_SHIFT);
	list_for_each_entry_safe(page, next, &inode->i_data.pages, list) {
		loff_t from = page->index << PAGE_SHIFT;

		if (from >= size)
			free_cached_page(page);
		else if (from + (loff_t)PAGE_SIZE > size)
			memset((char *)page->addr + rest, 0, PAGE_SIZE - rest);
	}
}

/*
 * The file is about to grow: what lies behind its end in its last page becomes part of
 * it, and has to be zeros, on the disk, too.
 */
int zero_tail(struct inode *inode)
{
	unsigned int rest = inode->i_size & ~PAGE_MASK;
	struct page *page;

	if (!rest)
		return 0;
	page = read_mapping_page(inode, inode->i_size >> PAGE_SHIFT);
	if (IS_ERR(page))
		return PTR_ERR(page);
	memset((char *)page->addr + rest, 0, PAGE_SIZE - rest);
	set_page_dirty(page);
	return 0;
}

/*
 * The file's bytes at pos: where they are, and at most *n of them. Bytes that are not in
 * a page and need none are NULL: zeros. With a reference to the page at *pfn.
 */
static const void *bytes_at(struct inode *inode, loff_t pos, size_t *n, unsigned long *pfn)
{
	const struct address_space_operations *ops = inode->i_data.a_ops;
	unsigned int skew = pos & ~PAGE_MASK;
	struct page *page = find_page(inode, pos >> PAGE_SHIFT);

	*n = min(*n, PAGE_SIZE - skew);
	*pfn = 0;
	if (!page && ops->direct_bytes)
		return ops->direct_bytes(inode, pos, n);
	page = read_mapping_page(inode, pos >> PAGE_SHIFT);
	if (IS_ERR(page))
		return page;
	*pfn = virt_to_pfn(page->addr);
	get_pfn(*pfn);
	return (char *)page->addr + skew;
}

static ssize_t do_file_read(struct inode *inode, loff_t pos, void *buf, size_t n, bool user)
{
	size_t done = 0;

	while (done < n && pos < inode->i_size) {
		size_t part = min(n - done, (size_t)(inode->i_size - pos));
		unsigned long pfn;
		const void *from;
		bool fault = false;

		lock_fs();
		from = bytes_at(inode, pos, &part, &pfn);
		unlock_fs();
		if (IS_ERR(from))
			return done ? (ssize_t)done : PTR_ERR(from);
		if (user)
			fault = from ? copy_to_user(buf + done, from, part)
				     : clear_user(buf + done, part);
		else if (from)
			memcpy(buf + done, from, part);
		else
			memset(buf + done, 0, part);
		if (pfn)
			put_pfn(pfn);
		if (fault)
			return done ? (ssize_t)done : -EFAULT;
		done += part;
		pos += part;
	}
	return done;
}

ssize_t generic_file_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	ssize_t got;

	if (file->f_flags & O_DIRECT)
		return direct_read(file, buf, n, pos);
	got = *pos < 0 ? -EINVAL : do_file_read(file->f_inode, *pos, buf, n, true);
	if (got > 0)
		*pos += got;
	return got;
}

ssize_t filemap_read(struct inode *inode, loff_t pos, void *buf, size_t n)
{
	return pos < 0 ? -EINVAL : do_file_read(inode, pos, buf, n, false);
}

ssize_t kernel_read(struct file *file, loff_t pos, void *buf, size_t n)
{
	struct inode *inode = file->f_inode;

	if (!inode || !inode->i_data.a_ops)
		return -EINVAL;
	return filemap_read(inode, pos, buf, n);
}

/* Part of a page; from is the kernel's. */
static int write_page(struct inode *inode, loff_t pos, const void *from, size_t n)
{
	const struct address_space_operations *ops = inode->i_data.a_ops;
	struct page *page;
	int err = pos > inode->i_size ? zero_tail(inode) : 0;

	if (err)
		return err;
	page = read_mapping_page(inode, pos >> PAGE_SHIFT);
	if (IS_ERR(page))
		return PTR_ERR(page);
	/* only now: what has just become part of the file has no bytes to be read yet */
	err = ops->prepare_write ? ops->prepare_write(inode, pos, n) : 0;
	if (err) {
		set_page_dirty(page); /* some of its blocks may be new */
		return err;
	}
	memcpy((char *)page->addr + (pos & ~PAGE_MASK), from, n);
	set_page_dirty(page);
	if (pos + (loff_t)n > inode->i_size)
		inode->i_size = pos + n;
	return 0;
}

/* By way of a page of ours, so that no user page is touched while the lock is held. */
static ssize_t write_pages(struct file *file, const char *buf, size_t n, loff_t *pos, bool user)
{
	struct inode *inode = file->f_inode;
	char *bounce = (char *)__get_free_page(GFP_KERNEL);
	size_t done = 0;
	int err = bounce ? 0 : -ENOMEM;

	if (!err && (file->f_flags & O_APPEND))
		*pos = inode->i_size;
	while (done < n && !err) {
		size_t part = min(n - done, PAGE_SIZE - (*pos & ~PAGE_MASK));

		if (*pos < 0 || *pos >= inode->i_sb->s_maxbytes)
			err = *pos < 0 ? -EINVAL : -EFBIG;
		else if (IS_RDONLY(inode))
			err = -EROFS; /* since it was opened */
		else if (user && copy_from_user(bounce, buf + done, part))
			err = -EFAULT;
		if (err)
			break;
		part = min(part, (size_t)(inode->i_sb->s_maxbytes - *pos));
		lock_fs();
		err = write_page(inode, *pos, user ? bounce : buf + done, part);
		unlock_fs();
		if (err)
			break;
		*pos += part;
		done += part;
	}
	free_page((unsigned long)bounce);
	if (done) {
		inode->i_mtime = inode->i_ctime = CURRENT_TIME;
		mark_inode_dirty(inode);
	}
	if (done && (file->f_flags & (O_SYNC | O_DSYNC)))
		err = sync_inode(inode);
	return done ? (ssize_t)done : err;
}

/* What two write at a time to the end of a file (O_APPEND) comes one after the other. */
static ssize_t do_file_write(struct file *file, const char *buf, size_t n, loff_t *pos, bool user)
{
	ssize_t ret;

	mutex_lock(&file->f_inode->i_mutex);
	ret = write_pages(file, buf, n, pos, user);
	mutex_unlock(&file->f_inode->i_mutex);
	return ret;
}

ssize_t generic_file_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	if (file->f_flags & O_DIRECT)
		return direct_write(file, buf, n, pos);
	return do_file_write(file, buf, n, pos, true);
}

/* From kernel memory to a file with pages; others have to be written from user space. */
ssize_t kernel_write(struct file *file, const char *buf, size_t n, loff_t *pos)
{
	if (!file->f_inode || file->f_op->write != generic_file_write)
		return -EINVAL;
	return do_file_write(file, buf, n, pos, false);
}
