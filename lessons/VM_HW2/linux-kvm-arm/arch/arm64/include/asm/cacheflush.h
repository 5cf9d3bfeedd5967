/* Caches: what was written as data must reach the place where instructions are read. */
#ifndef __ASM_CACHEFLUSH_H
#define __ASM_CACHEFLUSH_H

#include <linux/types.h>

/* arch/arm64/mm/cache.S */
void flush_icache_range(unsigned long start, unsigned long end);
/* Clean and invalidate to the point of coherency: memory itself has the data afterwards. */
void __flush_dcache_area(void *addr, size_t size);

#define flush_cache_all() do { } while (0)

#endif
