#ifndef __ARM64_KVM_PSCI_H__
#define __ARM64_KVM_PSCI_H__

/* PSCI 0.2 function numbers; 0.1's are in <asm/kvm.h>. */
#define PSCI_0_2_FN_PSCI_VERSION	0x84000000
#define PSCI_0_2_FN_CPU_OFF		0x84000002
#define PSCI_0_2_FN64_CPU_ON		0xc4000003
#define PSCI_0_2_FN_MIGRATE_INFO_TYPE	0x84000006
#define PSCI_0_2_FN_SYSTEM_OFF		0x84000008
#define PSCI_0_2_FN_SYSTEM_RESET	0x84000009

struct kvm_vcpu;

/* -1: not a PSCI call. 1: done, back into the guest. 0: out to user space. */
int kvm_psci_call(struct kvm_vcpu *vcpu);

#endif
