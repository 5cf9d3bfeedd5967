// What both compilers may call, and the way in: run(x0), then a halt. The same for both.
	.text
	.globl _start
_start:	movz x1, #0x40f0, lsl #16
	mov sp, x1
	bl run
	hlt #0

	.globl memcpy
memcpy:	mov x3, x0
	subs x2, x2, #8
	b.lo 2f
1:	ldr x4, [x1], #8
	str x4, [x3], #8
	subs x2, x2, #8
	b.hs 1b
2:	adds x2, x2, #8
	b.eq 4f
3:	ldrb w4, [x1], #1
	strb w4, [x3], #1
	subs x2, x2, #1
	b.ne 3b
4:	ret

	.globl memmove
memmove: sub x3, x0, x1
	cmp x3, x2
	b.hs memcpy
1:	cbz x2, 2f
	sub x2, x2, #1
	ldrb w4, [x1, x2]
	strb w4, [x0, x2]
	b 1b
2:	ret

	.globl memset
memset:	mov x3, x0
	and x1, x1, #0xff
	orr x1, x1, x1, lsl #8
	orr x1, x1, x1, lsl #16
	orr x1, x1, x1, lsl #32
	subs x2, x2, #8
	b.lo 2f
1:	str x1, [x3], #8
	subs x2, x2, #8
	b.hs 1b
2:	adds x2, x2, #8
	b.eq 4f
3:	strb w1, [x3], #1
	subs x2, x2, #1
	b.ne 3b
4:	ret
