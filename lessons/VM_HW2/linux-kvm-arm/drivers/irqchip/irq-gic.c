/*
 * The interrupt controller, a GICv2. The distributor (GICD) decides which interrupts
 * are on, the CPU interface (GICC) delivers one at a time: reading INTACK takes the
 * most urgent one and makes it active, writing EOI ends it.
 * Regions 2 and 3 of the DT node (GICH, GICV) are for KVM.
 */
#include <linux/kernel.h>
#include <linux/interrupt.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/of_address.h>
#include <linux/io.h>
#include <linux/errno.h>
#include <asm/ptrace.h>

#define MAX_IRQS 256

static void __iomem *dist_base, *cpu_base;
unsigned int gic_nr_irqs;

static struct irq_desc {
	irq_handler_t handler;
	void *dev;
	const char *name;
	unsigned long count;
} irq_desc[MAX_IRQS];

void gic_unmask_irq(unsigned int irq)
{
	writel(1 << (irq % 32), dist_base + GIC_DIST_ENABLE_SET + irq / 32 * 4);
}

void gic_mask_irq(unsigned int irq)
{
	writel(1 << (irq % 32), dist_base + GIC_DIST_ENABLE_CLEAR + irq / 32 * 4);
}

/* Edge or level, two bits an interrupt; only shared ones need it here. */
static void gic_configure(unsigned int irq, unsigned int type)
{
	void __iomem *reg = dist_base + GIC_DIST_CONFIG + irq / 16 * 4;
	u32 bit = 2 << (irq % 16 * 2);
	u32 value = readl(reg);

	if (type == IRQ_TYPE_EDGE_RISING)
		value |= bit;
	else if (type == IRQ_TYPE_LEVEL_HIGH)
		value &= ~bit;
	writel(value, reg);
}

void gic_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "arm,cortex-a15-gic");
	unsigned int i;

	if (!np)
		np = of_find_compatible_node(NULL, NULL, "arm,gic-400");
	if (!np)
		panic("no GICv2 in the device tree");
	dist_base = of_iomap(np, 0);
	cpu_base = of_iomap(np, 1);
	if (!dist_base || !cpu_base)
		panic("the GIC's node has no registers");

	gic_nr_irqs = min(((readl(dist_base + GIC_DIST_CTR) & 0x1f) + 1) * 32, (u32)MAX_IRQS);
	writel(0, dist_base + GIC_DIST_CTRL);
	for (i = 32; i < gic_nr_irqs; i += 4)
		writel(0x01010101, dist_base + GIC_DIST_TARGET + i); /* all to this CPU */
	for (i = 0; i < gic_nr_irqs; i += 32)
		writel(i ? 0xffffffff : 0xffff0000, dist_base + GIC_DIST_ENABLE_CLEAR + i / 8);
	for (i = 0; i < gic_nr_irqs; i += 4)
		writel(0xa0a0a0a0, dist_base + GIC_DIST_PRI + i);
	writel(1, dist_base + GIC_DIST_CTRL);
	writel(0xf0, cpu_base + GIC_CPU_PRIMASK); /* let every priority above this through */
	writel(1, cpu_base + GIC_CPU_CTRL);
	printk("GIC: %u interrupts\n", gic_nr_irqs);
}

/* Called with interrupts masked: handle all that is pending. */
void gic_handle_irq(struct pt_regs *regs)
{
	for (;;) {
		u32 iar = readl_relaxed(cpu_base + GIC_CPU_INTACK);
		u32 irq = iar & 0x3ff;

		if (irq >= 1020) /* 1023: nothing more */
			return;
		if (irq < MAX_IRQS && irq_desc[irq].handler) {
			irq_desc[irq].count++;
			irq_desc[irq].handler(irq, irq_desc[irq].dev);
		} else {
			printk("Unexpected interrupt %u\n", irq);
			gic_mask_irq(irq);
		}
		writel_relaxed(iar, cpu_base + GIC_CPU_EOI);
	}
}

static int setup_irq(unsigned int irq, irq_handler_t handler, const char *name, void *dev)
{
	if (irq < 16 || irq >= gic_nr_irqs || !handler)
		return -EINVAL;
	if (irq_desc[irq].handler)
		return -EBUSY;
	irq_desc[irq] = (struct irq_desc){ handler, dev, name, 0 };
	return 0;
}

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name,
		void *dev)
{
	int err = setup_irq(irq, handler, name, dev);

	if (err)
		return err;
	gic_configure(irq, flags & 0xf);
	gic_unmask_irq(irq);
	return 0;
}

void free_irq(unsigned int irq, void *dev)
{
	if (irq >= gic_nr_irqs || irq_desc[irq].dev != dev)
		return;
	gic_mask_irq(irq);
	irq_desc[irq].handler = NULL;
}

int request_percpu_irq(unsigned int irq, irq_handler_t handler, const char *name, void *dev)
{
	return irq < 32 ? setup_irq(irq, handler, name, dev) : -EINVAL;
}

/* The type is not used: private interrupts of a GICv2 have a fixed trigger. */
void enable_percpu_irq(unsigned int irq, unsigned int type)
{
	gic_unmask_irq(irq);
}

void free_percpu_irq(unsigned int irq, void *dev)
{
	free_irq(irq, dev);
}

/* For /proc/interrupts. */
const char *irq_info(unsigned int irq, unsigned long *count)
{
	if (irq >= MAX_IRQS || !irq_desc[irq].handler)
		return NULL;
	*count = irq_desc[irq].count;
	return irq_desc[irq].name;
}
