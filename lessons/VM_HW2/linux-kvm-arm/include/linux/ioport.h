/* Ranges of addresses that are devices'. */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>

/* A range of physical addresses; the end belongs to it. */
struct resource {
	resource_size_t start;
	resource_size_t end;
	const char *name;
};

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

#endif
