/*
 * What lkvm may ask about a vcpu: which CPU it is a copy of, and the value of one
 * register, named by a 64-bit id.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/kvm_host.h>
#include <asm/cputype.h>
#include <asm/kvm_coproc.h>
#include <asm/kvm_emulate.h>

#define ARM_CPU_IMP_APM			0x50
#define ARM_CPU_PART_CORTEX_A53		0xd030
#define APM_CPU_PART_POTENZA		0x0000

/*
 * The target that this CPU can be. 3.14 knows the first four and refuses to start
 * on any other CPU; later kernels call the rest generic, and so do we.
 */
int kvm_target_cpu(void)
{
	u32 implementor = read_cpuid_implementor();
	u32 part = read_cpuid_part_number();

	if (implementor == ARM_CPU_IMP_ARM) {
		switch (part) {
		case ARM_CPU_PART_AEM_V8:
			return KVM_ARM_TARGET_AEM_V8;
		case ARM_CPU_PART_FOUNDATION:
			return KVM_ARM_TARGET_FOUNDATION_V8;
		case ARM_CPU_PART_CORTEX_A57:
			return KVM_ARM_TARGET_CORTEX_A57;
		case ARM_CPU_PART_CORTEX_A53:
			return KVM_ARM_TARGET_CORTEX_A53;
		}
	}
	if (implementor == ARM_CPU_IMP_APM && part == APM_CPU_PART_POTENZA)
		return KVM_ARM_TARGET_XGENE_POTENZA;

	return KVM_ARM_TARGET_GENERIC_V8;
}

/* KVM_ARM_PREFERRED_TARGET */
int kvm_vcpu_preferred_target(struct kvm_vcpu_init *init)
{
	memset(init, 0, sizeof(*init));
	init->target = kvm_target_cpu();
	return 0;
}

/*
 * KVM_ARM_VCPU_INIT: from now on this vcpu can run, or waits for another to switch it on.
 * (3.14 switches it off at its first KVM_RUN only. If the other comes first, its CPU_ON
 * is told that this vcpu is on already.)
 */
int kvm_vcpu_set_target(struct kvm_vcpu *vcpu, const struct kvm_vcpu_init *init)
{
	u32 known = (1 << KVM_ARM_VCPU_POWER_OFF) | (1 << KVM_ARM_VCPU_PSCI_0_2);
	int i;

	if (init->target != (u32)kvm_target_cpu())
		return -EINVAL;

	for (i = 0; i < (int)ARRAY_SIZE(init->features); i++) {
		if (init->features[i] & ~(i == 0 ? known : 0))
			return -ENOENT;
	}

	vcpu->arch.target = init->target;
	vcpu->arch.features = init->features[0];
	vcpu->arch.pause = vcpu->arch.features & (1 << KVM_ARM_VCPU_POWER_OFF);
	return kvm_reset_vcpu(vcpu);
}

static bool is_core_reg(u64 id)
{
	return (id & KVM_REG_ARM_COPROC_MASK) == KVM_REG_ARM_CORE;
}

/* Size in bytes of the register that id names, from bits 55:52. */
static u32 reg_size(u64 id)
{
	return 1U << ((id & KVM_REG_SIZE_MASK) >> KVM_REG_SIZE_SHIFT);
}

/* Where the register lies in struct kvm_regs, or NULL if id is none. */
static void *core_reg_address(struct kvm_vcpu *vcpu, u64 id)
{
	u32 offset = (u32)(id & 0xffff) * sizeof(u32);
	u32 size = reg_size(id);
	u32 fp = __builtin_offsetof(struct kvm_regs, fp_regs);
	u32 wanted;

	if (offset < fp)
		wanted = sizeof(u64);
	else if (offset < fp + __builtin_offsetof(struct kvm_fp_regs, fpsr))
		wanted = 16;
	else
		wanted = sizeof(u32);

	if (size != wanted || offset % size || offset + size > sizeof(struct kvm_regs))
		return NULL;

	return (char *)vcpu_gp_regs(vcpu) + offset;
}

static int get_core_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	void *where = core_reg_address(vcpu, reg->id);

	if (!where)
		return -ENOENT;
	if (copy_to_user((void __user *)(unsigned long)reg->addr, where, reg_size(reg->id)))
		return -EFAULT;
	return 0;
}

/* PSTATE may ask for EL0 or EL1 in AArch64 and for nothing else. */
static bool pstate_allowed(u64 pstate)
{
	u64 mode = pstate & (PSR_MODE_MASK | PSR_MODE32_BIT);

	return mode == PSR_MODE_EL0t || mode == PSR_MODE_EL1t || mode == PSR_MODE_EL1h;
}

static int set_core_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	void *where = core_reg_address(vcpu, reg->id);
	u64 value[2];

	if (!where)
		return -ENOENT;
	if (copy_from_user(value, (void __user *)(unsigned long)reg->addr, reg_size(reg->id)))
		return -EFAULT;
	if (where == (void *)vcpu_cpsr(vcpu) && !pstate_allowed(value[0]))
		return -EINVAL;

	memcpy(where, value, reg_size(reg->id));
	return 0;
}

static const u64 timer_regs[] = {
	KVM_REG_ARM_TIMER_CTL, KVM_REG_ARM_TIMER_CNT, KVM_REG_ARM_TIMER_CVAL,
};

static bool is_timer_reg(u64 id)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(timer_regs); i++) {
		if (timer_regs[i] == id)
			return true;
	}
	return false;
}

static int get_timer_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	void __user *uaddr = (void __user *)(unsigned long)reg->addr;
	u64 value = 0;
	int ret = kvm_arm_timer_get_reg(vcpu, reg->id, &value);

	if (ret)
		return ret;
	return copy_to_user(uaddr, &value, sizeof(value)) ? -EFAULT : 0;
}

static int set_timer_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	void __user *uaddr = (void __user *)(unsigned long)reg->addr;
	u64 value;

	if (copy_from_user(&value, uaddr, sizeof(value)))
		return -EFAULT;
	return kvm_arm_timer_set_reg(vcpu, reg->id, value);
}

/* KVM_GET_ONE_REG */
int kvm_arm_get_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	if ((reg->id & KVM_REG_ARCH_MASK) != KVM_REG_ARM64)
		return -EINVAL;
	if (is_core_reg(reg->id))
		return get_core_reg(vcpu, reg);
	if (is_timer_reg(reg->id))
		return get_timer_reg(vcpu, reg);
	return kvm_arm_sys_reg_get_reg(vcpu, reg);
}

/* KVM_SET_ONE_REG */
int kvm_arm_set_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	if ((reg->id & KVM_REG_ARCH_MASK) != KVM_REG_ARM64)
		return -EINVAL;
	if (is_core_reg(reg->id))
		return set_core_reg(vcpu, reg);
	if (is_timer_reg(reg->id))
		return set_timer_reg(vcpu, reg);
	return kvm_arm_sys_reg_set_reg(vcpu, reg);
}

/*
 * KVM_GET_REG_LIST: the ids of all registers. The core ones follow from the layout
 * of struct kvm_regs. indices may be NULL: then they are only counted.
 */
static long copy_core_reg_indices(u64 __user *indices)
{
	u32 fp = __builtin_offsetof(struct kvm_regs, fp_regs);
	u32 fpsr = fp + __builtin_offsetof(struct kvm_fp_regs, fpsr);
	u32 end = fpsr + 2 * sizeof(u32);
	u32 offset = 0;
	long n = 0;

	while (offset < end) {
		u64 size_code = offset < fp ? KVM_REG_SIZE_U64
			      : offset < fpsr ? KVM_REG_SIZE_U128 : KVM_REG_SIZE_U32;
		u64 id = KVM_REG_ARM64 | size_code | KVM_REG_ARM_CORE | offset / sizeof(u32);

		if (indices && copy_to_user(indices + n, &id, sizeof(id)))
			return -EFAULT;
		offset += reg_size(id);
		n++;
	}
	return n;
}

unsigned long kvm_arm_num_regs(struct kvm_vcpu *vcpu)
{
	return copy_core_reg_indices(NULL) + ARRAY_SIZE(timer_regs) +
	       kvm_arm_num_sys_reg_descs(vcpu);
}

int kvm_arm_copy_reg_indices(struct kvm_vcpu *vcpu, u64 __user *indices)
{
	long n = copy_core_reg_indices(indices);

	if (n < 0)
		return n;
	indices += n;
	if (copy_to_user(indices, timer_regs, sizeof(timer_regs)))
		return -EFAULT;
	indices += ARRAY_SIZE(timer_regs);
	return kvm_arm_copy_sys_reg_indices(vcpu, indices);
}
