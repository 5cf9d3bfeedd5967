/* What an exception leaves on the kernel's stack, and the bits of PSTATE. */
#ifndef __ASM_PTRACE_H
#define __ASM_PTRACE_H

#define PSR_MODE_EL0t 0x0
#define PSR_MODE_EL1t 0x4
#define PSR_MODE_EL1h 0x5
#define PSR_MODE_EL2t 0x8
#define PSR_MODE_EL2h 0x9
#define PSR_MODE_MASK 0xf
#define PSR_MODE32_BIT 0x10
#define PSR_F_BIT 0x40
#define PSR_I_BIT 0x80
#define PSR_A_BIT 0x100
#define PSR_D_BIT 0x200

#ifndef __ASSEMBLY__

#include <linux/types.h>

/* The part that user space and KVM see too. */
struct user_pt_regs {
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
};

/* Floating point and SIMD. */
struct user_fpsimd_state {
	unsigned __int128 vregs[32];
	__u32 fpsr;
	__u32 fpcr;
};

/* kernel_entry in entry.S fills this in, kernel_exit puts it back. */
struct pt_regs {
	union {
		struct user_pt_regs user_regs;
		struct {
			u64 regs[31];
			u64 sp;
			u64 pc;
			u64 pstate;
		};
	};
	u64 orig_x0; /* x0 at the system call, to run it again after a signal */
	u64 syscallno; /* ~0: this is not a system call */
};

#define user_mode(regs) (((regs)->pstate & PSR_MODE_MASK) == PSR_MODE_EL0t)

#endif
#endif
