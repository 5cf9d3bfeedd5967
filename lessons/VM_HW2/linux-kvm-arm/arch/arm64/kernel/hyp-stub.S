/*
 * What stays at EL2 while nobody uses it. An HVC from EL1 can do two things:
 *	x0 = 0	tell me VBAR_EL2 (answer in x0)
 *	else	set VBAR_EL2 to x0, a physical address
 * With the second, KVM installs its own code.
 */
#include <asm/assembler.h>

#define EC_HVC64 0x16

	.text
	.balign	2048
ENTRY(__hyp_stub_vectors)
	ventry stub_invalid	/* from EL2 itself, on SP_EL0 */
	ventry stub_invalid
	ventry stub_invalid
	ventry stub_invalid
	ventry stub_invalid	/* from EL2 itself, on SP_EL2 */
	ventry stub_invalid
	ventry stub_invalid
	ventry stub_invalid
	ventry stub_sync		/* from EL1 or EL0 in AArch64: synchronous, IRQ, FIQ, SError */
	ventry stub_invalid
	ventry stub_invalid
	ventry stub_invalid
	ventry stub_invalid	/* from EL1 or EL0 in AArch32 */
	ventry stub_invalid
	ventry stub_invalid
	ventry stub_invalid
ENDPROC(__hyp_stub_vectors)

stub_sync:
	mrs	x1, esr_el2
	lsr	x1, x1, #26
	cmp	x1, #EC_HVC64
	b.ne	2f
	cbz	x0, 1f
	msr	vbar_el2, x0
	b	2f
1:	mrs	x0, vbar_el2
2:	eret

/* Nothing else can happen here; if it does, stay so that a debugger finds us. */
stub_invalid:
	b	stub_invalid

/* void __hyp_set_vectors(phys_addr_t base); phys_addr_t __hyp_get_vectors(void); */
ENTRY(__hyp_get_vectors)
	mov	x0, #0
ENTRY(__hyp_set_vectors)
	hvc	#0
	ret
ENDPROC(__hyp_set_vectors)
ENDPROC(__hyp_get_vectors)
