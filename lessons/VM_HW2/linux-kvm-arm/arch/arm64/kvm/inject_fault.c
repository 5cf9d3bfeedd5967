/*
 * Hand an exception to the guest: put its registers into the state that the
 * hardware would have made, had it taken the exception to the guest's EL1. At the
 * next entry the guest finds itself in its own vector.
 *
 * Linux 3.14: same names, same file (there the guest is always taken to have been
 * at EL1 with its own stack).
 */
#include <linux/kvm_host.h>
#include <asm/kvm_emulate.h>

/* Classes and details as they look in the guest's own ESR_EL1 */
#define ESR_EL1_EC_UNKNOWN	(0x00 << 26)
#define ESR_EL1_EC_IABT_EL0	(0x20 << 26)
#define ESR_EL1_EC_IABT_EL1	(0x21 << 26)
#define ESR_EL1_EC_DABT_EL0	(0x24 << 26)
#define ESR_EL1_EC_DABT_EL1	(0x25 << 26)
#define ESR_EL1_IL		(1 << 25)
#define FSC_SEA			0x10	/* synchronous external abort */

#define PSTATE_FAULT_BITS_64	(PSR_MODE_EL1h | PSR_A_BIT | PSR_F_BIT | PSR_I_BIT | PSR_D_BIT)

/* The vector for a synchronous exception depends on where the guest was. */
static u64 get_except_vector(struct kvm_vcpu *vcpu)
{
	u64 vbar = vcpu_sys_reg(vcpu, VBAR_EL1);

	if (*vcpu_cpsr(vcpu) & PSR_MODE32_BIT)
		return vbar + 0x600;

	switch (*vcpu_cpsr(vcpu) & PSR_MODE_MASK) {
	case PSR_MODE_EL1t:
		return vbar;
	case PSR_MODE_EL1h:
		return vbar + 0x200;
	default:
		return vbar + 0x400;
	}
}

static void enter_exception64(struct kvm_vcpu *vcpu, u32 esr)
{
	u64 vector = get_except_vector(vcpu);

	vcpu_gp_regs(vcpu)->elr_el1 = *vcpu_pc(vcpu);
	vcpu_gp_regs(vcpu)->spsr[KVM_SPSR_EL1] = *vcpu_cpsr(vcpu);
	vcpu_sys_reg(vcpu, ESR_EL1) = esr;

	*vcpu_pc(vcpu) = vector;
	*vcpu_cpsr(vcpu) = PSTATE_FAULT_BITS_64;
}

static void inject_abt64(struct kvm_vcpu *vcpu, bool is_iabt, unsigned long addr)
{
	bool from_el1 = vcpu_mode_priv(vcpu);
	u32 esr = ESR_EL1_IL | FSC_SEA;

	if (is_iabt)
		esr |= from_el1 ? ESR_EL1_EC_IABT_EL1 : ESR_EL1_EC_IABT_EL0;
	else
		esr |= from_el1 ? ESR_EL1_EC_DABT_EL1 : ESR_EL1_EC_DABT_EL0;

	vcpu_sys_reg(vcpu, FAR_EL1) = addr;
	enter_exception64(vcpu, esr);
}

/* The load or store at addr met no device. */
void kvm_inject_dabt(struct kvm_vcpu *vcpu, unsigned long addr)
{
	inject_abt64(vcpu, false, addr);
}

/* There is no instruction to fetch at addr. */
void kvm_inject_pabt(struct kvm_vcpu *vcpu, unsigned long addr)
{
	inject_abt64(vcpu, true, addr);
}

/* This instruction does not exist. */
void kvm_inject_undefined(struct kvm_vcpu *vcpu)
{
	enter_exception64(vcpu, ESR_EL1_EC_UNKNOWN | ESR_EL1_IL);
}
