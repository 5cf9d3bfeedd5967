/* __builtin___clear_cache: instructions written to memory, made visible to the fetching of code. */
#include "wide.h"

RUNTIME void __clear_cache(void *begin, void *end)
{
	u64 sizes, line, at;

	asm("mrs %0, ctr_el0" : "=r"(sizes));
	/* Lines of the data and instruction caches, in words as powers of two. */
	line = 4ul << (sizes >> 16 & 15);
	for (at = (u64)begin & -line; at < (u64)end; at += line)
		asm volatile("dc cvau, %0" : : "r"(at) : "memory");
	asm volatile("dsb ish" : : : "memory");
	line = 4ul << (sizes & 15);
	for (at = (u64)begin & -line; at < (u64)end; at += line)
		asm volatile("ic ivau, %0" : : "r"(at) : "memory");
	asm volatile("dsb ish\n\tisb" : : : "memory");
}
