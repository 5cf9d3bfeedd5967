/* Areas of address spaces: making, cutting and removing them. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/err.h>
#include <linux/string.h>
#include <asm/tlbflush.h>
#include <uapi/linux/mman.h>

#define MMAP_BASE 0x2000000000UL /* mmap() looks for gaps from here up */

void zap_range(struct mm_struct *mm, unsigned long start, unsigned long end);
int copy_page_range(struct mm_struct *to, struct mm_struct *from, struct vm_area_struct *vma);
void protect_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		   unsigned long vm_flags);
void leave_mm(struct mm_struct *mm);

struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kzalloc(sizeof(*mm), GFP_KERNEL);

	if (!mm)
		return NULL;
	mm->pgd = (pgd_t *)get_zeroed_page(GFP_KERNEL);
	if (!mm->pgd) {
		kfree(mm);
		return NULL;
	}
	mm->mm_users = 1;
	mutex_init(&mm->mmap_sem);
	return mm;
}

static void free_vma(struct vm_area_struct *vma)
{
	if (vma->vm_file)
		fput(vma->vm_file);
	kfree(vma);
}

/* The last user leaves: pages, tables and areas go. */
void mmput(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	if (--mm->mm_users)
		return;
	leave_mm(mm);
	while ((vma = mm->mmap)) {
		mm->mmap = vma->vm_next;
		zap_range(mm, vma->vm_start, vma->vm_end);
		free_vma(vma);
	}
	free_pgtables(mm->pgd, 0, TASK_SIZE);
	free_page((unsigned long)mm->pgd);
	kfree(mm);
}

static struct vm_area_struct *copy_vma(const struct vm_area_struct *old, struct mm_struct *mm)
{
	struct vm_area_struct *vma = kmalloc(sizeof(*vma), GFP_KERNEL);

	if (!vma)
		return NULL;
	*vma = *old;
	vma->vm_mm = mm;
	vma->vm_next = NULL;
	if (vma->vm_file)
		get_file(vma->vm_file);
	return vma;
}

struct mm_struct *dup_mm(struct mm_struct *old)
{
	struct mm_struct *mm = mm_alloc();
	struct vm_area_struct **link, *vma;
	int err = 0;

	if (!mm)
		return NULL;
	mutex_lock(&old->mmap_sem);
	mm->start_brk = old->start_brk;
	mm->brk = old->brk;
	mm->start_stack = old->start_stack;
	link = &mm->mmap;
	for (vma = old->mmap; vma && !err; vma = vma->vm_next) {
		*link = copy_vma(vma, mm);
		if (!*link) {
			err = -ENOMEM;
			break;
		}
		err = copy_page_range(mm, old, vma);
		link = &(*link)->vm_next;
	}
	flush_tlb_asid(old->asid & 0xff); /* the parent's pages are read-only now */
	mutex_unlock(&old->mmap_sem);
	if (err) {
		mmput(mm);
		return NULL;
	}
	return mm;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	for (struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next)
		if (addr < vma->vm_end)
			return addr >= vma->vm_start ? vma : NULL;
	return NULL;
}

unsigned long find_gap(struct mm_struct *mm, unsigned long from, unsigned long len)
{
	for (struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next)
		if (vma->vm_end > from) {
			if (vma->vm_start >= from && vma->vm_start - from >= len)
				return from;
			from = vma->vm_end;
		}
	return from <= TASK_SIZE - len ? from : 0;
}

struct vm_area_struct *add_vma(struct mm_struct *mm, unsigned long start, unsigned long end,
			       unsigned long flags)
{
	struct vm_area_struct *vma = kzalloc(sizeof(*vma), GFP_KERNEL), **link;

	if (!vma)
		return NULL;
	vma->vm_mm = mm;
	vma->vm_start = start;
	vma->vm_end = end;
	vma->vm_flags = flags;
	for (link = &mm->mmap; *link && (*link)->vm_start < start;)
		link = &(*link)->vm_next;
	vma->vm_next = *link;
	*link = vma;
	return vma;
}

/* Cuts the area that contains addr in two there, so that an area begins at addr. */
static int split_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr), *upper;
	unsigned long at;

	if (!vma || vma->vm_start == addr)
		return 0;
	upper = copy_vma(vma, mm);
	if (!upper)
		return -ENOMEM;
	at = addr - vma->vm_start;
	upper->vm_start = addr;
	upper->vm_pgoff += at >> PAGE_SHIFT;
	upper->vm_file_bytes -= min(upper->vm_file_bytes, at);
	vma->vm_file_bytes = min(vma->vm_file_bytes, at);
	vma->vm_end = addr;
	upper->vm_next = vma->vm_next;
	vma->vm_next = upper;
	return 0;
}

static bool bad_range(unsigned long addr, unsigned long len)
{
	return (addr & ~PAGE_MASK) || !len || len > TASK_SIZE || addr > TASK_SIZE - len;
}

/* mmap_sem is held. */
static int unmap(struct mm_struct *mm, unsigned long addr, unsigned long len)
{
	unsigned long end = addr + len;
	struct vm_area_struct **link, *vma;

	if (split_vma(mm, addr) || split_vma(mm, end))
		return -ENOMEM;
	for (link = &mm->mmap; (vma = *link);) {
		if (vma->vm_start >= addr && vma->vm_end <= end) {
			*link = vma->vm_next;
			zap_range(mm, vma->vm_start, vma->vm_end);
			free_vma(vma);
		} else {
			link = &vma->vm_next;
		}
	}
	return 0;
}

int do_munmap(struct mm_struct *mm, unsigned long addr, unsigned long len)
{
	int err;

	len = PAGE_ALIGN(len);
	if (bad_range(addr, len))
		return -EINVAL;
	mutex_lock(&mm->mmap_sem);
	err = unmap(mm, addr, len);
	mutex_unlock(&mm->mmap_sem);
	return err;
}

unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long pgoff)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	long ret = -ENOMEM;

	len = PAGE_ALIGN(len);
	if (!len || len > TASK_SIZE)
		return -EINVAL;
	mutex_lock(&mm->mmap_sem);
	if (flags & MAP_FIXED) {
		if (bad_range(addr, len)) {
			ret = -EINVAL;
			goto out;
		}
		if (unmap(mm, addr, len))
			goto out;
	} else {
		addr = find_gap(mm, MMAP_BASE, len);
		if (!addr)
			goto out;
	}
	vma = add_vma(mm, addr, addr + len, prot & (VM_READ | VM_WRITE | VM_EXEC));
	if (!vma)
		goto out;
	if (flags & MAP_SHARED)
		vma->vm_flags |= VM_SHARED;
	vma->vm_pgoff = pgoff;
	ret = addr;
	if (file) {
		int err = 0;

		vma->vm_file = get_file(file);
		vma->vm_file_bytes = len;
		if (file->f_op->mmap)
			err = file->f_op->mmap(file, vma);
		else if (!file->f_inode || !S_ISREG(file->f_inode->i_mode))
			err = -ENODEV;
		if (err) {
			unmap(mm, addr, len);
			ret = err;
		}
	}
out:
	mutex_unlock(&mm->mmap_sem);
	return ret;
}

int do_mprotect(struct mm_struct *mm, unsigned long addr, unsigned long len, unsigned long prot)
{
	unsigned long end = addr + PAGE_ALIGN(len), covered = addr;
	int err = 0;

	if (!len)
		return 0;
	if (bad_range(addr, PAGE_ALIGN(len)))
		return -EINVAL;
	mutex_lock(&mm->mmap_sem);
	if (split_vma(mm, addr) || split_vma(mm, end))
		err = -ENOMEM;
	for (struct vm_area_struct *vma = mm->mmap; vma && !err; vma = vma->vm_next) {
		if (vma->vm_start < addr || vma->vm_end > end)
			continue;
		vma->vm_flags = (vma->vm_flags & ~(VM_READ | VM_WRITE | VM_EXEC)) |
				(prot & (VM_READ | VM_WRITE | VM_EXEC));
		protect_range(mm, vma->vm_start, vma->vm_end, vma->vm_flags);
		if (vma->vm_start == covered)
			covered = vma->vm_end;
	}
	mutex_unlock(&mm->mmap_sem);
	return err ? err : covered < end ? -ENOMEM : 0;
}

/* System calls. */

long sys_mmap(unsigned long addr, unsigned long len, unsigned long prot, unsigned long flags,
	      unsigned int fd, unsigned long offset)
{
	struct file *file = NULL;
	long ret;

	if (offset & ~PAGE_MASK)
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS)) {
		file = fget(fd);
		if (!file)
			return -EBADF;
	}
	ret = do_mmap(file, addr, len, prot, flags, offset >> PAGE_SHIFT);
	if (file)
		fput(file);
	return ret;
}

long sys_munmap(unsigned long addr, unsigned long len)
{
	return do_munmap(current->mm, addr, len);
}

long sys_mprotect(unsigned long addr, unsigned long len, unsigned long prot)
{
	return do_mprotect(current->mm, addr, len, prot);
}

/* The heap's end. An impossible wish leaves it where it is; the answer is always the end. */
long sys_brk(unsigned long brk)
{
	struct mm_struct *mm = current->mm;
	unsigned long old, new;

	mutex_lock(&mm->mmap_sem);
	old = PAGE_ALIGN(mm->brk);
	new = PAGE_ALIGN(brk);
	if (brk >= mm->start_brk && new < MMAP_BASE) {
		if (new > old) {
			if (find_gap(mm, old, new - old) == old &&
			    add_vma(mm, old, new, VM_READ | VM_WRITE))
				mm->brk = brk;
		} else if (new == old || !unmap(mm, new, old - new)) {
			mm->brk = brk;
		}
	}
	mutex_unlock(&mm->mmap_sem);
	return mm->brk;
}
