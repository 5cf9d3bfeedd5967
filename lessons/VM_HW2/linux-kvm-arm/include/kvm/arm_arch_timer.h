#ifndef __KVM_ARM_ARCH_TIMER_H
#define __KVM_ARM_ARCH_TIMER_H

#include <linux/types.h>
#include <linux/hrtimer.h>

struct kvm;
struct kvm_vcpu;

struct arch_timer_kvm {
	u32 enabled;		/* hyp.S switches the virtual timer only if set */
	u64 cntvoff;		/* physical counter minus the guest's */
};

struct arch_timer_cpu {
	u32 cntv_ctl;		/* the guest's timer registers while it does not run */
	u64 cntv_cval;
	struct hrtimer timer;	/* stands in for the timer meanwhile */
	bool armed;
	int irq;		/* its interrupt in the guest, PPI 27 */
};

int kvm_timer_hyp_init(void);
void kvm_timer_init(struct kvm *kvm);
void kvm_timer_vcpu_init(struct kvm_vcpu *vcpu);
void kvm_timer_vcpu_terminate(struct kvm_vcpu *vcpu);
void kvm_timer_vcpu_reset(struct kvm_vcpu *vcpu, int irq);
int kvm_arm_timer_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *value);
int kvm_arm_timer_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 value);
void kvm_timer_flush_hwstate(struct kvm_vcpu *vcpu);
void kvm_timer_sync_hwstate(struct kvm_vcpu *vcpu);

#endif
