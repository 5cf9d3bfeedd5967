/* Pages are 4 KB. */
#ifndef __ASM_PAGE_H
#define __ASM_PAGE_H

#include <asm/memory.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1 << PAGE_SHIFT)
#ifdef __ASSEMBLY__
#define PAGE_MASK (~(PAGE_SIZE - 1))
#else
#undef PAGE_SIZE
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x) (((x) + PAGE_SIZE - 1) & PAGE_MASK)

void clear_page(void *page);
void copy_page(void *to, const void *from);
#endif

#endif
