import { describe, expect, it } from 'vitest';
import { systemRegisterNamed } from '../cpu/sysregs/index.ts';
import { createMachine, type Machine } from './machine.ts';
import { program } from './program.ts';
import { Timeline } from './timeline.ts';

const ramBytes = 2 ** 23;
/** Where the words that a test gives lie. */
const start = 0x4030_0000;
const levels = [0, 1, 2] as const;

/** A machine at a level with the MMU off, its vectors at 0x4031_0000 and 0x4032_0000, about to execute `words`. */
function at(el: 0 | 1 | 2, words: readonly number[], more: Record<string, bigint> = {}): Machine {
	const machine = createMachine({ board: 'virt', kernel: program('nop'), ramBytes });
	const { cpu } = machine;
	const registers = {
		...{ HCR_EL2: 1n << 31n, VBAR_EL1: 0x4031_0000n, VBAR_EL2: 0x4032_0000n },
		...more
	};
	for (const [name, value] of Object.entries(registers)) cpu.set(systemRegisterNamed(name)!, value);
	cpu.hcrChanged();
	machine.writePhysical(start, new Uint8Array(new Uint32Array(words).buffer));
	cpu.enter(el, el === 0 ? 0 : 1);
	cpu.hot.pc = BigInt(start);
	for (let n = 0; n < 31; n++) cpu.hot.setX(n, BigInt(n) * 0x1234_5678_9abcn + 1n);
	return machine;
}

const state = (machine: Machine) => {
	const { x, sp, nzcv, el, daif, system } = machine.registers() as ReturnType<
		Machine['registers']
	> & { system: Record<string, bigint> };
	/** These move with time alone. */
	const clocks = /^CNT(P|V)CT_EL0|^CNT\w+_TVAL/;
	return {
		...{ x, sp, nzcv, el, daif },
		system: Object.fromEntries(Object.entries(system).filter(([name]) => !clocks.test(name)))
	};
};

describe('the hint space', () => {
	const [WFE, WFI] = [2, 3];
	const hints = Array.from({ length: 128 }, (_, n) => n).filter((n) => n !== WFE && n !== WFI);
	const word = (hint: number) => (0xd503_201f | (hint << 5)) >>> 0;

	// PACIASP and AUTIASP (25, 29), BTI (34), CSDB (20), ESB (16), XPACLRI (7) are among them.
	it.each(levels)('is NOP at EL%i but for WFE and WFI', (el) => {
		const machine = at(el, hints.map(word));
		const before = state(machine);
		machine.run({ maxInstructions: hints.length });
		expect(machine.registers().pc).toBe(BigInt(start + 4 * hints.length));
		expect(state(machine)).toEqual(before);
		expect([machine.trapLog.records, machine.notes]).toEqual([[], []]);
	});
});

describe('a prefetch', () => {
	const far = 0x7fff_ffff_ff00n;
	/** Every kind of prefetch at X1 (X2 an index), by each way of addressing. */
	const prefetches = Array.from({ length: 32 }, (_, kind) => [
		0xf980_0020 | kind, // prfm kind, [x1]
		0xf9bf_fc20 | kind, // prfm kind, [x1, #32760]
		0xf8a2_6820 | kind, // prfm kind, [x1, x2]
		0xf890_0020 | kind, // prfum kind, [x1, #-256]
		0xd87f_ffe0 | kind // prfm kind, so far ahead that nothing is there
	]).flat();

	it.each(levels)('of any kind does nothing at EL%i, wherever it points to', (el) => {
		const words = prefetches.map((word) => word >>> 0);
		for (const x1 of [0n, 3n, 0x1000n, far, 0xffff_ffff_ffff_ffffn, 0x4040_0001n]) {
			const machine = at(el, words);
			machine.cpu.hot.setX(1, x1);
			const before = state(machine);
			machine.run({ maxInstructions: words.length });
			expect(machine.registers().pc).toBe(BigInt(start + 4 * words.length));
			expect(state(machine)).toEqual(before);
			expect([machine.trapLog.records, machine.notes]).toEqual([[], []]);
		}
	});

	it('does not mind an SP that is no multiple of 16', () => {
		const machine = at(1, [0xf980_03e0, 0xf8a2_6be0, 0xf880_03e0], { SCTLR_EL1: 0x00c5_0838n });
		machine.cpu.hot.sp = 0x4040_0008n;
		machine.run({ maxInstructions: 3 });
		expect(machine.trapLog.records).toEqual([]);
	});
});

describe('an instruction that cannot begin', () => {
	/** One entry is taken; what it leaves in the registers of the level that takes it. */
	function entryOf(machine: Machine, instructions: number) {
		machine.run({ maxInstructions: instructions });
		const entries = machine.trapLog.records.filter(({ what }) => what === 'entry');
		expect(entries).toHaveLength(1);
		const { fromEl, toEl } = entries[0]!;
		const { system, pc } = machine.registers();
		const [ESR, ELR, SPSR, FAR] = ['ESR', 'ELR', 'SPSR', 'FAR'].map(
			(name) => system[`${name}_EL${toEl}`]!
		);
		return { fromEl, toEl, pc, ESR, ELR, SPSR, FAR };
	}
	const br = 0xd61f_0020; // br x1
	const eret = 0xd69f_03e0;
	const nop = 0xd503_201f;
	const vector = (el: 1 | 2, offset: number) =>
		(el === 2 ? 0x4032_0000n : 0x4031_0000n) + BigInt(offset);

	it.each([
		[0, 1, 0x400],
		[1, 1, 0x200],
		[2, 2, 0x200]
	] as const)('at an odd PC at EL%i: class 0x22 with the PC', (el, toEl, offset) => {
		for (const target of [0x4030_0102n, 0x4030_0101n, 0x4030_0103n]) {
			const machine = at(el, [br]);
			machine.cpu.hot.setX(1, target);
			expect(entryOf(machine, 2)).toMatchObject({
				...{ fromEl: el, toEl, pc: vector(toEl, offset) },
				...{ ESR: 0x8a00_0000n, ELR: target, FAR: target }
			});
		}
	});

	it.each<[string, bigint]>([
		['to EL3', 0x3cdn],
		['to AArch32', 0x1d3n],
		['to EL0 with its own SP', 0x1n]
	])('after an illegal return from EL2 %s: class 0x0e, and then no more', (_, spsr) => {
		const machine = at(2, [eret, nop, nop], {
			SPSR_EL2: spsr | 0x6000_0000n,
			ELR_EL2: BigInt(start + 8)
		});
		expect(entryOf(machine, 2)).toMatchObject({
			...{ fromEl: 2, toEl: 2, pc: vector(2, 0x200) },
			...{ ESR: 0x3a00_0000n, ELR: BigInt(start + 8) }
		});
		// What was to be returned to: the flags and masks, and IL, at EL2.
		const { SPSR_EL2 } = machine.registers().system;
		expect(SPSR_EL2).toBe(0x6010_0009n | (spsr & 0x3c0n));
		machine.cpu.hot.pc = BigInt(start + 4);
		machine.run({ maxInstructions: 2 });
		expect(machine.trapLog.records.filter(({ what }) => what === 'entry')).toHaveLength(1);
	});

	it('after a return to EL1 with IL set: EL1 takes it', () => {
		const machine = at(2, [eret, nop], { SPSR_EL2: 0x10_03c5n, ELR_EL2: BigInt(start + 4) });
		expect(entryOf(machine, 2)).toMatchObject({
			...{ fromEl: 1, toEl: 1, pc: vector(1, 0x200), SPSR: 0x10_03c5n },
			...{ ESR: 0x3a00_0000n, ELR: BigInt(start + 4) }
		});
	});

	it('is the same one instruction at a time', () => {
		const words = [eret, nop];
		const make = () => at(2, words, { SPSR_EL2: 0x3cdn, ELR_EL2: 0x4030_0003n });
		const [whole, steps] = [make(), make()];
		whole.run({ maxInstructions: 50 });
		for (let n = 0; n < 50; n++) steps.step();
		expect(steps.hash()).toBe(whole.hash());
		expect(steps.trapLog.records).toEqual(whole.trapLog.records);
	});

	it('has its place in time: one can stop behind it, and come back there', () => {
		const timeline = new Timeline(at(2, [eret, nop], { SPSR_EL2: 0x3cdn, ELR_EL2: 0x4030_0004n }));
		const { machine } = timeline;
		const before = machine.hash();
		expect(timeline.run({ until: ({ esr }) => esr === 0x3a00_0000 })).toBe('probe');
		expect(timeline.position).toEqual({ instruction: 2, entered: false });
		const there = machine.hash();
		expect(machine.registers().pc).toBe(vector(2, 0x200));
		timeline.seek(0);
		expect(machine.hash()).toBe(before);
		timeline.seek(2);
		expect(machine.hash()).toBe(there);
		timeline.stepBack();
		expect(machine.registers().pc).toBe(0x4030_0004n);
	});
});
