import { program } from './program.ts';

/** Programs of a few lines that tests of the machine run. */

export const powerOff = `
	movz x0, #0x8400, lsl #16
	movk x0, #8
	smc #0
`;

/**
 * Makes the disk on `virt` ready, with one request of a sector at `ring`, `header`, `data` and `status`: X0 is the
 * ring, X1 the device, X3 the header, X6 the data; W4 is 1, which is to write.
 */
export const readyDisk = `
	movz x1, #0x0a00, lsl #16
	adr x0, ring
	movz w2, #3
	str w2, [x1, #0x70]
	movz w2, #4096
	str w2, [x1, #0x28]
	str wzr, [x1, #0x30]
	movz w2, #4
	str w2, [x1, #0x38]
	movz w2, #4096
	str w2, [x1, #0x3c]
	lsr x2, x0, #12
	str w2, [x1, #0x40]
	movz w2, #7
	str w2, [x1, #0x70]
	adr x3, header
	str x3, [x0]
	movz x4, #16
	movk x4, #1, lsl #32
	movk x4, #1, lsl #48
	str x4, [x0, #8]
	adr x6, data
	str x6, [x0, #16]
	movz x4, #512
	movk x4, #1, lsl #32
	movk x4, #2, lsl #48
	str x4, [x0, #24]
	adr x7, status
	str x7, [x0, #32]
	movz x4, #1
	movk x4, #2, lsl #32
	str x4, [x0, #40]
	movz w4, #1
	str w4, [x3]
`;

/** Sixteen vectors at `vectors`; those that matter branch to `sync` and `irq`. */
export const vectorTable = (lowerSync: string, lowerIrq: string, sameIrq: string) =>
	`.align 2048\nvectors:\n` +
	Array.from({ length: 16 }, (_, n) => {
		const to = n === 8 ? lowerSync : n === 9 ? lowerIrq : n === 5 ? sameIrq : 'unexpected';
		return `.align 128\nb ${to}\n`;
	}).join('') +
	`.align 128\nunexpected:\nb unexpected\n`;

/**
 * Three timer interrupts at EL1 through the GIC, each a WFI; between them some work whose result ends
 * up in memory. Then it waits for a byte on the UART, echoes it, and switches off.
 */
export const timerProgram = program(`
	movz x5, #0x8000, lsl #16
	msr hcr_el2, x5
	adr x6, el1
	msr elr_el2, x6
	movz x7, #0x3c5
	msr spsr_el2, x7
	eret
el1:
	adr x4, vectors
	msr vbar_el1, x4
	movz x10, #0x0800, lsl #16
	movz x11, #0x0801, lsl #16
	movz x12, #0x0900, lsl #16
	movz w0, #1
	str w0, [x10]
	str w0, [x11]
	movz w0, #0x4000, lsl #16
	str w0, [x10, #0x100]
	movz w0, #2
	str w0, [x10, #0x104]
	movz w0, #0xff
	str w0, [x11, #4]
	movz w0, #0x10
	str w0, [x12, #0x38]
	movz w0, #0x301
	str w0, [x12, #0x30]
	movz x19, #3
again:
	movz x0, #0x4000
	msr cntp_tval_el0, x0
	movz x0, #1
	msr cntp_ctl_el0, x0
	msr daifclr, #2
	movz x1, #700
work:
	subs x1, x1, #1
	b.ne work
	wfi
	msr daifset, #2
	cbnz x19, again
wait:
	wfi
	msr daifclr, #2
	msr daifset, #2
	cbz x21, wait
	${powerOff}
interrupt:
	ldr w2, [x11, #0xc]
	cmp w2, #30
	b.ne byte
	movz x3, #2
	msr cntp_ctl_el0, x3
	sub x19, x19, #1
	movz w3, #0x74
	strb w3, [x12]
	b done
byte:
	ldr w21, [x12]
	strb w21, [x12]
	movz w3, #0x10
	str w3, [x12, #0x44]
done:
	str w2, [x11, #0x10]
	eret
${vectorTable('unexpected', 'unexpected', 'interrupt')}
`);

/**
 * A guest behind stage 2, stage 1 off: IPA 0x4020_0000 is where it lies. It stores to an IPA that
 * nothing maps; EL2 keeps ESR, FAR, HPFAR and the count, maps the page the first time, skips the
 * instruction the second time (an IPA outside any RAM), and powers off on the HVC.
 */
export const guestProgram = program(`
	movz x10, #0x4040, lsl #16
	adr x4, vectors
	msr vbar_el2, x4
	movz x0, #0x403, lsl #0
	movk x0, #0x4040, lsl #16
	movz x9, #0x1000
	add x1, x10, x9
	orr x2, x1, #3
	str x2, [x10, #8]
	movz x2, #0x7fd
	movk x2, #0x4020, lsl #16
	movz x3, #0x4020, lsl #16
	orr x3, x3, #0x400
	orr x3, x3, #0xfc
	orr x3, x3, #1
	str x3, [x1, #8]
	add x5, x10, x9, lsl #1
	orr x2, x5, #3
	str x2, [x1, #16]
	movz x0, #0x3558
	movk x0, #2, lsl #16
	msr vtcr_el2, x0
	movz x0, #7, lsl #48
	orr x0, x0, x10
	msr vttbr_el2, x0
	movz x0, #0x8000, lsl #16
	orr x0, x0, #1
	msr hcr_el2, x0
	adr x6, guest
	msr elr_el2, x6
	movz x7, #0x3c5
	msr spsr_el2, x7
	eret
guest:
	movz x11, #0x4040, lsl #16
	movz w12, #0x77
	str w12, [x11, #0x10]
	ldr w13, [x11, #0x10]
	movz x11, #0x0c00, lsl #16
	strh w12, [x11, #6]
	hvc #1
trapped:
	mrs x20, esr_el2
	lsr x21, x20, #26
	cmp x21, #0x16
	b.eq off
	mrs x22, far_el2
	mrs x23, hpfar_el2
	cbnz x25, skip
	movz x25, #1
	mov x26, x20
	mov x27, x23
	// Map IPA 0x4040_0000 to 0x4060_0000.
	movz x3, #0x4060, lsl #16
	movz x4, #0x4ff
	orr x3, x3, x4
	str x3, [x5]
	eret
skip:
	mrs x0, elr_el2
	add x0, x0, #4
	msr elr_el2, x0
	eret
off:
	${powerOff}
${vectorTable('trapped', 'unexpected', 'unexpected')}
`);

/**
 * Code that rewrites itself: the word at `slot` becomes MOVZ X3 with the loop's count, in the page
 * that executes, and what it gives is summed up in X4 and at 0x4040_0000.
 */
export const rewritingProgram = program(`
	movz x10, #0x4040, lsl #16
	movz w5, #3
	movk w5, #0xd280, lsl #16
	adr x6, slot
	movz x1, #0
	movz x4, #0
again:
	add x1, x1, #1
	add w7, w5, w1, lsl #5
	str w7, [x6]
	ic ivau, x6
	isb
slot:
	movz x3, #0
	add x4, x4, x3
	str x4, [x10]
	add x10, x10, #1024
	cmp x1, #200
	b.ne again
	${powerOff}
`);
