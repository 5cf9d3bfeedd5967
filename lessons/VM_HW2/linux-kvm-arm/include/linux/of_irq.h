/* What the device tree says of which interrupts devices have. */
#ifndef _LINUX_OF_IRQ_H
#define _LINUX_OF_IRQ_H

#include <linux/of.h>

/* Interrupt number index of a node as an irq for request_irq(); 0 if there is none. */
unsigned int irq_of_parse_and_map(struct device_node *np, int index);
/* The same with its trigger type (IRQ_TYPE_...). */
unsigned int of_irq_get(struct device_node *np, int index, unsigned int *type);

#endif
