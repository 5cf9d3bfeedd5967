// ldr = and where its pool goes.
	.text
	ldr x0, =0x1122334455667788
	ldr w0, =0x11223344
	ldr x1, =ext
	ldr x2, =ext + 8
	ldr x3, =ext
	ldr x4, =local
	ldr x5, =1
	ldr w5, =1
	ldr x6, =-1
	ldr x7, =0x10000
	ldr x8, =0xffff0000ffffffff
	ldr d0, =0x3ff0000000000000
	ldr s0, =0x3f800000
	ldrsw x9, =0x80000000
	ldr x10, =later
	b over
	.ltorg
over:
	ldr x0, =0x1122334455667788
	.pool
local:
	nop
later:
	ldr x11, =CONSTANT
	.set CONSTANT, 0x12345678
	.section .text.more, "ax"
	ldr x0, =0xabcdef0123
	ret
