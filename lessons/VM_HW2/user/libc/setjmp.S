/*
 * setjmp() keeps what a function call preserves: x19 to x29, the return address, sp, and
 * d8 to d15. The integer registers alone where programs may not touch the others.
 */
	.text
	.globl	setjmp
	.type	setjmp, %function
setjmp:
	stp	x19, x20, [x0]
	stp	x21, x22, [x0, #16]
	stp	x23, x24, [x0, #32]
	stp	x25, x26, [x0, #48]
	stp	x27, x28, [x0, #64]
	stp	x29, x30, [x0, #80]
	mov	x1, sp
	str	x1, [x0, #96]
#ifdef __ARM_FP
	stp	d8, d9, [x0, #104]
	stp	d10, d11, [x0, #120]
	stp	d12, d13, [x0, #136]
	stp	d14, d15, [x0, #152]
#endif
	mov	x0, #0
	ret
	.size	setjmp, . - setjmp

/* longjmp(env, value): setjmp() returns again, with value, or 1 for 0 */
	.globl	longjmp
	.type	longjmp, %function
longjmp:
	ldp	x19, x20, [x0]
	ldp	x21, x22, [x0, #16]
	ldp	x23, x24, [x0, #32]
	ldp	x25, x26, [x0, #48]
	ldp	x27, x28, [x0, #64]
	ldp	x29, x30, [x0, #80]
	ldr	x2, [x0, #96]
	mov	sp, x2
#ifdef __ARM_FP
	ldp	d8, d9, [x0, #104]
	ldp	d10, d11, [x0, #120]
	ldp	d12, d13, [x0, #136]
	ldp	d14, d15, [x0, #152]
#endif
	cmp	w1, #0
	csinc	w0, w1, wzr, ne
	ret
	.size	longjmp, . - longjmp
