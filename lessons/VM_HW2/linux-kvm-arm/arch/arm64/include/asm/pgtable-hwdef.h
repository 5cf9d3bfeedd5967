/*
 * Descriptors as the MMU reads them: 4 KB pages, 512 entries a table.
 * Stage 1 (kernel, user, and EL2's own map) first, then stage 2 (guests).
 */
#ifndef __ASM_PGTABLE_HWDEF_H
#define __ASM_PGTABLE_HWDEF_H

#define PTRS_PER_PTE 512
#define PTRS_PER_PMD 512
#define PTRS_PER_PGD 512

/* level 1 here called pgd (1 GB an entry), level 2 pmd (2 MB), level 3 pte (4 KB) */
#define PGDIR_SHIFT 30
#define PMD_SHIFT   21
#define PUD_SHIFT   PGDIR_SHIFT
#define PGDIR_SIZE  (1UL << PGDIR_SHIFT)
#define PGDIR_MASK  (~(PGDIR_SIZE - 1))
#define PUD_SIZE    PGDIR_SIZE
#define PUD_MASK    PGDIR_MASK
#define PMD_SIZE    (1UL << PMD_SHIFT)
#define PMD_MASK    (~(PMD_SIZE - 1))

/* pgd and pmd entries */
#define PMD_TYPE_MASK  3
#define PMD_TYPE_FAULT 0
#define PMD_TYPE_SECT  1
#define PMD_TYPE_TABLE 3
#define PMD_SECT_USER   (1 << 6)
#define PMD_SECT_RDONLY (1 << 7)
#define PMD_SECT_S      (3 << 8)
#define PMD_SECT_AF     (1 << 10)
#define PMD_ATTRINDX(t) ((t) << 2)

/* pte entries */
#define PTE_TYPE_MASK  3
#define PTE_TYPE_FAULT 0
#define PTE_TYPE_PAGE  3
#define PTE_VALID  (1UL << 0)
#define PTE_USER   (1UL << 6) /* AP[1]: EL0 may */
#define PTE_RDONLY (1UL << 7) /* AP[2] */
#define PTE_SHARED (3UL << 8) /* inner shareable */
#define PTE_AF     (1UL << 10) /* accessed; we always set it */
#define PTE_NG     (1UL << 11) /* not global: belongs to one ASID */
#define PTE_PXN    (1UL << 53) /* EL1 may not execute it */
#define PTE_UXN    (1UL << 54) /* EL0 may not; at EL2 this bit is plain XN */
#define PTE_COW    (1UL << 55) /* ours: read-only until somebody writes, then copied */
#define PTE_SPECIAL (1UL << 56) /* ours: the page is not counted (VM_PFNMAP) */
#define PTE_PROT_NONE (1UL << 57) /* ours, without PTE_VALID: there is a page, for nobody to touch */
#define PTE_ATTRINDX(t) ((unsigned long)(t) << 2)

#define PTE_ADDR_MASK 0x0000fffffffff000UL

/* stage 1 at EL2 */
#define PTE_HYP PTE_USER /* AP[1] is RES1 there */

/* stage 2 */
#define PTE_S2_RDONLY (1UL << 6)
#define PTE_S2_RDWR   (3UL << 6)
#define PTE_S2_MEMATTR(t) ((unsigned long)(t) << 2)
#define PTE_S2_XN     (1UL << 54)
#define MT_S2_NORMAL       0xf
#define MT_S2_DEVICE_nGnRE 0x1

/* MAIR_EL1: the number in a descriptor (AttrIndx) picks one of these bytes */
#define MT_DEVICE_nGnRnE 0
#define MT_DEVICE_nGnRE  1
#define MT_DEVICE_GRE    2
#define MT_NORMAL_NC     3
#define MT_NORMAL        4
#define MAIR_VALUE 0xff440c0400

/* TCR_EL1: two halves of 39 bits, 4 KB pages, tables cached and inner shareable */
#define TCR_T0SZ(bits) (64 - (bits))
#define TCR_T1SZ(bits) ((64 - (bits)) << 16)
#define TCR_IRGN_WBWA ((1 << 8) | (1 << 24))
#define TCR_ORGN_WBWA ((1 << 10) | (1 << 26))
#define TCR_SHARED    ((3 << 12) | (3 << 28))
#define TCR_TG1_4K    (2 << 30)
#define TCR_IPS_40    (2 << 32)
#define TCR_ASID16    (1 << 36)

#endif
