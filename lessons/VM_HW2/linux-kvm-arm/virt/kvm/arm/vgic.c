/*
 * The virtual GIC.
 *
 * A GICv2 has two halves. The distributor knows every interrupt: enabled? pending?
 * for which CPU? It is software here: the guest's accesses trap, and
 * vgic_handle_mmio() plays it. The CPU interface, where the guest acknowledges and
 * ends interrupts, is hardware: GICV, mapped into the guest's memory, so that these
 * accesses do not trap.
 *
 * Between the halves are the list registers. Before each run of the guest,
 * kvm_vgic_flush_hwstate() puts pending interrupts into them; after it,
 * kvm_vgic_sync_hwstate() looks at what became of them.
 *
 *	kvm_vgic_inject_irq()        a line changes
 *	  -> irq_state               in the distributor
 *	  -> pending_percpu/_shared  enabled and for this vcpu
 *	  -> vgic_lr[]               flush: next run of the guest
 *	     the guest takes it, acknowledges it, ends it
 *	  -> LR empty                sync: free for the next one
 *
 * An edge-triggered interrupt is forgotten by the distributor once it is in a list
 * register. A level-triggered one stays "active" until the guest has ended it, and a
 * maintenance interrupt says when; if the line is still high then, it is pending again.
 *
 * Here is the distributor's state and what becomes of a change of a line. The rest:
 *
 *	vgic-mmio.c	the guest's accesses to the distributor, on their way
 *	vgic-regs.c	the distributor's registers, one by one
 *	vgic-lr.c	list registers: flush and sync
 *	vgic-init.c	at boot, for a VM, for a vcpu
 *	vgic-device.c	lkvm's view of it
 *
 * Linux 3.14: same names, all in this file.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "vgic.h"

/* ---- The state of an interrupt ---- */

/* The word with the bits of 32 interrupts; offset in bytes, as in the register. */
u32 *vgic_bitmap_get_reg(struct vgic_bitmap *x, int cpuid, u32 offset)
{
	offset >>= 2;
	return offset == 0 ? &x->percpu[cpuid] : &x->shared[offset - 1];
}

static bool vgic_bitmap_get_irq_val(struct vgic_bitmap *x, int cpuid, int irq)
{
	return (*vgic_bitmap_get_reg(x, cpuid, irq / 32 * 4) >> (irq % 32)) & 1;
}

static void vgic_bitmap_set_irq_val(struct vgic_bitmap *x, int cpuid, int irq, bool val)
{
	u32 *reg = vgic_bitmap_get_reg(x, cpuid, irq / 32 * 4);

	if (val)
		*reg |= 1U << (irq % 32);
	else
		*reg &= ~(1U << (irq % 32));
}

/* The word with the bytes of 4 interrupts; offset in bytes, as in the register. */
u32 *vgic_bytemap_get_reg(struct vgic_bytemap *x, int cpuid, u32 offset)
{
	offset >>= 2;
	if (offset < VGIC_NR_PRIVATE_IRQS / 4)
		return &x->percpu[cpuid][offset];
	return &x->shared[offset - VGIC_NR_PRIVATE_IRQS / 4];
}

struct vgic_dist *vcpu_dist(struct kvm_vcpu *vcpu)
{
	return &vcpu->kvm->arch.vgic;
}

bool vgic_irq_is_edge(struct kvm_vcpu *vcpu, int irq)
{
	return vgic_bitmap_get_irq_val(&vcpu_dist(vcpu)->irq_cfg, vcpu->vcpu_id, irq);
}

bool vgic_irq_is_enabled(struct kvm_vcpu *vcpu, int irq)
{
	return vgic_bitmap_get_irq_val(&vcpu_dist(vcpu)->irq_enabled, vcpu->vcpu_id, irq);
}

bool vgic_irq_is_active(struct kvm_vcpu *vcpu, int irq)
{
	return vgic_bitmap_get_irq_val(&vcpu_dist(vcpu)->irq_active, vcpu->vcpu_id, irq);
}

void vgic_irq_set_active(struct kvm_vcpu *vcpu, int irq, bool active)
{
	vgic_bitmap_set_irq_val(&vcpu_dist(vcpu)->irq_active, vcpu->vcpu_id, irq, active);
}

bool vgic_dist_irq_is_pending(struct kvm_vcpu *vcpu, int irq)
{
	return vgic_bitmap_get_irq_val(&vcpu_dist(vcpu)->irq_state, vcpu->vcpu_id, irq);
}

void vgic_dist_irq_set(struct kvm_vcpu *vcpu, int irq, bool pending)
{
	vgic_bitmap_set_irq_val(&vcpu_dist(vcpu)->irq_state, vcpu->vcpu_id, irq, pending);
}

/* "Put this one into a list register at the next opportunity", or not any longer. */
void vgic_cpu_irq_set(struct kvm_vcpu *vcpu, int irq, bool pending)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	u32 *word = irq < VGIC_NR_PRIVATE_IRQS
		  ? &vgic_cpu->pending_percpu
		  : &vgic_cpu->pending_shared[irq / 32 - 1];

	if (pending)
		*word |= 1U << (irq % 32);
	else
		*word &= ~(1U << (irq % 32));
}

/* ---- From the distributor's state to "pending for this vcpu" ---- */

/* The bits of the shared interrupts that are meant for this vcpu. */
static u32 vgic_spi_targets(struct vgic_dist *dist, int cpuid, int word)
{
	u32 mask = 0;
	int bit;

	for (bit = 0; bit < 32; bit++) {
		if (dist->irq_spi_target[word * 32 + bit] == cpuid)
			mask |= 1U << bit;
	}
	return mask;
}

/* Pending, enabled, mine. Returns whether there is any. */
static bool compute_pending_for_cpu(struct kvm_vcpu *vcpu)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	int cpuid = vcpu->vcpu_id;
	u32 any;
	int i;

	vgic_cpu->pending_percpu = dist->irq_state.percpu[cpuid] & dist->irq_enabled.percpu[cpuid];
	any = vgic_cpu->pending_percpu;

	for (i = 0; i < VGIC_NR_SHARED_IRQS / 32; i++) {
		u32 pending = dist->irq_state.shared[i] & dist->irq_enabled.shared[i];

		if (pending)
			pending &= vgic_spi_targets(dist, cpuid, i);
		vgic_cpu->pending_shared[i] = pending;
		any |= pending;
	}
	return any != 0;
}

/* The guest has changed something at the distributor: look at everything again. */
void vgic_update_state(struct kvm *kvm)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct kvm_vcpu *vcpu;
	int c;

	kvm_for_each_vcpu(c, vcpu, kvm) {
		if (dist->enabled && compute_pending_for_cpu(vcpu))
			set_bit(c, &dist->irq_pending_on_cpu);
		else
			clear_bit(c, &dist->irq_pending_on_cpu);
	}
}

/* Wake those who have something to do. */
void vgic_kick_vcpus(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu;
	int c;

	kvm_for_each_vcpu(c, vcpu, kvm) {
		if (kvm_vgic_vcpu_pending_irq(vcpu))
			kvm_vcpu_kick(vcpu);
	}
}

int kvm_vgic_vcpu_pending_irq(struct kvm_vcpu *vcpu)
{
	if (!irqchip_in_kernel(vcpu->kvm))
		return 0;
	return test_bit(vcpu->vcpu_id, &vcpu_dist(vcpu)->irq_pending_on_cpu);
}

/* ---- Interrupt lines ---- */

/* Does this change of the line mean anything? An edge is a rise; a level is any change. */
static bool vgic_validate_injection(struct kvm_vcpu *vcpu, int irq, bool level)
{
	bool state = vgic_dist_irq_is_pending(vcpu, irq);

	return vgic_irq_is_edge(vcpu, irq) ? level && !state : level != state;
}

/* Returns true if a vcpu should be woken. */
static bool vgic_update_irq_state(struct kvm_vcpu *vcpu, int irq, bool level)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);

	if (!vgic_validate_injection(vcpu, irq, level))
		return false;

	vgic_dist_irq_set(vcpu, irq, level);
	if (!level) {
		vgic_cpu_irq_set(vcpu, irq, false);
		return false;
	}

	if (!dist->enabled || !vgic_irq_is_enabled(vcpu, irq))
		return false;
	if (!vgic_irq_is_edge(vcpu, irq) && vgic_irq_is_active(vcpu, irq))
		return false;	/* the guest has not ended the last one: its EOI will show */

	vgic_cpu_irq_set(vcpu, irq, true);
	set_bit(vcpu->vcpu_id, &dist->irq_pending_on_cpu);
	return true;
}

/*
 * A line of the virtual GIC goes high or low. cpuid matters for PPIs only; irq_num is an
 * INTID. Allowed in interrupts.
 */
int kvm_vgic_inject_irq(struct kvm *kvm, int cpuid, unsigned int irq_num, bool level)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct kvm_vcpu *vcpu;
	unsigned long flags;
	bool kick = false;

	if (irq_num >= VGIC_NR_IRQS)
		return -EINVAL;

	spin_lock_irqsave(&dist->lock, flags);
	if (irq_num >= VGIC_NR_PRIVATE_IRQS)
		cpuid = dist->irq_spi_target[irq_num - VGIC_NR_PRIVATE_IRQS];
	vcpu = kvm_get_vcpu(kvm, cpuid);
	if (vcpu)
		kick = vgic_update_irq_state(vcpu, irq_num, level);
	spin_unlock_irqrestore(&dist->lock, flags);

	if (kick)
		vgic_kick_vcpus(kvm);
	return vcpu ? 0 : -EINVAL;
}
