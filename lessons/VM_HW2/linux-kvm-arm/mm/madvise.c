/* What processes tell us of how they will use memory; and what they want written or kept. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <uapi/linux/mman.h>

/* Is there an area everywhere in [addr, end)? */
static bool all_mapped(struct mm_struct *mm, unsigned long addr, unsigned long end)
{
	for (struct vm_area_struct *vma; addr < end; addr = vma->vm_end) {
		vma = find_vma(mm, addr);
		if (!vma)
			return false;
	}
	return true;
}

/* The pages go; the next touch finds them as they were in the beginning. */
static int dontneed(struct mm_struct *mm, unsigned long addr, unsigned long end)
{
	for (struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next) {
		unsigned long from = max(addr, vma->vm_start), to = min(end, vma->vm_end);

		if (from >= to)
			continue;
		if (vma->vm_flags & VM_PFNMAP)
			return -EINVAL;
		zap_range(mm, from, to);
	}
	return 0;
}

long sys_madvise(unsigned long addr, unsigned long len, int advice)
{
	struct mm_struct *mm = current->mm;
	int err = 0;

	if (advice < MADV_NORMAL || advice > MADV_DODUMP || (addr & ~PAGE_MASK))
		return -EINVAL;
	if (!len)
		return 0;
	if (len > TASK_SIZE || bad_range(addr, PAGE_ALIGN(len)))
		return -ENOMEM;
	mutex_lock(&mm->mmap_sem);
	if (advice == MADV_DONTNEED)
		err = dontneed(mm, addr, addr + PAGE_ALIGN(len));
	if (!err && !all_mapped(mm, addr, addr + PAGE_ALIGN(len)))
		err = -ENOMEM;
	mutex_unlock(&mm->mmap_sem);
	return err;
}

/* What was written to shared mappings of files goes to the disk. */
long sys_msync(unsigned long addr, unsigned long len, int flags)
{
	unsigned long end = addr + PAGE_ALIGN(len);
	int err = 0;

	if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) || (addr & ~PAGE_MASK) ||
	    (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
		return -EINVAL;
	if (!len)
		return 0;
	if (len > TASK_SIZE || bad_range(addr, PAGE_ALIGN(len)))
		return -ENOMEM;
	while (addr < end && !err) {
		struct file *file = NULL;
		struct vm_area_struct *vma;

		mutex_lock(&current->mm->mmap_sem);
		vma = find_vma(current->mm, addr);
		if (vma && vma->vm_file && (vma->vm_flags & VM_SHARED))
			file = get_file(vma->vm_file);
		err = vma ? 0 : -ENOMEM;
		addr = vma ? vma->vm_end : end;
		mutex_unlock(&current->mm->mmap_sem);
		if (file && (flags & MS_SYNC))
			err = vfs_fsync(file, 0);
		if (file)
			fput(file);
	}
	return err;
}

/* Nothing is ever swapped out: what is locked is what is there. Also munlock(). */
long sys_mlock(unsigned long addr, unsigned long len)
{
	unsigned long start = addr & PAGE_MASK, end = PAGE_ALIGN(addr + len);
	bool mapped;

	if (len > TASK_SIZE || addr > TASK_SIZE - len)
		return -ENOMEM;
	mutex_lock(&current->mm->mmap_sem);
	mapped = all_mapped(current->mm, start, end);
	mutex_unlock(&current->mm->mmap_sem);
	return mapped ? 0 : -ENOMEM;
}

/* One byte for each page: 1 if it is in memory. */
long sys_mincore(unsigned long addr, unsigned long len, unsigned char *uvec)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = addr + PAGE_ALIGN(len);
	bool mapped;

	if (addr & ~PAGE_MASK)
		return -EINVAL;
	if (len > TASK_SIZE || (len && bad_range(addr, PAGE_ALIGN(len))))
		return -ENOMEM;
	mutex_lock(&mm->mmap_sem);
	mapped = all_mapped(mm, addr, end);
	mutex_unlock(&mm->mmap_sem);
	if (!mapped)
		return -ENOMEM;
	for (; addr < end; addr += PAGE_SIZE) {
		pte_t *pte;
		unsigned char in;

		mutex_lock(&mm->mmap_sem);
		pte = pte_lookup(mm->pgd, addr, false);
		in = pte && pte_present(*pte);
		mutex_unlock(&mm->mmap_sem);
		if (put_user(in, uvec++))
			return -EFAULT;
	}
	return 0;
}
