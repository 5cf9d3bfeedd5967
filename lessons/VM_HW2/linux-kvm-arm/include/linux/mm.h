/* Address spaces of processes. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/types.h>
#include <linux/mutex.h>
#include <linux/atomic.h>
#include <asm/pgtable.h>

struct file;
struct mm_struct;
struct vm_area_struct;
struct mmu_notifier;

#define VM_READ   0x1
#define VM_WRITE  0x2
#define VM_EXEC   0x4
#define VM_SHARED 0x8
#define VM_MAYWRITE 0x20 /* mprotect() may make it writable */
#define VM_GROWSDOWN 0x100 /* a stack: an access below it makes it longer */
#define VM_PFNMAP 0x400 /* maps pages that somebody else owns and frees */

/* Filled by a driver's fault handler: which page belongs at vmf->virtual_address. */
struct vm_fault {
	unsigned long pgoff; /* page within the file */
	unsigned long virtual_address;
	unsigned long pfn; /* the answer; with a reference taken (get_pfn) unless VM_PFNMAP */
};

struct vm_operations_struct {
	/* Returns 0 with vmf->pfn set, or a negative error (the process gets SIGBUS). */
	int (*fault)(struct vm_area_struct *vma, struct vm_fault *vmf);
	/* The page pgoff of the file is about to be written through a shared mapping. */
	int (*page_mkwrite)(struct vm_area_struct *vma, unsigned long pgoff);
};

/* A run of pages of one kind. */
struct vm_area_struct {
	unsigned long vm_start, vm_end; /* page aligned, end excluded */
	unsigned long vm_flags;
	unsigned long vm_pgoff; /* page within vm_file of vm_start */
	unsigned long vm_file_bytes; /* what comes from the file; zeros follow */
	struct file *vm_file;
	const struct vm_operations_struct *vm_ops;
	void *vm_private_data;
	struct mm_struct *vm_mm;
	struct vm_area_struct *vm_next; /* by rising address */
};

struct mm_struct {
	atomic_t mm_users; /* tasks, and who else needs the memory in it */
	atomic_t mm_count; /* who needs the structure itself; all users together count as one */
	pgd_t *pgd;
	unsigned long asid; /* bits 7:0, the generation above; 0: none yet */
	struct vm_area_struct *mmap;
	struct mutex mmap_sem;
	unsigned long start_code, end_code, start_data, end_data;
	unsigned long start_brk, brk;
	unsigned long start_stack;
	unsigned long arg_start, arg_end, env_start, env_end; /* the strings, on the stack */
	struct file *exe_file; /* the program */
	unsigned long vdso; /* the kernel's page, see arch/arm64/kernel/vdso.c */
	int map_count; /* areas */
	unsigned long total_vm; /* their pages */
	unsigned long rss, hiwater_rss; /* pages that are present, now and at most */
	struct mmu_notifier *mmu_notifiers; /* who else uses the memory: KVM */
};

#define MMAP_BASE 0x2000000000UL /* mmap() looks for gaps from here up */
#define STACK_TOP TASK_SIZE

struct mm_struct *mm_alloc(void);
struct mm_struct *dup_mm(struct mm_struct *old);
void mmput(struct mm_struct *mm);
void mmdrop(struct mm_struct *mm); /* undoes atomic_inc(&mm->mm_count) */
/* The area that contains addr, or NULL. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long pgoff);
int do_munmap(struct mm_struct *mm, unsigned long addr, unsigned long len);
int do_mprotect(struct mm_struct *mm, unsigned long addr, unsigned long len, unsigned long prot);

#define FAULT_FLAG_WRITE 1
#define FAULT_FLAG_EXEC 2
/* At most so many areas; and so many pages are left for those who cannot wait for more. */
#define MAX_MAP_COUNT 4096
#define USER_RESERVE  128
/* A page for user space, or 0: then there is only the kernel's reserve left. */
unsigned long alloc_user_page(void);
/* Nothing is left: ends the process that has most. False: that is the running one. */
bool out_of_memory(void);
/* The stack's area, made longer so that it reaches addr; NULL if that may not be. */
struct vm_area_struct *find_extend_vma(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *copy_vma(const struct vm_area_struct *old, struct mm_struct *mm);
/* Cuts the area that contains addr in two there, so that an area begins at addr. */
int split_vma(struct mm_struct *mm, unsigned long addr);
/* mmap_sem is held. */
int unmap(struct mm_struct *mm, unsigned long addr, unsigned long len);
bool bad_range(unsigned long addr, unsigned long len);
/* May that many bytes be added? See RLIMIT_AS. */
bool may_expand_vm(struct mm_struct *mm, unsigned long len);
void zap_range(struct mm_struct *mm, unsigned long start, unsigned long end);
int copy_page_range(struct mm_struct *to, struct mm_struct *from, struct vm_area_struct *vma);
void protect_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		   unsigned long vm_flags);
/* For mremap(): what is present of [from, from + len) moves to another place. */
int move_page_tables(struct mm_struct *mm, unsigned long from, unsigned long to, unsigned long len);

/* Makes the page at addr present (and writable if asked). 0, -EFAULT, -ENOMEM or -EIO. */
int handle_mm_fault(struct mm_struct *mm, unsigned long addr, unsigned int flags);

/*
 * The page behind a user address, faulted in for reading or writing; *pfn gets a
 * reference that put_pfn() drops. (Linux: get_user_pages() of one page.)
 */
int get_user_page(struct mm_struct *mm, unsigned long addr, int write, unsigned long *pfn);

/* For a driver's mmap: map size bytes of physical memory from pfn on, right away. */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot);

/* User space is now next's; NULL: nobody's. */
void switch_mm(struct mm_struct *next);
/* mm is about to go: if user space is its, it is nobody's from now on. */
void leave_mm(struct mm_struct *mm);
/* Where kmalloc() notes of what kind the memory at an address is. */
u8 *page_note(const void *addr);
struct vm_area_struct *add_vma(struct mm_struct *mm, unsigned long start, unsigned long end,
			       unsigned long flags);
/* The first gap of len bytes at or above from; 0 if there is none. */
unsigned long find_gap(struct mm_struct *mm, unsigned long from, unsigned long len);

/* Boot. */
void paging_init(void);
void mem_init(void);
void memblock_add(phys_addr_t base, phys_addr_t size);
void memblock_reserve(phys_addr_t base, phys_addr_t size);
unsigned long nr_free_pages(void);
extern unsigned long max_pfn, min_pfn;
void *vmalloc(unsigned long size);
void vfree(const void *addr);

#endif
