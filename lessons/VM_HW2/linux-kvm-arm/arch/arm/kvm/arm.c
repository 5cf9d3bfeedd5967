/*
 * The heart of KVM on Arm: the life of a VM and of a vcpu, and the loop around a running
 * guest. 32-bit and 64-bit Arm share this file in Linux, hence its place.
 *
 * Where to start reading: kvm_arch_vcpu_ioctl_run(). How EL2 was made ready for it is
 * in hyp-mode.c, the other ioctls are in arm-ioctl.c.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/kvm_host.h>
#include <asm/kvm_arm.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_emulate.h>
#include <asm/kvm_mmu.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

/* The vcpu whose KVM_RUN is in progress, or NULL: for the eyes of a debugger. */
static struct kvm_vcpu *kvm_arm_running_vcpu;

/*
 * A VMID has 8 bits and must not be shared by two VMs that both have entries in the
 * TLB. When the 255 are used up, a new generation begins: all VMs must fetch a new one.
 */
static u64 kvm_vmid_gen = 1;
static u8 kvm_next_vmid;
static DEFINE_SPINLOCK(kvm_vmid_lock);

/* KVM_CREATE_VM: the architecture's part. type must be 0. */
int kvm_arch_init_vm(struct kvm *kvm, unsigned long type)
{
	int ret;

	if (type)
		return -EINVAL;

	ret = kvm_alloc_stage2_pgd(kvm);
	if (ret)
		return ret;

	/* hyp.S reads VTTBR_EL2's value and more from struct kvm. */
	ret = create_hyp_mappings(kvm, kvm + 1);
	if (ret) {
		kvm_free_stage2_pgd(kvm);
		return ret;
	}

	kvm_timer_init(kvm);

	/* No VMID yet: generation 0 is always out of date. */
	kvm->arch.vmid_gen = 0;
	return 0;
}

void kvm_arch_destroy_vm(struct kvm *kvm)
{
	int i;

	kvm_free_stage2_pgd(kvm);

	for (i = 0; i < KVM_MAX_VCPUS; i++) {
		if (kvm->vcpus[i]) {
			kvm_arch_vcpu_free(kvm->vcpus[i]);
			kvm->vcpus[i] = NULL;
		}
	}
}

/* A slot goes away or moves: the guest must not reach that memory any longer. mmu_lock is held. */
void kvm_arch_flush_shadow_memslot(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	unmap_stage2_range(kvm, gfn_to_gpa(slot->base_gfn), (u64)slot->npages << PAGE_SHIFT);
}

/* All of the slot must lie in IPAs that stage 2 can map. */
int kvm_arch_prepare_memory_region(struct kvm *kvm, struct kvm_userspace_memory_region *mem)
{
	if (mem->guest_phys_addr >= KVM_PHYS_SIZE ||
	    mem->memory_size > KVM_PHYS_SIZE - mem->guest_phys_addr)
		return -EFAULT;
	return 0;
}

struct kvm_vcpu *kvm_arch_vcpu_create(struct kvm *kvm, unsigned int id)
{
	struct kvm_vcpu *vcpu = kzalloc(sizeof(*vcpu), GFP_KERNEL);
	int err = -ENOMEM;

	if (!vcpu)
		return ERR_PTR(err);

	err = kvm_vcpu_init(vcpu, kvm, id);
	if (err)
		goto free_vcpu;

	/* hyp.S saves the guest's registers in here. */
	err = create_hyp_mappings(vcpu, vcpu + 1);
	if (err)
		goto uninit;

	return vcpu;

uninit:
	kvm_vcpu_uninit(vcpu);
free_vcpu:
	kfree(vcpu);
	return ERR_PTR(err);
}

void kvm_arch_vcpu_free(struct kvm_vcpu *vcpu)
{
	kvm_mmu_free_memory_caches(vcpu);
	kvm_timer_vcpu_terminate(vcpu);
	kvm_vcpu_uninit(vcpu);
	kfree(vcpu);
}

int kvm_arch_vcpu_init(struct kvm_vcpu *vcpu)
{
	int ret;

	vcpu->arch.target = -1;		/* until KVM_ARM_VCPU_INIT */
	vcpu->arch.hcr_el2 = HCR_GUEST_FLAGS;

	ret = kvm_vgic_vcpu_init(vcpu);
	if (ret)
		return ret;

	kvm_timer_vcpu_init(vcpu);
	return 0;
}

/* The running task takes the vcpu in hand … */
void kvm_arch_vcpu_load(struct kvm_vcpu *vcpu, int cpu)
{
	vcpu->cpu = cpu;
	vcpu->arch.host_cpu_context = &kvm_host_cpu_state;
	kvm_arm_running_vcpu = vcpu;
}

/* … and lets it go. */
void kvm_arch_vcpu_put(struct kvm_vcpu *vcpu)
{
	vcpu->cpu = -1;
	kvm_arm_running_vcpu = NULL;
}

/* Would the guest have something to do if it were entered now? Ends kvm_vcpu_block(). */
int kvm_arch_vcpu_runnable(struct kvm_vcpu *vcpu)
{
	return !!vcpu->arch.irq_lines || kvm_vgic_vcpu_pending_irq(vcpu);
}

/* Has KVM_ARM_VCPU_INIT said which CPU it is? */
int kvm_vcpu_initialized(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.target >= 0;
}

/* True if another VM may have the same VMID by now. */
static bool need_new_vmid_gen(struct kvm *kvm)
{
	return kvm->arch.vmid_gen != kvm_vmid_gen;
}

/*
 * Give the VM a VMID if it has none of the current generation, and compute the value
 * of VTTBR_EL2. VMID 0 belongs to the host.
 */
static void update_vttbr(struct kvm *kvm)
{
	u64 vmid;

	if (!need_new_vmid_gen(kvm))
		return;

	spin_lock(&kvm_vmid_lock);
	if (!need_new_vmid_gen(kvm))
		goto out;	/* another vcpu was faster */

	if (kvm_next_vmid == 0) {
		/* Used up (or the very first): forget all guests' translations. */
		kvm_vmid_gen++;
		kvm_next_vmid = 1;
		kvm_call_hyp(__kvm_flush_vm_context);
	}

	kvm->arch.vmid_gen = kvm_vmid_gen;
	kvm->arch.vmid = kvm_next_vmid++;

	vmid = (u64)kvm->arch.vmid << VTTBR_VMID_SHIFT;
	kvm->arch.vttbr = (virt_to_phys(kvm->arch.pgd) & VTTBR_BADDR_MASK) | vmid;
out:
	spin_unlock(&kvm_vmid_lock);
}

/* Work that waits for the first KVM_RUN, when lkvm has described the whole machine. */
static int kvm_vcpu_first_run_init(struct kvm_vcpu *vcpu)
{
	struct kvm *kvm = vcpu->kvm;
	int ret = 0;

	if (vcpu->arch.has_run_once)
		return 0;

	mutex_lock(&kvm->lock);
	if (irqchip_in_kernel(kvm) && !vgic_initialized(kvm))
		ret = kvm_vgic_init(kvm);
	if (!ret)
		vcpu->arch.has_run_once = true;
	mutex_unlock(&kvm->lock);
	return ret;
}

/* Switched off by PSCI: sleep until another vcpu switches this one on. */
static void vcpu_pause(struct kvm_vcpu *vcpu)
{
	(void)wait_event_interruptible(vcpu->wq, !vcpu->arch.pause);
}

/*
 * KVM_RUN. Runs the guest until lkvm is needed.
 *
 * Each turn of the loop is one stay in the guest: prepare its interrupts, switch to
 * it, come back when it traps or when a host interrupt arrives, and let handle_exit()
 * answer. handle_exit() returns 1 to go round again, 0 to leave with
 * run->exit_reason filled in, or an error.
 */
int kvm_arch_vcpu_ioctl_run(struct kvm_vcpu *vcpu, struct kvm_run *run)
{
	sigset_t sigsaved;
	int ret;

	if (!kvm_vcpu_initialized(vcpu))
		return -ENOEXEC;

	ret = kvm_vcpu_first_run_init(vcpu);
	if (ret)
		return ret;

	/* The last exit was an access to a device of lkvm's. A load's data is here now. */
	if (run->exit_reason == KVM_EXIT_MMIO) {
		ret = kvm_handle_mmio_return(vcpu, run);
		if (ret)
			return ret;
	}

	if (vcpu->sigset_active)
		sigprocmask(SIG_SETMASK, &vcpu->sigset, &sigsaved);

	ret = 1;
	run->exit_reason = KVM_EXIT_UNKNOWN;
	while (ret > 0) {
		cond_resched();

		update_vttbr(vcpu->kvm);

		if (vcpu->arch.pause)
			vcpu_pause(vcpu);

		kvm_vgic_flush_hwstate(vcpu);
		kvm_timer_flush_hwstate(vcpu);

		local_irq_disable();

		/* From here on no signal can slip in unseen: interrupts are off. */
		if (signal_pending(current)) {
			ret = -EINTR;
			run->exit_reason = KVM_EXIT_INTR;
		}

		if (ret <= 0 || need_new_vmid_gen(vcpu->kvm)) {
			local_irq_enable();
			kvm_timer_sync_hwstate(vcpu);
			kvm_vgic_sync_hwstate(vcpu);
			continue;
		}

		/* Into the guest, and out again */
		trace_kvm_entry(*vcpu_pc(vcpu));
		vcpu->mode = IN_GUEST_MODE;

		ret = kvm_call_hyp(__kvm_vcpu_run, vcpu);

		vcpu->mode = OUTSIDE_GUEST_MODE;
		vcpu->arch.last_pcpu = vcpu->cpu;
		trace_kvm_exit(ret, kvm_vcpu_trap_get_class(vcpu), *vcpu_pc(vcpu));

		/* A host interrupt that ended the run is still pending: it is served here. */
		local_irq_enable();

		kvm_timer_sync_hwstate(vcpu);
		kvm_vgic_sync_hwstate(vcpu);

		ret = handle_exit(vcpu, run, ret);
		trace_kvm_vm_hw2(0, 0, 0);
	}

	if (vcpu->sigset_active)
		sigprocmask(SIG_SETMASK, &sigsaved, NULL);
	return ret;
}
