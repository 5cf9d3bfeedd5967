#ifndef _UAPI_ASM_KVM_H
#define _UAPI_ASM_KVM_H

/* The arm64 part of KVM's agreement with user space; see <linux/kvm.h>. */
#ifndef __ASSEMBLY__
#include <linux/types.h>
#endif

#define KVM_SPSR_EL1	0
#define KVM_SPSR_ABT	1
#define KVM_SPSR_UND	2
#define KVM_SPSR_IRQ	3
#define KVM_SPSR_FIQ	4
#define KVM_NR_SPSR	5

#ifndef __ASSEMBLY__

/* The general registers at an exception, as the kernel keeps them for a process. */
struct kvm_user_regs {
	__u64 regs[31];
	__u64 sp;	/* SP_EL0 */
	__u64 pc;
	__u64 pstate;
};

/* The 32 vector registers: two 64-bit halves each, the low one first. */
struct kvm_fp_regs {
	__u64 vregs[32][2] __attribute__((aligned(16)));
	__u32 fpsr;
	__u32 fpcr;
	__u32 reserved[2];
};

/* 864 bytes. A register's id holds its offset in here, in units of 4 bytes. */
struct kvm_regs {
	struct kvm_user_regs regs;
	__u64 sp_el1;
	__u64 elr_el1;
	__u64 spsr[KVM_NR_SPSR];
	struct kvm_fp_regs fp_regs;
};

struct kvm_sync_regs {
};

/* KVM_ARM_VCPU_INIT */
struct kvm_vcpu_init {
	__u32 target;
	__u32 features[7];
};

#endif

/* kvm_vcpu_init.target, and bits of its features[0] */
#define KVM_ARM_TARGET_AEM_V8		0
#define KVM_ARM_TARGET_FOUNDATION_V8	1
#define KVM_ARM_TARGET_CORTEX_A57	2
#define KVM_ARM_TARGET_XGENE_POTENZA	3
#define KVM_ARM_TARGET_CORTEX_A53	4	/* the last two are newer than 3.14 */
#define KVM_ARM_TARGET_GENERIC_V8	5
#define KVM_ARM_NUM_TARGETS		6

#define KVM_ARM_VCPU_POWER_OFF		0	/* starts when another vcpu calls CPU_ON */
#define KVM_ARM_VCPU_EL1_32BIT		1	/* not built here */
#define KVM_ARM_VCPU_PSCI_0_2		2	/* newer than 3.14 */

/* KVM_ARM_SET_DEVICE_ADDR: id = device << 16 | type */
#define KVM_ARM_DEVICE_TYPE_SHIFT	0
#define KVM_ARM_DEVICE_TYPE_MASK	0xffff
#define KVM_ARM_DEVICE_ID_SHIFT		16
#define KVM_ARM_DEVICE_ID_MASK		0xffff0000

#define KVM_ARM_DEVICE_VGIC_V2		0

#define KVM_VGIC_V2_ADDR_TYPE_DIST	0
#define KVM_VGIC_V2_ADDR_TYPE_CPU	1
#define KVM_VGIC_V2_DIST_SIZE		0x1000
#define KVM_VGIC_V2_CPU_SIZE		0x2000

/* KVM_GET_ONE_REG: the middle of an id says which group of registers is meant. */
#define KVM_REG_ARM_COPROC_SHIFT	16
#define KVM_REG_ARM_COPROC_MASK		0x0fff0000
#define KVM_REG_ARM_CORE		(0x0010 << KVM_REG_ARM_COPROC_SHIFT)
#define KVM_REG_ARM_DEMUX		(0x0011 << KVM_REG_ARM_COPROC_SHIFT)
#define KVM_REG_ARM_DEMUX_ID_MASK	0xff00
#define KVM_REG_ARM_DEMUX_ID_CCSIDR	(0x00 << 8)
#define KVM_REG_ARM_DEMUX_VAL_MASK	0xff
#define KVM_REG_ARM64_SYSREG		(0x0013 << KVM_REG_ARM_COPROC_SHIFT)

#define KVM_REG_ARM64_SYSREG_OP0_SHIFT	14
#define KVM_REG_ARM64_SYSREG_OP1_SHIFT	11
#define KVM_REG_ARM64_SYSREG_CRN_SHIFT	7
#define KVM_REG_ARM64_SYSREG_CRM_SHIFT	3
#define KVM_REG_ARM64_SYSREG_OP2_SHIFT	0

/* The virtual timer's names are historical: those of CNT and CVAL are exchanged. */
#define KVM_REG_ARM_TIMER_CTL		0x603000000013df19ULL
#define KVM_REG_ARM_TIMER_CNT		0x603000000013df1aULL
#define KVM_REG_ARM_TIMER_CVAL		0x603000000013df02ULL

/* Groups of a KVM_DEV_TYPE_ARM_VGIC_V2 */
#define KVM_DEV_ARM_VGIC_GRP_ADDR	0	/* attr: KVM_VGIC_V2_ADDR_TYPE_… */
#define KVM_DEV_ARM_VGIC_GRP_DIST_REGS	1	/* attr: vcpu << 32 | offset, a u32 each */
#define KVM_DEV_ARM_VGIC_GRP_CPU_REGS	2	/* the same for the CPU interface */
#define KVM_DEV_ARM_VGIC_CPUID_SHIFT	32
#define KVM_DEV_ARM_VGIC_CPUID_MASK	0xffULL
#define KVM_DEV_ARM_VGIC_OFFSET_MASK	0xffffffffULL

/* KVM_IRQ_LINE: irq = type << 24 | vcpu << 16 | number (an INTID) */
#define KVM_ARM_IRQ_TYPE_SHIFT		24
#define KVM_ARM_IRQ_TYPE_MASK		0xff
#define KVM_ARM_IRQ_VCPU_SHIFT		16
#define KVM_ARM_IRQ_VCPU_MASK		0xff
#define KVM_ARM_IRQ_NUM_SHIFT		0
#define KVM_ARM_IRQ_NUM_MASK		0xffff

#define KVM_ARM_IRQ_TYPE_CPU		0
#define KVM_ARM_IRQ_TYPE_SPI		1
#define KVM_ARM_IRQ_TYPE_PPI		2

#define KVM_ARM_IRQ_GIC_MAX		127

/* PSCI 0.1, as 3.14 offers it */
#define KVM_PSCI_FN_BASE		0x95c1ba5e
#define KVM_PSCI_FN(n)			(KVM_PSCI_FN_BASE + (n))
#define KVM_PSCI_FN_CPU_SUSPEND		KVM_PSCI_FN(0)
#define KVM_PSCI_FN_CPU_OFF		KVM_PSCI_FN(1)
#define KVM_PSCI_FN_CPU_ON		KVM_PSCI_FN(2)
#define KVM_PSCI_FN_MIGRATE		KVM_PSCI_FN(3)

#define KVM_PSCI_RET_SUCCESS		0
#define KVM_PSCI_RET_NI			(-1)
#define KVM_PSCI_RET_INVAL		(-2)
#define KVM_PSCI_RET_DENIED		(-3)

#endif
