/* Memory for things smaller (or a little larger) than a page. */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>

void *kmalloc(size_t size, gfp_t flags);
void *kzalloc(size_t size, gfp_t flags);
void kfree(const void *p);
void kmem_cache_init(void);
extern bool slub_debug; /* what is free is poisoned */

#endif
