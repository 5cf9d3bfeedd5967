/* Calling firmware that may not be there. */
#include <asm/assembler.h>

	.text
/*
 * long smc_probe(u32 function)
 * What the firmware answers in x0, or -1: either it does not know the function, or
 * there is no firmware and SMC is an undefined instruction. In a VM it always is: the
 * hypervisor sees to that.
 */
ENTRY(smc_probe)
	mov	x1, #0
	mov	x2, #0
	mov	x3, #0
1:	smc	#0
	ret
2:	mov	x0, #-1				/* the exception table leads here */
	ret
ENDPROC(smc_probe)

	.section __ex_table, "a"
	.balign	8
	.quad	1b, 2b
