/*
 * The kernel's own page tables: the linear map of RAM, device registers (ioremap)
 * and vmalloc(); and the walk that user page tables share.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <linux/err.h>
#include <asm/tlbflush.h>

phys_addr_t memstart_addr;
extern pmd_t swapper_pmd[PTRS_PER_PMD];

/*
 * head.S mapped one gigabyte as if it were all RAM. Now the size is known: take away
 * what is not RAM, or add what is more than that. And user space begins: nothing in
 * TTBR0 until the first process.
 */
void paging_init(void)
{
	phys_addr_t end = __pfn_to_phys(max_pfn);
	pteval_t flags =
		PMD_TYPE_SECT | PMD_SECT_AF | PMD_SECT_S | PMD_ATTRINDX(MT_NORMAL) | PTE_UXN;

	for (int i = 0; i < PTRS_PER_PMD; i++)
		if (memstart_addr + i * PMD_SIZE >= end)
			pmd_clear(&swapper_pmd[i]);
	for (phys_addr_t gb = memstart_addr + PGDIR_SIZE; gb < end; gb += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset_k(__phys_to_virt(gb));
		static pmd_t more[4][PTRS_PER_PMD] __aligned(4096); /* up to 5 GB in all */
		int n = (gb - memstart_addr) / PGDIR_SIZE - 1;

		if (n >= 4)
			break;
		for (int i = 0; i < PTRS_PER_PMD && gb + i * PMD_SIZE < end; i++)
			set_pmd(&more[n][i], __pmd((gb + i * PMD_SIZE) | flags));
		pud_populate(NULL, pud_offset(pgd, 0), more[n]);
	}
	switch_mm(NULL);
	flush_tlb_all();
}

pte_t *pte_lookup(pgd_t *pgd, unsigned long addr, bool alloc)
{
	pud_t *pud = pud_offset(pgd + pgd_index(addr), addr);
	pmd_t *pmd;

	if (pud_none(*pud)) {
		pmd_t *table = alloc ? (pmd_t *)get_zeroed_page(GFP_KERNEL) : NULL;

		if (!table)
			return NULL;
		pud_populate(NULL, pud, table);
	}
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd)) {
		pte_t *table = alloc ? (pte_t *)get_zeroed_page(GFP_KERNEL) : NULL;

		if (!table)
			return NULL;
		pmd_populate_kernel(NULL, pmd, table);
	}
	if (!pmd_table(*pmd))
		return NULL; /* a block has no ptes */
	return pte_offset_kernel(pmd, addr);
}

int map_kernel_range(pgd_t *pgd, unsigned long virt, phys_addr_t phys, unsigned long size,
		     pgprot_t prot)
{
	for (unsigned long at = 0; at < size; at += PAGE_SIZE) {
		pte_t *pte = pte_lookup(pgd, virt + at, true);

		if (!pte)
			return -ENOMEM;
		set_pte(pte, pfn_pte(__phys_to_pfn(phys + at), prot));
	}
	isb();
	return 0;
}

void free_pgtables(pgd_t *pgd, unsigned long start, unsigned long end)
{
	for (unsigned long a = start & PGDIR_MASK; a < end; a += PGDIR_SIZE) {
		pud_t *pud = pud_offset(pgd + pgd_index(a), a);
		pmd_t *pmd;

		if (pud_none(*pud))
			continue;
		pmd = pmd_offset(pud, 0);
		for (int i = 0; i < PTRS_PER_PMD; i++)
			if (pmd_table(pmd[i]))
				free_page((unsigned long)pte_offset_kernel(&pmd[i], 0));
		free_page((unsigned long)pmd);
		pud_clear(pud);
	}
}

/* Addresses for ioremap() and vmalloc(): handed out upwards, with a gap, never reused. */
static unsigned long vmalloc_next = VMALLOC_START;

static unsigned long get_vm_area(unsigned long size)
{
	unsigned long addr = vmalloc_next;

	if (size > VMALLOC_END - addr)
		return 0;
	vmalloc_next += size + PAGE_SIZE;
	return addr;
}

void __iomem *ioremap(phys_addr_t phys, size_t size)
{
	unsigned long offset = phys & ~PAGE_MASK;
	unsigned long addr = get_vm_area(PAGE_ALIGN(size + offset));

	if (!addr || map_kernel_range(swapper_pg_dir, addr, phys - offset,
				      PAGE_ALIGN(size + offset), PROT_DEVICE_nGnRE))
		return NULL;
	return (void __iomem *)(addr + offset);
}

/* A page at phys, memory or not, as the kernel may execute it. Returns its address, or 0. */
unsigned long map_executable(phys_addr_t phys)
{
	unsigned long addr = get_vm_area(PAGE_SIZE);

	if (!addr || map_kernel_range(swapper_pg_dir, addr, phys, PAGE_SIZE, PAGE_KERNEL_EXEC))
		return 0;
	return addr;
}

void *vmalloc(unsigned long size)
{
	unsigned long addr = get_vm_area(PAGE_ALIGN(size));

	if (!addr)
		return NULL;
	for (unsigned long at = 0; at < size; at += PAGE_SIZE) {
		unsigned long page = __get_free_page(GFP_KERNEL);

		if (!page || map_kernel_range(swapper_pg_dir, addr + at, __pa(page), PAGE_SIZE,
					      PAGE_KERNEL)) {
			free_page(page);
			vfree((void *)addr);
			return NULL;
		}
	}
	return (void *)addr;
}

/* The area ends at the first page that is not mapped: that is what the gap is for. */
void vfree(const void *p)
{
	unsigned long addr = (unsigned long)p;
	pte_t *pte;

	while (addr && (pte = pte_lookup(swapper_pg_dir, addr, false)) && pte_present(*pte)) {
		put_pfn(pte_pfn(*pte));
		set_pte(pte, __pte(0));
		addr += PAGE_SIZE;
	}
	flush_tlb_all();
}
