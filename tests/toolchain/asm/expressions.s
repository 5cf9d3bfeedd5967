// Arithmetic, symbol differences, numeric labels, the place reached.
	.data
a:	.byte 1 + 2 * 3, (1 + 2) * 3, 7 / 2, 7 % 4, -7 / 2, 1 << 3, 0x80 >> 3
	.byte ~0 & 0xff, 5 | 2, 5 ^ 1, 5 ! 1, 6 & 3, !0, !5, -(-3), +4
	.byte 1 == 1, 1 != 1, 1 <> 2, 1 < 2, 2 <= 1, 3 > 2, 3 >= 4, 1 && 0, 1 || 0
	.byte 1 + 2 << 3, 10 - 2 - 3, 2 * 3 % 4
	.byte b - a, . - a, c - b
b:	.word c - b, (c - b) / 2, (c - a) * 4 + 1
c:	.quad a, a + 4, b - 4, c - . , ext - ., ext + 8 - .
	.if 0
	.endif
1:	.word 1b - ., 1f - .
1:	.word 1b - ., 2f - 1b
2:	.hword 2b - 1b
10:	.byte 10b - 2b
	.text
1:	b 1b
	b 1f
	cbz x0, 2f
1:	b 1b
2:	b.eq 1b
	adr x0, 1b
	adr x0, .
	b .
	b . + 8
	bl . - 4
	tbz x0, #3, . + 12
	ldr x0, . + 16
	mov x0, #(2b - 1b)
	add x0, x0, #(c - b)
	mov x1, #'A'
	mov x2, #-1
	movz x3, #(1 << 4 | 3), lsl #16
	sub sp, sp, #(8 * 4 + 16)
	ldr x4, [sp, #8 * 3]
	str x5, [sp, #(S_X + 8)]
	.set S_X, 16
	stp x6, x7, [sp, #S_X]
	ldr x8, [x9, S_X]
	.org 0x100
	nop
	.word . - 1b
	.quad later - 2b
later:
