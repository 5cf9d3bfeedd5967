/*
 * System registers as lkvm sees them, by KVM_GET_ONE_REG and KVM_SET_ONE_REG. There are
 * three kinds:
 *
 *	a vcpu's own		those of the table in sys_regs.c: read and write
 *	invariant		they tell of the CPU, and the guest reads them without
 *				a trap: they may be "written" with what they hold
 *	behind a selector	CCSIDR_EL1, one value for each cache: the same
 *
 * So a program that moves a VM to another machine learns whether that is the same CPU.
 *
 * Linux 3.14: same names, in sys_regs.c.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>
#include <linux/kvm_host.h>
#include <asm/kvm_coproc.h>
#include "sys_regs.h"

/* The id under which KVM_GET_ONE_REG knows a register. */
static u64 sys_reg_to_index(const struct sys_reg_desc *r)
{
	return KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM64_SYSREG |
	       ((u64)r->Op0 << KVM_REG_ARM64_SYSREG_OP0_SHIFT) |
	       ((u64)r->Op1 << KVM_REG_ARM64_SYSREG_OP1_SHIFT) |
	       ((u64)r->CRn << KVM_REG_ARM64_SYSREG_CRN_SHIFT) |
	       ((u64)r->CRm << KVM_REG_ARM64_SYSREG_CRM_SHIFT) |
	       ((u64)r->Op2 << KVM_REG_ARM64_SYSREG_OP2_SHIFT);
}

static const struct sys_reg_desc *index_to_sys_reg_desc(u64 id)
{
	unsigned int i;

	for (i = 0; i < nr_sys_reg_descs; i++) {
		if (sys_reg_descs[i].reg && sys_reg_to_index(&sys_reg_descs[i]) == id)
			return &sys_reg_descs[i];
	}
	return NULL;
}

/* ---- Invariant registers ---- */

struct invariant_reg {
	struct sys_reg_desc desc;
	u64 (*read)(void);
};

#define INVARIANT(reg)					\
	static u64 read_##reg(void)			\
	{						\
		u64 val;				\
							\
		asm("mrs %0, " #reg : "=r" (val));	\
		return val;				\
	}

INVARIANT(midr_el1)
INVARIANT(revidr_el1)
INVARIANT(id_pfr0_el1)
INVARIANT(id_pfr1_el1)
INVARIANT(id_dfr0_el1)
INVARIANT(id_afr0_el1)
INVARIANT(id_mmfr0_el1)
INVARIANT(id_mmfr1_el1)
INVARIANT(id_mmfr2_el1)
INVARIANT(id_mmfr3_el1)
INVARIANT(id_isar0_el1)
INVARIANT(id_isar1_el1)
INVARIANT(id_isar2_el1)
INVARIANT(id_isar3_el1)
INVARIANT(id_isar4_el1)
INVARIANT(id_isar5_el1)
INVARIANT(clidr_el1)
INVARIANT(aidr_el1)
INVARIANT(ctr_el0)

static const struct invariant_reg invariant_sys_regs[] = {
	{ { NAME(3, 0, 0, 0, 0) }, read_midr_el1 },
	{ { NAME(3, 0, 0, 0, 6) }, read_revidr_el1 },
	{ { NAME(3, 0, 0, 1, 0) }, read_id_pfr0_el1 },
	{ { NAME(3, 0, 0, 1, 1) }, read_id_pfr1_el1 },
	{ { NAME(3, 0, 0, 1, 2) }, read_id_dfr0_el1 },
	{ { NAME(3, 0, 0, 1, 3) }, read_id_afr0_el1 },
	{ { NAME(3, 0, 0, 1, 4) }, read_id_mmfr0_el1 },
	{ { NAME(3, 0, 0, 1, 5) }, read_id_mmfr1_el1 },
	{ { NAME(3, 0, 0, 1, 6) }, read_id_mmfr2_el1 },
	{ { NAME(3, 0, 0, 1, 7) }, read_id_mmfr3_el1 },
	{ { NAME(3, 0, 0, 2, 0) }, read_id_isar0_el1 },
	{ { NAME(3, 0, 0, 2, 1) }, read_id_isar1_el1 },
	{ { NAME(3, 0, 0, 2, 2) }, read_id_isar2_el1 },
	{ { NAME(3, 0, 0, 2, 3) }, read_id_isar3_el1 },
	{ { NAME(3, 0, 0, 2, 4) }, read_id_isar4_el1 },
	{ { NAME(3, 0, 0, 2, 5) }, read_id_isar5_el1 },
	{ { NAME(3, 1, 0, 0, 1) }, read_clidr_el1 },
	{ { NAME(3, 1, 0, 0, 7) }, read_aidr_el1 },
	{ { NAME(3, 3, 0, 0, 1) }, read_ctr_el0 },
};

static const struct invariant_reg *index_to_invariant_reg(u64 id)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(invariant_sys_regs); i++) {
		if (sys_reg_to_index(&invariant_sys_regs[i].desc) == id)
			return &invariant_sys_regs[i];
	}
	return NULL;
}

static int get_invariant_sys_reg(u64 id, void __user *uaddr)
{
	const struct invariant_reg *r = index_to_invariant_reg(id);
	u64 val;

	if (!r)
		return -ENOENT;
	val = r->read();
	return copy_to_user(uaddr, &val, sizeof(val)) ? -EFAULT : 0;
}

static int set_invariant_sys_reg(u64 id, void __user *uaddr)
{
	const struct invariant_reg *r = index_to_invariant_reg(id);
	u64 val;

	if (!r)
		return -ENOENT;
	if (copy_from_user(&val, uaddr, sizeof(val)))
		return -EFAULT;
	return val == r->read() ? 0 : -EINVAL;
}

/* ---- Registers behind a selector: CCSIDR_EL1 ---- */

#define CSSELR_MAX 14	/* seven levels; bit 0 of the selector asks for instructions */

static bool is_demux_reg(u64 id)
{
	return (id & KVM_REG_ARM_COPROC_MASK) == KVM_REG_ARM_DEMUX;
}

/* Is there such a cache? CLIDR_EL1 has three bits for each level. */
static bool is_valid_cache(u32 csselr)
{
	u32 type;

	if (csselr >= CSSELR_MAX)
		return false;

	type = (read_clidr_el1() >> (csselr / 2 * 3)) & 7;
	switch (type) {
	case 1:		/* instructions only */
		return csselr & 1;
	case 2:		/* data only */
	case 4:		/* one for both, which counts as data */
		return !(csselr & 1);
	case 3:		/* one for each */
		return true;
	default:
		return false;
	}
}

/* Nobody may select another cache in between. */
static u32 get_ccsidr(u32 csselr)
{
	unsigned long flags;
	u64 ccsidr;

	local_irq_save(flags);
	asm volatile("msr csselr_el1, %0" : : "r" ((u64)csselr));
	asm volatile("isb");
	asm volatile("mrs %0, ccsidr_el1" : "=r" (ccsidr));
	local_irq_restore(flags);
	return ccsidr;
}

/* The selector in an id, or a negative error. */
static int demux_selector(u64 id)
{
	u64 rest = id & ~(KVM_REG_ARCH_MASK | KVM_REG_SIZE_MASK | KVM_REG_ARM_COPROC_MASK |
			  KVM_REG_ARM_DEMUX_ID_MASK | KVM_REG_ARM_DEMUX_VAL_MASK);
	u32 csselr = id & KVM_REG_ARM_DEMUX_VAL_MASK;

	if (rest || (id & KVM_REG_ARM_DEMUX_ID_MASK) != KVM_REG_ARM_DEMUX_ID_CCSIDR ||
	    (id & KVM_REG_SIZE_MASK) != KVM_REG_SIZE_U32 || !is_valid_cache(csselr))
		return -ENOENT;
	return csselr;
}

static int demux_c15_get(u64 id, void __user *uaddr)
{
	int csselr = demux_selector(id);
	u32 val;

	if (csselr < 0)
		return csselr;
	val = get_ccsidr(csselr);
	return copy_to_user(uaddr, &val, sizeof(val)) ? -EFAULT : 0;
}

static int demux_c15_set(u64 id, void __user *uaddr)
{
	int csselr = demux_selector(id);
	u32 val;

	if (csselr < 0)
		return csselr;
	if (copy_from_user(&val, uaddr, sizeof(val)))
		return -EFAULT;
	return val == get_ccsidr(csselr) ? 0 : -EINVAL;
}

/* The ids of all caches. indices may be NULL: then they are only counted. */
static long write_demux_regids(u64 __user *indices)
{
	long n = 0;
	u32 csselr;

	for (csselr = 0; csselr < CSSELR_MAX; csselr++) {
		u64 id = KVM_REG_ARM64 | KVM_REG_SIZE_U32 | KVM_REG_ARM_DEMUX |
			 KVM_REG_ARM_DEMUX_ID_CCSIDR | csselr;

		if (!is_valid_cache(csselr))
			continue;
		if (indices && copy_to_user(indices + n, &id, sizeof(id)))
			return -EFAULT;
		n++;
	}
	return n;
}

/* ---- All three ---- */

int kvm_arm_sys_reg_get_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	const struct sys_reg_desc *r = index_to_sys_reg_desc(reg->id);
	void __user *uaddr = (void __user *)(unsigned long)reg->addr;

	if (is_demux_reg(reg->id))
		return demux_c15_get(reg->id, uaddr);
	if (!r)
		return get_invariant_sys_reg(reg->id, uaddr);
	return copy_to_user(uaddr, &vcpu_sys_reg(vcpu, r->reg), sizeof(u64)) ? -EFAULT : 0;
}

int kvm_arm_sys_reg_set_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg)
{
	const struct sys_reg_desc *r = index_to_sys_reg_desc(reg->id);
	void __user *uaddr = (void __user *)(unsigned long)reg->addr;
	u64 value;

	if (is_demux_reg(reg->id))
		return demux_c15_set(reg->id, uaddr);
	if (!r)
		return set_invariant_sys_reg(reg->id, uaddr);
	if (copy_from_user(&value, uaddr, sizeof(value)))
		return -EFAULT;
	vcpu_sys_reg(vcpu, r->reg) = value;
	return 0;
}

unsigned long kvm_arm_num_sys_reg_descs(struct kvm_vcpu *vcpu)
{
	unsigned long n = ARRAY_SIZE(invariant_sys_regs) + write_demux_regids(NULL);
	unsigned int i;

	for (i = 0; i < nr_sys_reg_descs; i++)
		n += sys_reg_descs[i].reg != 0;
	return n;
}

int kvm_arm_copy_sys_reg_indices(struct kvm_vcpu *vcpu, u64 __user *uindices)
{
	unsigned int i;

	for (i = 0; i < nr_sys_reg_descs; i++) {
		u64 id = sys_reg_to_index(&sys_reg_descs[i]);

		if (!sys_reg_descs[i].reg)
			continue;
		if (copy_to_user(uindices++, &id, sizeof(id)))
			return -EFAULT;
	}
	for (i = 0; i < ARRAY_SIZE(invariant_sys_regs); i++) {
		u64 id = sys_reg_to_index(&invariant_sys_regs[i].desc);

		if (copy_to_user(uindices++, &id, sizeof(id)))
			return -EFAULT;
	}
	return write_demux_regids(uindices) < 0 ? -EFAULT : 0;
}
