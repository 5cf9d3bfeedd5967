/*
 * How a virtual GIC comes to be: once at boot, for each VM that asks for one, and for
 * each vcpu.
 *
 *	kvm_vgic_hyp_init()	boot: where are GICH and GICV, how many list registers?
 *	kvm_vgic_create()	KVM_CREATE_IRQCHIP: this VM shall have one
 *	kvm_vgic_addr()		its two halves get their places in the guest's memory map
 *	kvm_vgic_vcpu_init()	a new vcpu
 *	kvm_vgic_init()		before the first run
 *
 * Linux 3.14: same names, in vgic.c.
 */
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/string.h>
#include <linux/irqchip/arm-gic.h>
#include <asm/kvm_mmu.h>

#include "vgic.h"

/* The machine's own virtual CPU interface */
static void __iomem *vgic_vctrl_base;	/* GICH */
static phys_addr_t vgic_vcpu_base;	/* GICV */
static int vgic_nr_lr;
static unsigned int vgic_maint_irq;

/* KVM_CREATE_IRQCHIP, or KVM_CREATE_DEVICE. Too late once a vcpu has run. */
int kvm_vgic_create(struct kvm *kvm)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct kvm_vcpu *vcpu;
	int c;

	if (dist->created)
		return -EEXIST;
	kvm_for_each_vcpu(c, vcpu, kvm) {
		if (vcpu->arch.has_run_once)
			return -EBUSY;
	}

	spin_lock_init(&dist->lock);
	dist->vctrl_base = (void *)vgic_vctrl_base;
	dist->vgic_dist_base = VGIC_ADDR_UNDEF;
	dist->vgic_cpu_base = VGIC_ADDR_UNDEF;
	dist->created = true;
	return 0;
}

/* Do the two halves, once both have their place, lie over each other? */
static bool vgic_ioaddr_overlap(struct vgic_dist *dist)
{
	phys_addr_t d = dist->vgic_dist_base;
	phys_addr_t c = dist->vgic_cpu_base;

	return d != VGIC_ADDR_UNDEF && c != VGIC_ADDR_UNDEF &&
	       d < c + KVM_VGIC_V2_CPU_SIZE && c < d + KVM_VGIC_V2_DIST_SIZE;
}

/* KVM_ARM_SET_DEVICE_ADDR, or a question: where is this half of the vGIC? */
int kvm_vgic_addr(struct kvm *kvm, unsigned long type, u64 *addr, bool write)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	phys_addr_t *base;
	u64 size;

	if (!dist->created)
		return -ENODEV;

	switch (type) {
	case KVM_VGIC_V2_ADDR_TYPE_DIST:
		base = &dist->vgic_dist_base;
		size = KVM_VGIC_V2_DIST_SIZE;
		break;
	case KVM_VGIC_V2_ADDR_TYPE_CPU:
		base = &dist->vgic_cpu_base;
		size = KVM_VGIC_V2_CPU_SIZE;
		break;
	default:
		return -ENODEV;
	}

	if (!write) {
		*addr = *base;
		return 0;
	}

	if (*addr & ~PAGE_MASK)
		return -EINVAL;
	if (*addr >= KVM_PHYS_SIZE || *addr + size > KVM_PHYS_SIZE)
		return -E2BIG;
	if (*base != VGIC_ADDR_UNDEF)
		return -EEXIST;

	*base = *addr;
	if (vgic_ioaddr_overlap(dist)) {
		*base = VGIC_ADDR_UNDEF;
		return -EBUSY;
	}
	return 0;
}

/* Before the first run: the guest's CPU interface becomes the machine's GICV. */
int kvm_vgic_init(struct kvm *kvm)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	int ret;

	if (dist->vgic_dist_base == VGIC_ADDR_UNDEF || dist->vgic_cpu_base == VGIC_ADDR_UNDEF) {
		pr_err("kvm: need to set vgic cpu and dist addresses first\n");
		return -ENXIO;
	}

	ret = kvm_phys_addr_ioremap(kvm, dist->vgic_cpu_base, vgic_vcpu_base,
				    KVM_VGIC_V2_CPU_SIZE);
	if (ret) {
		pr_err("kvm: unable to map the virtual CPU interface: %d\n", ret);
		return ret;
	}

	dist->ready = true;
	return 0;
}

/* A new vcpu: SGIs enabled, private interrupts edge-triggered, list registers empty. */
int kvm_vgic_vcpu_init(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	struct vgic_dist *dist = vcpu_dist(vcpu);

	if (vcpu->vcpu_id >= VGIC_MAX_CPUS)
		return -EBUSY;

	dist->irq_enabled.percpu[vcpu->vcpu_id] = 0xffff;
	dist->irq_cfg.percpu[vcpu->vcpu_id] = ~0U;

	memset(vgic_cpu->vgic_irq_lr_map, LR_EMPTY, sizeof(vgic_cpu->vgic_irq_lr_map));
	vgic_cpu->nr_lr = vgic_nr_lr;
	vgic_cpu->vgic_vmcr = 0;
	vgic_cpu->vgic_hcr = GICH_HCR_EN;
	return 0;
}

/*
 * A list register wants attention. That this ended the run of the guest is all that was
 * needed: kvm_vgic_sync_hwstate() does the rest.
 */
static irqreturn_t vgic_maintenance_handler(int irq, void *data)
{
	return IRQ_HANDLED;
}

static int vgic_map_hardware(struct device_node *np)
{
	struct resource vctrl_res, vcpu_res;
	void *base;

	if (of_address_to_resource(np, 2, &vctrl_res) || of_address_to_resource(np, 3, &vcpu_res)) {
		pr_err("kvm: this GIC has no virtualization extensions\n");
		return -ENXIO;
	}

	vgic_vctrl_base = of_iomap(np, 2);
	if (!vgic_vctrl_base)
		return -ENOMEM;

	vgic_nr_lr = (readl_relaxed((char *)vgic_vctrl_base + GICH_VTR) & 0x3f) + 1;
	vgic_vcpu_base = vcpu_res.start;

	/* hyp.S reads and writes GICH too. */
	base = (void *)vgic_vctrl_base;
	return create_hyp_io_mappings(base, (char *)base + PAGE_SIZE, vctrl_res.start);
}

/* At boot: find the GIC in the device tree. */
int kvm_vgic_hyp_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "arm,cortex-a15-gic");
	int ret;

	if (!np) {
		pr_err("kvm: error: no compatible vgic found\n");
		return -ENODEV;
	}

	vgic_maint_irq = irq_of_parse_and_map(np, 0);
	if (!vgic_maint_irq) {
		pr_err("kvm: error getting vgic maintenance irq from DT\n");
		return -ENXIO;
	}

	ret = request_percpu_irq(vgic_maint_irq, vgic_maintenance_handler, "vgic", NULL);
	if (ret) {
		pr_err("kvm: cannot register interrupt %u\n", vgic_maint_irq);
		return ret;
	}
	enable_percpu_irq(vgic_maint_irq, IRQ_TYPE_NONE);

	ret = vgic_map_hardware(np);
	of_node_put(np);
	if (ret) {
		free_percpu_irq(vgic_maint_irq, NULL);
		return ret;
	}

	pr_info("kvm: GICH with %d list registers, maintenance IRQ%u\n", vgic_nr_lr,
		vgic_maint_irq);
	return 0;
}
