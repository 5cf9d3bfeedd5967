#ifndef __ARM64_KVM_SYS_REGS_LOCAL_H__
#define __ARM64_KVM_SYS_REGS_LOCAL_H__

#include <linux/types.h>

struct kvm_vcpu;

/* One trapped MRS, MSR or SYS, taken apart. */
struct sys_reg_params {
	u8 Op0;
	u8 Op1;
	u8 CRn;
	u8 CRm;
	u8 Op2;
	u8 Rt;
	bool is_write;
};

/* What we know about one system register. */
struct sys_reg_desc {
	/* its name as the instruction spells it */
	u8 Op0;
	u8 Op1;
	u8 CRn;
	u8 CRm;
	u8 Op2;

	/* the guest's access; true if the instruction is done with. NULL: it never traps */
	bool (*access)(struct kvm_vcpu *, const struct sys_reg_params *,
		       const struct sys_reg_desc *);

	/* give it its value at reset; NULL: it has none */
	void (*reset)(struct kvm_vcpu *, const struct sys_reg_desc *);

	int reg;	/* index in kvm_cpu_context.sys_regs, 0 if not kept there */
	u64 val;	/* for reset_val() */
};

/* The five numbers of a name, as in S3_0_C1_C0_0 */
#define NAME(op0, op1, crn, crm, op2) op0, op1, crn, crm, op2

/* sys_regs.c: all registers that a vcpu has of its own or that trap */
extern const struct sys_reg_desc sys_reg_descs[];
extern const unsigned int nr_sys_reg_descs;

#endif
