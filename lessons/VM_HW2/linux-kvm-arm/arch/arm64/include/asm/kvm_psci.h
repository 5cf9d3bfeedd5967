#ifndef __ARM64_KVM_PSCI_H__
#define __ARM64_KVM_PSCI_H__

/* PSCI 0.2 function numbers; 0.1's are in <asm/kvm.h>. */
#define PSCI_0_2_FN_PSCI_VERSION	0x84000000
#define PSCI_0_2_FN_CPU_SUSPEND		0x84000001
#define PSCI_0_2_FN_CPU_OFF		0x84000002
#define PSCI_0_2_FN_CPU_ON		0x84000003
#define PSCI_0_2_FN_AFFINITY_INFO	0x84000004
#define PSCI_0_2_FN_MIGRATE		0x84000005
#define PSCI_0_2_FN_MIGRATE_INFO_TYPE	0x84000006
#define PSCI_0_2_FN_MIGRATE_INFO_UP_CPU	0x84000007
#define PSCI_0_2_FN_SYSTEM_OFF		0x84000008
#define PSCI_0_2_FN_SYSTEM_RESET	0x84000009

/* Those that take addresses have a second number for 64-bit callers. */
#define PSCI_0_2_FN64_CPU_SUSPEND	0xc4000001
#define PSCI_0_2_FN64_CPU_ON		0xc4000003
#define PSCI_0_2_FN64_AFFINITY_INFO	0xc4000004
#define PSCI_0_2_FN64_MIGRATE		0xc4000005
#define PSCI_0_2_FN64_MIGRATE_INFO_UP_CPU 0xc4000007

#define PSCI_RET_ALREADY_ON		(-4)
#define PSCI_RET_INTERNAL_FAILURE	(-6)

struct kvm_vcpu;

/* -1: not a PSCI call. 1: done, back into the guest. 0: out to user space. */
int kvm_psci_call(struct kvm_vcpu *vcpu);

#endif
