#ifndef __ARM64_KVM_EMULATE_H__
#define __ARM64_KVM_EMULATE_H__

/*
 * Small questions about a stopped guest: its registers, and what the syndrome
 * in vcpu->arch.fault says. HSR is what 32-bit Arm calls ESR_EL2; Linux keeps
 * that name in the code that both architectures share.
 */
#include <linux/kvm_host.h>
#include <asm/kvm_arm.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_mmio.h>
#include <asm/ptrace.h>

void kvm_inject_undefined(struct kvm_vcpu *vcpu);
void kvm_inject_dabt(struct kvm_vcpu *vcpu, unsigned long addr);
void kvm_inject_pabt(struct kvm_vcpu *vcpu, unsigned long addr);

static inline u64 *vcpu_pc(const struct kvm_vcpu *vcpu)
{
	return (u64 *)&vcpu_gp_regs(vcpu)->regs.pc;
}

static inline u64 *vcpu_cpsr(const struct kvm_vcpu *vcpu)
{
	return (u64 *)&vcpu_gp_regs(vcpu)->regs.pstate;
}

static inline bool vcpu_mode_priv(const struct kvm_vcpu *vcpu)
{
	return (*vcpu_cpsr(vcpu) & PSR_MODE_MASK) != PSR_MODE_EL0t;
}

/*
 * Register 31 in an instruction that traps is XZR: it reads as zero and swallows
 * writes. Linux 3.14 has one function, vcpu_reg(), that indexes the array without
 * this test and so takes SP_EL0 for register 31; later kernels have these two.
 */
static inline u64 vcpu_get_reg(const struct kvm_vcpu *vcpu, unsigned int reg)
{
	return reg == 31 ? 0 : vcpu_gp_regs(vcpu)->regs.regs[reg];
}

static inline void vcpu_set_reg(struct kvm_vcpu *vcpu, unsigned int reg, u64 value)
{
	if (reg != 31)
		vcpu_gp_regs(vcpu)->regs.regs[reg] = value;
}

/* Step over the instruction that trapped: A64 instructions are 4 bytes. */
static inline void kvm_skip_instr(struct kvm_vcpu *vcpu)
{
	*vcpu_pc(vcpu) += 4;
}

static inline u32 kvm_vcpu_get_hsr(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.fault.esr_el2;
}

static inline unsigned long kvm_vcpu_get_hfar(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.fault.far_el2;
}

/* The IPA's page. The low 12 bits are those of the virtual address. */
static inline phys_addr_t kvm_vcpu_get_fault_ipa(const struct kvm_vcpu *vcpu)
{
	return (phys_addr_t)(vcpu->arch.fault.hpfar_el2 & HPFAR_MASK) << 8;
}

static inline u8 kvm_vcpu_trap_get_class(const struct kvm_vcpu *vcpu)
{
	return kvm_vcpu_get_hsr(vcpu) >> ESR_EL2_EC_SHIFT;
}

static inline bool kvm_vcpu_trap_is_iabt(const struct kvm_vcpu *vcpu)
{
	return kvm_vcpu_trap_get_class(vcpu) == ESR_EL2_EC_IABT;
}

/* FSC_FAULT, FSC_ACCESS, FSC_PERM …: the kind of fault, its level left out. */
static inline u8 kvm_vcpu_trap_get_fault(const struct kvm_vcpu *vcpu)
{
	return kvm_vcpu_get_hsr(vcpu) & ESR_EL2_FSC_TYPE;
}

static inline bool kvm_vcpu_dabt_isvalid(const struct kvm_vcpu *vcpu)
{
	return !!(kvm_vcpu_get_hsr(vcpu) & ESR_EL2_ISV);
}

static inline bool kvm_vcpu_dabt_iswrite(const struct kvm_vcpu *vcpu)
{
	return !!(kvm_vcpu_get_hsr(vcpu) & ESR_EL2_WNR);
}

static inline bool kvm_vcpu_dabt_issext(const struct kvm_vcpu *vcpu)
{
	return !!(kvm_vcpu_get_hsr(vcpu) & ESR_EL2_SSE);
}

static inline bool kvm_vcpu_dabt_issf(const struct kvm_vcpu *vcpu)
{
	return !!(kvm_vcpu_get_hsr(vcpu) & ESR_EL2_SF);
}

static inline int kvm_vcpu_dabt_get_rd(const struct kvm_vcpu *vcpu)
{
	return (kvm_vcpu_get_hsr(vcpu) & ESR_EL2_SRT_MASK) >> ESR_EL2_SRT_SHIFT;
}

static inline bool kvm_vcpu_dabt_isextabt(const struct kvm_vcpu *vcpu)
{
	return !!(kvm_vcpu_get_hsr(vcpu) & ESR_EL2_EA);
}

static inline bool kvm_vcpu_dabt_iss1tw(const struct kvm_vcpu *vcpu)
{
	return !!(kvm_vcpu_get_hsr(vcpu) & ESR_EL2_S1PTW);
}

/* 1, 2, 4 or 8 bytes */
static inline int kvm_vcpu_dabt_get_as(const struct kvm_vcpu *vcpu)
{
	return 1 << ((kvm_vcpu_get_hsr(vcpu) & ESR_EL2_SAS) >> ESR_EL2_SAS_SHIFT);
}

#endif
