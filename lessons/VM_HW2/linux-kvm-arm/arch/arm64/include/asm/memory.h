/*
 * The kernel's virtual addresses (39 bits, the upper half through TTBR1_EL1):
 *
 *	ffff_ff80_0000_0000	ioremap() and vmalloc(): the first 256 GB
 *	ffff_ffc0_0000_0000	PAGE_OFFSET: all of RAM, one to one ("the linear map");
 *				the kernel itself lies TEXT_OFFSET above it
 *	0000_0000_0000_0000	user space, up to TASK_SIZE, through TTBR0_EL1
 *
 * Where RAM starts is not known at build time: head.S finds it from the PC.
 */
#ifndef __ASM_MEMORY_H
#define __ASM_MEMORY_H

/* A constant for C and for assembly: C is told that it is 64 bits wide. */
#ifdef __ASSEMBLY__
#define UL(x) x
#else
#define UL(x) x##UL
#endif

#define VA_BITS       39
#define VA_START      0xffffff8000000000
#define PAGE_OFFSET   0xffffffc000000000
#define TEXT_OFFSET   0x80000
#define VMALLOC_START VA_START
#define VMALLOC_END   0xffffffbf00000000
#define TASK_SIZE     (1UL << VA_BITS)

#ifndef __ASSEMBLY__

#include <linux/types.h>

extern phys_addr_t memstart_addr;
#define PHYS_OFFSET (memstart_addr)

/*
 * The compiler must not turn "symbol - PAGE_OFFSET" into one address for the linker:
 * that would be far out of reach of the instructions that make addresses.
 */
static inline unsigned long hide_symbol(unsigned long addr)
{
	__asm__("" : "+r"(addr));
	return addr;
}

/* Only for addresses in the linear map. */
#define __virt_to_phys(x) \
	((phys_addr_t)hide_symbol((unsigned long)(x)) - PAGE_OFFSET + PHYS_OFFSET)
#define __phys_to_virt(x) ((unsigned long)((phys_addr_t)(x) - PHYS_OFFSET + PAGE_OFFSET))
#define __pa(x) __virt_to_phys(x)
#define __va(x) ((void *)__phys_to_virt(x))

static inline phys_addr_t virt_to_phys(const volatile void *x)
{
	return __virt_to_phys(x);
}

static inline void *phys_to_virt(phys_addr_t x)
{
	return __va(x);
}

#define __phys_to_pfn(pa) ((unsigned long)((pa) >> 12))
#define __pfn_to_phys(pfn) ((phys_addr_t)(pfn) << 12)
#define virt_to_pfn(x) __phys_to_pfn(__pa(x))
#define pfn_to_virt(pfn) __va(__pfn_to_phys(pfn))
#define virt_addr_valid(x) \
	((unsigned long)(x) >= PAGE_OFFSET && pfn_valid(virt_to_pfn(x)))

#endif
#endif
