/* Interrupt handlers. An irq number is the GIC's INTID: 16-31 private, 32 and up shared. */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/irqflags.h>
#include <linux/types.h>

#define IRQF_SHARED 0x80
#define IRQ_TYPE_NONE 0
#define IRQ_TYPE_EDGE_RISING 1
#define IRQ_TYPE_LEVEL_HIGH 4
#define IRQ_TYPE_LEVEL_LOW 8

typedef enum { IRQ_NONE, IRQ_HANDLED } irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *dev);

/* Installs and enables. 0, -EBUSY if taken, -EINVAL if there is no such irq. */
int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name,
		void *dev);
void free_irq(unsigned int irq, void *dev);
/* A private interrupt: installed here, enabled by each CPU that wants it. */
int request_percpu_irq(unsigned int irq, irq_handler_t handler, const char *name, void *dev);
void enable_percpu_irq(unsigned int irq, unsigned int type);
void free_percpu_irq(unsigned int irq, void *dev);

#endif
