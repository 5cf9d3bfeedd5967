import { describe, expect, it } from 'vitest';
import { FPCR, FPSR } from '../cpu/sysregs/el0.ts';
import { systemInstructionNames, systemRegisterNames } from '../cpu/index.ts';
import { systemRegisters } from '../cpu/sysregs/index.ts';
import { A64 } from '../isa/a64.ts';
import { destinationsOf } from '../isa/destinations.ts';
import { tableDecoder } from '../isa/table.ts';
import { MachineError } from './errors.ts';
import { createMachine, type Machine } from './machine.ts';
import { program } from './program.ts';
import { powerOff, vectorTable } from './sample-programs.ts';
import { turnsProgram } from './smp-programs.ts';
import { compareSearches, goStepByStep, type Place } from './step-by-step.ts';
import { Timeline } from './timeline.ts';

const a64 = new A64(systemRegisterNames, systemInstructionNames);

function randomNumbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

/** By itself where it may be an argument of PSCI. */
const general = (cpu: number, n: number): Place => ({
	group: cpu === 0 && n < 4 ? `x${n}` : 'general',
	what: { register: `x${n}`, cpu },
	read: ({ cpus }) => cpus[cpu]!.hot.x(n),
	write: ({ cpus }, value) => cpus[cpu]!.hot.setX(n, value)
});
const vector = (cpu: number, n: number): Place => ({
	what: { register: `v${n}`, cpu },
	group: 'vectors',
	read: ({ cpus }) => cpus[cpu]!.hot.vectors[2 * n]! | (cpus[cpu]!.hot.vectors[2 * n + 1]! << 64n),
	write: ({ cpus }, value) => cpus[cpu]!.hot.vectors.fill(value, 2 * n, 2 * n + 2)
});
const system = (cpu: number, name: string): Place => {
	const register = systemRegisters.find((each) => each.name === name)!;
	return {
		what: { register: name, cpu },
		group: 'system',
		read: ({ cpus }) => cpus[cpu]!.get(register),
		write: ({ cpus }, value) => cpus[cpu]!.set(register, value & 0xffff_ffffn)
	};
};

describe.each([2, 3, 4])('searches with %i CPUs', (cpus) => {
	const make = () =>
		createMachine({ board: 'virt', kernel: turnsProgram, ramBytes: 2 ** 23, cpus });
	const places = Array.from({ length: cpus }, (_, cpu) => [
		...[0, 1, 2, 19, 20, 28].map((n) => general(cpu, n)),
		...[1, 2].map((n) => vector(cpu, n)),
		...['ELR_EL2', 'ESR_EL2', 'TPIDR_EL2', 'VBAR_EL2'].map((name) => system(cpu, name))
	]).flat();
	const seed = 0x5eed_0100 + cpus;

	it(`find what a run step by step has seen, of every CPU (seed ${seed})`, () => {
		const run = goStepByStep(make(), places);
		// Each has its own, and CPUs that are started have everything written.
		for (const [n, { what }] of places.entries())
			expect(run.writes[n]!.length, JSON.stringify(what)).toBeGreaterThan(0);
		const timeline = new Timeline(make(), { spacing: 89 });
		expect(timeline.run({})).toBe('poweroff');
		const found = compareSearches(timeline, run, places, 120, randomNumbers(seed), namesFirst);
		expect(found).toBeGreaterThan(60);
	}, 60_000);

	it('are about the CPU that executes, if none is named', () => {
		const timeline = new Timeline(make(), { spacing: 89 });
		const { machine } = timeline;
		timeline.run({});
		const last = cpus - 1;
		const { position } = timeline.back({ reached: machine.cpus[last]!.hot.pc - 4n, cpu: last });
		expect(position).toBeDefined();
		expect(machine.cpu.number).toBe(last);
		const here = timeline.position;
		const own = timeline.back({ register: 'X1' }).position;
		timeline.seek(here);
		expect(own).toEqual(timeline.back({ register: 'X1', cpu: last }).position);
		expect(machine.cpu.number).toBe(last);
	});

	it('find exception entries of one CPU', () => {
		const timeline = new Timeline(make(), { spacing: 89 });
		timeline.run({});
		for (let cpu = 0; cpu < cpus; cpu++) {
			const all = timeline.records.filter(
				(record) => record.what === 'entry' && (record.cpu ?? 0) === cpu
			);
			timeline.seek(timeline.furthest);
			for (const { at } of all.reverse())
				expect(timeline.back({ trap: { cpu } }).position?.instruction).toBe(at);
			expect(timeline.back({ trap: { cpu } }).position).toBeUndefined();
		}
	});

	it('refuse a CPU that is not there', () => {
		const timeline = new Timeline(make());
		const message = `There is no CPU ${cpus}: this machine has ${cpus}.`;
		for (const what of [
			{ register: 'X1', cpu: cpus },
			{ reached: 0n, cpu: cpus },
			{ trap: { cpu: cpus } }
		]) {
			expect(() => timeline.back(what)).toThrow(message);
			expect(() => timeline.forward(what)).toThrow(MachineError);
		}
		expect(timeline.back({ register: 'X1', cpu: cpus - 1 }).message).toContain(
			`a write of X1 of CPU ${cpus - 1}`
		);
	});
});

/** Forms that write a V register, or that may set a flag in FPSR. */
const vectorForms = tableDecoder().forms.filter((form) => {
	const { v, fpsr } = destinationsOf(form);
	return v.length > 0 || fpsr;
});
/** MSR FPSR and FPCR. */
const named = [0xd51b_4420, 0xd51b_4400];

/**
 * Random instructions on V registers, allocated ones and others, some of them loads and stores that fault:
 * what takes an exception is skipped. V registers begin with what general registers hold, which are random
 * numbers or addresses of RAM.
 */
function randomVectors(random: (below: number) => number, length: number): Uint8Array {
	const head = [
		'adr x0, vectors',
		'msr vbar_el2, x0',
		...Array.from({ length: 30 }, (_, n) => [
			`movz x${n}, #${random(0x8000) & ~15}`,
			n % 3 === 0
				? `movk x${n}, #0x4050, lsl #16`
				: [1, 2, 3].map((part) => `movk x${n}, #${random(0x1_0000)}, lsl #${16 * part}`).join('\n'),
			`mov v${n}.d[0], x${n}`,
			`mov v${n}.d[1], x${n}`
		]).flat()
	];
	const image = program(`
		${head.join('\n')}
		b random
		${vectorTable('unexpected', 'unexpected', 'unexpected').replace(
			// The synchronous one of the same level.
			/(\.align 128\nb unexpected\n){5}/,
			(all) => all.replace(/b unexpected\n$/, 'b skip\n')
		)}
		skip:
		msr tpidr_el2, x30
		mrs x30, elr_el2
		add x30, x30, #4
		msr elr_el2, x30
		mrs x30, tpidr_el2
		eret
		random:
		${'nop\n'.repeat(length)}
		${powerOff}
	`);
	const view = new DataView(image.buffer);
	const first = image.length - 4 * (length + 3);
	for (let n = 0; n < length; n++) {
		const form = vectorForms[random(vectorForms.length)]!;
		const word = random(2 ** 16) * 2 ** 16 + random(2 ** 16);
		const any = ((word & ~form.mask) | form.value) >>> 0;
		view.setUint32(first + 4 * n, n % 10 === 0 ? named[random(2)]! + random(31) : any, true);
	}
	return image;
}

/** `v0 += 0` and `x0 += 0` show nothing, but name their register first. */
function namesFirst(machine: Machine, { what }: Place): boolean {
	const { pc } = machine.cpu.hot;
	const word = new DataView(machine.readVirtual(pc, 4)!.buffer).getUint32(0, true);
	const [, kind, n] = /^\S+ ([bhsdqvx])(\d+)\b/.exec(a64.disassemble(word, pc)) ?? [];
	return 'register' in what && what.register === `${kind === 'x' ? 'x' : 'v'}${n}`;
}

describe('searches for writes of V registers, FPSR and FPCR', () => {
	const places = [
		...Array.from({ length: 32 }, (_, n) => vector(0, n)),
		...[0, 7, 30].map((n) => ({ ...general(0, n), group: `x${n}` })),
		{ ...system(0, FPCR.name), what: { register: 'FPCR' }, group: 'FPCR' },
		// A flag that is set already and set again counts only if an MSR does it: changes alone are looked at.
		{ what: { register: 'FPSR' }, read: system(0, FPSR.name).read }
	];

	it.each([0x5eed_0201, 0x5eed_0202, 0x5eed_0203])(
		'find what a run step by step has seen (seed %i)',
		(seed) => {
			const random = randomNumbers(seed);
			const kernel = randomVectors(random, 120);
			const make = () => createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23 });
			const run = goStepByStep(make(), places);
			const timeline = new Timeline(make(), { spacing: 101 });
			expect(timeline.run({})).toBe('poweroff');
			expect(run.writes.at(-1)!.length, 'changes of FPSR').toBeGreaterThan(10);
			expect(run.writes.flat().length).toBeGreaterThan(200);
			const found = compareSearches(timeline, run, places, 200, random, namesFirst);
			expect(found).toBeGreaterThan(100);
		},
		60_000
	);

	it('find the flag that was set, and the MSR that cleared it', () => {
		const kernel = program(`
			movz x1, #1
			fmov d1, x1
			fmov d2, #3.0
			msr fpsr, xzr
			fdiv d3, d2, d2
			fdiv d3, d2, d1
			fdiv d3, d2, d1
			nop
			${powerOff}
		`);
		const timeline = new Timeline(createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23 }));
		timeline.seek(9);
		const positions = [1, 2, 3].map(
			() => timeline.back({ register: 'FPSR' }).position?.instruction
		);
		// Behind the branch over the header: 3/3 is exact, 3/denormal overflows, and nothing new the second time.
		expect(positions).toEqual([6, 4, undefined]);
		timeline.seek(0);
		const ahead = [1, 2, 3].map(
			() => timeline.forward({ register: 'FPSR' }, { within: 9 }).position?.instruction
		);
		expect(ahead).toEqual([4, 6, undefined]);
	});
});
