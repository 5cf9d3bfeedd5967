#ifndef __ARM64_KVM_COPROC_H__
#define __ARM64_KVM_COPROC_H__

#include <linux/types.h>

struct kvm_vcpu;
struct kvm_run;
struct kvm_one_reg;

/* sys_regs.c */
int kvm_handle_sys_reg(struct kvm_vcpu *vcpu, struct kvm_run *run);
void kvm_reset_sys_regs(struct kvm_vcpu *vcpu);

/* sys_regs_user.c */
int kvm_arm_sys_reg_get_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg);
int kvm_arm_sys_reg_set_reg(struct kvm_vcpu *vcpu, const struct kvm_one_reg *reg);
unsigned long kvm_arm_num_sys_reg_descs(struct kvm_vcpu *vcpu);
int kvm_arm_copy_sys_reg_indices(struct kvm_vcpu *vcpu, u64 __user *uindices);

#endif
