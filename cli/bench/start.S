/* A program without a kernel, as an arm64 Image: a stack, main(), and PSCI SYSTEM_OFF. */
	.text
	.global	_start
_start:
	b	1f
	.long	0
	.quad	0x80000			/* text_offset */
	.quad	_end - _start		/* image_size */
	.quad	0, 0, 0, 0
	.long	0x644d5241		/* "ARM", 0x64 */
	.long	0
1:
	ldr	x9, =stack_top
	mov	sp, x9
	bl	main
	movz	x0, #0x8400, lsl #16
	movk	x0, #8
	smc	#0
2:
	b	2b

	.bss
	.balign	16
	.space	4096
stack_top:
