/*
 * The ioctls of KVM that Linux leaves to the architecture, and what KVM_CHECK_EXTENSION answers. The
 * others come from virt/kvm/kvm_main.c.
 *
 *	kvm_arch_vcpu_ioctl()		a vcpu: its kind, its registers
 *	kvm_arch_vm_ioctl()		a VM: its interrupt controller
 *	kvm_vm_ioctl_irq_line()		a VM: an interrupt line goes high or low
 *
 * Linux 3.14: same names, in arm.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>
#include <linux/kvm_host.h>
#include <asm/kvm_arm.h>
#include <asm/kvm_coproc.h>

#include "trace.h"

/* KVM_CHECK_EXTENSION */
int kvm_dev_ioctl_check_extension(long ext)
{
	switch (ext) {
	case KVM_CAP_IRQCHIP:
	case KVM_CAP_USER_MEMORY:
	case KVM_CAP_SYNC_MMU:
	case KVM_CAP_ONE_REG:
	case KVM_CAP_ARM_PSCI:
	case KVM_CAP_ARM_PSCI_0_2:
	case KVM_CAP_ARM_SET_DEVICE_ADDR:
	case KVM_CAP_DEVICE_CTRL:
	case KVM_CAP_DESTROY_MEMORY_REGION_WORKS:
	case KVM_CAP_JOIN_MEMORY_REGIONS_WORKS:
		return 1;
	case KVM_CAP_COALESCED_MMIO:
		return KVM_COALESCED_MMIO_PAGE_OFFSET;
	case KVM_CAP_NR_VCPUS:
		return 1;
	case KVM_CAP_MAX_VCPUS:
		return KVM_MAX_VCPUS;
	case KVM_CAP_NR_MEMSLOTS:
		return KVM_USER_MEM_SLOTS;
	default:
		return 0;
	}
}

/* Without a vGIC: lkvm works the pins of the CPU itself. */
static int vcpu_interrupt_line(struct kvm_vcpu *vcpu, unsigned int number, bool level)
{
	u64 bit = number == 0 ? HCR_VI : HCR_VF;

	if (level)
		vcpu->arch.irq_lines |= bit;
	else
		vcpu->arch.irq_lines &= ~bit;

	kvm_vcpu_kick(vcpu);
	return 0;
}

/* KVM_IRQ_LINE: irq = type << 24 | vcpu << 16 | number */
int kvm_vm_ioctl_irq_line(struct kvm *kvm, struct kvm_irq_level *irq_level)
{
	u32 irq = irq_level->irq;
	unsigned int type = (irq >> KVM_ARM_IRQ_TYPE_SHIFT) & KVM_ARM_IRQ_TYPE_MASK;
	unsigned int vcpu_idx = (irq >> KVM_ARM_IRQ_VCPU_SHIFT) & KVM_ARM_IRQ_VCPU_MASK;
	unsigned int number = (irq >> KVM_ARM_IRQ_NUM_SHIFT) & KVM_ARM_IRQ_NUM_MASK;
	bool level = irq_level->level;
	struct kvm_vcpu *vcpu = kvm_get_vcpu(kvm, vcpu_idx);

	trace_kvm_irq_line(type, vcpu_idx, number, level);

	switch (type) {
	case KVM_ARM_IRQ_TYPE_CPU:
		if (irqchip_in_kernel(kvm))
			return -ENXIO;
		if (!vcpu || number > 1)
			return -EINVAL;
		return vcpu_interrupt_line(vcpu, number, level);

	case KVM_ARM_IRQ_TYPE_PPI:
		if (!irqchip_in_kernel(kvm))
			return -ENXIO;
		if (!vcpu || number < VGIC_NR_SGIS || number >= VGIC_NR_PRIVATE_IRQS)
			return -EINVAL;
		return kvm_vgic_inject_irq(kvm, vcpu->vcpu_id, number, level);

	case KVM_ARM_IRQ_TYPE_SPI:
		if (!irqchip_in_kernel(kvm))
			return -ENXIO;
		if (number < VGIC_NR_PRIVATE_IRQS || number > KVM_ARM_IRQ_GIC_MAX)
			return -EINVAL;
		return kvm_vgic_inject_irq(kvm, 0, number, level);

	default:
		return -EINVAL;
	}
}

static long vcpu_ioctl_one_reg(struct kvm_vcpu *vcpu, unsigned int ioctl, void __user *argp)
{
	struct kvm_one_reg reg;

	if (!kvm_vcpu_initialized(vcpu))
		return -ENOEXEC;
	if (copy_from_user(&reg, argp, sizeof(reg)))
		return -EFAULT;

	return ioctl == KVM_SET_ONE_REG ? kvm_arm_set_reg(vcpu, &reg)
					: kvm_arm_get_reg(vcpu, &reg);
}

/* Tells how many registers there are; lists them too if there is room. */
static long vcpu_ioctl_reg_list(struct kvm_vcpu *vcpu, struct kvm_reg_list __user *user_list)
{
	struct kvm_reg_list list;
	u64 room;

	if (!kvm_vcpu_initialized(vcpu))
		return -ENOEXEC;
	if (copy_from_user(&list, user_list, sizeof(list)))
		return -EFAULT;

	room = list.n;
	list.n = kvm_arm_num_regs(vcpu);
	if (copy_to_user(user_list, &list, sizeof(list)))
		return -EFAULT;
	if (room < list.n)
		return -E2BIG;
	return kvm_arm_copy_reg_indices(vcpu, (u64 __user *)user_list->reg);
}

/* ioctls of a vcpu that are the architecture's */
long kvm_arch_vcpu_ioctl(struct kvm_vcpu *vcpu, unsigned int ioctl, unsigned long arg)
{
	void __user *argp = (void __user *)arg;
	struct kvm_vcpu_init init;

	switch (ioctl) {
	case KVM_ARM_VCPU_INIT:
		if (copy_from_user(&init, argp, sizeof(init)))
			return -EFAULT;
		return kvm_vcpu_set_target(vcpu, &init);

	case KVM_SET_ONE_REG:
	case KVM_GET_ONE_REG:
		return vcpu_ioctl_one_reg(vcpu, ioctl, argp);

	case KVM_GET_REG_LIST:
		return vcpu_ioctl_reg_list(vcpu, argp);

	default:
		return -EINVAL;
	}
}

/* KVM_ARM_SET_DEVICE_ADDR: where in the guest's memory map the vGIC lies. */
static long kvm_vm_ioctl_set_device_addr(struct kvm *kvm, struct kvm_arm_device_addr *dev_addr)
{
	unsigned long dev_id = (dev_addr->id & KVM_ARM_DEVICE_ID_MASK) >> KVM_ARM_DEVICE_ID_SHIFT;
	unsigned long type = (dev_addr->id & KVM_ARM_DEVICE_TYPE_MASK)
			     >> KVM_ARM_DEVICE_TYPE_SHIFT;
	u64 addr = dev_addr->addr;

	if (dev_id != KVM_ARM_DEVICE_VGIC_V2)
		return -ENODEV;
	return kvm_vgic_addr(kvm, type, &addr, true);
}

/* ioctls of a VM that are the architecture's */
long kvm_arch_vm_ioctl(struct kvm *kvm, unsigned int ioctl, unsigned long arg)
{
	void __user *argp = (void __user *)arg;
	struct kvm_arm_device_addr dev_addr;
	struct kvm_vcpu_init init;
	long r;

	switch (ioctl) {
	case KVM_CREATE_IRQCHIP:
		mutex_lock(&kvm->lock);
		r = kvm_vgic_create(kvm);
		mutex_unlock(&kvm->lock);
		return r;

	case KVM_ARM_SET_DEVICE_ADDR:
		if (copy_from_user(&dev_addr, argp, sizeof(dev_addr)))
			return -EFAULT;
		mutex_lock(&kvm->lock);
		r = kvm_vm_ioctl_set_device_addr(kvm, &dev_addr);
		mutex_unlock(&kvm->lock);
		return r;

	case KVM_ARM_PREFERRED_TARGET:
		kvm_vcpu_preferred_target(&init);
		return copy_to_user(argp, &init, sizeof(init)) ? -EFAULT : 0;

	default:
		return -EINVAL;
	}
}
