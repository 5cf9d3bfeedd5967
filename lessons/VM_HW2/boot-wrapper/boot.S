/*
 * The boot wrapper: what runs before the kernel. The model loads this file (an ELF file,
 * .axf) with the kernel and the device tree in it, and starts all CPUs at _start, as
 * hardware does: with nothing but RAM.
 *
 * A CPU that starts at EL3 has firmware's work to do first: let the Non-secure world have
 * its interrupts, its timer frequency and EL2. A CPU that starts at EL2, as on Trapline's
 * machine, finds that done. From there on both do the same: the first CPU enters the
 * kernel, the others wait until the kernel writes an address to the mailbox.
 *
 * The kernel is entered at EL2, MMU and caches off, interrupts masked, x0 = device tree,
 * x1 to x3 = 0 (Documentation/arm64/booting.txt).
 */
#include "memory-map.h"

/* EL3's registers by their encodings: this assembler knows no machine that has them. */
#define SCR_EL3		S3_6_C1_C1_0
#define CPTR_EL3	S3_6_C1_C1_2
#define SPSR_EL3	S3_6_C4_C0_0
#define ELR_EL3		S3_6_C4_C0_1

#define CURRENTEL_EL3	(3 << 2)
#define MPIDR_AFFINITY	0xff00ffffff

/* SCR_EL3: RES1, Non-secure, HVC works, lower levels are AArch64 */
#define SCR_VALUE	(0x30 | (1 << 0) | (1 << 8) | (1 << 10))
/* SPSR_EL3: to EL2 with its own stack pointer; D, A, I, F masked */
#define SPSR_EL2H	((0xf << 6) | 9)

#define GICD_CTLR	0x000
#define GICD_TYPER	0x004
#define GICD_IGROUPR	0x080
#define GICC_CTLR	0x000
#define GICC_PMR	0x004

#define UARTIBRD	0x24
#define UARTFBRD	0x28
#define UARTLCR_H	0x2c
#define UARTCR		0x30

	.section ".boot", "ax"

	.globl	_start
_start:
	mrs	x0, CurrentEL
	cmp	x0, #CURRENTEL_EL3
	b.ne	enter_el2			/* the firmware's work is done */

	mov	x0, #SCR_VALUE
	msr	SCR_EL3, x0
	msr	CPTR_EL3, xzr			/* floating point does not trap to EL3 */
	ldr	x0, =CNTFRQ
	msr	cntfrq_el0, x0
	bl	gic_secure_init
	mrs	x0, mpidr_el1
	tst	x0, #0xff
	b.ne	1f
	bl	uart_init			/* once, by the first CPU */
1:
	msr	sctlr_el2, xzr
	mov	x0, #SPSR_EL2H
	msr	SPSR_EL3, x0
	adr	x0, enter_el2
	msr	ELR_EL3, x0
	eret

/* EL2, all CPUs. */
enter_el2:
	mrs	x4, mpidr_el1
	ldr	x5, =MPIDR_AFFINITY
	and	x4, x4, x5
	cbnz	x4, secondary

	ldr	x0, =PHYS_OFFSET + FDT_OFFSET
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	ldr	x4, =PHYS_OFFSET + KERNEL_OFFSET
	br	x4

/* The spin table: the kernel writes where to go, and wakes us with SEV. */
secondary:
	ldr	x5, =PHYS_OFFSET + MBOX_OFFSET
1:
	wfe
	ldr	x4, [x5]
	cbz	x4, 1b
	mov	x0, xzr
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	br	x4

/*
 * All interrupts to group 1, which is the Non-secure world's. Each CPU has 32 of its own,
 * the first one looks after those that all share. Clobbers x0 to x4.
 */
gic_secure_init:
	ldr	x1, =GIC_DIST_BASE
	mov	w0, #~0
	str	w0, [x1, #GICD_IGROUPR]		/* SGIs and PPIs: a copy for each CPU */
	mrs	x2, mpidr_el1
	tst	x2, #0xff
	b.ne	2f
	ldr	w2, [x1, #GICD_TYPER]
	and	w2, w2, #0x1f			/* registers behind the first */
	add	x3, x1, #GICD_IGROUPR
1:
	cbz	w2, 3f
	str	w0, [x3, #4]!
	sub	w2, w2, #1
	b	1b
3:
	mov	w0, #3				/* both groups */
	str	w0, [x1, #GICD_CTLR]
2:
	ldr	x1, =GIC_CPU_BASE
	mov	w0, #0x80			/* let priorities of group 1 through */
	str	w0, [x1, #GICC_PMR]
	mov	w0, #3
	str	w0, [x1, #GICC_CTLR]
	ret

/* 8 bits, no parity, one stop bit; sending and receiving. */
uart_init:
	ldr	x1, =UART_BASE
	mov	w0, #0x10
	str	w0, [x1, #UARTIBRD]
	str	wzr, [x1, #UARTFBRD]
	mov	w0, #0x70
	str	w0, [x1, #UARTLCR_H]
	mov	w0, #0xc301
	str	w0, [x1, #UARTCR]
	ret

	.ltorg
