#ifndef __ARM64_KVM_ASM_H__
#define __ARM64_KVM_ASM_H__

/*
 * What hyp.S and the C files share: the numbering of the saved system
 * registers, the return codes of __kvm_vcpu_run, and the names of hyp.S.
 */

/* Index in kvm_cpu_context.sys_regs. hyp.S saves them in this order. */
#define MPIDR_EL1	1	/* what the guest reads there: VMPIDR_EL2 */
#define CSSELR_EL1	2	/* cache size selection */
#define SCTLR_EL1	3	/* system control */
#define ACTLR_EL1	4	/* auxiliary control */
#define CPACR_EL1	5	/* access to FP and SIMD */
#define TTBR0_EL1	6	/* stage-1 tables, low half */
#define TTBR1_EL1	7	/* stage-1 tables, high half */
#define TCR_EL1		8	/* stage-1 translation control */
#define ESR_EL1		9	/* the guest's own syndrome … */
#define AFSR0_EL1	10
#define AFSR1_EL1	11
#define FAR_EL1		12	/* … and fault address */
#define MAIR_EL1	13	/* memory attributes */
#define VBAR_EL1	14	/* vectors */
#define CONTEXTIDR_EL1	15
#define TPIDR_EL0	16	/* thread pointers */
#define TPIDRRO_EL0	17
#define TPIDR_EL1	18
#define AMAIR_EL1	19
#define CNTKCTL_EL1	20	/* what of the timer EL0 may use */
#define PAR_EL1		21	/* result of an AT instruction */
#define NR_SYS_REGS	22	/* index 0 is never used */

/* __kvm_vcpu_run returns why the guest stopped. */
#define ARM_EXCEPTION_IRQ	0
#define ARM_EXCEPTION_TRAP	1

#ifndef __ASSEMBLY__
struct kvm;
struct kvm_vcpu;

extern char __kvm_hyp_init[];
extern char __kvm_hyp_vector[];
extern char __kvm_hyp_code_start[];
extern char __kvm_hyp_code_end[];

/* Functions at EL2: call them through kvm_call_hyp() only. */
extern void __kvm_flush_vm_context(void);
extern void __kvm_tlb_flush_vmid_ipa(struct kvm *kvm, unsigned long ipa);
extern int __kvm_vcpu_run(struct kvm_vcpu *vcpu);
#endif

#endif
