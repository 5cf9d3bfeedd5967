/*
 * A vcpu as it comes out of reset. KVM_ARM_VCPU_INIT and PSCI's CPU_ON lead here.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/kvm_host.h>
#include <asm/kvm_coproc.h>
#include <asm/kvm_emulate.h>

/* The guest's virtual timer is PPI 11 of its GIC, which is INTID 27. */
#define KVM_VTIMER_IRQ	27

/* At EL1 on its own stack, all interrupts masked; every other register is zero. */
int kvm_reset_vcpu(struct kvm_vcpu *vcpu)
{
	struct kvm_regs *regs = vcpu_gp_regs(vcpu);

	memset(regs, 0, sizeof(*regs));
	regs->regs.pstate = PSR_MODE_EL1h | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT | PSR_D_BIT;

	kvm_reset_sys_regs(vcpu);
	kvm_timer_vcpu_reset(vcpu, KVM_VTIMER_IRQ);
	return 0;
}
