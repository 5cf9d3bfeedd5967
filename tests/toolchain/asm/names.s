// Second names of registers; where an address stands they are names of symbols.
	.text
	stp	fp, lr, [sp, #-16]!
	mov	fp, lr
	add	x0, fp, ip0
	blr	ip1
	br	lr
	bl	fp
	b	lr
	b.eq	ip0
	cbz	lr, ip1
	tbnz	fp, #3, lr
	adr	ip0, fp
	adrp	ip1, lr
	ldr	fp, lr
	ldr	fp, [lr]
	add	x0, fp, :lo12:fp
	ret	ip0
	.quad	fp
	bl	d3
	b	x1
	b.eq	sp
	cbz	x0, w1
	tbz	x0, #1, xzr
	adr	x0, v1
	adrp	x0, q2
	add	x0, x0, :lo12:x5
	ldr	x1, [x0, :lo12:d3]
	ldr	x2, h1
	ldr	x1, =d3
	.quad	x3, s1+4
	.globl	d3
	.type	x3, %function
