#ifndef __KVM_ARM_VGIC_H
#define __KVM_ARM_VGIC_H

/*
 * The virtual GIC. The distributor is software (struct vgic_dist, one for a
 * VM); the CPU interface is hardware, fed through the list registers that
 * struct vgic_cpu holds while the vcpu does not run.
 */
#include <linux/types.h>
#include <linux/spinlock.h>

#define VGIC_NR_IRQS		128
#define VGIC_NR_SGIS		16
#define VGIC_NR_PPIS		16
#define VGIC_NR_PRIVATE_IRQS	(VGIC_NR_SGIS + VGIC_NR_PPIS)
#define VGIC_NR_SHARED_IRQS	(VGIC_NR_IRQS - VGIC_NR_PRIVATE_IRQS)
#define VGIC_MAX_CPUS		4	/* as KVM_MAX_VCPUS */
#define VGIC_MAX_LRS		64

/* One bit for each interrupt: the first 32 are private to a cpu, the rest shared. */
struct vgic_bitmap {
	u32 percpu[VGIC_MAX_CPUS];
	u32 shared[VGIC_NR_SHARED_IRQS / 32];
};

/* One byte for each interrupt, four to a word. */
struct vgic_bytemap {
	u32 percpu[VGIC_MAX_CPUS][VGIC_NR_PRIVATE_IRQS / 4];
	u32 shared[VGIC_NR_SHARED_IRQS / 4];
};

struct vgic_dist {
	spinlock_t lock;
	bool ready;		/* GICV is mapped: the VM may run */
	bool created;		/* KVM_CREATE_IRQCHIP was called */

	void *vctrl_base;	/* GICH as the kernel sees it; hyp.S reads this */

	phys_addr_t vgic_dist_base;	/* IPA of the distributor */
	phys_addr_t vgic_cpu_base;	/* IPA of the CPU interface */

	u32 enabled;			/* GICD_CTLR */
	struct vgic_bitmap irq_enabled;	/* GICD_ISENABLER */
	struct vgic_bitmap irq_state;	/* pending, or a level that is high */
	struct vgic_bitmap irq_active;	/* a level interrupt already in a list register */
	struct vgic_bitmap irq_cfg;	/* 1 = edge */
	struct vgic_bytemap irq_priority;
	u8 irq_sgi_sources[VGIC_MAX_CPUS][VGIC_NR_SGIS];	/* who sent it, a bit each */
	u8 irq_spi_target[VGIC_NR_SHARED_IRQS];			/* number of the vcpu */

	unsigned long irq_pending_on_cpu;	/* a bit for each vcpu with work */
};

#define LR_EMPTY	0xff

struct vgic_cpu {
	u8 vgic_irq_lr_map[VGIC_NR_IRQS];	/* which list register holds it, or LR_EMPTY */
	u32 pending_percpu;
	u32 pending_shared[VGIC_NR_SHARED_IRQS / 32];
	u64 lr_used;				/* a bit for each list register */
	int nr_lr;				/* how many the hardware has */

	/* The registers of GICH, saved and restored by hyp.S */
	u32 vgic_hcr;
	u32 vgic_vmcr;
	u32 vgic_misr;		/* read only */
	u32 vgic_eisr[2];	/* read only */
	u32 vgic_elrsr[2];	/* read only */
	u32 vgic_apr;
	u32 vgic_lr[VGIC_MAX_LRS];
};

struct kvm;
struct kvm_vcpu;
struct kvm_run;
struct kvm_exit_mmio;

int kvm_vgic_hyp_init(void);
int kvm_vgic_create(struct kvm *kvm);
int kvm_vgic_addr(struct kvm *kvm, unsigned long type, u64 *addr, bool write);
int kvm_vgic_init(struct kvm *kvm);
int kvm_vgic_vcpu_init(struct kvm_vcpu *vcpu);
void kvm_vgic_flush_hwstate(struct kvm_vcpu *vcpu);
void kvm_vgic_sync_hwstate(struct kvm_vcpu *vcpu);
int kvm_vgic_inject_irq(struct kvm *kvm, int cpuid, unsigned int irq_num, bool level);
int kvm_vgic_vcpu_pending_irq(struct kvm_vcpu *vcpu);
bool vgic_handle_mmio(struct kvm_vcpu *vcpu, struct kvm_run *run, struct kvm_exit_mmio *mmio);

#define irqchip_in_kernel(k)	((k)->arch.vgic.created)
#define vgic_initialized(k)	((k)->arch.vgic.ready)

#endif
