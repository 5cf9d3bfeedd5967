/*
 * The part of KVM that runs at EL2: the world switch.
 *
 * The host kernel lives at EL1, as does the guest. Only one of them can be in
 * the registers. This file exchanges them:
 *
 *	host, EL1                      EL2                         guest, EL1
 *	kvm_call_hyp() ---- hvc ---->  el1_sync
 *	                               __kvm_vcpu_run ---- eret --->  runs
 *	                               el1_sync, el1_irq  <--- traps
 *	handle_exit()  <--- eret ----  __kvm_vcpu_return
 *
 * Two rules hold for all code in here. A pointer that comes from the kernel must
 * go through kern_hyp_va before it is used. And a field of a C structure is found
 * by an offset from asm-offsets.c, never by a number.
 *
 * Register use: x0 = vcpu, x1 = return code, x2 = the kvm_cpu_context being saved
 * or restored, x3 and up are free to use.
 *
 * Linux 3.14: same labels, same file.
 */
#include <asm/assembler.h>
#include <asm/asm-offsets.h>
#include <asm/kvm.h>
#include <asm/kvm_arm.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_mmu.h>
#include <asm/ptrace.h>
#include <linux/irqchip/arm-gic.h>

/* Where things are in a kvm_cpu_context. */
#define CPU_XREG_OFFSET(x)	(CPU_USER_PT_REGS + 8 * (x))
#define CPU_SYSREG_OFFSET(x)	(CPU_SYSREGS + 8 * (x))
#define CPU_SPSR_OFFSET(x)	(CPU_SPSR + 8 * (x))

	.text
	.pushsection	.hyp.text, "ax"
	.align	12
__kvm_hyp_code_start:
	.globl	__kvm_hyp_code_start

/*
 * rd = rn + offset. An ADD holds 12 bits; two of them reach 16 MB. The other offsets
 * are immediates of loads: struct kvm_vcpu may grow by some 10 KB before kvm_vcpu_arch.
 */
.macro add_offset rd, rn, offset
	add	\rd, \rn, #((\offset) & 0xfff000)
	add	\rd, \rd, #((\offset) & 0xfff)
.endm

/*
 * Registers that a function call keeps, and the ways back to EL1: all that the
 * host needs, and a part of what the guest needs. Free: x3 to x8.
 */
.macro save_common_regs
	stp	x19, x20, [x2, #CPU_XREG_OFFSET(19)]
	stp	x21, x22, [x2, #CPU_XREG_OFFSET(21)]
	stp	x23, x24, [x2, #CPU_XREG_OFFSET(23)]
	stp	x25, x26, [x2, #CPU_XREG_OFFSET(25)]
	stp	x27, x28, [x2, #CPU_XREG_OFFSET(27)]
	stp	x29, x30, [x2, #CPU_XREG_OFFSET(29)]

	mrs	x3, sp_el0
	mrs	x4, elr_el2			// where EL1 goes on
	mrs	x5, spsr_el2			// and its PSTATE
	str	x3, [x2, #CPU_SP_EL0]
	stp	x4, x5, [x2, #CPU_PC]		// pc, pstate

	mrs	x6, sp_el1
	mrs	x7, elr_el1
	mrs	x8, spsr_el1
	stp	x6, x7, [x2, #CPU_SP_EL1]	// sp_el1, elr_el1
	str	x8, [x2, #CPU_SPSR_OFFSET(KVM_SPSR_EL1)]
.endm

.macro restore_common_regs
	ldr	x8, [x2, #CPU_SPSR_OFFSET(KVM_SPSR_EL1)]
	ldp	x6, x7, [x2, #CPU_SP_EL1]
	msr	sp_el1, x6
	msr	elr_el1, x7
	msr	spsr_el1, x8

	ldp	x4, x5, [x2, #CPU_PC]
	ldr	x3, [x2, #CPU_SP_EL0]
	msr	sp_el0, x3
	msr	elr_el2, x4
	msr	spsr_el2, x5

	ldp	x19, x20, [x2, #CPU_XREG_OFFSET(19)]
	ldp	x21, x22, [x2, #CPU_XREG_OFFSET(21)]
	ldp	x23, x24, [x2, #CPU_XREG_OFFSET(23)]
	ldp	x25, x26, [x2, #CPU_XREG_OFFSET(25)]
	ldp	x27, x28, [x2, #CPU_XREG_OFFSET(27)]
	ldp	x29, x30, [x2, #CPU_XREG_OFFSET(29)]
.endm

.macro save_host_regs
	save_common_regs
.endm

.macro restore_host_regs
	restore_common_regs
.endm

/* The guest's x0 to x3 lie on the stack of EL2: el1_sync and el1_irq put them there. */
.macro save_guest_regs
	stp	x4, x5, [x2, #CPU_XREG_OFFSET(4)]
	stp	x6, x7, [x2, #CPU_XREG_OFFSET(6)]
	stp	x8, x9, [x2, #CPU_XREG_OFFSET(8)]
	stp	x10, x11, [x2, #CPU_XREG_OFFSET(10)]
	stp	x12, x13, [x2, #CPU_XREG_OFFSET(12)]
	stp	x14, x15, [x2, #CPU_XREG_OFFSET(14)]
	stp	x16, x17, [x2, #CPU_XREG_OFFSET(16)]
	str	x18, [x2, #CPU_XREG_OFFSET(18)]

	pop	x6, x7				// x2, x3
	pop	x4, x5				// x0, x1
	stp	x4, x5, [x2, #CPU_XREG_OFFSET(0)]
	stp	x6, x7, [x2, #CPU_XREG_OFFSET(2)]

	save_common_regs
.endm

/* Last of all: from here on every register is the guest's. */
.macro restore_guest_regs
	restore_common_regs

	ldp	x4, x5, [x2, #CPU_XREG_OFFSET(4)]
	ldp	x6, x7, [x2, #CPU_XREG_OFFSET(6)]
	ldp	x8, x9, [x2, #CPU_XREG_OFFSET(8)]
	ldp	x10, x11, [x2, #CPU_XREG_OFFSET(10)]
	ldp	x12, x13, [x2, #CPU_XREG_OFFSET(12)]
	ldp	x14, x15, [x2, #CPU_XREG_OFFSET(14)]
	ldp	x16, x17, [x2, #CPU_XREG_OFFSET(16)]
	ldr	x18, [x2, #CPU_XREG_OFFSET(18)]

	ldp	x0, x1, [x2, #CPU_XREG_OFFSET(0)]
	ldp	x2, x3, [x2, #CPU_XREG_OFFSET(2)]
.endm

/* The 21 registers that make up EL1, in the order of kvm_asm.h. */
.macro save_sysregs
	mrs	x4, vmpidr_el2
	mrs	x5, csselr_el1
	mrs	x6, sctlr_el1
	mrs	x7, actlr_el1
	mrs	x8, cpacr_el1
	mrs	x9, ttbr0_el1
	mrs	x10, ttbr1_el1
	mrs	x11, tcr_el1
	mrs	x12, esr_el1
	mrs	x13, afsr0_el1
	mrs	x14, afsr1_el1
	mrs	x15, far_el1
	mrs	x16, mair_el1
	mrs	x17, vbar_el1
	mrs	x18, contextidr_el1
	mrs	x19, tpidr_el0
	mrs	x20, tpidrro_el0
	mrs	x21, tpidr_el1
	mrs	x22, amair_el1
	mrs	x23, cntkctl_el1
	mrs	x24, par_el1

	add	x3, x2, #CPU_SYSREG_OFFSET(MPIDR_EL1)
	stp	x4, x5, [x3, #0]
	stp	x6, x7, [x3, #16]
	stp	x8, x9, [x3, #32]
	stp	x10, x11, [x3, #48]
	stp	x12, x13, [x3, #64]
	stp	x14, x15, [x3, #80]
	stp	x16, x17, [x3, #96]
	stp	x18, x19, [x3, #112]
	stp	x20, x21, [x3, #128]
	stp	x22, x23, [x3, #144]
	str	x24, [x3, #160]
.endm

.macro restore_sysregs
	add	x3, x2, #CPU_SYSREG_OFFSET(MPIDR_EL1)
	ldp	x4, x5, [x3, #0]
	ldp	x6, x7, [x3, #16]
	ldp	x8, x9, [x3, #32]
	ldp	x10, x11, [x3, #48]
	ldp	x12, x13, [x3, #64]
	ldp	x14, x15, [x3, #80]
	ldp	x16, x17, [x3, #96]
	ldp	x18, x19, [x3, #112]
	ldp	x20, x21, [x3, #128]
	ldp	x22, x23, [x3, #144]
	ldr	x24, [x3, #160]

	msr	vmpidr_el2, x4
	msr	csselr_el1, x5
	msr	sctlr_el1, x6
	msr	actlr_el1, x7
	msr	cpacr_el1, x8
	msr	ttbr0_el1, x9
	msr	ttbr1_el1, x10
	msr	tcr_el1, x11
	msr	esr_el1, x12
	msr	afsr0_el1, x13
	msr	afsr1_el1, x14
	msr	far_el1, x15
	msr	mair_el1, x16
	msr	vbar_el1, x17
	msr	contextidr_el1, x18
	msr	tpidr_el0, x19
	msr	tpidrro_el0, x20
	msr	tpidr_el1, x21
	msr	amair_el1, x22
	msr	cntkctl_el1, x23
	msr	par_el1, x24
.endm

/* All 32 vector registers, at every entry and exit: 3.14 does not wait for their first use. */
.macro fpsimd op
	\op	q0, q1, [x3, #0]
	\op	q2, q3, [x3, #32]
	\op	q4, q5, [x3, #64]
	\op	q6, q7, [x3, #96]
	\op	q8, q9, [x3, #128]
	\op	q10, q11, [x3, #160]
	\op	q12, q13, [x3, #192]
	\op	q14, q15, [x3, #224]
	\op	q16, q17, [x3, #256]
	\op	q18, q19, [x3, #288]
	\op	q20, q21, [x3, #320]
	\op	q22, q23, [x3, #352]
	\op	q24, q25, [x3, #384]
	\op	q26, q27, [x3, #416]
	\op	q28, q29, [x3, #448]
	\op	q30, q31, [x3, #480]
.endm

/* What of the guest's doings traps from now on. */
.macro activate_traps
	ldr	x2, [x0, #VCPU_HCR_EL2]
	ldr	x3, [x0, #VCPU_IRQ_LINES]
	orr	x2, x2, x3
	msr	hcr_el2, x2

	ldr	x2, =CPTR_EL2_TTA
	msr	cptr_el2, x2

	ldr	x2, =HSTR_EL2_T15
	msr	hstr_el2, x2

	mrs	x2, mdcr_el2
	and	x2, x2, #MDCR_EL2_HPMN_MASK
	orr	x2, x2, #(MDCR_EL2_TPM | MDCR_EL2_TPMCR)
	msr	mdcr_el2, x2
.endm

/* The host's doings do not trap. */
.macro deactivate_traps
	mov	x2, #HCR_RW
	msr	hcr_el2, x2
	msr	cptr_el2, xzr
	msr	hstr_el2, xzr

	mrs	x2, mdcr_el2
	and	x2, x2, #MDCR_EL2_HPMN_MASK
	msr	mdcr_el2, x2
.endm

/* Stage 2: the VM's tables and its VMID. Zero means that the host runs. */
.macro activate_vm
	ldr	x1, [x0, #VCPU_KVM]
	kern_hyp_va	x1
	ldr	x2, [x1, #KVM_VTTBR]
	msr	vttbr_el2, x2
.endm

.macro deactivate_vm
	msr	vttbr_el2, xzr
.endm

/*
 * The virtual CPU interface: its registers are memory, at GICH. x0 = vcpu.
 * Clobbers x2 to x6.
 */
.macro save_vgic_state
	ldr	x2, [x0, #VCPU_KVM]
	kern_hyp_va	x2
	ldr	x2, [x2, #KVM_VGIC_VCTRL]
	kern_hyp_va	x2
	cbz	x2, 2f				// a VM without a vGIC

	add_offset x3, x0, VCPU_VGIC_CPU

	ldr	w4, [x2, #GICH_HCR]
	str	w4, [x3, #VGIC_CPU_HCR]
	ldr	w4, [x2, #GICH_VMCR]
	str	w4, [x3, #VGIC_CPU_VMCR]
	ldr	w4, [x2, #GICH_MISR]
	str	w4, [x3, #VGIC_CPU_MISR]
	ldr	w4, [x2, #GICH_EISR0]
	str	w4, [x3, #VGIC_CPU_EISR]
	ldr	w4, [x2, #GICH_EISR1]
	str	w4, [x3, #(VGIC_CPU_EISR + 4)]
	ldr	w4, [x2, #GICH_ELRSR0]
	str	w4, [x3, #VGIC_CPU_ELRSR]
	ldr	w4, [x2, #GICH_ELRSR1]
	str	w4, [x3, #(VGIC_CPU_ELRSR + 4)]
	ldr	w4, [x2, #GICH_APR]
	str	w4, [x3, #VGIC_CPU_APR]

	str	wzr, [x2, #GICH_HCR]		// no virtual interrupts for the host

	ldr	w4, [x3, #VGIC_CPU_NR_LR]
	add	x2, x2, #GICH_LR0
	add	x3, x3, #VGIC_CPU_LR
1:	ldr	w5, [x2], #4
	str	w5, [x3], #4
	sub	w4, w4, #1
	cbnz	w4, 1b
2:
.endm

.macro restore_vgic_state
	ldr	x2, [x0, #VCPU_KVM]
	kern_hyp_va	x2
	ldr	x2, [x2, #KVM_VGIC_VCTRL]
	kern_hyp_va	x2
	cbz	x2, 2f

	add_offset x3, x0, VCPU_VGIC_CPU

	ldr	w4, [x3, #VGIC_CPU_HCR]
	ldr	w5, [x3, #VGIC_CPU_VMCR]
	ldr	w6, [x3, #VGIC_CPU_APR]
	str	w4, [x2, #GICH_HCR]
	str	w5, [x2, #GICH_VMCR]
	str	w6, [x2, #GICH_APR]

	ldr	w4, [x3, #VGIC_CPU_NR_LR]
	add	x2, x2, #GICH_LR0
	add	x3, x3, #VGIC_CPU_LR
1:	ldr	w5, [x3], #4
	str	w5, [x2], #4
	sub	w4, w4, #1
	cbnz	w4, 1b
2:
.endm

/* The virtual timer belongs to the guest while it runs. x0 = vcpu. Clobbers x2 to x4. */
.macro save_timer_state
	ldr	x2, [x0, #VCPU_KVM]
	kern_hyp_va	x2
	ldr	w3, [x2, #KVM_TIMER_ENABLED]
	cbz	w3, 1f

	mrs	x3, cntv_ctl_el0
	and	x3, x3, #3			// ENABLE and IMASK
	str	w3, [x0, #VCPU_TIMER_CNTV_CTL]
	bic	x3, x3, #1			// silent while the host runs
	msr	cntv_ctl_el0, x3
	isb

	mrs	x3, cntv_cval_el0
	str	x3, [x0, #VCPU_TIMER_CNTV_CVAL]
1:
	// The host may use the physical timer, and its virtual time is physical time.
	mrs	x2, cnthctl_el2
	orr	x2, x2, #(CNTHCTL_EL1PCTEN | CNTHCTL_EL1PCEN)
	msr	cnthctl_el2, x2
	msr	cntvoff_el2, xzr
.endm

.macro restore_timer_state
	// The guest may read the physical counter; the physical timer stays the host's.
	mrs	x2, cnthctl_el2
	orr	x2, x2, #CNTHCTL_EL1PCTEN
	bic	x2, x2, #CNTHCTL_EL1PCEN
	msr	cnthctl_el2, x2

	ldr	x2, [x0, #VCPU_KVM]
	kern_hyp_va	x2
	ldr	w3, [x2, #KVM_TIMER_ENABLED]
	cbz	w3, 1f

	ldr	x3, [x2, #KVM_TIMER_CNTVOFF]
	msr	cntvoff_el2, x3
	ldr	x4, [x0, #VCPU_TIMER_CNTV_CVAL]
	msr	cntv_cval_el0, x4
	isb

	ldr	w3, [x0, #VCPU_TIMER_CNTV_CTL]
	and	x3, x3, #3
	msr	cntv_ctl_el0, x3
1:
.endm

__save_sysregs:
	save_sysregs
	ret

__restore_sysregs:
	restore_sysregs
	ret

__save_fpsimd:
	add	x3, x2, #CPU_FP_REGS
	fpsimd	stp
	mrs	x4, fpsr
	mrs	x5, fpcr
	str	w4, [x3, #512]
	str	w5, [x3, #516]
	ret

__restore_fpsimd:
	add	x3, x2, #CPU_FP_REGS
	fpsimd	ldp
	ldr	w4, [x3, #512]
	ldr	w5, [x3, #516]
	msr	fpsr, x4
	msr	fpcr, x5
	ret

/*
 * int __kvm_vcpu_run(struct kvm_vcpu *vcpu)
 *
 * Called by the host through kvm_call_hyp(). Puts the host away, brings the guest
 * out, and leaves with ERET. It "returns" from __kvm_vcpu_return, when the guest
 * has trapped.
 */
ENTRY(__kvm_vcpu_run)
	kern_hyp_va	x0
	msr	tpidr_el2, x0			// el1_sync will want to know whose guest it was

	// The host goes to rest
	ldr	x2, [x0, #VCPU_HOST_CONTEXT]
	kern_hyp_va	x2
	save_host_regs
	bl	__save_fpsimd
	bl	__save_sysregs

	// The machine becomes the guest's
	activate_traps
	activate_vm
	restore_vgic_state
	restore_timer_state

	// The guest wakes up
	add_offset x2, x0, VCPU_CONTEXT
	bl	__restore_sysregs
	bl	__restore_fpsimd
	restore_guest_regs

	eret

/* The way back. x0 = vcpu, x1 = return code, the guest's x0 to x3 on the stack. */
__kvm_vcpu_return:
	// The guest goes to rest
	add_offset x2, x0, VCPU_CONTEXT
	save_guest_regs
	bl	__save_fpsimd
	bl	__save_sysregs

	// The machine becomes the host's
	save_timer_state
	save_vgic_state
	deactivate_traps
	deactivate_vm

	// The host wakes up
	ldr	x2, [x0, #VCPU_HOST_CONTEXT]
	kern_hyp_va	x2
	bl	__restore_sysregs
	bl	__restore_fpsimd
	restore_host_regs

	mov	x0, x1
	ret					// behind the blr of el1_sync
ENDPROC(__kvm_vcpu_run)

/*
 * void __kvm_tlb_flush_vmid_ipa(struct kvm *kvm, phys_addr_t ipa)
 *
 * Forget what the TLB knows of one IPA of this VM. The TLB also holds whole
 * translations, guest virtual to physical, and cannot find them by IPA: they all go.
 */
ENTRY(__kvm_tlb_flush_vmid_ipa)
	dsb	ishst				// the new descriptor is visible first

	kern_hyp_va	x0
	ldr	x2, [x0, #KVM_VTTBR]
	msr	vttbr_el2, x2			// whose IPA
	isb

	lsr	x1, x1, #12
	tlbi	ipas2e1is, x1
	dsb	ish
	tlbi	vmalle1is
	dsb	ish
	isb

	msr	vttbr_el2, xzr
	ret
ENDPROC(__kvm_tlb_flush_vmid_ipa)

/* void __kvm_flush_vm_context(void): forget all guests; their VMIDs are dealt out anew. */
ENTRY(__kvm_flush_vm_context)
	dsb	ishst
	tlbi	alle1is
	ic	ialluis
	dsb	ish
	ret
ENDPROC(__kvm_flush_vm_context)

/*
 * An exception that EL2 never expects: in its own code, or of a kind that is not
 * routed here. Go back to the host's world and let its panic() print the facts.
 */
__kvm_hyp_panic:
	mrs	x0, esr_el2
	mrs	x1, far_el2
	push	x0, x1
	mrs	x0, elr_el2
	mrs	x1, spsr_el2
	push	x0, x1

	mrs	x1, vttbr_el2
	cbz	x1, __kvm_hyp_panic_host	// the host's world already

	mrs	x0, tpidr_el2
	save_timer_state
	save_vgic_state
	deactivate_traps
	deactivate_vm
	ldr	x2, [x0, #VCPU_HOST_CONTEXT]
	kern_hyp_va	x2
	bl	__restore_sysregs
	restore_host_regs

__kvm_hyp_panic_host:
	ldr	x0, =__hyp_panic_str		// the arguments of panic()
	pop	x2, x1
	pop	x3, x4
	mrs	x5, hpfar_el2
	mrs	x6, tpidr_el2

	mov	x30, #(PSR_F_BIT | PSR_I_BIT | PSR_A_BIT | PSR_D_BIT | PSR_MODE_EL1h)
	msr	spsr_el2, x30
	ldr	x30, =panic
	msr	elr_el2, x30
	eret

__hyp_panic_str:
	.asciz	"HYP panic: pstate %08lx pc %016lx esr %08lx far %016lx hpfar %016lx vcpu %p"
	.align	2

/*
 * u64 kvm_call_hyp(void *hypfn, ...)
 *
 * The host's door to EL2, and the only function here that runs at EL1. HVC is the
 * call; x0 = the function, a kernel pointer, x1 to x3 = its arguments.
 */
ENTRY(kvm_call_hyp)
	hvc	#0
	ret
ENDPROC(kvm_call_hyp)

/* A vector that ends in __kvm_hyp_panic. */
.macro invalid_vector label
\label:
	b	__kvm_hyp_panic
.endm

	invalid_vector	el2t_sync_invalid
	invalid_vector	el2t_irq_invalid
	invalid_vector	el2t_fiq_invalid
	invalid_vector	el2t_error_invalid
	invalid_vector	el2h_sync_invalid
	invalid_vector	el2h_irq_invalid
	invalid_vector	el2h_fiq_invalid
	invalid_vector	el2h_error_invalid
	invalid_vector	el1_fiq_invalid
	invalid_vector	el1_error_invalid

/*
 * A synchronous exception from EL1 or EL0. Either the host calls a function of
 * this file, or the guest trapped. The host calls by HVC, and has no stage 2:
 * VTTBR_EL2 is zero.
 */
el1_sync:
	push	x0, x1
	push	x2, x3

	mrs	x1, esr_el2
	lsr	x2, x1, #ESR_EL2_EC_SHIFT

	cmp	x2, #ESR_EL2_EC_HVC64
	b.ne	el1_trap

	mrs	x3, vttbr_el2
	cbnz	x3, el1_trap			// a guest's HVC

	// The host's HVC
	pop	x2, x3
	pop	x0, x1

	cbnz	x0, 1f
	mrs	x0, vbar_el2			// __hyp_get_vectors(), as in 3.14
	b	2f

1:	push	x30, xzr
	kern_hyp_va	x0
	mov	x30, x0				// the function
	mov	x0, x1				// its arguments
	mov	x1, x2
	mov	x2, x3
	blr	x30
	pop	x30, xzr
2:	eret

/*
 * The guest trapped. Note down why, for handle_exit() to read:
 * x1 = ESR_EL2, x2 = exception class.
 */
el1_trap:
	cmp	x2, #ESR_EL2_EC_DABT
	mov	x0, #ESR_EL2_EC_IABT
	ccmp	x2, x0, #4, ne
	b.ne	1f				// no abort: FAR and HPFAR say nothing

	/*
	 * HPFAR_EL2 holds the IPA, unless stage 2 knew the page but forbade the access
	 * (a permission fault that was not met on the way through the guest's own tables).
	 * Then the IPA must be found out: let the MMU translate FAR_EL2 by stage 1 alone.
	 */
	and	x2, x1, #ESR_EL2_FSC_TYPE
	cmp	x2, #FSC_PERM
	b.ne	1f
	tbnz	x1, #ESR_EL2_S1PTW_SHIFT, 1f	// S1PTW: HPFAR_EL2 is good

	mrs	x3, par_el1			// AT overwrites the guest's PAR_EL1
	push	x3, xzr

	mrs	x2, far_el2
	at	s1e1r, x2
	isb

	mrs	x3, par_el1
	pop	x0, xzr
	msr	par_el1, x0
	tbnz	x3, #0, 3f			// the guest changed its tables meanwhile

	ubfx	x3, x3, #12, #36		// PAR_EL1 bits 47:12 are the IPA's
	lsl	x3, x3, #4			// as HPFAR_EL2 would show them
	b	2f

1:	mrs	x3, hpfar_el2
	mrs	x2, far_el2

2:	mrs	x0, tpidr_el2
	str	w1, [x0, #VCPU_ESR_EL2]
	str	x2, [x0, #VCPU_FAR_EL2]
	str	x3, [x0, #VCPU_HPFAR_EL2]

	mov	x1, #ARM_EXCEPTION_TRAP
	b	__kvm_vcpu_return

	// Let the guest try again: the access will fault as it should.
3:	pop	x2, x3
	pop	x0, x1
	eret

/* A host interrupt while the guest ran. The host takes it as soon as it is back. */
el1_irq:
	push	x0, x1
	push	x2, x3
	mrs	x0, tpidr_el2
	mov	x1, #ARM_EXCEPTION_IRQ
	b	__kvm_vcpu_return

	.ltorg

	.align	11
ENTRY(__kvm_hyp_vector)
	ventry	el2t_sync_invalid		// current EL with SP0
	ventry	el2t_irq_invalid
	ventry	el2t_fiq_invalid
	ventry	el2t_error_invalid

	ventry	el2h_sync_invalid		// current EL with SPx
	ventry	el2h_irq_invalid
	ventry	el2h_fiq_invalid
	ventry	el2h_error_invalid

	ventry	el1_sync			// lower EL, AArch64
	ventry	el1_irq
	ventry	el1_fiq_invalid
	ventry	el1_error_invalid

	ventry	el1_sync			// lower EL, AArch32
	ventry	el1_irq
	ventry	el1_fiq_invalid
	ventry	el1_error_invalid
ENDPROC(__kvm_hyp_vector)

__kvm_hyp_code_end:
	.globl	__kvm_hyp_code_end

	.popsection
