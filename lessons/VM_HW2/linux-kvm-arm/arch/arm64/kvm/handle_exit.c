/*
 * The guest has trapped: who takes care of it?
 *
 * ESR_EL2 names the class of the exception in its top six bits. A table with one
 * handler for each class does the rest. Every handler returns
 *	1  dealt with, back into the guest
 *	0  lkvm must help: kvm_run says with what
 *	<0 an error for lkvm
 *
 * Linux 3.14: same names, same file. (arch/arm/kvm has a handle_exit.c too, for
 * 32-bit hosts; it is not part of this kernel.)
 */
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/kvm_host.h>
#include <asm/kvm_coproc.h>
#include <asm/kvm_emulate.h>
#include <asm/kvm_mmu.h>
#include <asm/kvm_psci.h>

#include "../../arm/kvm/trace.h"

typedef int (*exit_handle_fn)(struct kvm_vcpu *, struct kvm_run *);

/* HVC: the guest calls its hypervisor. We know PSCI only; anything else is undefined. */
static int handle_hvc(struct kvm_vcpu *vcpu, struct kvm_run *run)
{
	int ret;

	trace_kvm_hvc(*vcpu_pc(vcpu), vcpu_get_reg(vcpu, 0),
		      kvm_vcpu_get_hsr(vcpu) & ESR_EL2_HVC_IMM_MASK);

	ret = kvm_psci_call(vcpu);
	if (ret >= 0)
		return ret;

	kvm_inject_undefined(vcpu);
	return 1;
}

/* SMC: the guest calls firmware. It has none. */
static int handle_smc(struct kvm_vcpu *vcpu, struct kvm_run *run)
{
	kvm_inject_undefined(vcpu);
	return 1;
}

/*
 * WFI: the guest has nothing to do until an interrupt comes; the host may run
 * something else. WFE: the guest waits for another vcpu; let that one run.
 *
 * The instruction is not skipped. The guest executes it again, now with an
 * interrupt pending, and then it does not wait. (Later kernels skip it.)
 */
static int kvm_handle_wfx(struct kvm_vcpu *vcpu, struct kvm_run *run)
{
	trace_kvm_wfi(*vcpu_pc(vcpu));

	if (kvm_vcpu_get_hsr(vcpu) & ESR_EL2_EC_WFI_ISS_WFE)
		kvm_vcpu_on_spin(vcpu);
	else
		kvm_vcpu_block(vcpu);

	return 1;
}

/*
 * A class that nobody expects. Linux 3.14 stops the whole host here, with BUG().
 * A guest should not be able to do that: it gets an undefined instruction instead,
 * as it does in later kernels.
 */
static int kvm_handle_unknown_ec(struct kvm_vcpu *vcpu, struct kvm_run *run)
{
	kvm_guest_err("unknown exception class: esr_el2 %#08x, pc %#llx\n",
	       kvm_vcpu_get_hsr(vcpu), (unsigned long long)*vcpu_pc(vcpu));
	kvm_inject_undefined(vcpu);
	return 1;
}

/* Classes of an AArch64 guest. Those of 32-bit guests, CP14 and CP15, are left out. */
static exit_handle_fn arm_exit_handlers[] = {
	[ESR_EL2_EC_WFI]	= kvm_handle_wfx,
	[ESR_EL2_EC_HVC64]	= handle_hvc,
	[ESR_EL2_EC_SMC64]	= handle_smc,
	[ESR_EL2_EC_SYS64]	= kvm_handle_sys_reg,
	[ESR_EL2_EC_IABT]	= kvm_handle_guest_abort,
	[ESR_EL2_EC_DABT]	= kvm_handle_guest_abort,
};

static exit_handle_fn kvm_get_exit_handler(struct kvm_vcpu *vcpu)
{
	u8 hsr_ec = kvm_vcpu_trap_get_class(vcpu);

	if (hsr_ec >= ARRAY_SIZE(arm_exit_handlers) || !arm_exit_handlers[hsr_ec])
		return kvm_handle_unknown_ec;

	return arm_exit_handlers[hsr_ec];
}

/*
 * Called after every run of the guest, with interrupts on again. exception_index is
 * what __kvm_vcpu_run returned.
 */
int handle_exit(struct kvm_vcpu *vcpu, struct kvm_run *run, int exception_index)
{
	exit_handle_fn exit_handler;

	switch (exception_index) {
	case ARM_EXCEPTION_IRQ:
		/* A host interrupt, and the host has served it: nothing the guest did. */
		return 1;

	case ARM_EXCEPTION_TRAP:
		exit_handler = kvm_get_exit_handler(vcpu);
		return exit_handler(vcpu, run);

	default:
		kvm_guest_err("unsupported exception type: %d\n", exception_index);
		run->exit_reason = KVM_EXIT_INTERNAL_ERROR;
		return 0;
	}
}
