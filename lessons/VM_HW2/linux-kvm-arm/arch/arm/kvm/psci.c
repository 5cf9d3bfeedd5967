/*
 * PSCI, the guest's way to switch CPUs on and off. On a real machine it calls
 * firmware with SMC; in a VM the hypervisor plays the firmware, by HVC.
 *
 * Version 0.1 is what 3.14 has. It cannot switch the machine off, so a part of 0.2
 * from later kernels is here too: PSCI_VERSION, MIGRATE_INFO_TYPE, SYSTEM_OFF and
 * SYSTEM_RESET.
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

/* CPU_ON: x1 = which CPU, x2 = where it starts, x3 = what it finds in x0 (0.2). */
static unsigned long kvm_psci_vcpu_on(struct kvm_vcpu *source_vcpu)
{
	struct kvm *kvm = source_vcpu->kvm;
	struct kvm_vcpu *vcpu = kvm_get_vcpu(kvm, (int)(vcpu_get_reg(source_vcpu, 1) & 0xff));

	/* It must exist and be off. */
	if (!vcpu || !vcpu->arch.pause)
		return KVM_PSCI_RET_INVAL;

	kvm_reset_vcpu(vcpu);
	*vcpu_pc(vcpu) = vcpu_get_reg(source_vcpu, 2);
	vcpu_set_reg(vcpu, 0, vcpu_get_reg(source_vcpu, 3));

	vcpu->arch.pause = false;
	wake_up_interruptible(&vcpu->wq);
	return KVM_PSCI_RET_SUCCESS;
}

/* SYSTEM_OFF, SYSTEM_RESET: only lkvm can end a VM. */
static int kvm_prepare_system_event(struct kvm_vcpu *vcpu, u32 type)
{
	memset(&vcpu->run->system_event, 0, sizeof(vcpu->run->system_event));
	vcpu->run->system_event.type = type;
	vcpu->run->exit_reason = KVM_EXIT_SYSTEM_EVENT;
	return 0;
}

/*
 * x0 holds the number of a function, x1 to x3 its arguments, and x0 gets the answer.
 * HVC, unlike other trapping instructions, has already been stepped over.
 */
int kvm_psci_call(struct kvm_vcpu *vcpu)
{
	u32 psci_fn = (u32)vcpu_get_reg(vcpu, 0);
	unsigned long val;

	switch (psci_fn) {
	case KVM_PSCI_FN_CPU_OFF:
	case PSCI_0_2_FN_CPU_OFF:
		kvm_psci_vcpu_off(vcpu);
		val = KVM_PSCI_RET_SUCCESS;
		break;
	case KVM_PSCI_FN_CPU_ON:
	case PSCI_0_2_FN64_CPU_ON:
		val = kvm_psci_vcpu_on(vcpu);
		break;
	case KVM_PSCI_FN_CPU_SUSPEND:
	case KVM_PSCI_FN_MIGRATE:
		val = KVM_PSCI_RET_NI;
		break;
	case PSCI_0_2_FN_PSCI_VERSION:
		val = PSCI_VERSION_0_2;
		break;
	case PSCI_0_2_FN_MIGRATE_INFO_TYPE:
		val = PSCI_TOS_NOT_PRESENT;
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
