/*
 * What the two vcpus do, at EL1 without MMU. The first starts the second by PSCI, and then they send each
 * other interrupts in turn; who waits, waits by WFI. The second makes hypercalls and reads the device before.
 *	x19 rounds	x20 hypercalls	x21 reads of the device
 *	x27 the device	x28 a page for both	x29 the distributor	x30 the CPU interface
 * Reports in the device's second page: WFIs of the first, its polls, WFIs of the second, the sum it has read.
 */
#define PSCI_VERSION	0x84000000
#define CPU_OFF		0x84000002
#define CPU_ON		0xc4000003
#define AFFINITY_INFO	0xc4000004
#define SYSTEM_OFF	0x84000008
#define IS_OFF		1
#define REPORT		4096

#define GICD_CTLR	0x000
#define GICD_SGIR	0xf00
#define GICC_CTLR	0x00
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define GICC_EOIR	0x10
/* SGI 1 to the second, SGI 2 to the first */
#define TO_SECOND	0x00020001
#define TO_FIRST	0x00010002

	.text
	.globl	guest_begin, guest_end
	.p2align 3
guest_begin:
	add	x17, x27, #REPORT
	stp	x19, x20, [x28]
	stp	x21, x27, [x28, #16]
	stp	x29, x30, [x28, #32]
	mov	w0, #1
	str	w0, [x29, #GICD_CTLR]
	mov	x16, x30
	bl	interface

	ldr	x0, =CPU_ON
	mov	x1, #1
	adr	x2, second
	mov	x3, x28
	hvc	#0

	mov	x9, #0
	cbz	x19, 2f
1:	ldr	w0, =TO_SECOND
	str	w0, [x29, #GICD_SGIR]
	bl	await
	subs	x19, x19, #1
	b.ne	1b
2:	str	x9, [x17, #0]

	mov	x10, #0
3:	add	x10, x10, #1
	ldr	x0, =AFFINITY_INFO
	mov	x1, #1
	mov	x2, #0
	hvc	#0
	cmp	x0, #IS_OFF
	b.ne	3b
	str	x10, [x17, #8]
	ldr	x0, =SYSTEM_OFF
	hvc	#0
	b	.

second:	mov	x28, x0
	ldp	x19, x20, [x28]
	ldp	x21, x27, [x28, #16]
	ldp	x29, x16, [x28, #32]
	add	x17, x27, #REPORT
	bl	interface

	cbz	x20, 2f
1:	ldr	x0, =PSCI_VERSION
	hvc	#0
	subs	x20, x20, #1
	b.ne	1b
2:	mov	x10, #0
	cbz	x21, 4f
3:	ldr	w0, [x27]
	add	x10, x10, x0
	subs	x21, x21, #1
	b.ne	3b

4:	mov	x9, #0
	cbz	x19, 6f
5:	bl	await
	mov	w0, #TO_FIRST & 0xffff
	movk	w0, #TO_FIRST >> 16, lsl #16
	str	w0, [x29, #GICD_SGIR]
	subs	x19, x19, #1
	b.ne	5b
6:	str	x9, [x17, #16]
	str	x10, [x17, #24]
	ldr	x0, =CPU_OFF
	hvc	#0
	b	.

/* Turns on the CPU interface at x16. */
interface:
	mov	w0, #0xff
	str	w0, [x16, #GICC_PMR]
	mov	w0, #1
	str	w0, [x16, #GICC_CTLR]
	ret

/* Sleeps until there is an interrupt, and ends it; counts in x9 how often it slept. */
await:	wfi
	add	x9, x9, #1
	ldr	w0, [x16, #GICC_IAR]
	and	w1, w0, #0x3ff
	cmp	w1, #16
	b.hs	await
	str	w0, [x16, #GICC_EOIR]
	ret

	.ltorg
guest_end:

/* long start_thread(void (*function)(void), void *stack_top) */
#define THREAD_FLAGS	0x10f00	/* VM, FS, FILES, SIGHAND, THREAD */
#define SYS_clone	220
#define SYS_exit	93
	.globl	start_thread
start_thread:
	mov	x9, x0
	ldr	x0, =THREAD_FLAGS
	mov	x2, #0
	mov	x3, #0
	mov	x4, #0
	mov	x8, #SYS_clone
	svc	#0
	cbz	x0, 1f
	ret
1:	blr	x9
	mov	x0, #0
	mov	x8, #SYS_exit
	svc	#0

	.ltorg
	.section .note.GNU-stack, "", %progbits
