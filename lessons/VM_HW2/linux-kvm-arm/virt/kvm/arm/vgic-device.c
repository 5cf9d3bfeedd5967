/*
 * The virtual GIC through KVM_CREATE_DEVICE, which our lkvm does not use: where its halves lie, and
 * the registers of both, for a VM that is saved and restored.
 *
 * Linux 3.14 has this in vgic.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>
#include <linux/irqchip/arm-gic.h>

#include "vgic.h"

#define ARCHITECTURE_GICV2	2

/* A register of the CPU interface, and the bits of GICH_VMCR that hold it. */
static const struct cpu_reg {
	u32 offset;
	int vmcr_shift;
	u32 width;
	int shift;		/* of the field in the register */
} cpu_regs[] = {
	{ GIC_CPU_CTRL, 0, 1, 0 },
	{ GIC_CPU_PRIMASK, 27, 5, 3 },
	{ GIC_CPU_BINPOINT, 21, 3, 0 },
	{ GIC_CPU_ALIAS_BINPOINT, 18, 3, 0 },
};

static int vgic_cpu_regs_access(struct kvm_vcpu *vcpu, u32 offset, u32 *reg, bool write)
{
	u32 *vmcr = &vcpu->arch.vgic_cpu.vgic_vmcr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cpu_regs); i++) {
		const struct cpu_reg *r = &cpu_regs[i];
		u32 mask = ((1U << r->width) - 1) << r->vmcr_shift;

		if (r->offset != offset)
			continue;
		if (write)
			*vmcr = (*vmcr & ~mask) | ((*reg >> r->shift << r->vmcr_shift) & mask);
		else
			*reg = (*vmcr & mask) >> r->vmcr_shift << r->shift;
		return 0;
	}

	if (offset != GIC_CPU_IDENT)
		return -ENXIO;
	if (!write)
		*reg = PRODUCT_ID_KVM << 20 | ARCHITECTURE_GICV2 << 16 | IMPLEMENTER_ARM;
	return 0;
}

/* Both register groups: attr = vcpu << 32 | offset. No vcpu may be running. */
static int vgic_attr_regs_access(struct kvm *kvm, struct kvm_device_attr *attr, u32 *reg,
				 bool write)
{
	int cpuid = (attr->attr >> KVM_DEV_ARM_VGIC_CPUID_SHIFT) & KVM_DEV_ARM_VGIC_CPUID_MASK;
	u32 offset = attr->attr & KVM_DEV_ARM_VGIC_OFFSET_MASK;
	struct kvm_vcpu *vcpu;
	int c;

	kvm_for_each_vcpu(c, vcpu, kvm) {
		if (vcpu->cpu >= 0)
			return -EBUSY;
	}
	vcpu = kvm_get_vcpu(kvm, cpuid);
	if (!vcpu)
		return -EINVAL;

	return attr->group == KVM_DEV_ARM_VGIC_GRP_DIST_REGS
	     ? vgic_dist_regs_access(vcpu, offset, reg, write)
	     : vgic_cpu_regs_access(vcpu, offset, reg, write);
}

static int vgic_attr_addr(struct kvm *kvm, struct kvm_device_attr *attr, bool write)
{
	void __user *uaddr = (void __user *)(unsigned long)attr->addr;
	u64 addr = 0;
	int r;

	if (write && copy_from_user(&addr, uaddr, sizeof(addr)))
		return -EFAULT;
	r = kvm_vgic_addr(kvm, attr->attr, &addr, write);
	if (r)
		return r == -ENODEV ? -ENXIO : r;
	if (!write && copy_to_user(uaddr, &addr, sizeof(addr)))
		return -EFAULT;
	return 0;
}

static int vgic_attr_reg(struct kvm *kvm, struct kvm_device_attr *attr, bool write)
{
	void __user *uaddr = (void __user *)(unsigned long)attr->addr;
	u32 reg = 0;
	int r;

	if (write && copy_from_user(&reg, uaddr, sizeof(reg)))
		return -EFAULT;
	r = vgic_attr_regs_access(kvm, attr, &reg, write);
	if (r)
		return r;
	if (!write && copy_to_user(uaddr, &reg, sizeof(reg)))
		return -EFAULT;
	return 0;
}

static int vgic_attr(struct kvm *kvm, struct kvm_device_attr *attr, bool write)
{
	switch (attr->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		return vgic_attr_addr(kvm, attr, write);
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
		return vgic_attr_reg(kvm, attr, write);
	default:
		return -ENXIO;
	}
}

static int vgic_set_attr(struct kvm *kvm, struct kvm_device_attr *attr)
{
	return vgic_attr(kvm, attr, true);
}

static int vgic_get_attr(struct kvm *kvm, struct kvm_device_attr *attr)
{
	return vgic_attr(kvm, attr, false);
}

/* Is there such an attribute? 0 or -ENXIO. */
static int vgic_has_attr(struct kvm *kvm, struct kvm_device_attr *attr)
{
	u32 offset = attr->attr & KVM_DEV_ARM_VGIC_OFFSET_MASK;
	unsigned int i;

	switch (attr->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		return attr->attr == KVM_VGIC_V2_ADDR_TYPE_DIST ||
		       attr->attr == KVM_VGIC_V2_ADDR_TYPE_CPU ? 0 : -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
		return vgic_has_dist_reg(offset) ? 0 : -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
		for (i = 0; i < ARRAY_SIZE(cpu_regs); i++) {
			if (cpu_regs[i].offset == offset)
				return 0;
		}
		return offset == GIC_CPU_IDENT ? 0 : -ENXIO;
	default:
		return -ENXIO;
	}
}

const struct kvm_device_ops kvm_arm_vgic_v2_ops = {
	.name = "kvm-arm-vgic",
	.create = kvm_vgic_create,
	.set_attr = vgic_set_attr,
	.get_attr = vgic_get_attr,
	.has_attr = vgic_has_attr,
};
