import { describe, expect, it } from 'vitest';
import { tableDecoder } from '../isa/table.ts';
import { createMachine, type Machine } from './machine.ts';
import { program } from './program.ts';

/** xorshift32: the same words for the same seed. */
function random(seed: number): () => number {
	let state = seed || 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state = state >>> 0);
	};
}

/** To EL`el`, with stage 1 on or off there; the vectors and what follows them are nonsense. */
function start(el: number, mmu: boolean): Uint8Array {
	const own = el === 2 ? 'el2' : 'el1';
	return program(`
		adr x4, vectors
		msr vbar_el2, x4
		msr vbar_el1, x4
		movz x5, #0x8000, lsl #16
		msr hcr_el2, x5
		movz x5, #0x30, lsl #16
		msr cpacr_el1, x5
		movz x5, #0x44ff
		msr mair_${own}, x5
		${el === 2 ? 'movz x5, #0x3519' : 'movz x5, #0x3519\nmovk x5, #0x80, lsl #16'}
		msr tcr_${own}, x5
		adr x5, table
		msr ttbr0_${own}, x5
		mrs x5, sctlr_${own}
		${mmu ? 'movz x6, #0x1005' : 'movz x6, #0x1000'}
		orr x5, x5, x6
		msr sctlr_${own}, x5
		isb
		adr x5, nonsense
		msr elr_el2, x5
		movz x5, #${[0x3c0, 0x3c5, 0x3c9][el]}
		msr spsr_el2, x5
		eret
		.align 4096
		table:
		.quad 0x701
		.quad 0x40000741
		.align 2048
		vectors:
		.align 4096
		nonsense:
	`);
}

const forms = tableDecoder().forms;

/** Random bytes as code: any word, and words that are instructions, for vectors and the rest. */
function nonsense(seed: number, el: number, mmu: boolean): Uint8Array {
	const next = random(seed);
	const head = start(el, mmu);
	const image = new Uint8Array(head.length + 16384);
	image.set(head);
	const view = new DataView(image.buffer);
	for (let at = head.length - 2048; at < image.length; at += 4) {
		const form = forms[next() % forms.length]!;
		const word = next();
		view.setUint32(at, next() & 1 ? word : (word & ~form.mask) | form.value, true);
	}
	view.setBigUint64(16, BigInt(image.length), true);
	return image;
}

/** To 20 000 instructions or a million ticks, whichever comes first, so many instructions at a time. */
function run(machine: Machine, slice: number) {
	const reasons = new Set<string>();
	let reason = 'budget';
	while (reason === 'budget' && machine.instructions < 20_000) {
		const maxInstructions = Math.min(slice, 20_000 - machine.instructions);
		({ reason } = machine.run({ maxInstructions, maxTicks: 1_000_000 }));
		reasons.add(reason);
	}
	return { reasons, hash: machine.hash(), traps: machine.trapLog.total };
}

const cases = [0, 1, 2].flatMap((el) =>
	[false, true].flatMap((mmu) =>
		[0, 1, 2, 3].map((n) => [el, mmu, 0x0dd_ba11 + 104_729 * n] as const)
	)
);

describe('random bytes as code', () => {
	it.each(cases)('at EL%i, MMU on: %s, seed %i', (el, mmu, seed) => {
		const kernel = nonsense(seed, el, mmu);
		const machine = createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23 });
		// The words before the ERET, and one more: it arrives where it should.
		let instructions = 0;
		while (machine.registers().el === 2 && el !== 2 && instructions++ < 60) machine.step();
		expect(machine.registers().el).toBe(el);

		const { reasons, hash, traps } = run(machine, 500);
		for (const reason of reasons)
			expect(['budget', 'ticks', 'idle', 'poweroff', 'reset']).toContain(reason);

		// The same run, cut up otherwise: nothing depends on anything outside the machine.
		const again = createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23 });
		expect(run(again, 137)).toMatchObject({ hash, traps });
		// What is not RAM of the machine is none of its business: the image that was given, for one.
		expect(kernel).toEqual(nonsense(seed, el, mmu));
	});
});
