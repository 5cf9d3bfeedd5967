/* mprotect(): what may be done with pages, changed afterwards. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <uapi/linux/mman.h>

#define PROT_BITS (VM_READ | VM_WRITE | VM_EXEC)

/* The areas of [addr, end) from there on, without a gap, as far as prot may be given to them. */
static int protect_areas(struct mm_struct *mm, unsigned long addr, unsigned long end,
			 unsigned long prot)
{
	unsigned long covered = addr;

	for (struct vm_area_struct *vma = mm->mmap; vma && covered < end; vma = vma->vm_next) {
		if (vma->vm_end <= addr)
			continue;
		if (vma->vm_start != covered)
			return -ENOMEM;
		if ((prot & VM_WRITE) && !(vma->vm_flags & VM_MAYWRITE))
			return -EACCES;
		vma->vm_flags = (vma->vm_flags & ~PROT_BITS) | prot;
		protect_range(mm, vma->vm_start, vma->vm_end, prot);
		covered = vma->vm_end;
	}
	return covered < end ? -ENOMEM : 0;
}

int do_mprotect(struct mm_struct *mm, unsigned long addr, unsigned long len, unsigned long prot)
{
	unsigned long end = addr + PAGE_ALIGN(len);
	int err;

	if (addr & ~PAGE_MASK)
		return -EINVAL;
	if (!len)
		return 0;
	if (bad_range(addr, PAGE_ALIGN(len)))
		return -ENOMEM;
	mutex_lock(&mm->mmap_sem);
	err = split_vma(mm, addr) || split_vma(mm, end) ? -ENOMEM
							: protect_areas(mm, addr, end, prot & PROT_BITS);
	mutex_unlock(&mm->mmap_sem);
	return err;
}

long sys_mprotect(unsigned long addr, unsigned long len, unsigned long prot)
{
	if (prot & ~(unsigned long)(PROT_READ | PROT_WRITE | PROT_EXEC))
		return -EINVAL;
	return do_mprotect(current->mm, addr, len, prot);
}
