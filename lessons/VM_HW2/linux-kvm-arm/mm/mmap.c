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
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	mutex_init(&mm->mmap_sem);
	return mm;
}

static void free_vma(struct vm_area_struct *vma)
{
	vma->vm_mm->map_count--;
	vma->vm_mm->total_vm -= (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	if (vma->vm_file)
		fput(vma->vm_file);
	kfree(vma);
}

/* The last user leaves: pages, tables and areas go. */
void mmput(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	if (!atomic_dec_and_test(&mm->mm_users))
		return;
	leave_mm(mm);
	while ((vma = mm->mmap)) {
		mm->mmap = vma->vm_next;
		zap_range(mm, vma->vm_start, vma->vm_end);
		free_vma(vma);
	}
	if (mm->exe_file)
		fput(mm->exe_file);
	free_pgtables(mm->pgd, 0, TASK_SIZE);
	free_page((unsigned long)mm->pgd);
	mmdrop(mm);
}

void mmdrop(struct mm_struct *mm)
{
	if (atomic_dec_and_test(&mm->mm_count))
		kfree(mm);
}

struct vm_area_struct *copy_vma(const struct vm_area_struct *old, struct mm_struct *mm)
{
	struct vm_area_struct *vma = kmalloc(sizeof(*vma), GFP_KERNEL);

	if (!vma)
		return NULL;
	mm->map_count++;
	mm->total_vm += (old->vm_end - old->vm_start) >> PAGE_SHIFT;
	*vma = *old;
	vma->vm_mm = mm;
	vma->vm_next = NULL;
	if (vma->vm_file)
		get_file(vma->vm_file);
	return vma;
}

/* Where the program and its strings are. */
static void copy_layout(struct mm_struct *mm, const struct mm_struct *old)
{
	mm->start_code = old->start_code;
	mm->end_code = old->end_code;
	mm->start_data = old->start_data;
	mm->end_data = old->end_data;
	mm->start_brk = old->start_brk;
	mm->brk = old->brk;
	mm->start_stack = old->start_stack;
	mm->arg_start = old->arg_start;
	mm->arg_end = old->arg_end;
	mm->env_start = old->env_start;
	mm->env_end = old->env_end;
	mm->vdso = old->vdso;
	mm->exe_file = old->exe_file ? get_file(old->exe_file) : NULL;
}

struct mm_struct *dup_mm(struct mm_struct *old)
{
	struct mm_struct *mm = mm_alloc();
	struct vm_area_struct **link, *vma;
	int err = 0;

	if (!mm)
		return NULL;
	mutex_lock(&old->mmap_sem);
	copy_layout(mm, old);
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

/* Below a stack, a guard gap of so many bytes stays free. */
#define STACK_GUARD (256 * PAGE_SIZE)

struct vm_area_struct *find_extend_vma(struct mm_struct *mm, unsigned long addr)
{
	unsigned long limit = current->signal->rlim[RLIMIT_STACK].rlim_cur, below = 0, start;
	struct vm_area_struct *vma = mm->mmap;

	for (; vma && addr >= vma->vm_end; vma = vma->vm_next)
		below = vma->vm_end;
	if (!vma || addr >= vma->vm_start)
		return vma;
	start = addr & PAGE_MASK;
	if (!(vma->vm_flags & VM_GROWSDOWN) || vma->vm_end - start > limit ||
	    start < below + STACK_GUARD || !may_expand_vm(mm, vma->vm_start - start))
		return NULL;
	mm->total_vm += (vma->vm_start - start) >> PAGE_SHIFT;
	vma->vm_start = start;
	return vma;
}

bool may_expand_vm(struct mm_struct *mm, unsigned long len)
{
	unsigned long limit = current->signal->rlim[RLIMIT_AS].rlim_cur;

	return limit == RLIM_INFINITY || (mm->total_vm << PAGE_SHIFT) + len <= limit;
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
	struct vm_area_struct *vma = mm->map_count < MAX_MAP_COUNT ?
				     kzalloc(sizeof(*vma), GFP_KERNEL) : NULL, **link;

	if (!vma)
		return NULL;
	mm->map_count++;
	mm->total_vm += (end - start) >> PAGE_SHIFT;
	flags |= VM_MAYWRITE;
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

int split_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr), *upper;
	unsigned long at;

	if (!vma || vma->vm_start == addr)
		return 0;
	upper = mm->map_count < MAX_MAP_COUNT ? copy_vma(vma, mm) : NULL;
	if (!upper)
		return -ENOMEM;
	mm->total_vm -= (vma->vm_end - vma->vm_start) >> PAGE_SHIFT; /* no more than before */
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

bool bad_range(unsigned long addr, unsigned long len)
{
	return (addr & ~PAGE_MASK) || !len || len > TASK_SIZE || addr > TASK_SIZE - len;
}

int unmap(struct mm_struct *mm, unsigned long addr, unsigned long len)
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

/* The place the caller wants, if it is free; or one of ours. 0: there is none. */
static unsigned long get_unmapped_area(struct mm_struct *mm, unsigned long hint, unsigned long len)
{
	hint = PAGE_ALIGN(hint);
	if (hint && !bad_range(hint, len) && find_gap(mm, hint, len) == hint)
		return hint;
	return find_gap(mm, MMAP_BASE, len);
}

/* mmap_sem is held, the place is free. */
static long mmap_region(struct mm_struct *mm, struct file *file, unsigned long addr,
			unsigned long len, unsigned long vm_flags, unsigned long pgoff)
{
	struct vm_area_struct *vma = add_vma(mm, addr, addr + len, vm_flags);
	int err = 0;

	if (!vma)
		return -ENOMEM;
	vma->vm_pgoff = pgoff;
	if (!file)
		return addr;
	vma->vm_file = get_file(file);
	vma->vm_file_bytes = len;
	if ((vm_flags & VM_SHARED) && (file->f_flags & O_ACCMODE) != O_RDWR)
		vma->vm_flags &= ~VM_MAYWRITE;
	if (file->f_op->mmap)
		err = file->f_op->mmap(file, vma);
	else if (!file->f_inode || !S_ISREG(file->f_inode->i_mode))
		err = -ENODEV;
	if (err)
		unmap(mm, addr, len);
	return err ? err : (long)addr;
}

unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long pgoff)
{
	unsigned long vm_flags = prot & (VM_READ | VM_WRITE | VM_EXEC);
	struct mm_struct *mm = current->mm;
	long ret = -ENOMEM;

	if (len > TASK_SIZE)
		return -ENOMEM;
	len = PAGE_ALIGN(len);
	if (!len)
		return -EINVAL;
	if ((pgoff << PAGE_SHIFT) + len < len || pgoff >> 51)
		return -EOVERFLOW;
	if (flags & MAP_SHARED)
		vm_flags |= VM_SHARED;
	if (flags & MAP_GROWSDOWN)
		vm_flags |= VM_GROWSDOWN;
	mutex_lock(&mm->mmap_sem);
	if (!may_expand_vm(mm, len)) {
		ret = -ENOMEM;
	} else if (!(flags & MAP_FIXED)) {
		addr = get_unmapped_area(mm, addr, len);
		if (addr)
			ret = mmap_region(mm, file, addr, len, vm_flags, pgoff);
	} else if (addr & ~PAGE_MASK) {
		ret = -EINVAL;
	} else if (!bad_range(addr, len) && !unmap(mm, addr, len)) {
		ret = mmap_region(mm, file, addr, len, vm_flags, pgoff);
	}
	mutex_unlock(&mm->mmap_sem);
	return ret;
}

/* System calls. */

/* Shared memory without a file is a file without a name: so fork() shares all of it. */
static struct file *mmap_file(unsigned long len, unsigned long flags, unsigned int fd)
{
	struct file *file;

	if (!(flags & MAP_ANONYMOUS)) {
		file = fget(fd);
		return file ? file : ERR_PTR(-EBADF);
	}
	return flags & MAP_SHARED ? shmem_file_setup("/dev/zero", PAGE_ALIGN(len)) : NULL;
}

long sys_mmap(unsigned long addr, unsigned long len, unsigned long prot, unsigned long flags,
	      unsigned int fd, unsigned long offset)
{
	struct file *file;
	long ret;

	if ((offset & ~PAGE_MASK) || !len || !(flags & MAP_SHARED) == !(flags & MAP_PRIVATE))
		return -EINVAL;
	if (len > TASK_SIZE)
		return -ENOMEM;
	file = mmap_file(len, flags, fd);
	if (IS_ERR(file))
		return PTR_ERR(file);
	if (file && (file->f_flags & O_ACCMODE) == O_WRONLY)
		ret = -EACCES;
	else
		ret = do_mmap(file, addr, len, prot, flags,
			      flags & MAP_ANONYMOUS ? 0 : offset >> PAGE_SHIFT);
	if (file)
		fput(file);
	return ret;
}

long sys_munmap(unsigned long addr, unsigned long len)
{
	return do_munmap(current->mm, addr, len);
}

static bool may_grow_heap(struct mm_struct *mm, unsigned long end, unsigned long len)
{
	return end - mm->start_brk <= current->signal->rlim[RLIMIT_DATA].rlim_cur &&
	       may_expand_vm(mm, len) && find_gap(mm, end - len, len) == end - len;
}

/* One area for the whole heap, so far as nothing has cut it. */
static bool extend_heap(struct mm_struct *mm, unsigned long old, unsigned long new)
{
	struct vm_area_struct *vma = find_vma(mm, old - 1);

	if (!vma || vma->vm_end != old || vma->vm_start < mm->start_brk || vma->vm_file ||
	    (vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC | VM_SHARED)) != (VM_READ | VM_WRITE))
		return add_vma(mm, old, new, VM_READ | VM_WRITE);
	mm->total_vm += (new - old) >> PAGE_SHIFT;
	vma->vm_end = new;
	return true;
}

/* The heap's end. An impossible wish leaves it where it is; the answer is always the end. */
long sys_brk(unsigned long brk)
{
	struct mm_struct *mm = current->mm;
	unsigned long old, new;

	mutex_lock(&mm->mmap_sem);
	old = PAGE_ALIGN(mm->brk);
	new = PAGE_ALIGN(brk);
	if (brk >= mm->start_brk && brk < TASK_SIZE) {
		if (new > old) {
			if (may_grow_heap(mm, new, new - old) && extend_heap(mm, old, new))
				mm->brk = brk;
		} else if (new == old || !unmap(mm, new, old - new)) {
			mm->brk = brk;
		}
	}
	mutex_unlock(&mm->mmap_sem);
	return mm->brk;
}
