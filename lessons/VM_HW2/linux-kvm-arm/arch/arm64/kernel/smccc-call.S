/* Calling firmware that may not be there. */
#include <asm/assembler.h>

	.text
/*
 * long smc_probe(u32 function), long hvc_probe(u32 function)
 * What the firmware (the hypervisor) answers in x0, or -1: either it does not know the
 * function, or there is nobody and the call is an undefined instruction. For SMC in a
 * VM it always is: the hypervisor sees to that.
 */
.macro probe_call name, call
ENTRY(\name)
	mov	x1, #0
	mov	x2, #0
	mov	x3, #0
1:	\call	#0
	ret
2:	mov	x0, #-1				/* the exception table leads here */
	ret
ENDPROC(\name)

	.pushsection __ex_table, "a"
	.balign	8
	.quad	1b, 2b
	.quad	1b + 4, 2b			/* an HVC that KVM refuses: its PC is past it */
	.popsection
.endm

	probe_call smc_probe, smc
	probe_call hvc_probe, hvc
