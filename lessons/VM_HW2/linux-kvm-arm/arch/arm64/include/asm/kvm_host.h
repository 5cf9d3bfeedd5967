#ifndef __ARM64_KVM_HOST_H__
#define __ARM64_KVM_HOST_H__

/*
 * The architecture's part of a VM (struct kvm_arch) and of a vcpu (struct
 * kvm_vcpu_arch). hyp.S reaches into both: the offsets it uses come from
 * asm-offsets.c, so fields may be added anywhere (but no more than some 10 KB of them).
 */
#include <linux/types.h>
#include <asm/kvm.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_mmio.h>
#include <kvm/arm_vgic.h>
#include <kvm/arm_arch_timer.h>

#define KVM_MAX_VCPUS		4
#define KVM_USER_MEM_SLOTS	32
#define KVM_NR_MEM_OBJS		40

struct kvm_arch {
	u64 vmid_gen;		/* the generation its VMID belongs to; see update_vttbr() */
	u32 vmid;
	u64 *pgd;		/* stage-2 root: two concatenated level-1 tables */
	u64 vttbr;		/* what goes into VTTBR_EL2 */
	struct vgic_dist vgic;
	struct arch_timer_kvm timer;
};

/* Table pages set aside before mmu_lock is taken, so that mapping cannot fail. */
struct kvm_mmu_memory_cache {
	int nobjs;
	void *objects[KVM_NR_MEM_OBJS];
};

/* Why the guest trapped, as hyp.S found it. */
struct kvm_vcpu_fault_info {
	u32 esr_el2;		/* class and details */
	u64 far_el2;		/* the guest's virtual address */
	u64 hpfar_el2;		/* its IPA, see HPFAR_MASK */
};

/* A register file at rest: the guest's while the host runs, and the other way round. */
struct kvm_cpu_context {
	struct kvm_regs gp_regs;
	u64 sys_regs[NR_SYS_REGS];
};

typedef struct kvm_cpu_context kvm_cpu_context_t;

struct kvm_vcpu_arch {
	struct kvm_cpu_context ctxt;
	u64 hcr_el2;
	struct kvm_vcpu_fault_info fault;
	kvm_cpu_context_t *host_cpu_context;

	struct vgic_cpu vgic_cpu;
	struct arch_timer_cpu timer_cpu;

	int last_pcpu;
	bool pause;		/* switched off until CPU_ON */
	struct kvm_decode mmio_decode;
	u64 irq_lines;		/* HCR_VI and HCR_VF, for a VM without a vGIC */
	struct kvm_mmu_memory_cache mmu_page_cache;

	int target;		/* KVM_ARM_TARGET_…, -1 before KVM_ARM_VCPU_INIT */
	unsigned long features;	/* a bit for each KVM_ARM_VCPU_… */
	bool has_run_once;
};

#define vcpu_gp_regs(v)		(&(v)->arch.ctxt.gp_regs)
#define vcpu_sys_reg(v, r)	((v)->arch.ctxt.sys_regs[(r)])

struct kvm_vcpu_stat {
	u32 halt_wakeup;
};

struct kvm;
struct kvm_run;
struct kvm_vcpu;
struct kvm_one_reg;
struct kvm_vcpu_init;

/* handle_exit.c: 1 = back into the guest, 0 = out to user space, negative = error */
int handle_exit(struct kvm_vcpu *vcpu, struct kvm_run *run, int exception_index);

/* guest.c, reset.c */
int kvm_target_cpu(void);
int kvm_vcpu_preferred_target(struct kvm_vcpu_init *init);
int kvm_vcpu_set_target(struct kvm_vcpu *vcpu, const struct kvm_vcpu_init *init);
int kvm_reset_vcpu(struct kvm_vcpu *vcpu);
int kvm_arm_get_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg);
int kvm_arm_set_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg);
unsigned long kvm_arm_num_regs(struct kvm_vcpu *vcpu);
int kvm_arm_copy_reg_indices(struct kvm_vcpu *vcpu, u64 __user *indices);

/* arm.c */
int kvm_vcpu_initialized(struct kvm_vcpu *vcpu);

/* hyp-mode.c: where the host's registers rest while a guest runs */
extern kvm_cpu_context_t kvm_host_cpu_state;

/* hyp.S: run hypfn at EL2 with up to three arguments. */
u64 kvm_call_hyp(void *hypfn, ...);

#endif
