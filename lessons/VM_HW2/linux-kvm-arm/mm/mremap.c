/* mremap(): an area becomes shorter or longer, where it is or, if it may move, elsewhere. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <uapi/linux/mman.h>

/* The area's pages go to a copy of it at another place; the rest of new_len is new. */
static long move_vma(struct mm_struct *mm, unsigned long addr, unsigned long old_len,
		     unsigned long new_addr, unsigned long new_len)
{
	struct vm_area_struct *vma, *moved;
	long err;

	if (split_vma(mm, addr) || split_vma(mm, addr + old_len))
		return -ENOMEM;
	vma = find_vma(mm, addr);
	moved = add_vma(mm, new_addr, new_addr + new_len, vma->vm_flags);
	if (!moved)
		return -ENOMEM;
	moved->vm_flags = vma->vm_flags;
	moved->vm_pgoff = vma->vm_pgoff;
	moved->vm_file_bytes = vma->vm_file_bytes == old_len ? new_len : vma->vm_file_bytes;
	moved->vm_file = vma->vm_file ? get_file(vma->vm_file) : NULL;
	moved->vm_ops = vma->vm_ops;
	moved->vm_private_data = vma->vm_private_data;
	err = move_page_tables(mm, addr, new_addr, old_len);
	if (err) { /* what has moved moves back: its tables are still there */
		move_page_tables(mm, new_addr, addr, old_len);
		unmap(mm, new_addr, new_len);
		return err;
	}
	unmap(mm, addr, old_len);
	return new_addr;
}

static long grow_in_place(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long by)
{
	if (find_gap(mm, vma->vm_end, by) != vma->vm_end)
		return -ENOMEM;
	if (vma->vm_file_bytes == vma->vm_end - vma->vm_start && vma->vm_file)
		vma->vm_file_bytes += by;
	vma->vm_end += by;
	mm->total_vm += by >> PAGE_SHIFT;
	return 0;
}

/* To a place that the caller has chosen. */
static long mremap_to(struct mm_struct *mm, unsigned long addr, unsigned long old_len,
		      unsigned long new_len, unsigned long new_addr)
{
	if (bad_range(new_addr, new_len) ||
	    (new_addr < addr + old_len && addr < new_addr + new_len))
		return -EINVAL;
	if (unmap(mm, new_addr, new_len))
		return -ENOMEM;
	if (old_len > new_len) {
		unmap(mm, addr + new_len, old_len - new_len);
		old_len = new_len;
	}
	return move_vma(mm, addr, old_len, new_addr, new_len);
}

/* mmap_sem is held. */
static long do_mremap(struct mm_struct *mm, unsigned long addr, unsigned long old_len,
		      unsigned long new_len, unsigned long flags, unsigned long new_addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	if (!vma || old_len > vma->vm_end - addr)
		return -EFAULT;
	if (vma->vm_flags & VM_PFNMAP)
		return -EINVAL;
	if (new_len > old_len && !may_expand_vm(mm, new_len - old_len))
		return -ENOMEM;
	if (flags & MREMAP_FIXED)
		return mremap_to(mm, addr, old_len, new_len, new_addr);
	if (new_len <= old_len)
		return new_len < old_len && unmap(mm, addr + new_len, old_len - new_len) ?
		       -ENOMEM : (long)addr;
	if (addr + old_len == vma->vm_end && !grow_in_place(mm, vma, new_len - old_len))
		return addr;
	if (!(flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	new_addr = find_gap(mm, MMAP_BASE, new_len);
	return new_addr ? move_vma(mm, addr, old_len, new_addr, new_len) : -ENOMEM;
}

long sys_mremap(unsigned long addr, unsigned long old_len, unsigned long new_len,
		unsigned long flags, unsigned long new_addr)
{
	struct mm_struct *mm = current->mm;
	long ret;

	if ((flags & ~(unsigned long)(MREMAP_MAYMOVE | MREMAP_FIXED)) ||
	    ((flags & MREMAP_FIXED) && !(flags & MREMAP_MAYMOVE)))
		return -EINVAL;
	if (old_len > TASK_SIZE || new_len > TASK_SIZE)
		return -EINVAL;
	old_len = PAGE_ALIGN(old_len);
	new_len = PAGE_ALIGN(new_len);
	if (bad_range(addr, old_len) || !new_len)
		return -EINVAL;
	mutex_lock(&mm->mmap_sem);
	ret = do_mremap(mm, addr, old_len, new_len, flags, new_addr);
	mutex_unlock(&mm->mmap_sem);
	return ret;
}
