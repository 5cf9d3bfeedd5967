/* What the device tree says of where devices are. */
#ifndef _LINUX_OF_ADDRESS_H
#define _LINUX_OF_ADDRESS_H

#include <linux/of.h>
#include <linux/ioport.h>

/* Region number index of a node as physical addresses. 0 or -EINVAL. */
int of_address_to_resource(struct device_node *np, int index, struct resource *res);
/* The same region, mapped for readl() and writel(); NULL if there is none. */
void __iomem *of_iomap(struct device_node *np, int index);

#endif
