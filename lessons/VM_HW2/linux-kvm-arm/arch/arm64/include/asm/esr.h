/* Exception syndrome at EL1 (KVM's names for ESR_EL2 are in kvm_arm.h). */
#ifndef __ASM_ESR_H
#define __ASM_ESR_H

#define ESR_EL1_EC_SHIFT 26
#define ESR_EL1_IL (1 << 25)

#define ESR_EL1_EC_UNKNOWN   0x00
#define ESR_EL1_EC_WFI       0x01
#define ESR_EL1_EC_FP_ASIMD  0x07
#define ESR_EL1_EC_ILL_ISS   0x0e
#define ESR_EL1_EC_SVC64     0x15
#define ESR_EL1_EC_SYS64     0x18
#define ESR_EL1_EC_IABT_EL0  0x20
#define ESR_EL1_EC_IABT_EL1  0x21
#define ESR_EL1_EC_PC_ALIGN  0x22
#define ESR_EL1_EC_DABT_EL0  0x24
#define ESR_EL1_EC_DABT_EL1  0x25
#define ESR_EL1_EC_SP_ALIGN  0x26
#define ESR_EL1_EC_SERROR    0x2f
#define ESR_EL1_EC_BRK64     0x3c

#define ESR_EL1_FSC_TYPE  0x3c /* why, without the level of the tables */
#define ESR_EL1_FSC_ALIGN 0x20
#define ESR_EL1_WRITE (1 << 6)
#define ESR_EL1_CM (1 << 8)

#endif
