/*
 * Files in address spaces: the pages of the page cache that processes have mapped with
 * MAP_SHARED. What a process stores there tells nobody; so a page is mapped read-only
 * until the first store, which makes it dirty, and again after it has been written to the
 * disk. (Private mappings have the same pages, until they are written: then a copy.)
 *
 * Who maps a file is found by a look at all areas of all processes: there are few.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/err.h>

/*
 * Calls fn for the part of each shared mapping that shows the file from page first on.
 * Who holds mmap_sem may sleep in the middle of a page fault, and may wait for lock_fs(),
 * which our caller has: so nobody waits here, and nobody else runs meanwhile.
 */
static void for_each_mapping(struct inode *inode, unsigned long first,
			     void (*fn)(struct vm_area_struct *vma, unsigned long start))
{
	struct task_struct *tsk;
	struct vm_area_struct *vma;

	preempt_disable();
	list_for_each_entry(tsk, &task_list, tasks) {
		for (vma = tsk->mm ? tsk->mm->mmap : NULL; vma; vma = vma->vm_next) {
			unsigned long skip = first > vma->vm_pgoff ? first - vma->vm_pgoff : 0;

			if (vma->vm_file && vma->vm_file->f_inode == inode &&
			    (vma->vm_flags & VM_SHARED) &&
			    skip < (vma->vm_end - vma->vm_start) >> PAGE_SHIFT)
				fn(vma, vma->vm_start + (skip << PAGE_SHIFT));
		}
	}
	preempt_enable();
}

static void make_clean(struct vm_area_struct *vma, unsigned long start)
{
	protect_range(vma->vm_mm, start, vma->vm_end, vma->vm_flags);
}

void page_mkclean(struct inode *inode)
{
	for_each_mapping(inode, 0, make_clean);
}

static void take_away(struct vm_area_struct *vma, unsigned long start)
{
	zap_range(vma->vm_mm, start, vma->vm_end);
}

void unmap_mapping_range(struct inode *inode, unsigned long first)
{
	for_each_mapping(inode, first, take_away);
}

/* A page of a mapping is touched for the first time. */
int filemap_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct inode *inode = vma->vm_file->f_inode;
	struct page *page;
	int err = 0;

	lock_fs();
	if ((loff_t)vmf->pgoff >= (inode->i_size + (loff_t)PAGE_SIZE - 1) >> PAGE_SHIFT) {
		err = -EIO; /* behind the end: SIGBUS */
	} else {
		page = read_mapping_page(inode, vmf->pgoff);
		if (IS_ERR(page)) {
			err = PTR_ERR(page);
		} else {
			vmf->pfn = virt_to_pfn(page->addr);
			get_pfn(vmf->pfn);
		}
	}
	unlock_fs();
	return err;
}

/* ...and written for the first time: there must be room for it on the disk. */
static int filemap_page_mkwrite(struct vm_area_struct *vma, unsigned long pgoff)
{
	struct inode *inode = vma->vm_file->f_inode;
	loff_t pos = (loff_t)pgoff << PAGE_SHIFT;
	struct page *page;
	int err = 0;

	lock_fs();
	page = find_page(inode, pgoff);
	if (IS_RDONLY(inode))
		err = -EROFS;
	else if (!page || pos >= inode->i_size)
		err = -EIO; /* cut off meanwhile */
	else if (inode->i_data.a_ops->prepare_write)
		err = inode->i_data.a_ops->prepare_write(
			inode, pos, min(PAGE_SIZE, (size_t)(inode->i_size - pos)));
	if (!err) {
		set_page_dirty(page);
		inode->i_mtime = inode->i_ctime = CURRENT_TIME;
		mark_inode_dirty(inode);
	}
	unlock_fs();
	return err;
}

static const struct vm_operations_struct filemap_vm_ops = {
	.fault = filemap_fault,
	.page_mkwrite = filemap_page_mkwrite
};

int generic_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_SHARED))
		return 0;
	if ((vma->vm_flags & VM_WRITE) && (file->f_flags & O_ACCMODE) != O_RDWR)
		return -EACCES;
	vma->vm_ops = &filemap_vm_ops;
	return 0;
}
