// .req and .unreq, .arch and .cpu and extensions, comments, statements on one line, upper case.
	.arch armv8-a+crc
	.arch_extension lse
	.text
base	.req x19
count	.req w20
	ldr	count, [base, #8]
	LDR	COUNT, [BASE], #4
	add	base, base, count, uxtw #2
	.unreq base
	.unreq count
fp	.req x29
	stp	fp, lr, [sp, #-16]!
	ldp	fp, lr, [sp], #16
	NOP ; nop; RET
	MOV X0, #1 // comment
	mov x1, #2 /* one */
/* two
	lines */
	# a comment of its own line
label1: label2: nop
label3:
	nop	// ; mov x9, x9
	.arch armv8.2-a
	.cpu cortex-a57
	.ident "nobody"
	.file "name.s"
	.title "t"
	.list
	.nolist
	mrs x0, S3_0_C4_C0_0
	mrs x0, s3_4_c12_c11_1
	mov	x0, 1
	add	x0, x0, 4
	cmp	x0, 5
	mov	w0, 'x'
	ldr	x0,[x1]
	ldr	x0, [ x1 , #8 ]
