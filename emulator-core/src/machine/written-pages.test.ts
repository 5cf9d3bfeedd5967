import { describe, expect, it } from 'vitest';
import { createMachine, type Machine } from './machine.ts';
import { powerOff, rewritingProgram } from './sample-programs.ts';
import { program } from './program.ts';
import { Timeline } from './timeline.ts';

const ramBytes = 2 ** 23;
const make = (kernel: Uint8Array) => createMachine({ board: 'virt', kernel, ramBytes });
/** All that the programs store to, and their code. */
const ramOf = (machine: Machine) => machine.readPhysical(0x4020_0000, 0x4065_0000 - 0x4020_0000);

/** Stores through `x1`, which is 0x0ff0 in a page of its own; X2 is a value, X3 a page boundary's last word. */
const stores = [
	'strb w2, [x1]',
	'strh w2, [x1, #2]',
	'str w2, [x1, #4]',
	'str x2, [x1, #8]',
	'str x2, [x1, #12]',
	'stur x2, [x1, #13]',
	'stp w2, w2, [x1]',
	'stp x2, x4, [x1, #8]',
	'stp x2, x4, [x1], #16',
	'str x2, [x1, #8]!',
	'str q0, [x1]',
	'stur q0, [x1, #9]',
	'stp q0, q1, [x1]',
	'sttr x2, [x1]',
	'stlr x2, [x1]',
	'ldxr x5, [x1]\nstxr w6, x2, [x1]',
	'ldxp x5, x6, [x1]\nstxp w7, x2, x4, [x1]',
	'dc zva, x1'
];

/** EL2 with one block of Normal memory; each store to pages of its own, everything twice. */
const storing = program(`
	movz x0, #0x4050, lsl #16
	movz x1, #0x0701
	movk x1, #0x4000, lsl #16
	str x1, [x0, #8]
	msr ttbr0_el2, x0
	movz x0, #0xff
	msr mair_el2, x0
	movz x0, #25
	movk x0, #2, lsl #16
	msr tcr_el2, x0
	movz x0, #1
	msr sctlr_el2, x0
	isb
	movz x2, #0x1111
	movk x2, #0x2222, lsl #48
	movz x4, #0x3333
	adr x5, again
	ldr q0, [x5]
	ldr q1, [x5, #16]
	movz x9, #0x2000
	movz x11, #2
again:
	movz x8, #0x4060, lsl #16
	movk x8, #0x0ff0
	${stores.map((store) => `mov x1, x8\n${store}\nadd x8, x8, x9`).join('\n')}
	add x2, x2, x2
	sub x11, x11, #1
	cbnz x11, again
	${powerOff}
`);

describe('pages that were written', () => {
	it.each([
		['stores of every kind', storing],
		['stores to code', rewritingProgram]
	])('are all known, with a checkpoint before each instruction: %s', (_, kernel) => {
		const straight = make(kernel);
		const timeline = new Timeline(make(kernel), { spacing: 1 });
		const { machine } = timeline;
		const seen: Uint8Array[] = [];
		while (seen.length < 160 && straight.step().reason !== 'poweroff') {
			timeline.step();
			seen.push(ramOf(straight));
			const same = Buffer.compare(ramOf(machine), seen.at(-1)!);
			expect(same, `after ${machine.instructions}`).toBe(0);
		}
		expect(machine.trapLog.records).toEqual([]);
		for (let back = seen.length - 1; back > 0; back -= 5) {
			timeline.seek(back);
			expect(Buffer.compare(ramOf(machine), seen[back - 1]!), `back at ${back}`).toBe(0);
		}
	});

	it('are all that a saved state needs', () => {
		const first = make(storing);
		first.run({ maxInstructions: 100 });
		const second = make(rewritingProgram);
		second.run({ maxInstructions: 1000 });
		second.restore(first.save());
		expect(Buffer.compare(ramOf(second), ramOf(first))).toBe(0);
		first.run({});
		second.run({});
		expect(Buffer.compare(ramOf(second), ramOf(first))).toBe(0);
		expect(second.hash()).toBe(first.hash());
	});
});
