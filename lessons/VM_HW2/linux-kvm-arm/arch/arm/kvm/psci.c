/*
 * PSCI, the guest's way to switch CPUs on and off. On a real machine it calls
 * firmware with SMC; in a VM the hypervisor plays the firmware, by HVC.
 *
 * Version 0.1 is what 3.14 has. It cannot switch the machine off, so 0.2 from later
 * kernels is here too.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/kvm_host.h>
#include <asm/kvm_emulate.h>
#include <asm/kvm_psci.h>

#define PSCI_VERSION_0_2	2	/* major 0 in bits 31:16, minor 2 */
#define PSCI_TOS_NOT_PRESENT	2	/* no trusted OS that would have to migrate */

/* CPU_OFF: the vcpu sleeps in vcpu_pause() until CPU_ON. */
static void kvm_psci_vcpu_off(struct kvm_vcpu *vcpu)
{
	vcpu->arch.pause = true;
}

/* The vcpu with this MPIDR (its affinity fields; the rest is ignored), or NULL. */
static struct kvm_vcpu *mpidr_to_vcpu(struct kvm *kvm, unsigned long mpidr)
{
	return mpidr & 0xff00ffff00UL ? NULL : kvm_get_vcpu(kvm, (int)(mpidr & 0xff));
}

/* CPU_ON: x1 = which CPU, x2 = where it starts, x3 = what it finds in x0 (0.2). */
static unsigned long kvm_psci_vcpu_on(struct kvm_vcpu *source_vcpu, bool psci_0_2)
{
	struct kvm_vcpu *vcpu = mpidr_to_vcpu(source_vcpu->kvm, vcpu_get_reg(source_vcpu, 1));

	/* It must exist, have been initialized, and be off. */
	if (!vcpu || vcpu->arch.target < 0)
		return KVM_PSCI_RET_INVAL;
	if (!vcpu->arch.pause)
		return psci_0_2 ? PSCI_RET_ALREADY_ON : KVM_PSCI_RET_INVAL;

	kvm_reset_vcpu(vcpu);
	*vcpu_pc(vcpu) = vcpu_get_reg(source_vcpu, 2);
	vcpu_set_reg(vcpu, 0, psci_0_2 ? vcpu_get_reg(source_vcpu, 3) : 0);

	vcpu->arch.pause = false;
	wake_up_interruptible(&vcpu->wq);
	return KVM_PSCI_RET_SUCCESS;
}

/* CPU_SUSPEND: as WFI, for we have one idle state only. */
static unsigned long kvm_psci_vcpu_suspend(struct kvm_vcpu *vcpu)
{
	kvm_vcpu_block(vcpu);
	return KVM_PSCI_RET_SUCCESS;
}

/* AFFINITY_INFO: 0 = on, 1 = off. We know single CPUs only, no clusters. */
static unsigned long kvm_psci_affinity_info(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu *target = mpidr_to_vcpu(vcpu->kvm, vcpu_get_reg(vcpu, 1));

	if (!target || vcpu_get_reg(vcpu, 2))
		return KVM_PSCI_RET_INVAL;
	return target->arch.pause ? 1 : 0;
}

/* SYSTEM_OFF, SYSTEM_RESET: only lkvm can end a VM. */
static int kvm_prepare_system_event(struct kvm_vcpu *vcpu, u32 type)
{
	memset(&vcpu->run->system_event, 0, sizeof(vcpu->run->system_event));
	vcpu->run->system_event.type = type;
	vcpu->run->exit_reason = KVM_EXIT_SYSTEM_EVENT;

	/* Should lkvm enter it again all the same, then the call has failed. */
	vcpu_set_reg(vcpu, 0, PSCI_RET_INTERNAL_FAILURE);
	return 0;
}

/* Version 0.1. */
static int kvm_psci_0_1_call(struct kvm_vcpu *vcpu)
{
	unsigned long val;

	switch ((u32)vcpu_get_reg(vcpu, 0)) {
	case KVM_PSCI_FN_CPU_OFF:
		kvm_psci_vcpu_off(vcpu);
		val = KVM_PSCI_RET_SUCCESS;
		break;
	case KVM_PSCI_FN_CPU_ON:
		val = kvm_psci_vcpu_on(vcpu, false);
		break;
	case KVM_PSCI_FN_CPU_SUSPEND:
	case KVM_PSCI_FN_MIGRATE:
		val = KVM_PSCI_RET_NI;
		break;
	default:
		return -1;
	}

	vcpu_set_reg(vcpu, 0, val);
	return 1;
}

/* Version 0.2, for a vcpu that was made with KVM_ARM_VCPU_PSCI_0_2. */
static int kvm_psci_0_2_call(struct kvm_vcpu *vcpu)
{
	unsigned long val;

	switch ((u32)vcpu_get_reg(vcpu, 0)) {
	case PSCI_0_2_FN_PSCI_VERSION:
		val = PSCI_VERSION_0_2;
		break;
	case PSCI_0_2_FN_CPU_SUSPEND:
	case PSCI_0_2_FN64_CPU_SUSPEND:
		val = kvm_psci_vcpu_suspend(vcpu);
		break;
	case PSCI_0_2_FN_CPU_OFF:
		kvm_psci_vcpu_off(vcpu);
		val = KVM_PSCI_RET_SUCCESS;
		break;
	case PSCI_0_2_FN_CPU_ON:
	case PSCI_0_2_FN64_CPU_ON:
		val = kvm_psci_vcpu_on(vcpu, true);
		break;
	case PSCI_0_2_FN_AFFINITY_INFO:
	case PSCI_0_2_FN64_AFFINITY_INFO:
		val = kvm_psci_affinity_info(vcpu);
		break;
	case PSCI_0_2_FN_MIGRATE_INFO_TYPE:
		val = PSCI_TOS_NOT_PRESENT;
		break;
	case PSCI_0_2_FN_MIGRATE:
	case PSCI_0_2_FN64_MIGRATE:
	case PSCI_0_2_FN_MIGRATE_INFO_UP_CPU:
	case PSCI_0_2_FN64_MIGRATE_INFO_UP_CPU:
		val = KVM_PSCI_RET_NI;
		break;
	case PSCI_0_2_FN_SYSTEM_OFF:
		return kvm_prepare_system_event(vcpu, KVM_SYSTEM_EVENT_SHUTDOWN);
	case PSCI_0_2_FN_SYSTEM_RESET:
		return kvm_prepare_system_event(vcpu, KVM_SYSTEM_EVENT_RESET);
	default:
		return -1;
	}

	vcpu_set_reg(vcpu, 0, val);
	return 1;
}

/*
 * x0 holds the number of a function, x1 to x3 its arguments, and x0 gets the answer.
 * HVC, unlike other trapping instructions, has already been stepped over. The numbers of
 * 0.1 go on working for a vcpu with 0.2.
 */
int kvm_psci_call(struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.features & (1 << KVM_ARM_VCPU_PSCI_0_2)) {
		int ret = kvm_psci_0_2_call(vcpu);

		if (ret >= 0)
			return ret;
	}
	return kvm_psci_0_1_call(vcpu);
}
