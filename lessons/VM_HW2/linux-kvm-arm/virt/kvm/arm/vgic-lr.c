/*
 * List registers, through which the guest's interrupts reach its CPU interface.
 *
 *	kvm_vgic_flush_hwstate()	before a run: pending interrupts go in
 *	kvm_vgic_sync_hwstate()		after it: those that the guest has ended come out
 *
 * Both work on copies in struct vgic_cpu. hyp.S writes them to GICH on the way into
 * the guest and reads them on the way back.
 *
 * There are few of them, four on most machines. When more interrupts are pending than
 * fit, GICH_HCR.UIE asks for a maintenance interrupt as soon as the list registers are
 * nearly empty: it ends the run of the guest, and the next flush has room again.
 *
 * Linux 3.14: same names, in vgic.c.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/irqchip/arm-gic.h>

#include "vgic.h"

/* The list register is empty again: the interrupt that it held is nowhere now. */
static void vgic_retire_lr(int lr, int irq, struct vgic_cpu *vgic_cpu)
{
	vgic_cpu->lr_used &= ~(1ULL << lr);
	vgic_cpu->vgic_lr[lr] &= ~GICH_LR_STATE;
	vgic_cpu->vgic_irq_lr_map[irq] = LR_EMPTY;
}

/* Interrupts that the guest has disabled leave the list registers, unless it serves them now. */
void vgic_retire_disabled_irqs(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	int lr;

	for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
		int irq = vgic_cpu->vgic_lr[lr] & GICH_LR_VIRTUALID;

		if (!(vgic_cpu->lr_used & (1ULL << lr)) || vgic_irq_is_enabled(vcpu, irq) ||
		    (vgic_cpu->vgic_lr[lr] & GICH_LR_ACTIVE_BIT))
			continue;
		vgic_retire_lr(lr, irq, vgic_cpu);
		vgic_irq_set_active(vcpu, irq, false);
	}
}

/* Which of 32 interrupts is the guest serving now? */
u32 vgic_active_bits(struct kvm_vcpu *vcpu, int word)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	u32 bits = 0;
	int lr;

	for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
		int irq = vgic_cpu->vgic_lr[lr] & GICH_LR_VIRTUALID;

		if ((vgic_cpu->lr_used & (1ULL << lr)) && irq / 32 == word &&
		    (vgic_cpu->vgic_lr[lr] & GICH_LR_ACTIVE_BIT))
			bits |= 1U << (irq % 32);
	}
	return bits;
}

static int vgic_find_free_lr(struct vgic_cpu *vgic_cpu)
{
	int lr;

	for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
		if (!(vgic_cpu->lr_used & (1ULL << lr)))
			return lr;
	}
	return -1;
}

/* Put one interrupt into a list register. False if all are taken. */
static bool vgic_queue_irq(struct kvm_vcpu *vcpu, u8 sgi_source_id, int irq)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	u32 source = (u32)sgi_source_id << GICH_LR_PHYSID_CPUID_SHIFT;
	int lr = vgic_cpu->vgic_irq_lr_map[irq];

	/* There already, from the same source, and perhaps just being served: once more. */
	if (lr != LR_EMPTY && (vgic_cpu->vgic_lr[lr] & GICH_LR_PHYSID_CPUID) == source) {
		vgic_cpu->vgic_lr[lr] |= GICH_LR_PENDING_BIT;
		return true;
	}

	lr = vgic_find_free_lr(vgic_cpu);
	if (lr < 0)
		return false;

	vgic_cpu->vgic_lr[lr] = GICH_LR_PENDING_BIT | source | irq;
	if (!vgic_irq_is_edge(vcpu, irq))
		vgic_cpu->vgic_lr[lr] |= GICH_LR_EOI;
	vgic_cpu->vgic_irq_lr_map[irq] = lr;
	vgic_cpu->lr_used |= 1ULL << lr;
	vgic_cpu->vgic_elrsr[lr / 32] &= ~(1U << (lr % 32));	/* not empty, run or no run */
	return true;
}

/* The guest says that it serves an interrupt, or no longer. Without a list register: lost. */
void vgic_change_active(struct kvm_vcpu *vcpu, int irq, bool active)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	int lr = vgic_cpu->vgic_irq_lr_map[irq];

	if (active) {
		if (lr == LR_EMPTY && vgic_queue_irq(vcpu, 0, irq)) {
			lr = vgic_cpu->vgic_irq_lr_map[irq];
			vgic_cpu->vgic_lr[lr] &= ~GICH_LR_STATE;
		}
		if (lr != LR_EMPTY)
			vgic_cpu->vgic_lr[lr] |= GICH_LR_ACTIVE_BIT;
		return;
	}

	if (lr == LR_EMPTY)
		return;
	vgic_cpu->vgic_lr[lr] &= ~GICH_LR_ACTIVE_BIT;
	if (!(vgic_cpu->vgic_lr[lr] & GICH_LR_STATE)) {
		vgic_retire_lr(lr, irq, vgic_cpu);
		vgic_irq_set_active(vcpu, irq, false);
	}
}

/* An SGI, once for every vcpu that has sent it. */
static bool vgic_queue_sgi(struct kvm_vcpu *vcpu, int irq)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	u8 *sources = &dist->irq_sgi_sources[vcpu->vcpu_id][irq];
	int c;

	for (c = 0; c < VGIC_MAX_CPUS; c++) {
		if ((*sources & (1U << c)) && vgic_queue_irq(vcpu, c, irq))
			*sources &= ~(1U << c);
	}
	if (*sources)
		return false;

	vgic_dist_irq_set(vcpu, irq, false);
	vgic_cpu_irq_set(vcpu, irq, false);
	return true;
}

/* A PPI or SPI. */
static bool vgic_queue_hwirq(struct kvm_vcpu *vcpu, int irq)
{
	if (vgic_irq_is_active(vcpu, irq))
		return true;	/* level: in a list register until its EOI */

	if (!vgic_queue_irq(vcpu, 0, irq))
		return false;

	if (vgic_irq_is_edge(vcpu, irq)) {
		vgic_dist_irq_set(vcpu, irq, false);
		vgic_cpu_irq_set(vcpu, irq, false);
	} else {
		vgic_irq_set_active(vcpu, irq, true);
	}
	return true;
}

/* Queue the interrupts whose bits are set in a word, the first of which is number base. */
static bool vgic_queue_word(struct kvm_vcpu *vcpu, u32 pending, int base)
{
	bool all = true;

	while (pending) {
		int irq = base + __ffs(pending);

		pending &= pending - 1;
		if (!(irq < VGIC_NR_SGIS ? vgic_queue_sgi(vcpu, irq) : vgic_queue_hwirq(vcpu, irq)))
			all = false;
	}
	return all;
}

/* Fill the list registers: SGIs first, then PPIs, then SPIs. */
static void __kvm_vgic_flush_hwstate(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	struct vgic_dist *dist = vcpu_dist(vcpu);
	bool all = true;
	int i;

	if (!kvm_vgic_vcpu_pending_irq(vcpu))
		return;

	all &= vgic_queue_word(vcpu, vgic_cpu->pending_percpu, 0);
	for (i = 0; i < VGIC_NR_SHARED_IRQS / 32; i++)
		all &= vgic_queue_word(vcpu, vgic_cpu->pending_shared[i],
				       VGIC_NR_PRIVATE_IRQS + i * 32);

	if (all) {
		vgic_cpu->vgic_hcr &= ~GICH_HCR_UIE;
		clear_bit(vcpu->vcpu_id, &dist->irq_pending_on_cpu);
	} else {
		/* Too many: a maintenance interrupt shall tell when room is left. */
		vgic_cpu->vgic_hcr |= GICH_HCR_UIE;
	}
}

/* The guest has ended a level-triggered interrupt. Returns true if it is pending again. */
static bool vgic_process_eoi(struct kvm_vcpu *vcpu, int lr)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	int irq = vgic_cpu->vgic_lr[lr] & GICH_LR_VIRTUALID;
	bool still_high;

	vgic_irq_set_active(vcpu, irq, false);
	vgic_cpu->vgic_lr[lr] &= ~(GICH_LR_EOI | GICH_LR_ACTIVE_BIT);

	still_high = vgic_dist_irq_is_pending(vcpu, irq) && vgic_irq_is_enabled(vcpu, irq);
	vgic_cpu_irq_set(vcpu, irq, still_high);

	/* ELRSR leaves out an entry that asked for its EOI: it is empty now. */
	vgic_cpu->vgic_elrsr[lr / 32] |= 1U << (lr % 32);
	return still_high;
}

/* Why there was a maintenance interrupt: hyp.S has saved MISR and EISR. */
static bool vgic_process_maintenance(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	bool level_pending = false;
	int lr;

	if (vgic_cpu->vgic_misr & GICH_MISR_EOI) {
		for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
			if (vgic_cpu->vgic_eisr[lr / 32] & (1U << (lr % 32)))
				level_pending |= vgic_process_eoi(vcpu, lr);
		}
	}

	if (vgic_cpu->vgic_misr & GICH_MISR_U)
		vgic_cpu->vgic_hcr &= ~GICH_HCR_UIE;

	vgic_cpu->vgic_misr = 0;	/* dealt with: the next sync may come without a run */
	return level_pending;
}

/* Take back what the guest is done with. */
static void __kvm_vgic_sync_hwstate(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	bool work_left = vgic_process_maintenance(vcpu);
	int lr;

	for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
		if (!(vgic_cpu->vgic_elrsr[lr / 32] & (1U << (lr % 32)))) {
			work_left = true;	/* pending or active */
			continue;
		}
		if (vgic_cpu->lr_used & (1ULL << lr))
			vgic_retire_lr(lr, vgic_cpu->vgic_lr[lr] & GICH_LR_VIRTUALID, vgic_cpu);
	}

	if (work_left)
		set_bit(vcpu->vcpu_id, &vcpu_dist(vcpu)->irq_pending_on_cpu);
}

void kvm_vgic_flush_hwstate(struct kvm_vcpu *vcpu)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	unsigned long flags;

	if (!irqchip_in_kernel(vcpu->kvm))
		return;

	spin_lock_irqsave(&dist->lock, flags);
	__kvm_vgic_flush_hwstate(vcpu);
	spin_unlock_irqrestore(&dist->lock, flags);
}

void kvm_vgic_sync_hwstate(struct kvm_vcpu *vcpu)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	unsigned long flags;

	if (!irqchip_in_kernel(vcpu->kvm))
		return;

	spin_lock_irqsave(&dist->lock, flags);
	__kvm_vgic_sync_hwstate(vcpu);
	spin_unlock_irqrestore(&dist->lock, flags);
}
