/*
 * Pages of processes. A page appears when it is first touched (demand paging); after
 * a fork both processes share it read-only until one writes (copy on write). A program's
 * text is the page cache's, and so there once for all who run it.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/gfp.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <asm/tlbflush.h>
#include <asm/cacheflush.h>

static pteval_t vma_prot(const struct vm_area_struct *vma)
{
	pteval_t prot = PAGE_USER;

	if (!(vma->vm_flags & VM_WRITE))
		prot |= PTE_RDONLY;
	if (!(vma->vm_flags & VM_EXEC))
		prot |= PTE_UXN;
	return prot;
}

unsigned long alloc_user_page(void)
{
	return nr_free_pages() > USER_RESERVE ? __get_free_page(GFP_KERNEL) : 0;
}

static void count_page(struct mm_struct *mm)
{
	mm->rss++;
	mm->hiwater_rss = max(mm->hiwater_rss, mm->rss);
}

/* A fresh page for private memory: zeros, or what the file has there. */
static int do_anonymous_page(struct vm_area_struct *vma, unsigned long addr, pte_t *pte)
{
	unsigned long page = alloc_user_page(), at = addr - vma->vm_start, n = 0;

	if (!page)
		return -ENOMEM;
	if (vma->vm_file && at < vma->vm_file_bytes) {
		ssize_t got;

		n = min(vma->vm_file_bytes - at, PAGE_SIZE);
		got = kernel_read(vma->vm_file, (vma->vm_pgoff << PAGE_SHIFT) + at, (void *)page,
				  n);
		if (got < 0) {
			free_page(page);
			return -EIO;
		}
		if (!got) { /* behind the file's end */
			free_page(page);
			return -EIO;
		}
		n = got;
	}
	if (!n)
		clear_page((void *)page);
	else if (n < PAGE_SIZE)
		memset((char *)page + n, 0, PAGE_SIZE - n);
	if (vma->vm_flags & VM_EXEC)
		flush_icache_range(page, page + PAGE_SIZE);
	set_pte(pte, pfn_pte(virt_to_pfn(page), __pgprot(vma_prot(vma))));
	count_page(vma->vm_mm);
	return 0;
}

/* Does all of the page come from the file? At the end of a program's data zeros follow. */
static bool is_file_page(const struct vm_area_struct *vma, unsigned long addr)
{
	return vma->vm_file && addr - vma->vm_start + PAGE_SIZE <= vma->vm_file_bytes &&
	       vma->vm_file->f_inode && vma->vm_file->f_inode->i_data.a_ops;
}

/* A private mapping of a file is read: the page cache's own page does, until it is written. */
static int do_read_fault(struct vm_area_struct *vma, unsigned long addr, pte_t *pte)
{
	struct vm_fault vmf = {
		.pgoff = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT),
		.virtual_address = addr
	};
	unsigned long page;
	int err = filemap_fault(vma, &vmf);

	if (err)
		return err == -ENOMEM ? err : -EIO;
	page = (unsigned long)pfn_to_virt(vmf.pfn);
	if (vma->vm_flags & VM_EXEC)
		flush_icache_range(page, page + PAGE_SIZE);
	set_pte(pte, pfn_pte(vmf.pfn, __pgprot(vma_prot(vma) | PTE_RDONLY)));
	count_page(vma->vm_mm);
	return 0;
}

/* The vma's owner knows the page: a driver, usually. */
static int do_driver_fault(struct vm_area_struct *vma, unsigned long addr, pte_t *pte)
{
	struct vm_fault vmf = {
		.pgoff = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT),
		.virtual_address = addr
	};
	pteval_t prot = vma_prot(vma);
	int err = vma->vm_ops->fault(vma, &vmf);

	if (err)
		return err == -ENOMEM ? err : -EIO;
	if (vma->vm_flags & VM_PFNMAP)
		prot |= PTE_SPECIAL;
	else
		count_page(vma->vm_mm);
	if (vma->vm_ops->page_mkwrite)
		prot |= PTE_RDONLY; /* the first write has to be told */
	set_pte(pte, pfn_pte(vmf.pfn, __pgprot(prot)));
	return 0;
}

/* A write to a page that is mapped read-only although its vma may be written. */
static int do_wp_page(struct vm_area_struct *vma, unsigned long addr, pte_t *pte)
{
	unsigned long pfn = pte_pfn(*pte), copy;
	int err = 0;

	if ((vma->vm_flags & VM_SHARED) && vma->vm_ops && vma->vm_ops->page_mkwrite)
		err = vma->vm_ops->page_mkwrite(vma, vma->vm_pgoff +
						((addr - vma->vm_start) >> PAGE_SHIFT));
	if (err)
		return err == -ENOMEM ? err : -EIO;

	if (pte_val(*pte) & PTE_SPECIAL || vma->vm_flags & VM_SHARED || pfn_count(pfn) == 1) {
		/* nobody else has it (any more); if it is still there: page_mkwrite() may sleep */
		preempt_disable();
		if (pte_present(*pte))
			set_pte(pte, __pte(pte_val(*pte) & ~PTE_RDONLY));
		preempt_enable();
	} else {
		copy = alloc_user_page();
		if (!copy)
			return -ENOMEM;
		mmu_notifier_invalidate_range_start(vma->vm_mm, addr, addr + PAGE_SIZE);
		copy_page((void *)copy, pfn_to_virt(pfn));
		set_pte(pte, __pte(0));
		flush_tlb_page(vma->vm_mm->asid & 0xff, addr);
		set_pte(pte, pfn_pte(virt_to_pfn(copy), __pgprot(vma_prot(vma))));
		mmu_notifier_invalidate_range_end(vma->vm_mm, addr, addr + PAGE_SIZE);
		put_pfn(pfn);
		return 0;
	}
	flush_tlb_page(vma->vm_mm->asid & 0xff, addr);
	return 0;
}

int handle_mm_fault(struct mm_struct *mm, unsigned long addr, unsigned int flags)
{
	unsigned long need = flags & FAULT_FLAG_WRITE ? VM_WRITE :
			     flags & FAULT_FLAG_EXEC ? VM_EXEC : VM_READ | VM_WRITE | VM_EXEC;
	struct vm_area_struct *vma;
	int err = -EFAULT;
	pte_t *pte;

	mutex_lock(&mm->mmap_sem);
	vma = find_extend_vma(mm, addr);
	if (!vma) {
		err = -EFAULT;
	} else if (!(vma->vm_flags & need)) {
		err = -EACCES;
	} else {
		addr &= PAGE_MASK;
		pte = pte_lookup(mm->pgd, addr, true);
		if (!pte)
			err = -ENOMEM;
		else if (!pte_present(*pte))
			err = vma->vm_ops && vma->vm_ops->fault ? do_driver_fault(vma, addr, pte) :
			      !(flags & FAULT_FLAG_WRITE) && is_file_page(vma, addr) ?
			      do_read_fault(vma, addr, pte) : do_anonymous_page(vma, addr, pte);
		else if ((flags & FAULT_FLAG_WRITE) && !pte_write(*pte))
			err = do_wp_page(vma, addr, pte);
		else
			err = 0; /* somebody was faster, or the TLB was stale */
	}
	mutex_unlock(&mm->mmap_sem);
	return err;
}

int get_user_page(struct mm_struct *mm, unsigned long addr, int write, unsigned long *pfn)
{
	for (int attempt = 0; attempt < 3; attempt++) {
		bool found;
		pte_t *pte;
		int err;

		preempt_disable(); /* from the look to get_pfn() no other thread unmaps it */
		pte = addr < TASK_SIZE ? pte_lookup(mm->pgd, addr, false) : NULL;
		found = pte && pte_valid(*pte) && (!write || pte_write(*pte));
		if (found) {
			*pfn = pte_pfn(*pte);
			get_pfn(*pfn);
		}
		preempt_enable();
		if (found)
			return 0;
		err = addr < TASK_SIZE ? handle_mm_fault(mm, addr, write ? FAULT_FLAG_WRITE : 0)
				       : -EFAULT;
		if (err)
			return err;
	}
	return -EFAULT;
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot)
{
	vma->vm_flags |= VM_PFNMAP;
	for (; size; size -= min(size, PAGE_SIZE), addr += PAGE_SIZE, pfn++) {
		pte_t *pte = pte_lookup(vma->vm_mm->pgd, addr, true);

		if (!pte)
			return -ENOMEM;
		set_pte(pte, pfn_pte(pfn, __pgprot(pgprot_val(prot) | PTE_SPECIAL)));
	}
	return 0;
}

/*
 * Calls fn for each present entry of [start, end). Gigabytes and 2 MB pieces without
 * tables are skipped, so that large areas nobody touched cost nothing.
 */
static void walk_ptes(struct mm_struct *mm, unsigned long start, unsigned long end,
		      void (*fn)(pte_t *pte, unsigned long addr, void *arg), void *arg)
{
	unsigned long addr = start;

	while (addr < end) {
		pud_t *pud = pud_offset(mm->pgd + pgd_index(addr), addr);
		pmd_t *pmd;
		unsigned long stop;
		pte_t *pte;

		if (pud_none(*pud)) {
			addr = (addr + PGDIR_SIZE) & PGDIR_MASK;
			continue;
		}
		pmd = pmd_offset(pud, addr);
		stop = min((addr + PMD_SIZE) & PMD_MASK, end);
		if (pmd_none(*pmd)) {
			addr = stop;
			continue;
		}
		for (pte = pte_offset_kernel(pmd, addr); addr < stop; addr += PAGE_SIZE, pte++) {
			if (!pte_present(*pte))
				continue;
			preempt_disable(); /* who cuts off a file takes its pages (rmap.c) */
			if (pte_present(*pte))
				fn(pte, addr, arg);
			preempt_enable();
		}
	}
}

static void zap_pte(pte_t *pte, unsigned long addr, void *arg)
{
	struct mm_struct *mm = arg;

	if (!(pte_val(*pte) & PTE_SPECIAL)) {
		put_pfn(pte_pfn(*pte));
		mm->rss--;
	}
	*pte = __pte(0);
}

void zap_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	mmu_notifier_invalidate_range_start(mm, start, end);
	walk_ptes(mm, start, end, zap_pte, mm);
	flush_tlb_asid(mm->asid & 0xff);
	mmu_notifier_invalidate_range_end(mm, start, end);
}

struct copy {
	struct mm_struct *to;
	bool shared, failed;
};

static void copy_pte(pte_t *pte, unsigned long addr, void *arg)
{
	struct copy *c = arg;
	pte_t *new = pte_lookup(c->to->pgd, addr, true);

	if (!new) {
		c->failed = true;
		return;
	}
	if (!(pte_val(*pte) & PTE_SPECIAL)) {
		get_pfn(pte_pfn(*pte));
		count_page(c->to);
		if (!c->shared)
			*pte = __pte(pte_val(*pte) | PTE_RDONLY);
	}
	*new = *pte;
}

/*
 * For fork: the child's table refers to the same pages; private ones become read-only. Pages
 * of a shared file it will find as its parent did: as long as nobody knows of the child,
 * who writes the file to the disk or cuts it off would miss it (rmap.c).
 */
int copy_page_range(struct mm_struct *to, struct mm_struct *from, struct vm_area_struct *vma)
{
	struct copy c = { .to = to, .shared = vma->vm_flags & VM_SHARED };

	if (c.shared && vma->vm_ops && vma->vm_ops->page_mkwrite)
		return 0;
	mmu_notifier_invalidate_range_start(from, vma->vm_start, vma->vm_end);
	walk_ptes(from, vma->vm_start, vma->vm_end, copy_pte, &c);
	mmu_notifier_invalidate_range_end(from, vma->vm_start, vma->vm_end);
	return c.failed ? -ENOMEM : 0;
}

static void protect_pte(pte_t *pte, unsigned long addr, void *arg)
{
	/* write permission comes back by do_wp_page(), which knows who shares the page */
	*pte = __pte((pte_val(*pte) & ~(PTE_UXN | PTE_VALID | PTE_PROT_NONE)) | *(pteval_t *)arg |
		     PTE_RDONLY);
}

void protect_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		   unsigned long vm_flags)
{
	pteval_t bits = vm_flags & VM_EXEC ? 0 : PTE_UXN;

	bits |= vm_flags & (VM_READ | VM_WRITE | VM_EXEC) ? PTE_VALID : PTE_PROT_NONE;
	mmu_notifier_invalidate_range_start(mm, start, end);
	walk_ptes(mm, start, end, protect_pte, &bits);
	flush_tlb_asid(mm->asid & 0xff);
	mmu_notifier_invalidate_range_end(mm, start, end);
}

struct move {
	struct mm_struct *mm;
	unsigned long distance;
	bool failed;
};

static void move_pte(pte_t *pte, unsigned long addr, void *arg)
{
	struct move *m = arg;
	pte_t *new = m->failed ? NULL : pte_lookup(m->mm->pgd, addr + m->distance, true);

	if (!new) {
		m->failed = true;
		return;
	}
	*new = *pte;
	*pte = __pte(0);
}

int move_page_tables(struct mm_struct *mm, unsigned long from, unsigned long to, unsigned long len)
{
	struct move m = { .mm = mm, .distance = to - from };

	mmu_notifier_invalidate_range_start(mm, from, from + len);
	walk_ptes(mm, from, from + len, move_pte, &m);
	flush_tlb_asid(mm->asid & 0xff);
	mmu_notifier_invalidate_range_end(mm, from, from + len);
	return m.failed ? -ENOMEM : 0;
}
