import { program } from '../../emulator-core/src/machine/program.ts';

/**
 * EL2 debugs EL1 (MDCR_EL2.TDE): breakpoints, watchpoints and software step. What each exception leaves in
 * ESR_EL2, ELR_EL2, FAR_EL2 and SPSR_EL2 is printed in the end, by us and by QEMU, from the same image.
 */
export const debugProgram = program(`
	adr x4, vectors
	msr vbar_el2, x4
	movz x5, #0x8000, lsl #16
	msr hcr_el2, x5
	movz x5, #0x100
	msr mdcr_el2, x5
	msr oslar_el1, xzr
	movz x1, #0x4100, lsl #16
	mov sp, x1
	movz x20, #0x4110, lsl #16
	mov x21, x20
	movz x22, #0x0900, lsl #16
	movz x23, #0x4120, lsl #16
	movz w0, #0x301
	str w0, [x22, #0x30]
	adr x6, target
	msr dbgbvr0_el1, x6
	movz x7, #0x01e3
	msr dbgbcr0_el1, x7
	// A watchpoint on bytes 2 and 3 of a doubleword, loads only; another on 64 bytes, stores only.
	add x6, x23, #0x100
	msr dbgwvr0_el1, x6
	movz x7, #0x018b
	msr dbgwcr0_el1, x7
	add x6, x23, #0x200
	msr dbgwvr1_el1, x6
	movz x7, #0x1ff3
	movk x7, #0x0600, lsl #16
	msr dbgwcr1_el1, x7
	movz x7, #0x8000
	msr mdscr_el1, x7
	adr x6, el1
	msr elr_el2, x6
	movz x7, #0x3c5
	msr spsr_el2, x7
	movz x24, #0
	isb
	eret
el1:
	nop
target:
	movz x0, #1
	ldr w1, [x23, #0x100]
	ldrh w1, [x23, #0x100]
	ldrb w1, [x23, #0x103]
	strb w1, [x23, #0x103]
	ldr x1, [x23, #0x100]
	str x1, [x23, #0x1f8]
	add x9, x23, #0x1fc
	str w1, [x9]
	str x1, [x23, #0x200]
	strb w1, [x23, #0x23f]
	strb w1, [x23, #0x240]
	ldr x1, [x23, #0x200]
	stp x1, x1, [x23, #0x1f8]
	hvc #1
	// Now every instruction is a step.
	nop
	add x0, x0, #1
	ldxr w1, [x23]
	stxr w2, w1, [x23]
	b over
	nop
over:
	hvc #3
	ldaxp x1, x2, [x23]
	mrs x3, mdscr_el1
	nop
	hvc #2
	hvc #0
forever:
	b forever

handler:
	mrs x10, esr_el2
	mrs x11, elr_el2
	mrs x12, far_el2
	mrs x13, spsr_el2
	stp x10, x11, [x20], #16
	stp x12, x13, [x20], #16
	lsr x14, x10, #26
	cmp x14, #0x30
	b.eq breakpoint
	cmp x14, #0x32
	b.eq stepped
	cmp x14, #0x34
	b.eq watchpoint
	cmp x14, #0x18
	b.eq watchpoint
	and x15, x10, #0xffff
	cbz x15, dump
	cmp x15, #1
	b.eq begin
	cmp x15, #2
	b.eq end
	// Another call in the midst of stepping: it goes on.
	movz x15, #0x20, lsl #16
	orr x13, x13, x15
	msr spsr_el2, x13
	eret
breakpoint:
	msr dbgbcr0_el1, xzr
	isb
	eret
watchpoint:
	msr far_el2, xzr
	add x11, x11, #4
	msr elr_el2, x11
	eret
begin:
	movz x15, #1
	msr mdscr_el1, x15
	movz x15, #0x20, lsl #16
	orr x13, x13, x15
	msr spsr_el2, x13
	isb
	eret
stepped:
	movz x15, #0x20, lsl #16
	orr x13, x13, x15
	msr spsr_el2, x13
	eret
end:
	msr mdscr_el1, xzr
	isb
	eret

dump:
	cmp x21, x20
	b.eq off
	ldr x0, [x21], #8
	movz x1, #16
digit:
	ror x0, x0, #60
	and x2, x0, #15
	cmp x2, #10
	movz x3, #87
	movz x4, #48
	csel x3, x4, x3, lo
	add x2, x2, x3
	strb w2, [x22]
	subs x1, x1, #1
	b.ne digit
	movz x2, #10
	strb w2, [x22]
	b dump
off:
	movz x0, #0x8400, lsl #16
	movk x0, #8
	smc #0
	b forever

.align 2048
vectors:
${Array.from({ length: 16 }, (_, n) => `.align 128\nb ${n === 8 ? 'handler' : 'unexpected'}\n`).join('')}
.align 128
unexpected:
	mrs x10, esr_el2
	mrs x11, elr_el2
	stp x10, x11, [x20], #16
	stp x10, x11, [x20], #16
	b dump
`);
