/*
 * Switching the MMU of EL2 on.
 *
 * Until now EL2 runs with its MMU off, so this code runs at its physical address.
 * It must go on running while addresses change their meaning under it; hence a
 * page with two mappings, and two sets of tables:
 *
 *	boot_hyp_pgd	this page at its physical address (the "idmap"),
 *			and again at TRAMPOLINE_VA
 *	hyp_pgd		this page at TRAMPOLINE_VA, and all that KVM uses at EL2
 *
 * Step 1 turns the MMU on with boot_hyp_pgd, still in the idmap; step 2 jumps to
 * TRAMPOLINE_VA; step 3, at an address that both know, changes to hyp_pgd.
 *
 * Linux 3.14: same name, same file.
 */
#include <asm/assembler.h>
#include <asm/asm-offsets.h>
#include <asm/kvm_arm.h>
#include <asm/kvm_mmu.h>

	.pushsection	.hyp.idmap.text, "ax"

	// A vector table with one useful entry: an HVC from the host at EL1.
	.align	11
ENTRY(__kvm_hyp_init)
	b	__invalid		// current EL with SP0
	.align	7
	b	__invalid
	.align	7
	b	__invalid
	.align	7
	b	__invalid
	.align	7

	b	__invalid		// current EL with SPx
	.align	7
	b	__invalid
	.align	7
	b	__invalid
	.align	7
	b	__invalid
	.align	7

	b	__do_hyp_init		// lower EL, AArch64: synchronous
	.align	7
	b	__invalid
	.align	7
	b	__invalid
	.align	7
	b	__invalid
	.align	7

__invalid:
	b	__invalid

	/*
	 * x0: physical address of boot_hyp_pgd
	 * x1: physical address of hyp_pgd
	 * x2: stack of EL2, a pointer of EL2
	 * x3: the final vectors, a pointer of EL2
	 */
__do_hyp_init:
	msr	ttbr0_el2, x0

	// Same page size and cacheability as the kernel's own tables.
	mrs	x4, tcr_el1
	mov	x5, #TCR_EL2_MASK
	and	x4, x4, x5
	ldr	x5, =TCR_EL2_FLAGS
	orr	x4, x4, x5
	msr	tcr_el2, x4

	ldr	x4, =VTCR_EL2_FLAGS
	msr	vtcr_el2, x4

	mrs	x4, mair_el1
	msr	mair_el2, x4
	isb

	// Whatever the TLB still holds of EL2 is stale.
	tlbi	alle2
	dsb	sy

	mrs	x4, sctlr_el2
	and	x4, x4, #(1 << 25)		// keep the endianness
	ldr	x5, =SCTLR_EL2_FLAGS
	orr	x4, x4, x5
	msr	sctlr_el2, x4			// step 1
	isb

	ldr	x4, =TRAMPOLINE_VA
	adr	x5, target
	and	x5, x5, #0xfff			// same place in the page
	add	x4, x4, x5
	br	x4				// step 2

target:
	msr	ttbr0_el2, x1			// step 3
	isb
	tlbi	alle2
	dsb	sy
	isb

	mov	sp, x2
	msr	vbar_el2, x3
	eret					// back to cpu_init_hyp_mode()
ENDPROC(__kvm_hyp_init)

	.ltorg
	.popsection
