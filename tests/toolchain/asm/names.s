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
