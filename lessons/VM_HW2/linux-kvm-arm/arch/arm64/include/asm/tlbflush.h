/* Forgetting translations after a table has changed. */
#ifndef __ASM_TLBFLUSH_H
#define __ASM_TLBFLUSH_H

#include <linux/types.h>
#include <asm/barrier.h>

static inline void flush_tlb_all(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" : : : "memory");
}

/* Everything of one address space. */
static inline void flush_tlb_asid(unsigned long asid)
{
	__asm__ volatile("dsb ishst\n\ttlbi aside1is, %0\n\tdsb ish"
			 :
			 : "r"(asid << 48)
			 : "memory");
}

/* One page of one address space. */
static inline void flush_tlb_page(unsigned long asid, unsigned long addr)
{
	__asm__ volatile("dsb ishst\n\ttlbi vae1is, %0\n\tdsb ish"
			 : : "r"((asid << 48) | (addr >> 12 & 0xfffffffffffUL)) : "memory");
}

/* Kernel addresses belong to every ASID. */
static inline void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	flush_tlb_all();
}

#endif
