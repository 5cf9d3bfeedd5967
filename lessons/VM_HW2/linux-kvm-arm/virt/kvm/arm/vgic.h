#ifndef __KVM_ARM_VGIC_LOCAL_H__
#define __KVM_ARM_VGIC_LOCAL_H__

/*
 * What the files of the virtual GIC share among themselves. What the rest of KVM may
 * use is in <kvm/arm_vgic.h>.
 */
#include <linux/kvm_host.h>
#include <linux/types.h>
#include <asm/kvm_mmio.h>

/* What GICD_IIDR and GICC_IIDR say about us */
#define PRODUCT_ID_KVM		0x4b
#define IMPLEMENTER_ARM		0x43b

/* A half of the vGIC that has no place in the guest's memory map yet */
#define VGIC_ADDR_UNDEF		((phys_addr_t)-1)

/* vgic.c: the state of interrupts */
struct vgic_dist *vcpu_dist(struct kvm_vcpu *vcpu);
u32 *vgic_bitmap_get_reg(struct vgic_bitmap *x, int cpuid, u32 offset);
u32 *vgic_bytemap_get_reg(struct vgic_bytemap *x, int cpuid, u32 offset);
bool vgic_irq_is_edge(struct kvm_vcpu *vcpu, int irq);
bool vgic_irq_is_enabled(struct kvm_vcpu *vcpu, int irq);
bool vgic_irq_is_active(struct kvm_vcpu *vcpu, int irq);
void vgic_irq_set_active(struct kvm_vcpu *vcpu, int irq, bool active);
bool vgic_dist_irq_is_pending(struct kvm_vcpu *vcpu, int irq);
void vgic_dist_irq_set(struct kvm_vcpu *vcpu, int irq, bool pending);
void vgic_cpu_irq_set(struct kvm_vcpu *vcpu, int irq, bool pending);
void vgic_update_state(struct kvm *kvm);
void vgic_kick_vcpus(struct kvm *kvm);

/* vgic-lr.c: list registers */
void vgic_retire_disabled_irqs(struct kvm_vcpu *vcpu);
u32 vgic_active_bits(struct kvm_vcpu *vcpu, int word);
void vgic_change_active(struct kvm_vcpu *vcpu, int irq, bool active);

/* What a register shows and what a write to it does */
#define ACCESS_READ_VALUE	(1 << 0)
#define ACCESS_READ_RAZ		(0 << 0)
#define ACCESS_WRITE_IGNORED	(0 << 1)
#define ACCESS_WRITE_SETBIT	(1 << 1)
#define ACCESS_WRITE_CLEARBIT	(2 << 1)
#define ACCESS_WRITE_VALUE	(3 << 1)
#define ACCESS_WRITE_MASK(x)	((x) & (3 << 1))

/*
 * A stretch of registers of one kind. handle_mmio gets offsets that count from base; it
 * returns true if interrupts may have become pending.
 */
struct mmio_range {
	phys_addr_t base;
	unsigned long len;
	bool (*handle_mmio)(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio, phys_addr_t offset);
};

/* vgic-mmio.c: accesses; vgic-regs.c: the registers */
void vgic_reg_access(struct kvm_exit_mmio *mmio, u32 *reg, phys_addr_t offset, int mode);
const struct mmio_range *find_matching_range(phys_addr_t offset, u32 len);

/* vgic-mmio.c, for vgic-device.c */
bool vgic_has_dist_reg(u32 offset);
int vgic_dist_regs_access(struct kvm_vcpu *vcpu, u32 offset, u32 *reg, bool write);

#endif
