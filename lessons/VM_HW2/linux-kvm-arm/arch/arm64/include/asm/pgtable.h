/*
 * Page tables from C. Linux walks pgd, pud, pmd, pte; with 39 bits there are only
 * three levels, so a pud is the pgd entry itself.
 */
#ifndef __ASM_PGTABLE_H
#define __ASM_PGTABLE_H

#include <asm/page.h>
#include <asm/pgtable-hwdef.h>

#ifndef __ASSEMBLY__

#include <linux/types.h>
#include <asm/barrier.h>

typedef u64 pteval_t;
typedef struct { pteval_t pte; } pte_t;
typedef struct { pteval_t pmd; } pmd_t;
typedef struct { pteval_t pgd; } pgd_t;
typedef struct { pgd_t pgd; } pud_t;
typedef struct { pteval_t pgprot; } pgprot_t;

#define __pte(x) ((pte_t){ (x) })
#define __pmd(x) ((pmd_t){ (x) })
#define __pgd(x) ((pgd_t){ (x) })
#define __pud(x) ((pud_t){ { (x) } })
#define __pgprot(x) ((pgprot_t){ (x) })
#define pte_val(x) ((x).pte)
#define pmd_val(x) ((x).pmd)
#define pgd_val(x) ((x).pgd)
#define pud_val(x) ((x).pgd.pgd)
#define pgprot_val(x) ((x).pgprot)

#define PTE_DEFAULT (PTE_TYPE_PAGE | PTE_AF | PTE_SHARED)
#define PAGE_KERNEL __pgprot(PTE_DEFAULT | PTE_PXN | PTE_UXN | PTE_ATTRINDX(MT_NORMAL))
#define PAGE_KERNEL_EXEC __pgprot(PTE_DEFAULT | PTE_UXN | PTE_ATTRINDX(MT_NORMAL))
#define PROT_DEVICE_nGnRE \
	__pgprot(PTE_DEFAULT | PTE_PXN | PTE_UXN | PTE_ATTRINDX(MT_DEVICE_nGnRE))
#define PAGE_USER (PTE_DEFAULT | PTE_USER | PTE_NG | PTE_PXN | PTE_ATTRINDX(MT_NORMAL))
#define PAGE_HYP __pgprot(PTE_DEFAULT | PTE_HYP | PTE_ATTRINDX(MT_NORMAL))
#define PAGE_HYP_DEVICE __pgprot(PTE_DEFAULT | PTE_HYP | PTE_UXN | PTE_ATTRINDX(MT_DEVICE_nGnRE))
#define PAGE_S2 __pgprot(PTE_DEFAULT | PTE_S2_MEMATTR(MT_S2_NORMAL) | PTE_S2_RDONLY)
#define PAGE_S2_DEVICE \
	__pgprot(PTE_DEFAULT | PTE_S2_MEMATTR(MT_S2_DEVICE_nGnRE) | PTE_S2_RDWR | PTE_S2_XN)

#define pfn_pte(pfn, prot) __pte(((pteval_t)(pfn) << PAGE_SHIFT) | pgprot_val(prot))
#define pte_pfn(pte) ((unsigned long)((pte_val(pte) & PTE_ADDR_MASK) >> PAGE_SHIFT))
#define pte_none(pte) (!pte_val(pte))
#define pte_valid(pte) ((pte_val(pte) & PTE_VALID) != 0)
#define pte_present(pte) ((pte_val(pte) & (PTE_VALID | PTE_PROT_NONE)) != 0)
#define pte_write(pte) (!(pte_val(pte) & PTE_RDONLY))
#define pmd_none(pmd) (!pmd_val(pmd))
#define pmd_table(pmd) ((pmd_val(pmd) & PMD_TYPE_MASK) == PMD_TYPE_TABLE)
#define pmd_sect(pmd) ((pmd_val(pmd) & PMD_TYPE_MASK) == PMD_TYPE_SECT)
#define pgd_none(pgd) (0) /* folded: ask the pud */
#define pud_none(pud) (!pud_val(pud))
#define pmd_present(pmd) (!pmd_none(pmd))
#define pud_present(pud) (!pud_none(pud))

/* A table walk on other CPUs (and by our own MMU) must see the entry complete. */
static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*(volatile pteval_t *)&ptep->pte = pte.pte;
	__asm__ volatile("dsb ishst" : : : "memory");
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	*(volatile pteval_t *)&pmdp->pmd = pmd.pmd;
	__asm__ volatile("dsb ishst" : : : "memory");
}

static inline void set_pud(pud_t *pudp, pud_t pud)
{
	*(volatile pteval_t *)&pudp->pgd.pgd = pud.pgd.pgd;
	__asm__ volatile("dsb ishst" : : : "memory");
}

#define set_pgd(pgdp, pgd) set_pud((pud_t *)(pgdp), (pud_t){ (pgd) })
#define pmd_clear(pmdp) set_pmd((pmdp), __pmd(0))
#define pud_clear(pudp) set_pud((pudp), __pud(0))

#define pgd_index(addr) (((addr) >> PGDIR_SHIFT) & (PTRS_PER_PGD - 1))
#define pmd_index(addr) (((addr) >> PMD_SHIFT) & (PTRS_PER_PMD - 1))
#define pte_index(addr) (((addr) >> PAGE_SHIFT) & (PTRS_PER_PTE - 1))

static inline pud_t *pud_offset(pgd_t *pgd, unsigned long addr)
{
	return (pud_t *)pgd;
}

static inline pmd_t *pmd_offset(pud_t *pud, unsigned long addr)
{
	return (pmd_t *)__va(pud_val(*pud) & PTE_ADDR_MASK) + pmd_index(addr);
}

static inline pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long addr)
{
	return (pte_t *)__va(pmd_val(*pmd) & PTE_ADDR_MASK) + pte_index(addr);
}

/* Hang a new, zeroed table (kernel address) below an entry. */
static inline void pud_populate(void *mm, pud_t *pud, pmd_t *pmd)
{
	set_pud(pud, __pud(__pa(pmd) | PMD_TYPE_TABLE));
}

static inline void pmd_populate_kernel(void *mm, pmd_t *pmd, pte_t *pte)
{
	set_pmd(pmd, __pmd(__pa(pte) | PMD_TYPE_TABLE));
}

extern pgd_t swapper_pg_dir[PTRS_PER_PGD]; /* the kernel's own table */
extern pgd_t idmap_pg_dir[PTRS_PER_PGD]; /* physical = virtual, for switching the MMU on */
#define pgd_offset_k(addr) (swapper_pg_dir + pgd_index(addr))

/*
 * The entry for addr in the table pgd, its parents made where they are missing
 * (alloc) or not. NULL: not there, or no memory.
 */
pte_t *pte_lookup(pgd_t *pgd, unsigned long addr, bool alloc);
/* Maps [virt, virt + size) to phys in a table of the kernel's making. 0 or -ENOMEM. */
int map_kernel_range(pgd_t *pgd, unsigned long virt, phys_addr_t phys, unsigned long size,
		     pgprot_t prot);
unsigned long map_executable(phys_addr_t phys);
/* Frees the tables below pgd for [start, end), not what they map. */
void free_pgtables(pgd_t *pgd, unsigned long start, unsigned long end);

#endif
#endif
