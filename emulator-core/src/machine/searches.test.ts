import { describe, expect, it } from 'vitest';
import { createMachine, type Machine, type Position } from './machine.ts';
import { comparePositions } from './hits.ts';
import { guestProgram, rewritingProgram, timerProgram } from './sample-programs.ts';
import { fits, type What } from './searches.ts';
import { Timeline } from './timeline.ts';

const make = (kernel: Uint8Array) =>
	createMachine({
		board: 'virt',
		kernel,
		ramBytes: 2 ** 23,
		inputLog: [{ tick: 60_000, bytes: [0x78] }]
	});

function randomNumbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

/** Something that can be read, and be given another value. */
interface Place {
	readonly what: What;
	read(machine: Machine): bigint;
	/** Left out: changes alone are looked for. */
	write?(machine: Machine, value: bigint): void;
}

const odd = 0x5a5a_1234_9876_a5a5n;
const system = (name: string): Place => ({
	what: { register: name },
	read: (m) => m.registers().system[name]!
});
const general = (n: number): Place => ({
	what: { register: `x${n}` },
	read: (m) => m.x(n),
	write: (m, value) => m.cpu.hot.setX(n, value)
});
const stack = (el: 0 | 1 | 2): Place => ({
	what: { register: `SP_EL${el}` },
	read: (m) => m.cpu.stackPointer(el),
	write: (m, value) => m.cpu.setStackPointer(el, value)
});
const memory = (physical: number): Place => ({
	what: { physical, length: 8 },
	read: (m) => new DataView(m.readPhysical(physical, 8).buffer).getBigUint64(0, true),
	write: (m, value) => {
		const bytes = new Uint8Array(8);
		new DataView(bytes.buffer).setBigUint64(0, value, true);
		m.writePhysical(physical, bytes);
	}
});

/** A run gone through step by step, with all that it did. */
interface Record {
	readonly positions: Position[];
	readonly pcs: {
		readonly pc: bigint;
		readonly sp: bigint;
		readonly el: number;
		readonly vmid: number | undefined;
	}[];
	/** For each place, the positions just before it was written. */
	readonly writes: Position[][];
	readonly traps: { readonly at: Position; readonly record: Timeline['records'][number] }[];
	/** Positions at which the oracle does not know whether the place is written. */
	readonly unknown: Set<string>[];
}

const name = ({ instruction, entered }: Position) => `${instruction}${entered ? '+' : ''}`;

/**
 * A place is written by a step that changes it; or that, where it had another value before, does not leave
 * that. So a write of what is there already shows too.
 */
function record(kernel: Uint8Array, places: readonly Place[], most: number): Record {
	const timeline = new Timeline(make(kernel));
	const { machine } = timeline;
	const positions: Position[] = [];
	const pcs: Record['pcs'] = [];
	const writes: Position[][] = places.map(() => []);
	const unknown = places.map(() => new Set<string>());
	const traps: Record['traps'] = [];
	for (;;) {
		const here = timeline.position;
		const known = timeline.records.length;
		const { cpu } = machine;
		positions.push(here);
		pcs.push({ pc: cpu.hot.pc, sp: cpu.hot.sp, el: cpu.el, vmid: cpu.vmidAt(cpu.el) });
		const before = places.map((place) => place.read(machine));
		const perturbed = places.map(
			({ read, write }) =>
				write &&
				machine.whatIf((m) => {
					write(m, odd);
					const given = read(m);
					const traps = m.trapLog.total;
					if (!here.entered && m.takeInterrupt()) return undefined;
					m.step();
					return { given, left: read(m), trapped: m.trapLog.total > traps };
				})
		);
		if (positions.length > most || timeline.step() !== 'budget') break;
		for (const record of timeline.records.slice(known)) traps.push({ at: here, record });
		places.forEach(({ read }, n) => {
			const [was, left] = [perturbed[n], read(machine)];
			const trapped = timeline.records.length > known;
			if (left !== before[n]) writes[n]!.push(here);
			else if (was === undefined || was.given === before[n]) unknown[n]!.add(name(here));
			else if (was.left !== was.given)
				if (was.trapped === trapped) writes[n]!.push(here);
				else unknown[n]!.add(name(here));
			else if (was.trapped && !trapped) unknown[n]!.add(name(here));
		});
	}
	return { positions, pcs, writes, traps, unknown };
}

describe.each([
	['exceptions and stage 2', guestProgram, [0x4040_1008, 0x4060_0010, 0x4040_2000]],
	[
		'code that rewrites itself',
		rewritingProgram,
		[0x4040_0000, 0x4040_0800, 0x4020_0060, 0x4050_0000]
	],
	['interrupts, WFI and input', timerProgram, [0x4040_0000]]
])('searches in %s', (_, kernel, addresses) => {
	const seed = 0x5eed_0007;
	const places = [
		...[0, 1, 2, 4, 7, 12, 20, 30].map(general),
		...([0, 1, 2] as const).map(stack),
		...addresses.map(memory),
		...['ELR_EL1', 'ELR_EL2', 'ESR_EL2', 'FAR_EL2', 'HPFAR_EL2', 'VTTBR_EL2', 'DAIF'].map(system),
		...['SPSR_EL1', 'CNTP_CVAL_EL0', 'VBAR_EL1', 'HCR_EL2'].map(system)
	];
	const all = record(kernel, places, 1600);
	const end = all.positions.at(-1)!;
	/** As a student comes there: by any way. */
	const wander = (timeline: Timeline, random: (below: number) => number) => {
		const to = all.positions[random(all.positions.length)]!;
		timeline.seek(to);
		for (let i = random(4); i > 0; i--) timeline.stepBack();
		for (let i = random(4); i > 0 && comparePositions(timeline.position, end) < 0; i--)
			timeline.step();
		return timeline.position;
	};

	it(`find the writes that a run step by step has (seed ${seed})`, () => {
		const random = randomNumbers(seed);
		const timeline = new Timeline(make(kernel), { spacing: 97, budgetBytes: 3 * 2 ** 20 });
		timeline.seek(end);
		const hashes = new Map<string, string>();
		for (let i = 0; i < 400; i++) {
			const here = wander(timeline, random);
			const hash = timeline.machine.hash();
			const n = random(places.length);
			const back = random(2) === 0;
			const sure = back
				? all.writes[n]!.findLast((each) => comparePositions(each, here) < 0)
				: all.writes[n]!.find((each) => comparePositions(each, here) > 0);
			const within = end.instruction - here.instruction;
			const { what } = places[n]!;
			const found = back ? timeline.back(what) : timeline.forward(what, { within });
			const text = `${back ? 'back' : 'ahead'} from ${name(here)} to ${JSON.stringify(what)}`;
			const at = found.position;
			if (at === undefined) {
				expect(sure && name(sure), text).toBe(undefined);
				expect(timeline.position, text).toEqual(here);
				expect(timeline.machine.hash(), text).toBe(hash);
				expect(found.message).toMatch(/^There is nothing of the kind (before here|ahead): a /);
				continue;
			}
			expect(timeline.position, text).toEqual(at);
			if (!all.unknown[n]!.has(name(at))) expect(name(at), text).toBe(sure && name(sure));
			const known = hashes.get(name(at));
			if (known !== undefined) expect(timeline.machine.hash(), text).toBe(known);
			hashes.set(name(at), timeline.machine.hash());
		}
	});

	it(`find traps and instructions (seed ${seed + 1})`, () => {
		const random = randomNumbers(seed + 1);
		const timeline = new Timeline(make(kernel), { spacing: 131 });
		timeline.seek(end);
		for (let i = 0; i < 200; i++) {
			const here = wander(timeline, random);
			const some = all.pcs[random(all.pcs.length)]!;
			const trap = [
				{},
				{ toEl: 2 as const },
				{ toEl: 1 as const, cause: 'irq' as const },
				{ class: 0x24 },
				{ cause: 'sync' as const, fromEl: 1 as const },
				{ vmid: 7 }
			][random(6)]!;
			const [what, places]: [What, Position[]] =
				i % 2 === 0
					? [{ trap }, all.traps.filter(({ record }) => fits(record, trap)).map(({ at }) => at)]
					: [
							{ reached: some.pc, el: some.el as 0, ...(some.vmid && { vmid: some.vmid }) },
							all.positions.filter((_, n) => {
								const { pc, el, vmid } = all.pcs[n]!;
								const fits = pc === some.pc && el === some.el && (!some.vmid || vmid === some.vmid);
								// An interrupt that comes first: it is not reached.
								return fits && !timeline.records.some((r) => isEntryAt(r, all.positions[n]!));
							})
						];
			const text = `${i} from ${name(here)}: ${Object.keys(what)[0]} ${JSON.stringify(trap)}`;
			const within = end.instruction - here.instruction;
			const forward = random(2) === 0;
			const found = forward ? timeline.forward(what, { within }) : timeline.back(what);
			const expected = forward
				? places.find((each) => comparePositions(each, here) > 0)
				: places.findLast((each) => comparePositions(each, here) < 0);
			const inside = expected && comparePositions(expected, end) < 0 ? expected : undefined;
			expect(found.position && name(found.position), text).toBe(inside && name(inside));
			if (found.position === undefined) expect(timeline.position, text).toEqual(here);
		}
	});

	it(`find returns, and several instructions in one frame (seed ${seed + 2})`, () => {
		const random = randomNumbers(seed + 2);
		const timeline = new Timeline(make(kernel), { spacing: 113 });
		timeline.seek(end);
		const waits = (here: Position) => timeline.records.some((each) => isEntryAt(each, here));
		for (let i = 0; i < 100; i++) {
			const here = wander(timeline, random);
			const [one, other] = [0, 0].map(() => all.pcs[random(all.pcs.length)]!) as [
				Record['pcs'][0],
				Record['pcs'][0]
			];
			const { sp } = one;
			const isReturn = ({ what, toEl }: Timeline['records'][number]) =>
				what === 'return' && toEl === 1;
			const [what, places]: [What, Position[]] =
				i % 2 === 0
					? [
							{ record: isReturn },
							all.traps.filter(({ record }) => isReturn(record)).map(({ at }) => at)
						]
					: [
							{ reached: [one.pc, other.pc], sp },
							all.positions.filter((each, n) => {
								const there = all.pcs[n]!;
								const right = there.pc === one.pc || there.pc === other.pc;
								return right && there.sp === sp && !waits(each);
							})
						];
			const text = `${i} from ${name(here)}`;
			const within = end.instruction - here.instruction;
			const back = timeline.back(what).position;
			const last = places.findLast((each) => comparePositions(each, here) < 0);
			expect(back && name(back), text).toBe(last && name(last));
			timeline.seek(here);
			const now = random(2) === 0;
			const next = places.find((each) => comparePositions(each, here) > (now ? -1 : 0));
			const inside = next && comparePositions(next, end) < 0 ? next : undefined;
			const ahead = timeline.forward(what, { within, here: now }).position;
			expect(ahead && name(ahead), text).toBe(inside && name(inside));
		}
	});
});

const isEntryAt = (
	{ what, cause, at }: Timeline['records'][number],
	{ instruction, entered }: Position
) => what === 'entry' && cause === 'irq' && at === instruction && !entered;
