/*
 * Guests of kvm-parts.c, one behind each label of the list at the end, at EL1 without MMU. Each tells what it found by stores of eight
 * bytes, and asks for things by a store to ACTION. Given:
 *	x20 where to tell	x27 the device	x28 the CPU interface	x29 the distributor
 */
#define ACTION		0x100
#define SYSTEM_OFF	0x84000008

#define GICD_CTLR	0x000
#define GICD_ISENABLER1	0x104
#define GICD_ICFGR2	0xc08
#define GICD_ICFGR3	0xc0c
#define GICC_CTLR	0x00
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define GICC_EOIR	0x10

	.macro	tell reg
	str	\reg, [x20]
	add	x20, x20, #8
	.endm

	.macro	act number
	mov	w0, #\number
	str	w0, [x27, #ACTION]
	.endm

	.text
	.globl	guest_begin, guest_end, guest_entries

/* An exception: its syndrome goes to x15; go on behind the instruction, or where a bad branch came from. */
	.p2align 11
guest_begin:
	.rept	16
	.p2align 7
	mrs	x15, esr_el1
	mrs	x13, elr_el1
	add	x13, x13, #4
	lsr	x12, x15, #26
	cmp	x12, #0x21
	csel	x13, x30, x13, eq
	msr	elr_el1, x13
	eret
	.endr

	.p2align 7
off:	ldr	x0, =SYSTEM_OFF
	hvc	#0
	b	.

/* Loads of every kind of the same eight bytes, and stores: of the zero register, and of less than a register. */
guest_mmio:
	ldrb	w1, [x27]
	ldrsb	w2, [x27]
	ldrsb	x3, [x27]
	ldrh	w4, [x27]
	ldrsh	x5, [x27]
	ldr	w6, [x27]
	ldrsw	x7, [x27]
	ldr	x8, [x27]
	tell	x1
	tell	x2
	tell	x3
	tell	x4
	tell	x5
	tell	x6
	tell	x7
	tell	x8
	tell	xzr
	strh	w8, [x27, #8]
	ldr	x9, [x27, #8]
	tell	x9
	ldr	xzr, [x27]
	b	off

/* What the hypervisor cannot play is the guest's own exception. */
guest_undefined:
	mov	x15, #0
	mrs	x1, cntp_ctl_el0		// its physical timer
	tell	x15
	mov	x15, #0
	smc	#0
	tell	x15
	mov	x15, #0
	mov	w0, #1
	hvc	#7
	nop					// the PC is behind an HVC when it traps
	tell	x15
	mov	x15, #0
	ldr	x1, [x29]			// eight bytes of a distributor of four
	tell	x15
	mov	x15, #0
	mov	x1, #0x40000000			// no memory, no instruction
	blr	x1
	tell	x15
	b	off

/* Registers that are played. */
guest_sysregs:
	mov	x1, #-1				// that something is read must show
	mov	x2, #-1
	mov	x3, #-1
	mov	x4, #-1
	mrs	x1, actlr_el1
	tell	x1
	mov	x1, #-1
	msr	actlr_el1, x1
	mrs	x2, actlr_el1			// as it was
	tell	x2
	msr	pmcr_el0, x1
	mrs	x3, pmcr_el0
	msr	pmcntenset_el0, x1
	mrs	x4, pmcntenset_el0
	orr	x3, x3, x4
	tell	x3
	dc	cisw, xzr
	dc	csw, xzr
	dc	isw, xzr
	mrs	x1, mpidr_el1
	tell	x1
	b	off

/* PSCI by the numbers of version 0.1 */
guest_psci:
	ldr	x19, =0x95c1ba5e
	mov	x0, x19				// CPU_SUSPEND
	hvc	#0
	tell	x0
	add	x0, x19, #3			// MIGRATE
	hvc	#0
	tell	x0
	add	x0, x19, #2			// CPU_ON, of itself
	mov	x1, #0
	mov	x2, #0
	hvc	#0
	tell	x0
	add	x0, x19, #2			// CPU_ON, of nobody
	mov	x1, #3
	hvc	#0
	tell	x0
	mov	x15, #0
	ldr	x0, =0x84000000			// 0.2, which this vcpu does not have
	hvc	#0
	nop
	tell	x15
	act	0

/* Interrupts, enabled and unmasked at both halves of the controller */
interface:
	mov	w0, #1
	str	w0, [x29, #GICD_CTLR]
	mov	w0, #-1
	str	w0, [x29, #GICD_ISENABLER1]
	mov	w0, #0xff
	str	w0, [x28, #GICC_PMR]
	mov	w0, #1
	str	w0, [x28, #GICC_CTLR]
	ret

/* Twelve edges at once, on SPIs 32 to 43: more than there are list registers. Which come, and how often? */
guest_edges:
	bl	interface
	mov	w0, #0xaaaaaaaa
	str	w0, [x29, #GICD_ICFGR2]
	str	w0, [x29, #GICD_ICFGR3]
	act	1
	mov	x9, #0				// a bit for each
	mov	x10, #0				// how many
	mov	x11, #2000			// patience
1:	ldr	w1, [x28, #GICC_IAR]
	and	w2, w1, #0x3ff
	cmp	w2, #1020
	b.hs	2f
	str	w1, [x28, #GICC_EOIR]
	sub	w2, w2, #32
	mov	x3, #1
	lsl	x3, x3, x2
	orr	x9, x9, x3
	add	x10, x10, #1
2:	subs	x11, x11, #1
	b.ne	1b
	tell	x9
	tell	x10
	b	off

/* A level stays pending until it is low: the third time we ask for that. */
guest_level:
	bl	interface
	act	2
	mov	x10, #0
	mov	x11, #2000
1:	ldr	w1, [x28, #GICC_IAR]
	and	w2, w1, #0x3ff
	cmp	w2, #33
	b.ne	2f
	add	x10, x10, #1
	cmp	x10, #3
	b.ne	3f
	act	3
3:	str	w1, [x28, #GICC_EOIR]
2:	subs	x11, x11, #1
	b.ne	1b
	tell	x10
	b	off

/* The virtual timer, a millisecond from now, and sleep. Which interrupt ends it, and when? */
guest_timer:
	bl	interface
	mov	w0, #1 << 27
	str	w0, [x29, #GICD_ISENABLER1 - 4]
	mrs	x1, cntfrq_el0
	mov	x2, #1000
	udiv	x1, x1, x2
	mrs	x3, cntvct_el0
	add	x4, x3, x1
	msr	cntv_cval_el0, x4
	mov	x0, #1
	msr	cntv_ctl_el0, x0
	isb
	wfi
	ldr	w1, [x28, #GICC_IAR]
	mrs	x5, cntvct_el0
	str	w1, [x28, #GICC_EOIR]
	cmp	x5, x4
	cset	x2, hs				// not before
	tell	x1
	tell	x2
	b	off

/*
 * All that the world switch exchanges: set, an exit to lkvm and back, and how many are not what they were? And its
 * time, which began later than the machine's.
 */
guest_switch:
	mov	x9, #0
	mov	x1, #3 << 20
	msr	cpacr_el1, x1
	isb
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	mov	x1, #0x5a00 + \n
	fmov	d\n, x1
	mvn	x1, x1
	mov	v\n\().d[1], x1
	.endr
	mov	x1, #1 << 24			// FZ
	msr	fpcr, x1
	.irp	reg, tpidr_el0, tpidrro_el0, tpidr_el1, ttbr0_el1, ttbr1_el1, far_el1, elr_el1, sp_el0
	mov	x1, #0x1000
	msr	\reg, x1
	.endr
	act	4
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	mov	x1, #0x5a00 + \n
	fmov	x2, d\n
	cmp	x1, x2
	cinc	x9, x9, ne
	mvn	x1, x1
	mov	x2, v\n\().d[1]
	cmp	x1, x2
	cinc	x9, x9, ne
	.endr
	mov	x1, #1 << 24
	mrs	x2, fpcr
	cmp	x1, x2
	cinc	x9, x9, ne
	.irp	reg, tpidr_el0, tpidrro_el0, tpidr_el1, ttbr0_el1, ttbr1_el1, far_el1, elr_el1, sp_el0
	mov	x1, #0x1000
	mrs	x2, \reg
	cmp	x1, x2
	cinc	x9, x9, ne
	.endr
	tell	x9
	mrs	x1, cntpct_el0
	isb
	mrs	x2, cntvct_el0			// later, but less has gone by
	cmp	x2, x1
	cset	x1, lo
	tell	x1
	b	off

	.ltorg
	.p2align 3
guest_end:

/* Where each begins, in the order of the enum in kvm-parts.c */
	.p2align 3
guest_entries:
	.quad	guest_mmio - guest_begin
	.quad	guest_undefined - guest_begin
	.quad	guest_sysregs - guest_begin
	.quad	guest_psci - guest_begin
	.quad	guest_edges - guest_begin
	.quad	guest_level - guest_begin
	.quad	guest_timer - guest_begin
	.quad	guest_switch - guest_begin
