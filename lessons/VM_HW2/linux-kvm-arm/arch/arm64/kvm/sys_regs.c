/*
 * System registers of the guest. Most of them the guest uses directly, and the
 * world switch exchanges them. A few are trapped (HCR_EL2.TSW, TAC, TIDCP and
 * MDCR_EL2.TPM): this file plays them. One table holds both kinds, for their values
 * at reset and for KVM_GET_ONE_REG, which is in sys_regs_user.c.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <asm/kvm_coproc.h>
#include <asm/kvm_emulate.h>
#include "sys_regs.h"

/*
 * DC ISW, CSW, CISW: clean the cache line at a set and a way. The guest means a
 * physical cache, so the real instruction is the right answer.
 */
static bool access_dcsw(struct kvm_vcpu *vcpu, const struct sys_reg_params *p,
			const struct sys_reg_desc *r)
{
	u64 val = vcpu_get_reg(vcpu, p->Rt);

	if (!p->is_write)
		return false;

	switch (p->CRm) {
	case 6:		/* ISW: throwing away alone would be dangerous here, so clean too */
	case 14:	/* CISW */
		asm volatile("dc cisw, %0" : : "r" (val));
		break;
	case 10:	/* CSW */
		asm volatile("dc csw, %0" : : "r" (val));
		break;
	}
	return true;
}

/* ACTLR_EL1: the guest may look and not touch. */
static bool access_actlr(struct kvm_vcpu *vcpu, const struct sys_reg_params *p,
			 const struct sys_reg_desc *r)
{
	if (!p->is_write)
		vcpu_set_reg(vcpu, p->Rt, vcpu_sys_reg(vcpu, ACTLR_EL1));
	return true;
}

/* The performance monitors: none. They read as zero and ignore what is written. */
static bool pm_fake(struct kvm_vcpu *vcpu, const struct sys_reg_params *p,
		    const struct sys_reg_desc *r)
{
	if (!p->is_write)
		vcpu_set_reg(vcpu, p->Rt, 0);
	return true;
}

/* A value that shows up at once if the guest relies on it. */
static void reset_unknown(struct kvm_vcpu *vcpu, const struct sys_reg_desc *r)
{
	vcpu_sys_reg(vcpu, r->reg) = 0x1de7ec7edbadc0deULL;
}

static void reset_val(struct kvm_vcpu *vcpu, const struct sys_reg_desc *r)
{
	vcpu_sys_reg(vcpu, r->reg) = r->val;
}

static void reset_actlr(struct kvm_vcpu *vcpu, const struct sys_reg_desc *r)
{
	u64 actlr;

	asm volatile("mrs %0, actlr_el1" : "=r" (actlr));
	vcpu_sys_reg(vcpu, r->reg) = actlr;
}

static void reset_amair_el1(struct kvm_vcpu *vcpu, const struct sys_reg_desc *r)
{
	u64 amair;

	asm volatile("mrs %0, amair_el1" : "=r" (amair));
	vcpu_sys_reg(vcpu, r->reg) = amair;
}

/* Which CPU am I? Bit 31 is always one. */
static void reset_mpidr(struct kvm_vcpu *vcpu, const struct sys_reg_desc *r)
{
	vcpu_sys_reg(vcpu, r->reg) = (1UL << 31) | (vcpu->vcpu_id & 0xff);
}

/* In the order of Op0, Op1, CRn, CRm, Op2. */
const struct sys_reg_desc sys_reg_descs[] = {
	/* DC ISW, DC CSW, DC CISW */
	{ NAME(1, 0, 7, 6, 2), access_dcsw },
	{ NAME(1, 0, 7, 10, 2), access_dcsw },
	{ NAME(1, 0, 7, 14, 2), access_dcsw },

	/* MPIDR_EL1 */
	{ NAME(3, 0, 0, 0, 5), NULL, reset_mpidr, MPIDR_EL1 },
	/* SCTLR_EL1: MMU and caches off */
	{ NAME(3, 0, 1, 0, 0), NULL, reset_val, SCTLR_EL1, 0x00c50078 },
	/* ACTLR_EL1 */
	{ NAME(3, 0, 1, 0, 1), access_actlr, reset_actlr, ACTLR_EL1 },
	/* CPACR_EL1 */
	{ NAME(3, 0, 1, 0, 2), NULL, reset_val, CPACR_EL1, 0 },
	/* TTBR0_EL1, TTBR1_EL1, TCR_EL1 */
	{ NAME(3, 0, 2, 0, 0), NULL, reset_unknown, TTBR0_EL1 },
	{ NAME(3, 0, 2, 0, 1), NULL, reset_unknown, TTBR1_EL1 },
	{ NAME(3, 0, 2, 0, 2), NULL, reset_val, TCR_EL1, 0 },
	/* AFSR0_EL1, AFSR1_EL1, ESR_EL1, FAR_EL1, PAR_EL1 */
	{ NAME(3, 0, 5, 1, 0), NULL, reset_unknown, AFSR0_EL1 },
	{ NAME(3, 0, 5, 1, 1), NULL, reset_unknown, AFSR1_EL1 },
	{ NAME(3, 0, 5, 2, 0), NULL, reset_unknown, ESR_EL1 },
	{ NAME(3, 0, 6, 0, 0), NULL, reset_unknown, FAR_EL1 },
	{ NAME(3, 0, 7, 4, 0), NULL, reset_unknown, PAR_EL1 },

	/* PMINTENSET_EL1, PMINTENCLR_EL1 */
	{ NAME(3, 0, 9, 14, 1), pm_fake },
	{ NAME(3, 0, 9, 14, 2), pm_fake },

	/* MAIR_EL1, AMAIR_EL1 */
	{ NAME(3, 0, 10, 2, 0), NULL, reset_unknown, MAIR_EL1 },
	{ NAME(3, 0, 10, 3, 0), NULL, reset_amair_el1, AMAIR_EL1 },
	/* VBAR_EL1 */
	{ NAME(3, 0, 12, 0, 0), NULL, reset_val, VBAR_EL1, 0 },
	/* CONTEXTIDR_EL1, TPIDR_EL1 */
	{ NAME(3, 0, 13, 0, 1), NULL, reset_val, CONTEXTIDR_EL1, 0 },
	{ NAME(3, 0, 13, 0, 4), NULL, reset_unknown, TPIDR_EL1 },
	/* CNTKCTL_EL1 */
	{ NAME(3, 0, 14, 1, 0), NULL, reset_val, CNTKCTL_EL1, 0 },
	/* CSSELR_EL1 */
	{ NAME(3, 2, 0, 0, 0), NULL, reset_unknown, CSSELR_EL1 },

	/* PMCR_EL0, PMCNTENSET, PMCNTENCLR, PMOVSCLR, PMSWINC, PMSELR, PMCEID0, PMCEID1 */
	{ NAME(3, 3, 9, 12, 0), pm_fake },
	{ NAME(3, 3, 9, 12, 1), pm_fake },
	{ NAME(3, 3, 9, 12, 2), pm_fake },
	{ NAME(3, 3, 9, 12, 3), pm_fake },
	{ NAME(3, 3, 9, 12, 4), pm_fake },
	{ NAME(3, 3, 9, 12, 5), pm_fake },
	{ NAME(3, 3, 9, 12, 6), pm_fake },
	{ NAME(3, 3, 9, 12, 7), pm_fake },
	/* PMCCNTR_EL0, PMXEVTYPER, PMXEVCNTR, PMUSERENR, PMOVSSET */
	{ NAME(3, 3, 9, 13, 0), pm_fake },
	{ NAME(3, 3, 9, 13, 1), pm_fake },
	{ NAME(3, 3, 9, 13, 2), pm_fake },
	{ NAME(3, 3, 9, 14, 0), pm_fake },
	{ NAME(3, 3, 9, 14, 3), pm_fake },

	/* TPIDR_EL0, TPIDRRO_EL0 */
	{ NAME(3, 3, 13, 0, 2), NULL, reset_unknown, TPIDR_EL0 },
	{ NAME(3, 3, 13, 0, 3), NULL, reset_unknown, TPIDRRO_EL0 },
};

const unsigned int nr_sys_reg_descs = ARRAY_SIZE(sys_reg_descs);

static const struct sys_reg_desc *find_reg(const struct sys_reg_params *p)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sys_reg_descs); i++) {
		const struct sys_reg_desc *r = &sys_reg_descs[i];

		if (r->Op0 == p->Op0 && r->Op1 == p->Op1 && r->CRn == p->CRn &&
		    r->CRm == p->CRm && r->Op2 == p->Op2)
			return r;
	}
	return NULL;
}

static int emulate_sys_reg(struct kvm_vcpu *vcpu, const struct sys_reg_params *params)
{
	const struct sys_reg_desc *r = find_reg(params);

	/* 3.14 stops the host, by BUG(), for a register that it knows but cannot play. */
	if (r && r->access && r->access(vcpu, params, r)) {
		kvm_skip_instr(vcpu);
		return 1;
	}

	kvm_guest_err("unsupported guest sys_reg %s at pc %#llx: Op0 %d Op1 %d CRn %d CRm %d Op2 %d\n",
	       params->is_write ? "write" : "read", (unsigned long long)*vcpu_pc(vcpu),
	       params->Op0, params->Op1, params->CRn, params->CRm, params->Op2);
	kvm_inject_undefined(vcpu);
	return 1;
}

/* A trapped MRS, MSR or SYS: the syndrome spells the instruction out. */
int kvm_handle_sys_reg(struct kvm_vcpu *vcpu, struct kvm_run *run)
{
	u32 esr = kvm_vcpu_get_hsr(vcpu);
	struct sys_reg_params params;

	params.Op0 = (esr >> 20) & 3;
	params.Op2 = (esr >> 17) & 7;
	params.Op1 = (esr >> 14) & 7;
	params.CRn = (esr >> 10) & 0xf;
	params.Rt = (esr >> 5) & 0x1f;
	params.CRm = (esr >> 1) & 0xf;
	params.is_write = !(esr & 1);

	return emulate_sys_reg(vcpu, &params);
}

/* Every register gets its value at reset. */
void kvm_reset_sys_regs(struct kvm_vcpu *vcpu)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sys_reg_descs); i++) {
		if (sys_reg_descs[i].reset)
			sys_reg_descs[i].reset(vcpu, &sys_reg_descs[i]);
	}
}
