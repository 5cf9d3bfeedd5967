import { program } from './program.ts';
import { powerOff, vectorTable } from './sample-programs.ts';

/** Programs for several CPUs that tests of the machine run. */

/** PSCI CPU_ON for CPUs 1 to 3 at `entry`, each with 0x100 and its number in X0. */
export const startOthers = (entry: string) => `
	movz x20, #1
start:
	movz x0, #0xc400, lsl #16
	movk x0, #3
	mov x1, x20
	adr x2, ${entry}
	add x3, x20, #0x100
	smc #0
	add x20, x20, #1
	cmp x20, #4
	b.ne start
`;

/**
 * Four CPUs on virt. Each adds 1 to the number at 0x4040_0008 five hundred times, under a lock at
 * 0x4040_0000, while its timer interrupts it twice; then it sends SGI 1 to all others and sleeps until it has
 * three. They count at 0x4040_0100 (SGIs) and 0x4040_0108 (timer), 16 bytes for each CPU. CPUs 1 to 3 turn
 * themselves off; CPU 0 waits for that, leaves the number in X21 and switches off.
 */
export const lockProgram = program(`
	${startOthers('work')}
	movz x10, #0x0800, lsl #16
	movz w0, #1
	str w0, [x10]
	movz x0, #0x100
work:
	sub x28, x0, #0x100
	adr x4, vectors
	msr vbar_el2, x4
	movz x5, #0x8000, lsl #16
	movk x5, #0x10
	msr hcr_el2, x5
	movz x10, #0x0800, lsl #16
	movz x11, #0x0801, lsl #16
	movz x27, #0x4040, lsl #16
	add x26, x27, x28, lsl #4
	movz w0, #0x4000, lsl #16
	str w0, [x10, #0x100]
	movz w0, #0xff
	str w0, [x11, #4]
	movz w0, #1
	str w0, [x11]
	movz x0, #2000
	msr cntp_tval_el0, x0
	movz x0, #1
	msr cntp_ctl_el0, x0
	msr daifclr, #2
	movz x19, #500
	movz w2, #1
again:
	sevl
contended:
	wfe
try:
	ldaxr w1, [x27]
	cbnz w1, contended
	stxr w3, w2, [x27]
	cbnz w3, try
	ldr x1, [x27, #8]
	movz x4, #15
inside:
	subs x4, x4, #1
	b.ne inside
	add x1, x1, #1
	str x1, [x27, #8]
	stlr wzr, [x27]
	subs x19, x19, #1
	b.ne again
	movz w0, #0x100, lsl #16
	movk w0, #1
	str w0, [x10, #0xf00]
idle:
	msr daifset, #2
	ldr w1, [x26, #0x100]
	cmp w1, #3
	b.ne sleep
	ldr w1, [x26, #0x108]
	cmp w1, #2
	b.eq finished
sleep:
	wfi
	msr daifclr, #2
	b idle
finished:
	cbz x28, first
	movz x0, #0x8400, lsl #16
	movk x0, #2
	smc #0
first:
	movz x20, #1
poll:
	movz x0, #0xc400, lsl #16
	movk x0, #4
	mov x1, x20
	movz x2, #0
	smc #0
	cmp x0, #1
	b.ne poll
	add x20, x20, #1
	cmp x20, #4
	b.ne poll
	ldr x21, [x27, #8]
	${powerOff}
interrupt:
	ldr w12, [x11, #0xc]
	and w13, w12, #0x3ff
	cmp w13, #30
	b.eq timer
	ldr w14, [x26, #0x100]
	add w14, w14, #1
	str w14, [x26, #0x100]
	b done
timer:
	ldr w14, [x26, #0x108]
	add w14, w14, #1
	str w14, [x26, #0x108]
	movz x15, #3000
	msr cntp_tval_el0, x15
	cmp w14, #2
	b.ne done
	movz x15, #2
	msr cntp_ctl_el0, x15
done:
	str w12, [x11, #0x10]
	eret
${vectorTable('unexpected', 'unexpected', 'interrupt')}
`);

/**
 * CPUs, however many, that hardly stay awake: a turn is a few instructions. Each writes some registers, calls
 * itself by HVC, sends an event and an SGI to the others, and waits for an event (the timer's stream brings one
 * at the latest); three times, then CPUs 1 to 3 turn themselves off. CPU 0 starts them twice.
 */
export const turnsProgram = program(`
	movz x21, #2
both:
	${startOthers('work')}
	movz x0, #0x100
work:
	sub x28, x0, #0x100
	adr x4, vectors
	msr vbar_el2, x4
	movz x5, #0x8000, lsl #16
	movk x5, #0x10
	msr hcr_el2, x5
	movz x5, #0x57
	msr cnthctl_el2, x5
	movz x10, #0x0800, lsl #16
	movz x11, #0x0801, lsl #16
	movz w0, #1
	str w0, [x10]
	str w0, [x11]
	movz w0, #0xff
	str w0, [x11, #4]
	movz x19, #3
again:
	add x1, x1, x28
	add x2, x2, #1
	fmov d1, x1
	mov v2.d[1], x2
	msr tpidr_el2, x2
	hvc #0
	movz w0, #0x100, lsl #16
	movk w0, #1
	str w0, [x10, #0xf00]
	sev
	msr daifclr, #2
	wfe
	wfe
	msr daifset, #2
	subs x19, x19, #1
	b.ne again
	cbz x28, first
	movz x0, #0x8400, lsl #16
	movk x0, #2
	smc #0
first:
	movz x20, #1
poll:
	wfe
	movz x0, #0xc400, lsl #16
	movk x0, #4
	mov x1, x20
	movz x2, #0
	smc #0
	cbz x0, poll
	add x20, x20, #1
	cmp x20, #4
	b.ne poll
	subs x21, x21, #1
	b.ne both
	${powerOff}
interrupt:
	ldr w12, [x11, #0xc]
	str w12, [x11, #0x10]
called:
	eret
.align 2048
vectors:
${['unexpected', 'unexpected', 'unexpected', 'unexpected', 'called', 'interrupt']
	.map((to) => `.align 128\nb ${to}\n`)
	.join('')}
.align 128
unexpected:
	b unexpected
`);

/**
 * Two CPUs write code for each other: CPU 1 writes a function to 0x4040_0000 that gives 1, then 2, and so
 * on up to 100; after each, CPU 0 calls it and adds up in X21 what it gives. The word at 0x4050_0000 says
 * whose turn it is: not 0, CPU 0's.
 */
export const rewritingOthersProgram = program(`
	movz x27, #0x4040, lsl #16
	movz x26, #0x4050, lsl #16
	movz x0, #0xc400, lsl #16
	movk x0, #3
	movz x1, #1
	adr x2, writer
	movz x3, #0
	smc #0
	movz x19, #100
call:
	ldar w1, [x26]
	cbz w1, call
	ic ivau, x27
	isb
	blr x27
	add x21, x21, x0
	stlr wzr, [x26]
	subs x19, x19, #1
	b.ne call
	${powerOff}
writer:
	movz x27, #0x4040, lsl #16
	movz x26, #0x4050, lsl #16
	movz w5, #0
	movk w5, #0xd280, lsl #16
	movz w6, #0x03c0
	movk w6, #0xd65f, lsl #16
	movz x7, #0
	movz w8, #1
write:
	add x7, x7, #1
	add w1, w5, w7, lsl #5
	str w1, [x27]
	str w6, [x27, #4]
	stlr w8, [x26]
called:
	ldar w1, [x26]
	cbnz w1, called
	b write
`);

/**
 * On foundation: CPU 0 writes an address where the other CPUs wait, sends an event, and waits until the
 * bits 1 to 3 of the word at 0x8040_0000 are set, each by the CPU of that number.
 */
export const spinTableProgram = program(`
	movz x27, #0x8040, lsl #16
	movz x1, #0x8000, lsl #16
	movk x1, #0xfff8
	adr x2, other
	str x2, [x1]
	dsb sy
	sev
wait:
	ldr w3, [x27]
	cmp w3, #14
	b.ne wait
	${powerOff}
other:
	mrs x4, mpidr_el1
	and x4, x4, #3
	movz w5, #1
	lsl w5, w5, w4
	movz x27, #0x8040, lsl #16
set:
	ldxr w6, [x27]
	orr w6, w6, w5
	stxr w7, w6, [x27]
	cbnz w7, set
asleep:
	wfi
	b asleep
`);
