import { describe, expect, it } from 'vitest';
import { MachineError } from './errors.ts';
import { createMachine, type Machine, type Position } from './machine.ts';
import { program } from './program.ts';
import { guestProgram, powerOff, rewritingProgram, timerProgram } from './sample-programs.ts';
import { Timeline } from './timeline.ts';

const make = (kernel: Uint8Array, more = {}) =>
	createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23, ...more });

const spacing = 100;
const on = (machine: Machine, more = {}) => new Timeline(machine, { spacing, ...more });
const at = (instruction: number, entered = false): Position => ({ instruction, entered });

function randomNumbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

/** A byte is typed at tick 60000. */
const inputLog = [{ tick: 60_000, bytes: [0x78] }];

/** The hashes at some positions, by a run that only goes forward. */
function straight(kernel: Uint8Array, positions: readonly number[]): Map<number, string> {
	const machine = make(kernel, { inputLog });
	const hashes = new Map<number, string>();
	for (const position of [...positions].sort((a, b) => a - b)) {
		machine.run({ maxInstructions: position - machine.instructions });
		hashes.set(position, machine.hash());
	}
	return hashes;
}

/** Steps until nothing happens any more; hashes by "instruction" or "instruction entered". */
function stepped(timeline: Timeline): Map<string, string> {
	const seen = new Map<string, string>();
	const name = ({ instruction, entered }: Position) => `${instruction}${entered ? ' entered' : ''}`;
	do seen.set(name(timeline.position), timeline.machine.hash());
	while (timeline.step() === 'budget');
	return seen;
}

/** The interrupt entries of the timer program lie within its first 2500 instructions. */
describe.each([
	['exceptions and stage 2', guestProgram, 71],
	['code that rewrites itself', rewritingProgram, 2200],
	['interrupts, WFI and input', timerProgram, 4280]
])('a timeline over %s', (_, kernel, length) => {
	const seed = 0x5eed_0001;

	it(`is the straight run at every position, sought in any order (seed ${seed})`, () => {
		const random = randomNumbers(seed);
		const positions = Array.from({ length: 100 }, () => random(length));
		const hashes = straight(kernel, positions);
		const timeline = on(make(kernel, { inputLog }));
		for (const to of positions) {
			timeline.seek(to);
			expect(timeline.position).toEqual(at(to));
			expect(timeline.machine.hash(), `at ${to}`).toBe(hashes.get(to));
		}
	});

	it('goes back ten steps and forward again, anywhere', () => {
		const machine = make(kernel, { inputLog });
		const timeline = on(machine);
		for (let from = 0; from < length - 12; from += Math.ceil(length / 20)) {
			timeline.seek(from);
			const way: string[] = [];
			const note = () => way.push(JSON.stringify(timeline.position) + machine.hash());
			for (let i = 0; i < 10; i++) {
				note();
				expect(timeline.step()).toBe('budget');
			}
			note();
			for (let i = 9; i >= 0; i--) {
				expect(timeline.stepBack()).toBe(true);
				expect(JSON.stringify(timeline.position) + machine.hash()).toBe(way[i]);
			}
			for (let i = 1; i <= 10; i++) {
				timeline.step();
				expect(JSON.stringify(timeline.position) + machine.hash()).toBe(way[i]);
			}
		}
	});
});

describe('a timeline', () => {
	it('knows positions at which an interrupt has been taken', () => {
		const timeline = on(make(timerProgram));
		const seen = stepped(timeline);
		const entries = timeline.records.filter(({ cause }) => cause === 'irq');
		expect(entries).toHaveLength(3);
		expect([...seen.keys()].filter((name) => name.endsWith('entered'))).toEqual(
			entries.map(({ at }) => `${at} entered`)
		);
		for (const { at: instruction, pc } of entries) {
			timeline.seek(instruction);
			expect(timeline.machine.interruptWaits).toBe(true);
			expect(timeline.machine.hash()).toBe(seen.get(`${instruction}`));
			timeline.seek({ instruction, entered: true });
			expect(timeline.position).toEqual(at(instruction, true));
			expect(timeline.machine.hash()).toBe(seen.get(`${instruction} entered`));
			expect(timeline.machine.registers().system['ELR_EL1']).toBe(pc);
			timeline.step();
			expect(timeline.position).toEqual(at(instruction + 1));
			timeline.stepBack();
			expect(timeline.position).toEqual(at(instruction, true));
			timeline.stepBack();
			expect(timeline.position).toEqual(at(instruction));
		}
		expect(() => timeline.seek(at(3, true))).toThrow(/No interrupt is taken before instruction 3/);
	});

	it('looks whether an interrupt waits without changing anything', () => {
		const machine = make(timerProgram);
		const other = make(timerProgram);
		for (let i = 0; i < 3000; i++) {
			const waits = machine.interruptWaits;
			expect(machine.hash(), `at ${i}`).toBe(other.hash());
			expect(other.takeInterrupt()).toBe(waits);
			machine.step();
			other.step();
		}
	});

	it('ends where nothing wakes the machine, and goes back from there', () => {
		const timeline = on(make(timerProgram));
		expect(timeline.run({})).toBe('idle');
		const { machine } = timeline;
		const [end, asleep] = [timeline.position.instruction, machine.hash()];
		expect(timeline.furthest).toBe(end);
		expect(timeline.stepBack()).toBe(true);
		expect(timeline.position).toEqual(at(end));
		for (let i = 0; i < 10; i++) timeline.stepBack();
		for (let i = 0; i < 10; i++) expect(timeline.step()).toBe('budget');
		expect(timeline.step()).toBe('idle');
		expect(machine.hash()).toBe(asleep);
		expect(() => timeline.seek(end + 5)).toThrow(/sleeps from instruction \d+ on/);
		expect(machine.hash()).toBe(asleep);
	});

	it('says that a machine is off before a position, and stays where it is', () => {
		const timeline = on(make(guestProgram));
		timeline.seek(40);
		const hash = timeline.machine.hash();
		expect(() => timeline.seek(5000)).toThrow(MachineError);
		expect(() => timeline.seek(5000)).toThrow(/never reached: the machine is off after \d+/);
		expect(timeline.position).toEqual(at(40));
		expect(timeline.machine.hash()).toBe(hash);
		for (const wrong of [-1, 1.5, NaN]) expect(() => timeline.seek(wrong)).toThrow(MachineError);
	});

	it('keeps all records, those ahead too, each with its outcome', () => {
		const whole = make(guestProgram);
		whole.run({});
		const timeline = on(make(guestProgram), { spacing: 7 });
		timeline.run({});
		expect(timeline.records).toEqual(whole.trapLog.records);
		// Into the handler of an exit whose outcome was already known.
		for (const to of [50, 3, 45, 41, 60, 47]) {
			timeline.seek(to);
			expect(timeline.records).toEqual(whole.trapLog.records);
			expect(timeline.machine.trapLog.records.length).toBe(
				whole.trapLog.records.filter(({ at }) => at < to).length
			);
		}
		timeline.run({});
		expect(timeline.machine.trapLog.records).toEqual(whole.trapLog.records);
		expect(timeline.machine.trapLog.counts).toEqual(whole.trapLog.counts);
	});

	it('stops behind the record that is asked for', () => {
		const timeline = on(make(guestProgram));
		const positions: Position[] = [];
		while (timeline.run({ until: () => true }) === 'probe') positions.push(timeline.position);
		expect(positions).toEqual(
			timeline.records.map(({ at }) => ({ instruction: at + 1, entered: false }))
		);
		const other = on(make(timerProgram));
		other.run({ until: ({ cause }) => cause === 'irq' });
		expect(other.position).toEqual(at(other.records.at(-1)!.at, true));
	});

	it('is stopped by probes on a run, again and again, and not on the way to a position', () => {
		const machine = make(rewritingProgram);
		const timeline = on(machine);
		// The loop's first instruction, seven words into the program.
		const va = BigInt(machine.placement.entry + 64 + 4 * 6);
		machine.addProbe({ va, stop: true });
		const stops = () => {
			const places: number[] = [];
			while (places.length < 50 && timeline.run({ maxInstructions: 1e4 }) === 'probe')
				places.push(machine.instructions);
			return places;
		};
		const first = stops();
		expect(first.slice(0, 3)).toEqual([7, 18, 29]);
		timeline.seek(450);
		expect(timeline.position).toEqual(at(450));
		timeline.seek(0);
		expect(stops()).toEqual(first);
	});

	it('replays input, and forgets what lay ahead when there is new input', () => {
		const timeline = on(make(timerProgram));
		const { machine } = timeline;
		timeline.run({});
		timeline.type([0x78]);
		expect(timeline.run({})).toBe('poweroff');
		const [end, hash, records] = [timeline.furthest, machine.hash(), timeline.records.length];
		timeline.seek(100);
		timeline.seek(end - 20);
		expect(timeline.run({})).toBe('poweroff');
		expect(machine.hash()).toBe(hash);

		timeline.seek(1000);
		timeline.type([0x79]);
		expect(timeline.furthest).toBe(1000);
		expect(timeline.records.length).toBeLessThan(records);
		timeline.run({});
		const again = machine.hash();
		expect(again).not.toBe(hash);
		timeline.seek(999);
		timeline.run({});
		expect(machine.hash()).toBe(again);
		expect(machine.inputLog).toHaveLength(1);
	});

	it('replays input typed right behind an interrupt', () => {
		const timeline = on(make(timerProgram));
		timeline.run({ until: ({ cause }) => cause === 'irq' });
		const { instruction } = timeline.position;
		timeline.type([0x78]);
		timeline.run({});
		const hash = timeline.machine.hash();
		timeline.seek(instruction - 50);
		timeline.seek(at(instruction, true));
		timeline.run({});
		expect(timeline.machine.hash()).toBe(hash);
	});

	it.each([
		['timer program', timerProgram, 'idle', 'ttt'],
		['guest', guestProgram, 'poweroff', '']
	])('tells listeners only what is new: %s', (_, kernel, end, output) => {
		const machine = make(kernel);
		let text = '';
		let probed = 0;
		const told: number[] = [];
		machine.onConsole = (bytes) => (text += String.fromCharCode(...bytes));
		machine.trapLog.onRecord = ({ at }) => told.push(at);
		machine.trapLog.onOutcome = ({ at }) => told.push(-at);
		machine.addProbe({ va: machine.registers().pc, run: () => probed++ });
		const timeline = on(machine, { spacing: 16 });
		// Ends in the middle of things, goes back, and comes there again.
		while (timeline.run({ until: () => true }) === 'probe') {
			const { instruction, entered } = timeline.position;
			timeline.seek(instruction >> 1);
			timeline.run({ maxInstructions: instruction - (instruction >> 1) });
			if (entered) timeline.step();
		}
		timeline.seek(10);
		expect(timeline.run({})).toBe(end);
		const once = make(kernel);
		const expected: number[] = [];
		once.trapLog.onRecord = ({ at }) => expected.push(at);
		once.trapLog.onOutcome = ({ at }) => expected.push(-at);
		once.run({});
		expect([text, probed, told]).toEqual([output, 1, expected]);
	});

	it('keeps within its budget, and still goes everywhere', () => {
		const positions = [1234, 17, 2100, 650];
		const hashes = straight(rewritingProgram, positions);
		const timeline = on(make(rewritingProgram), { spacing: 10, budgetBytes: 2 ** 21 });
		timeline.run({});
		expect(timeline.checkpoints.bytes).toBeLessThan(2 ** 21);
		expect(timeline.checkpoints.count).toBeLessThan(40);
		expect(timeline.checkpoints.count).toBeGreaterThan(5);
		for (const to of positions) {
			timeline.seek(to);
			expect(timeline.machine.hash()).toBe(hashes.get(to));
		}
	});

	it('begins at a saved state, also within what comes before an instruction', () => {
		const first = on(make(timerProgram));
		first.run({ until: ({ cause }) => cause === 'irq' });
		const saved = first.machine.save();
		const { instruction } = first.position;
		const second = make(timerProgram);
		second.restore(saved);
		expect(second.hash()).toBe(first.machine.hash());
		const timeline = on(second);
		expect(timeline.position).toEqual(at(instruction, true));
		expect(timeline.stepBack()).toBe(false);
		expect(() => timeline.seek(instruction)).toThrow(/begins after the interrupt/);
		first.seek(instruction + 900);
		timeline.seek(instruction + 900);
		expect(second.hash()).toBe(first.machine.hash());
		timeline.seek(at(instruction, true));
		expect(second.save()).toEqual(saved);
	});
});

describe('what if', () => {
	const marker = 0x4040_0000;
	const ways: [string, (machine: Machine) => void][] = [
		['runs to the end', (m) => m.run({ maxInstructions: 1e6 })],
		['types', (m) => m.type([0x79])],
		['writes memory', (m) => m.writePhysical(marker, Uint8Array.of(1, 2, 3))],
		['forgets translations', (m) => m.forgetTranslations()],
		['goes to another instruction', (m) => (m.cpu.hot.pc = 0x4020_0040n)],
		['takes an exception', (m) => (m.cpu.hot.pc = 2n)],
		['adds a probe that stops', (m) => m.addProbe({ va: m.registers().pc, stop: true })],
		['overwrites all code', (m) => m.writePhysical(m.placement.entry, new Uint8Array(4096))],
		['restores another state', (m) => m.restore(make(guestProgram).save())],
		[
			'switches off',
			(m) => {
				m.writePhysical(m.placement.entry, program(powerOff));
				m.cpu.hot.pc = BigInt(m.placement.entry);
				expect(m.run({ maxInstructions: 10 }).reason).toBe('poweroff');
			}
		],
		[
			'throws',
			(m) => {
				m.run({ maxInstructions: 50 });
				throw new RangeError('of its own');
			}
		]
	];
	it.each(ways)('it %s, nothing is left of it', (_, act) => {
		const machine = make(timerProgram);
		const timeline = on(machine);
		timeline.seek(2200);
		timeline.seek(1500);
		const reference = make(timerProgram);
		reference.run({ maxInstructions: 1500 });
		const records = [...timeline.records];
		const saved = machine.save();
		let heard = 0;
		machine.onConsole = machine.trapLog.onRecord = () => heard++;
		for (let i = 0; i < 2; i++)
			try {
				timeline.whatIf((m) => {
					act(m);
					m.run({ maxInstructions: 300 });
				});
			} catch (error) {
				expect(error).toBeInstanceOf(RangeError);
			}
		expect(heard).toBe(0);
		expect(machine.hash()).toBe(reference.hash());
		expect(machine.save()).toEqual(saved);
		expect(timeline.records).toEqual(records);
		expect(timeline.position).toEqual(at(1500));
		expect(timeline.run({})).toBe('idle');
		reference.run({});
		expect(machine.hash()).toBe(reference.hash());
		expect(timeline.records).toEqual(reference.trapLog.records);
	});

	it('gives what was found out', () => {
		const timeline = on(make(timerProgram));
		timeline.seek(500);
		const [x1, trapped] = timeline.whatIf((machine) => {
			machine.writePhysical(Number(machine.registers().pc), new Uint8Array(4));
			machine.run({ maxInstructions: 1 });
			return [machine.x(1), machine.trapLog.records.at(-1)?.esr] as const;
		});
		expect([x1, trapped]).toEqual([timeline.machine.x(1), 0x0200_0000]);
		expect(timeline.records.at(-1)?.esr).not.toBe(0x0200_0000);
	});
});

describe('memory written from outside', () => {
	it('is executed as it is now, and refused where there is no RAM', () => {
		const machine = make(program(`again:\nadd x1, x1, #1\nb again`));
		machine.run({ maxInstructions: 100 });
		// add x1, x1, #1 becomes add x1, x1, #2.
		machine.writePhysical(machine.placement.entry + 64, Uint8Array.of(0x21, 0x08, 0x00, 0x91));
		const before = machine.x(1);
		machine.run({ maxInstructions: 100 });
		expect(machine.x(1) - before).toBe(100n);
		expect(() => machine.writePhysical(0x1000, Uint8Array.of(1))).toThrow(/no RAM at 0x1000/);
		expect(() => machine.writePhysical(0x4080_0000 - 1, Uint8Array.of(1, 2))).toThrow(MachineError);
	});
});
