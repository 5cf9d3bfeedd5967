#ifndef __ARM64_KVM_ARM_H__
#define __ARM64_KVM_ARM_H__

/*
 * The architecture's constants that a hypervisor needs: bits of the EL2
 * registers, and the layout of a syndrome (ESR_EL2). Assembly includes this
 * file too. Names as in Linux 3.14.
 */
#include <asm/memory.h>

/* HCR_EL2: what of the guest's doings comes to EL2 */
#define HCR_RW_SHIFT	31
#define HCR_RW		(UL(1) << HCR_RW_SHIFT)	/* EL1 is AArch64 */
#define HCR_TVM		(UL(1) << 26)	/* trap writes of SCTLR, TTBR, TCR … */
#define HCR_TSW		(UL(1) << 22)	/* trap DC xSW, cache cleaning by set and way */
#define HCR_TAC		(UL(1) << 21)	/* trap ACTLR_EL1 */
#define HCR_TIDCP	(UL(1) << 20)	/* trap implementation-defined registers */
#define HCR_TSC		(UL(1) << 19)	/* trap SMC */
#define HCR_TWE		(UL(1) << 14)	/* trap WFE */
#define HCR_TWI		(UL(1) << 13)	/* trap WFI */
#define HCR_BSU_IS	(UL(1) << 10)	/* barriers reach at least inner shareable */
#define HCR_FB		(UL(1) << 9)	/* TLB maintenance is broadcast */
#define HCR_VI		(UL(1) << 7)	/* a virtual IRQ is pending */
#define HCR_VF		(UL(1) << 6)	/* a virtual FIQ is pending */
#define HCR_AMO		(UL(1) << 5)	/* SError comes to EL2 */
#define HCR_IMO		(UL(1) << 4)	/* IRQ comes to EL2, masked or not */
#define HCR_FMO		(UL(1) << 3)	/* FIQ comes to EL2 */
#define HCR_SWIO	(UL(1) << 1)	/* invalidate by set and way also cleans */
#define HCR_VM		(UL(1) << 0)	/* stage 2 on */

/* A running guest, 0x8078663b. Reads of ID registers and the MMU's registers stay untrapped. */
#define HCR_GUEST_FLAGS	(HCR_TSC | HCR_TSW | HCR_TWE | HCR_TWI | HCR_VM | HCR_BSU_IS | \
			 HCR_FB | HCR_TAC | HCR_AMO | HCR_IMO | HCR_FMO | HCR_SWIO | \
			 HCR_TIDCP | HCR_RW)

/* SCTLR_EL2 */
#define SCTLR_EL2_I	(UL(1) << 12)
#define SCTLR_EL2_SA	(UL(1) << 3)
#define SCTLR_EL2_C	(UL(1) << 2)
#define SCTLR_EL2_A	(UL(1) << 1)	/* an unaligned access faults */
#define SCTLR_EL2_M	(UL(1) << 0)
#define SCTLR_EL2_FLAGS	(SCTLR_EL2_M | SCTLR_EL2_A | SCTLR_EL2_C | SCTLR_EL2_SA | SCTLR_EL2_I)

/* TCR_EL2: RES1 bits, 40-bit output; the low fields are copied from TCR_EL1 */
#define TCR_EL2_RES1	((UL(1) << 31) | (UL(1) << 23))
#define TCR_EL2_PS_40B	(UL(2) << 16)
#define TCR_EL2_MASK	UL(0xff3f)	/* T0SZ, IRGN0, ORGN0, SH0, TG0 */
#define TCR_EL2_FLAGS	(TCR_EL2_RES1 | TCR_EL2_PS_40B)

/* VTCR_EL2, 0x23558: IPAs of 40 bits, 4 KB pages, tables start at level 1 */
#define VTCR_EL2_PS_40B		(UL(2) << 16)
#define VTCR_EL2_TG0_4K		(UL(0) << 14)
#define VTCR_EL2_SH0_INNER	(UL(3) << 12)
#define VTCR_EL2_ORGN0_WBWA	(UL(1) << 10)
#define VTCR_EL2_IRGN0_WBWA	(UL(1) << 8)
#define VTCR_EL2_SL0_LVL1	(UL(1) << 6)
#define VTCR_EL2_T0SZ_40B	UL(24)
#define VTCR_EL2_FLAGS		(VTCR_EL2_PS_40B | VTCR_EL2_TG0_4K | VTCR_EL2_SH0_INNER | \
				 VTCR_EL2_ORGN0_WBWA | VTCR_EL2_IRGN0_WBWA | \
				 VTCR_EL2_SL0_LVL1 | VTCR_EL2_T0SZ_40B)

/* VTTBR_EL2: the stage-2 root (8 KB aligned: two level-1 tables) and the VMID */
#define VTTBR_BADDR_MASK	(((UL(1) << 48) - 1) & ~UL(0x1fff))
#define VTTBR_VMID_SHIFT	48

/* CPTR_EL2, HSTR_EL2, MDCR_EL2, CNTHCTL_EL2 */
#define CPTR_EL2_TTA		(1 << 20)	/* trace registers; FP/SIMD is not trapped */
#define HSTR_EL2_T15		(1 << 15)
#define MDCR_EL2_TPM		(1 << 6)	/* performance monitors */
#define MDCR_EL2_TPMCR		(1 << 5)
#define MDCR_EL2_HPMN_MASK	0x1f
#define CNTHCTL_EL1PCEN		(1 << 1)	/* EL1 may use the physical timer */
#define CNTHCTL_EL1PCTEN	(1 << 0)	/* EL1 may read the physical counter */

/* ESR_EL2: class, length bit, details */
#define ESR_EL2_EC_SHIFT	26
#define ESR_EL2_EC		(UL(0x3f) << ESR_EL2_EC_SHIFT)
#define ESR_EL2_IL		(UL(1) << 25)
#define ESR_EL2_ISS		(UL(0x1ffffff))

/* Details of a data abort */
#define ESR_EL2_ISV		(UL(1) << 24)	/* the next five fields hold something */
#define ESR_EL2_SAS_SHIFT	22		/* log2 of the size in bytes */
#define ESR_EL2_SAS		(UL(3) << ESR_EL2_SAS_SHIFT)
#define ESR_EL2_SSE		(UL(1) << 21)	/* the load extends the sign */
#define ESR_EL2_SRT_SHIFT	16		/* the register to load or to store */
#define ESR_EL2_SRT_MASK	(UL(0x1f) << ESR_EL2_SRT_SHIFT)
#define ESR_EL2_SF		(UL(1) << 15)	/* that register is 64 bits wide */
#define ESR_EL2_EA		(UL(1) << 9)	/* external abort */
#define ESR_EL2_CM		(UL(1) << 8)	/* cache maintenance */
#define ESR_EL2_S1PTW_SHIFT	7
#define ESR_EL2_S1PTW		(UL(1) << ESR_EL2_S1PTW_SHIFT)	/* while the guest's own tables were read */
#define ESR_EL2_WNR		(UL(1) << 6)	/* write, not read */
#define ESR_EL2_FSC		(0x3f)
#define ESR_EL2_FSC_TYPE	(0x3c)

#define FSC_FAULT		(0x04)	/* nothing mapped */
#define FSC_ACCESS		(0x08)	/* access flag clear */
#define FSC_PERM		(0x0c)	/* mapped, but not for this */

#define ESR_EL2_EC_WFI_ISS_WFE	(1 << 0)
#define ESR_EL2_HVC_IMM_MASK	UL(0xffff)

/* ESR_EL2.EC, the exception classes */
#define ESR_EL2_EC_UNKNOWN	0x00
#define ESR_EL2_EC_WFI		0x01
#define ESR_EL2_EC_CP15_32	0x03
#define ESR_EL2_EC_CP15_64	0x04
#define ESR_EL2_EC_CP14_MR	0x05
#define ESR_EL2_EC_CP14_LS	0x06
#define ESR_EL2_EC_FP_ASIMD	0x07
#define ESR_EL2_EC_CP10_ID	0x08
#define ESR_EL2_EC_CP14_64	0x0C
#define ESR_EL2_EC_ILL_ISS	0x0E
#define ESR_EL2_EC_SVC32	0x11
#define ESR_EL2_EC_HVC32	0x12
#define ESR_EL2_EC_SMC32	0x13
#define ESR_EL2_EC_SVC64	0x15
#define ESR_EL2_EC_HVC64	0x16
#define ESR_EL2_EC_SMC64	0x17
#define ESR_EL2_EC_SYS64	0x18
#define ESR_EL2_EC_IABT		0x20
#define ESR_EL2_EC_IABT_HYP	0x21
#define ESR_EL2_EC_PC_ALIGN	0x22
#define ESR_EL2_EC_DABT		0x24
#define ESR_EL2_EC_DABT_HYP	0x25
#define ESR_EL2_EC_SP_ALIGN	0x26
#define ESR_EL2_EC_FP_EXC32	0x28
#define ESR_EL2_EC_FP_EXC64	0x2C
#define ESR_EL2_EC_SERROR	0x2F

/* HPFAR_EL2 holds bits 47:12 of the IPA from its bit 4 on */
#define HPFAR_MASK		(~UL(0xf))

#endif
