/* The page cache: pages of files in memory. */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/fs.h>
#include <linux/mm.h>

/* A page of a file. (In Linux every page of memory has a struct page; ours are these.) */
struct page {
	struct address_space *mapping;
	struct inode *host;
	unsigned long index; /* which page of the file */
	void *addr; /* the bytes; counted, see get_pfn() */
	bool uptodate, dirty;
	struct list_head list; /* mapping->pages */
	struct list_head hash, lru;
};

void mapping_init(struct address_space *mapping, const struct address_space_operations *ops);
struct page *find_page(struct inode *inode, unsigned long index);
/* The page with its bytes, read if need be; an ERR_PTR if that failed. */
struct page *read_mapping_page(struct inode *inode, unsigned long index);
/* All dirty pages of the file to the disk. */
int filemap_write(struct inode *inode);
/* Forgets what is at or beyond size, and clears the rest of the page that size cuts. */
void truncate_pages(struct inode *inode, loff_t size);
/* Forgets a page, whatever it has; who has it mapped will look anew. */
void invalidate_page(struct inode *inode, unsigned long index);
int zero_tail(struct inode *inode);
void set_page_dirty(struct page *page);
extern unsigned long nr_cached_pages;

ssize_t generic_file_read(struct file *file, char __user *buf, size_t n, loff_t *pos);
ssize_t generic_file_write(struct file *file, const char __user *buf, size_t n, loff_t *pos);
/* Of bytes in the kernel, for those who read for themselves. lock_fs() is held inside. */
ssize_t filemap_read(struct inode *inode, loff_t pos, void *buf, size_t n);

/* fs/direct-io.c */
bool can_direct_io(const struct inode *inode);
ssize_t direct_read(struct file *file, char __user *buf, size_t n, loff_t *pos);
ssize_t direct_write(struct file *file, const char __user *buf, size_t n, loff_t *pos);

/* mm/rmap.c */
int filemap_fault(struct vm_area_struct *vma, struct vm_fault *vmf);
int generic_file_mmap(struct file *file, struct vm_area_struct *vma);
/* All pages of the file that are mapped: who stores to one makes it dirty again. */
void page_mkclean(struct inode *inode);
/* Takes the file's pages from that one on away from all who have them mapped. */
void unmap_mapping_range(struct inode *inode, unsigned long first);

#endif
