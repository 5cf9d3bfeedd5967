/* Whole pages: 2^order of them, physically contiguous, reachable through the linear map. */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/types.h>

#define GFP_KERNEL 0u
#define GFP_ATOMIC 0u
#define __GFP_ZERO 1u

/* Returns the kernel address of the first page, 0 if memory is out. */
unsigned long __get_free_pages(gfp_t flags, unsigned int order);
void free_pages(unsigned long addr, unsigned int order);
#define __get_free_page(flags) __get_free_pages(flags, 0)
#define get_zeroed_page(flags) __get_free_pages((flags) | __GFP_ZERO, 0)
#define free_page(addr) free_pages(addr, 0)

/* The power of two that holds size bytes of pages. */
int get_order(unsigned long size);

/*
 * Pages that user space or a guest may map are counted: __get_free_page() hands
 * them out with count 1, put_pfn() frees at 0. A pfn outside RAM is not counted.
 */
void get_pfn(unsigned long pfn);
void put_pfn(unsigned long pfn);
int pfn_count(unsigned long pfn);
int pfn_valid(unsigned long pfn);

#endif
