import { describe, expect, it } from 'vitest';
import { systemOperation } from '../cpu/system-access.ts';
import { packCheckpoint, packJson, unpackCheckpoint, unpackJson } from './checkpoint.ts';
import { MachineError } from './errors.ts';
import { createMachine, type Machine } from './machine.ts';
import { program } from './program.ts';
import { powerOff } from './sample-programs.ts';
import { lockProgram, rewritingOthersProgram, spinTableProgram } from './smp-programs.ts';
import { Timeline } from './timeline.ts';

const ramBytes = 2 ** 24;
const make = (kernel: Uint8Array, more = {}) =>
	createMachine({ board: 'virt', kernel, ramBytes, cpus: 4, ...more });

const word = (machine: Machine, pa: number) =>
	new DataView(machine.readPhysical(pa, 4).buffer).getUint32(0, true);

/** The whole run of the lock program; nothing changes it. */
const whole = (() => {
	const machine = make(lockProgram);
	const { reason } = machine.run({ maxInstructions: 2_000_000 });
	return { machine, reason, end: machine.instructions, hash: machine.hash() };
})();

describe('four CPUs', () => {
	it('take turns, lock each other out, interrupt each other and turn themselves off', () => {
		const { machine, reason } = whole;
		expect(reason).toBe('poweroff');
		expect(machine.cpu.number).toBe(0);
		expect(machine.x(21)).toBe(2000n);
		for (let cpu = 0; cpu < 4; cpu++) {
			expect(word(machine, 0x4040_0100 + 16 * cpu)).toBe(3);
			expect(word(machine, 0x4040_0108 + 16 * cpu)).toBe(2);
		}
		const irqs = machine.trapLog.records.filter(({ what }) => what === 'entry');
		const byCpu = [0, 1, 2, 3].map((n) => irqs.filter(({ cpu = 0 }) => cpu === n).length);
		expect(byCpu).toEqual([5, 5, 5, 5]);
		expect([0, 1, 2, 3].map((n) => machine.registers(n).system['MPIDR_EL1'])).toEqual([
			0x8000_0000n,
			0x8000_0001n,
			0x8000_0002n,
			0x8000_0003n
		]);
	});

	it.each([1, 7, 997, 10_000])('do the same when the run is cut every %i instructions', (slice) => {
		const machine = make(lockProgram);
		while (machine.run({ maxInstructions: slice }).reason === 'budget');
		expect(machine.instructions).toBe(whole.end);
		expect(machine.hash()).toBe(whole.hash);
	});

	it('are looked at without a change', () => {
		const machine = make(lockProgram);
		while (machine.run({ maxInstructions: 501 }).reason === 'budget') {
			const before = machine.hash();
			const waits = machine.interruptWaits;
			expect(machine.hash()).toBe(before);
			for (const { number } of machine.cpus) machine.registers(number);
			if (waits) expect(machine.takeInterrupt()).toBe(true);
		}
		expect(machine.hash()).toBe(whole.hash);
	});

	it.each([5000, 25_003, 60_001])('go on from a saved state, saved after %i', (at) => {
		const first = make(lockProgram);
		first.run({ maxInstructions: at });
		const second = make(program(powerOff));
		second.restore(first.save());
		expect(second.hash()).toBe(first.hash());
		expect(second.cpu.number).toBe(first.cpu.number);
		second.run({});
		expect(second.hash()).toBe(whole.hash);
		expect(second.trapLog.records).toEqual(whole.machine.trapLog.records);
	});

	it('are not taken over by a machine with another number of them', () => {
		const other = make(lockProgram, { cpus: 2 });
		expect(() => other.restore(whole.machine.save())).toThrow('with 4 CPUs, this one has 2');
	});

	it.each([
		['another CPU', { current: 9 }],
		['a CPU of no number', { current: 'x' }],
		['a turn without end', { turnEnds: 'never' }],
		['too few CPUs', { cpus: [] }]
	])('are as before where a saved state has %s', (_, forged) => {
		const machine = make(lockProgram);
		machine.run({ maxInstructions: 25_000 });
		const before = machine.hash();
		const sections = [...unpackCheckpoint(machine.save())].map(([id, bytes]) => ({
			id,
			bytes: id === 'SMP ' ? packJson({ ...(unpackJson(bytes) as object), ...forged }) : bytes
		}));
		expect(() => machine.restore(packCheckpoint(sections))).toThrow(MachineError);
		expect(machine.hash()).toBe(before);
		machine.run({});
		expect(machine.hash()).toBe(whole.hash);
	});

	it('go back and forward again', () => {
		const timeline = new Timeline(make(lockProgram), { spacing: 7000 });
		const { machine } = timeline;
		const marks = [3000, 10_050, 31_415, 50_000, 77_777].map((at) => {
			timeline.seek(at);
			return { at, hash: machine.hash(), cpu: machine.cpu.number };
		});
		timeline.run({});
		expect(machine.hash()).toBe(whole.hash);
		for (const n of [3, 0, 4, 1, 2]) {
			const { at, hash, cpu } = marks[n]!;
			timeline.seek(at);
			expect({ hash: machine.hash(), cpu: machine.cpu.number }).toEqual({ hash, cpu });
		}
		expect(timeline.run({})).toBe('poweroff');
		expect(machine.hash()).toBe(whole.hash);
	});

	it('step back over the end of a turn', () => {
		const timeline = new Timeline(make(lockProgram), { spacing: 5000 });
		const { machine } = timeline;
		timeline.seek(9_990);
		const trail: string[] = [];
		const numbers = new Set<number>();
		while (machine.instructions < 10_060) {
			trail.push(machine.hash());
			numbers.add(machine.cpu.number);
			timeline.step();
		}
		expect(numbers.size).toBeGreaterThan(1);
		for (const hash of trail.reverse()) {
			expect(timeline.stepBack()).toBe(true);
			expect(machine.hash()).toBe(hash);
		}
	});

	it('try something and forget it', () => {
		const machine = make(lockProgram);
		machine.run({ maxInstructions: 30_000 });
		const before = machine.hash();
		expect(machine.whatIf((scratch) => scratch.run({}).reason)).toBe('poweroff');
		expect(machine.hash()).toBe(before);
		machine.run({});
		expect(machine.hash()).toBe(whole.hash);
	});

	it('see code that another has written', () => {
		const machine = make(rewritingOthersProgram, { cpus: 2 });
		expect(machine.run({ maxInstructions: 10_000_000 })).toEqual({ reason: 'poweroff' });
		expect(machine.x(21)).toBe(5050n);
	});

	it('wait at the spin table of foundation, asleep', () => {
		const machine = make(spinTableProgram, { board: 'foundation' });
		expect(machine.run({ maxInstructions: 1_000_000 })).toEqual({ reason: 'poweroff' });
		expect(word(machine, 0x8040_0000)).toBe(14);
		// One turn of CPU 0 and hardly more: those that wait for an event take none.
		expect(machine.instructions).toBeLessThan(10_100);
	});

	it('are as many as the board allows', () => {
		for (const cpus of [0, 5, 1.5])
			expect(() => make(lockProgram, { cpus })).toThrow(
				`${cpus} CPUs are not possible: the board virt has 1 to 4.`
			);
	});
});

describe('PSCI', () => {
	/** What the firmware answers CPU 0 in X0. */
	function call(machine: Machine, ...words: bigint[]): bigint {
		words.forEach((value, n) => machine.cpu.hot.setX(n, value));
		machine.cpu.environment.smc();
		return BigInt.asIntN(64, machine.x(0));
	}
	const CPU_ON = 0xc400_0003n;
	const AFFINITY_INFO = 0xc400_0004n;
	const entry = 0x4020_0040n;

	it('starts a CPU at EL2, with its context in X0', () => {
		const machine = make(program('again:\nb again'));
		expect(call(machine, AFFINITY_INFO, 2n, 0n)).toBe(1n);
		expect(call(machine, CPU_ON, 2n, entry, 0xfeedn)).toBe(0n);
		expect(call(machine, AFFINITY_INFO, 2n, 0n)).toBe(0n);
		const { el, pc, x, daif } = machine.registers(2);
		expect({ el, pc, daif, x0: x[0] }).toEqual({ el: 2, pc: entry, daif: 15, x0: 0xfeedn });
		machine.run({ maxInstructions: 10_001 });
		expect(machine.cpu.number).toBe(2);
	});

	it('refuses CPUs that are on or do not exist, and entries outside RAM', () => {
		const machine = make(program('again:\nb again'));
		expect(call(machine, CPU_ON, 0n, entry, 0n)).toBe(-4n);
		expect(call(machine, CPU_ON, 4n, entry, 0n)).toBe(-2n);
		expect(call(machine, CPU_ON, 0x100n, entry, 0n)).toBe(-2n);
		expect(call(machine, CPU_ON, 1n, 0x1000n, 0n)).toBe(-9n);
		expect(call(machine, CPU_ON, 1n, entry, 0n)).toBe(0n);
		expect(call(machine, CPU_ON, 1n, entry, 0n)).toBe(-4n);
		expect(call(machine, AFFINITY_INFO, 4n, 0n)).toBe(-2n);
		expect(call(machine, AFFINITY_INFO, 1n, 1n)).toBe(-2n);
		// The 32-bit call has 32-bit arguments.
		expect(call(machine, 0x8400_0003n, 0xff_0000_0003n, 0xffff_ffff_4020_0040n, 0n)).toBe(0n);
		expect(machine.registers(3).pc).toBe(entry);
	});

	it('switches the machine off with its last CPU', () => {
		const off = program('movz x0, #0x8400, lsl #16\nmovk x0, #2\nsmc #0');
		expect(make(off).run({ maxInstructions: 100 })).toEqual({ reason: 'poweroff' });
	});
});

describe('TLB maintenance', () => {
	it.each([
		['TLBI VMALLE1IS', true],
		['TLBI VMALLE1', false]
	])('%s reaches the other CPUs: %s', (name, reaches) => {
		const machine = make(program('again:\nb again'), { cpus: 2 });
		const [first, second] = machine.cpus;
		second!.enter(1, 1);
		second!.mmu.translate(second!.mmu.current, 0x4020_0000n, 'read');
		const context = second!.mmu.current;
		const operations = { 'TLBI VMALLE1IS': 0x4418, 'TLBI VMALLE1': 0x4438 };
		systemOperation(first!, operations[name as keyof typeof operations], 0n, 0);
		expect(second!.mmu.current !== context).toBe(reaches);
	});
});
