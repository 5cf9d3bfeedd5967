/*
 * The heart of KVM on Arm: bringing the hypervisor up at EL2, and the loop around
 * a running guest. 32-bit and 64-bit Arm share this file in Linux, hence its place.
 *
 * Where to start reading: kvm_arch_vcpu_ioctl_run().
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/kvm_host.h>
#include <asm/kvm_arm.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_coproc.h>
#include <asm/kvm_emulate.h>
#include <asm/kvm_mmu.h>
#include <asm/kvm_psci.h>
#include <asm/virt.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

/* One CPU, hence one of each: the stack of EL2, and the place where the host rests. */
static unsigned long kvm_arm_hyp_stack_page;
static kvm_cpu_context_t kvm_host_cpu_state;

static struct kvm_vcpu *kvm_arm_running_vcpu;

/*
 * A VMID has 8 bits and must not be shared by two VMs that both have entries in the
 * TLB. When the 255 are used up, a new generation begins: all VMs must fetch a new one.
 */
static u64 kvm_vmid_gen = 1;
static u8 kvm_next_vmid;
static DEFINE_SPINLOCK(kvm_vmid_lock);

/* The vcpu whose KVM_RUN is in progress, or NULL. */
struct kvm_vcpu *kvm_arm_get_running_vcpu(void)
{
	return kvm_arm_running_vcpu;
}

/* KVM_CHECK_EXTENSION */
int kvm_dev_ioctl_check_extension(long ext)
{
	switch (ext) {
	case KVM_CAP_IRQCHIP:
	case KVM_CAP_USER_MEMORY:
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

/* A slot goes away or moves: the guest must not reach that memory any longer. */
void kvm_arch_flush_shadow_memslot(struct kvm *kvm, struct kvm_memory_slot *slot)
{
	spin_lock(&kvm->mmu_lock);
	unmap_stage2_range(kvm, gfn_to_gpa(slot->base_gfn), (u64)slot->npages << PAGE_SHIFT);
	spin_unlock(&kvm->mmu_lock);
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

static int kvm_vcpu_initialized(struct kvm_vcpu *vcpu)
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

	spin_unlock(&kvm_vmid_lock);
}

/* Work that waits for the first KVM_RUN, when lkvm has described the whole machine. */
static int kvm_vcpu_first_run_init(struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.has_run_once)
		return 0;

	if (irqchip_in_kernel(vcpu->kvm) && !vgic_initialized(vcpu->kvm)) {
		int ret = kvm_vgic_init(vcpu->kvm);

		if (ret)
			return ret;
	}

	if (vcpu->arch.features & (1 << KVM_ARM_VCPU_POWER_OFF))
		vcpu->arch.pause = true;

	vcpu->arch.has_run_once = true;
	return 0;
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

	/* The last exit was a load from a device of lkvm's: its data is here now. */
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

/* ioctls of a vcpu that only Arm has */
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

/* ioctls of a VM that only Arm has */
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

/*
 * Replace the hyp stub by KVM's own EL2: first its vectors of the start, which run
 * with the MMU off, then one HVC into them. See hyp-init.S.
 */
static void cpu_init_hyp_mode(void)
{
	phys_addr_t boot_pgd_ptr = kvm_mmu_get_boot_httbr();
	phys_addr_t pgd_ptr = kvm_mmu_get_httbr();
	unsigned long hyp_stack_ptr = KERN_TO_HYP(kvm_arm_hyp_stack_page + PAGE_SIZE);
	unsigned long vector_ptr = KERN_TO_HYP(__kvm_hyp_vector);

	__hyp_set_vectors(kvm_get_idmap_vector());

	kvm_call_hyp((void *)boot_pgd_ptr, pgd_ptr, hyp_stack_ptr, vector_ptr);
}

/* Build the tables of EL2, with all that hyp.S touches, and move in. */
static int init_hyp_mode(void)
{
	int err;

	err = kvm_mmu_init();
	if (err)
		goto out;

	err = -ENOMEM;
	kvm_arm_hyp_stack_page = get_zeroed_page(GFP_KERNEL);
	if (!kvm_arm_hyp_stack_page)
		goto out_free_pgds;

	err = create_hyp_mappings(__kvm_hyp_code_start, __kvm_hyp_code_end);
	if (err)
		goto out_free_stack;

	err = create_hyp_mappings((void *)kvm_arm_hyp_stack_page,
				  (void *)(kvm_arm_hyp_stack_page + PAGE_SIZE));
	if (err)
		goto out_free_stack;

	err = create_hyp_mappings(&kvm_host_cpu_state, &kvm_host_cpu_state + 1);
	if (err)
		goto out_free_stack;

	cpu_init_hyp_mode();

	err = kvm_vgic_hyp_init();
	if (err)
		return err;	/* EL2 stays as it is: there is no way back to the stub */

	err = kvm_timer_hyp_init();
	if (err)
		return err;

	pr_info("kvm: Hyp mode initialized successfully\n");
	return 0;

out_free_stack:
	free_page(kvm_arm_hyp_stack_page);
out_free_pgds:
	free_hyp_pgds();
out:
	pr_err("kvm: error initializing Hyp mode: %d\n", err);
	return err;
}

/* Can this machine run guests? If so, get ready for them. */
int kvm_arch_init(void)
{
	if (!is_hyp_mode_available()) {
		pr_info("kvm: HYP mode not available\n");
		return -ENODEV;
	}

	if (kvm_target_cpu() < 0) {
		pr_err("kvm: this CPU is not supported\n");
		return -ENODEV;
	}

	return init_hyp_mode();
}

static int __init arm_init(void)
{
	return kvm_init();
}

module_init(arm_init);
