/*
 * What the client's guest does, at EL1 without MMU, and nothing else: each kind of exit as many times as
 * the client has put into a register.
 *	x18 pages that are read, then written	x23 pages of which the client has written and we read
 *	x19 hypercalls				x24 SMCs
 *	x20 reads and as many writes of a device	x25 waits for the virtual timer
 *	x21 reads of ID_AA64PFR0_EL1		x26 reads of the distributor
 *	x22 pages that are written
 *	x27 the device	x28 the first page to touch	x29 the distributor	x30 the CPU interface
 * What has been seen goes to the device's second page: 8 bytes for each kind.
 */
#define PSCI_VERSION	0x84000000
#define SYSTEM_OFF	0x84000008
#define PAGE		4096
#define REPORT		4096

#define GICD_CTLR	0x000
#define GICD_IIDR	0x008
#define GICD_ISENABLER	0x100
#define GICC_CTLR	0x00
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define GICC_EOIR	0x10
#define VTIMER_INTID	27
#define TIMER_TICKS	200000

	.text
	.globl	guest_begin, guest_end
	.p2align 3
guest_begin:
	add	x17, x27, #REPORT

	/* Hypercalls that KVM answers: the sum of the answers */
	mov	x9, #0
	cbz	x19, 2f
1:	ldr	x0, =PSCI_VERSION
	hvc	#0
	add	x9, x9, x0
	subs	x19, x19, #1
	b.ne	1b
2:	str	x9, [x17, #0]

	/* SMCs, which KVM refuses with -1: how many times it did */
	mov	x9, #0
	cbz	x24, 2f
1:	ldr	x0, =PSCI_VERSION
	smc	#0
	cmn	x0, #1
	cinc	x9, x9, eq
	subs	x24, x24, #1
	b.ne	1b
2:	str	x9, [x17, #8]

	/* The device: reads, and writes of what was read plus one */
	mov	x9, #0
	cbz	x20, 2f
1:	ldr	w0, [x27]
	add	x9, x9, x0
	add	w0, w0, #1
	strb	w0, [x27, #4]
	subs	x20, x20, #1
	b.ne	1b
2:	str	x9, [x17, #16]

	/* A register that the VM's owner wants to know of */
	mov	x9, #0
	cbz	x21, 2f
1:	mrs	x9, id_aa64pfr0_el1
	subs	x21, x21, #1
	b.ne	1b
2:	str	x9, [x17, #24]

	/* Fresh pages: write first */
	cbz	x22, 2f
1:	str	x22, [x28]
	add	x28, x28, #PAGE
	subs	x22, x22, #1
	b.ne	1b

	/* Pages with the client's numbers in them */
2:	mov	x9, #0
	cbz	x23, 2f
1:	ldr	x0, [x28]
	add	x28, x28, #PAGE
	add	x9, x9, x0
	subs	x23, x23, #1
	b.ne	1b
2:	str	x9, [x17, #32]

	/* Fresh pages: read first, then write */
	cbz	x18, 2f
1:	ldr	x0, [x28]
	str	x18, [x28]
	add	x28, x28, #PAGE
	subs	x18, x18, #1
	b.ne	1b

	/* The distributor, in the kernel */
2:	cbz	x26, 2f
1:	ldr	w0, [x29, #GICD_IIDR]
	subs	x26, x26, #1
	b.ne	1b

	/*
	 * The virtual timer by way of the virtual CPU interface, with interrupts masked: WFI
	 * ends all the same. x9: interrupts 27, x10: WFIs.
	 */
2:	mov	x9, #0
	mov	x10, #0
	cbz	x25, 3f
	mov	w0, #1
	str	w0, [x29, #GICD_CTLR]
	mov	w0, #1 << VTIMER_INTID
	str	w0, [x29, #GICD_ISENABLER]
	mov	w0, #0xff
	str	w0, [x30, #GICC_PMR]
	mov	w0, #1
	str	w0, [x30, #GICC_CTLR]
1:	ldr	x0, =TIMER_TICKS
	msr	cntv_tval_el0, x0
	mov	x0, #1
	msr	cntv_ctl_el0, x0
	isb
2:	wfi
	add	x10, x10, #1
	ldr	w0, [x30, #GICC_IAR]
	and	w1, w0, #0x3ff
	cmp	w1, #VTIMER_INTID
	b.ne	2b
	add	x9, x9, #1
	msr	cntv_ctl_el0, xzr
	isb
	str	w0, [x30, #GICC_EOIR]
	subs	x25, x25, #1
	b.ne	1b
3:	str	x9, [x17, #40]
	str	x10, [x17, #48]

	ldr	x0, =SYSTEM_OFF
	hvc	#0
	b	.

	.ltorg
guest_end:
	.section .note.GNU-stack, "", %progbits
