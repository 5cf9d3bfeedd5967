/**
 * The standard run, host and guest, gone through in any order with searches back and ahead: what they find
 * is what a run step by step has seen, and every position is the same each time.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { standardRun } from 'checks';
import {
	boards,
	comparePositions,
	createMachine,
	Timeline,
	type Machine,
	type Position,
	type What
} from 'emulator-core';
import { randomNumbers } from '../cli/trapline.ts';

const root = join(import.meta.dirname, '../..');
const seed = 2_718_281;
/** The guest runs; within the window there are world switches, timer interrupts and MMIO exits. */
const begin = 12_000_000;
const length = 30_000;

let work = '';
let host: () => Machine;
beforeAll(() => {
	work = mkdtempSync(join(tmpdir(), 'trapline-searches-'));
	const bin = join(root, 'cli/bin/trapline.js');
	execFileSync(process.execPath, [bin, 'build', '-o', work], {
		stdio: ['ignore', 'ignore', 'pipe']
	});
	const kernel = readFileSync(join(work, 'Image'));
	const initrd = readFileSync(join(work, 'host.cpio'));
	host = () => createMachine({ ...standardRun, kernel, initrd });
}, 300_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const name = ({ instruction, entered }: Position) => `${instruction}${entered ? '+' : ''}`;

/** What each place held changed at these positions (just before). */
interface Watched {
	readonly what: What;
	read(machine: Machine, system: Readonly<Record<string, bigint>>): bigint;
	readonly changes: Position[];
	before: bigint;
}

function watched(machine: Machine, words: readonly number[]): Watched[] {
	const register = (what: string, read: Watched['read']) => ({
		what: { register: what },
		read
	});
	const places = [
		...[0, 3, 19, 29, 30].map((n) => register(`x${n}`, (m) => m.x(n))),
		...([0, 1, 2] as const).map((el) => register(`SP_EL${el}`, (m) => m.cpu.stackPointer(el))),
		...['ELR_EL1', 'ELR_EL2', 'ESR_EL2', 'HPFAR_EL2', 'VTTBR_EL2', 'HCR_EL2', 'TTBR0_EL1'].map(
			(each) => register(each, (_, system) => system[each]!)
		),
		...words.map((physical) => ({
			what: { physical, length: 8 },
			read: (m: Machine) => new DataView(m.readPhysical(physical, 8).buffer).getBigUint64(0, true)
		}))
	];
	return places.map((each) => ({
		...each,
		changes: [],
		before: each.read(machine, machine.registers().system)
	}));
}

it(`searches find what a run step by step has seen (seed ${seed})`, () => {
	const random = randomNumbers(seed);
	const timeline = new Timeline(host(), { spacing: 20_000 });
	const { machine } = timeline;
	timeline.seek(begin);
	timeline.run({ until: ({ vmid }) => vmid !== undefined });
	const start = timeline.position.instruction;
	// What the stacks of this moment hold, and words of RAM anywhere.
	const stacks = ([1, 2] as const).flatMap((el) => {
		const walk = machine.explainWalk(machine.cpu.stackPointer(el), 'read', el);
		const pa = walk.stage2?.pa ?? walk.stage1?.ipa;
		return walk.fault || pa === undefined ? [] : [Number(pa & ~7n) - 16];
	});
	const image = boards[standardRun.board]!.ram.base + 0x8_0000;
	const places = watched(machine, [...stacks, image]);
	const positions: Position[] = [];
	const pcs: bigint[] = [];
	const traps: Position[] = [];
	let known = timeline.records.length;
	while (machine.instructions < start + length) {
		const here = timeline.position;
		positions.push(here);
		pcs.push(machine.cpu.hot.pc);
		expect(timeline.step()).toBe('budget');
		for (; known < timeline.records.length; known++)
			if (timeline.records[known]!.what === 'entry') traps.push(here);
		const { system } = machine.registers();
		for (const place of places) {
			const now = place.read(machine, system);
			if (now !== place.before) place.changes.push(here);
			place.before = now;
		}
	}
	expect(traps.length).toBeGreaterThan(3);
	expect(places.filter(({ changes }) => changes.length > 0).length).toBeGreaterThan(8);

	const hashes = new Map<string, string>();
	const check = (text: string) => {
		const hash = machine.hash();
		const key = name(timeline.position);
		expect(hash, text).toBe(hashes.get(key) ?? hash);
		hashes.set(key, hash);
	};
	const last = positions.at(-1)!;
	let found = 0;
	for (let i = 0; i < 60; i++) {
		timeline.seek(positions[random(positions.length)]!);
		for (let steps = random(3); steps > 0; steps--) timeline.stepBack();
		for (let steps = random(3); steps > 0; steps--) timeline.step();
		const here = timeline.position;
		check(`sought ${name(here)}`);
		const kind = random(4);
		const place = places[random(places.length)]!;
		const at = random(positions.length);
		const what: What = kind === 0 ? { trap: {} } : kind === 1 ? { reached: pcs[at]! } : place.what;
		const exact =
			kind === 0
				? traps
				: kind === 1
					? positions.filter((each, n) => pcs[n] === pcs[at] && !taken(traps, each, timeline))
					: place.changes;
		const back = random(2) === 0;
		const answer = back
			? timeline.back(what, { within: here.instruction - start })
			: timeline.forward(what, { within: last.instruction - here.instruction });
		const expected = back
			? exact.findLast((each) => comparePositions(each, here) < 0)
			: exact.find((each) => comparePositions(each, here) > 0);
		const text = `${back ? 'back' : 'ahead'} from ${name(here)}: ${kind === 1 ? `to 0x${pcs[at]!.toString(16)}` : JSON.stringify(what)}`;
		const { position } = answer;
		check(text);
		if (position !== undefined) found++;
		if (position === undefined || kind < 2)
			expect(position && name(position), text).toBe(expected && name(expected));
		else if (expected === undefined || name(position) !== name(expected)) {
			// A write that changed nothing: it lies between here and the change, and is one.
			if (expected !== undefined)
				expect(Math.sign(comparePositions(position, expected)), text).toBe(back ? 1 : -1);
			expect(
				timeline.whatIf((m) => isWritten(m, what)),
				text
			).not.toBe(false);
		}
		if (position === undefined) expect(timeline.position, text).toEqual(here);
	}
	expect(found).toBeGreaterThan(25);

	const straight = host();
	for (const key of [...hashes.keys()].filter((key) => !key.endsWith('+')).map(Number)) {
		if (key < straight.instructions) continue;
		straight.run({ maxInstructions: key - straight.instructions });
		expect(straight.hash(), `straight at ${key}`).toBe(hashes.get(String(key)));
	}
});

/** An interrupt comes before the instruction here. */
function taken(traps: readonly Position[], here: Position, { records }: Timeline): boolean {
	return (
		!here.entered &&
		traps.some((each) => name(each) === name(here)) &&
		records.some((r) => r.at === here.instruction && (r.cause === 'irq' || r.cause === 'fiq'))
	);
}

/** Does the next step write the place even where it holds something else? Undefined: who knows. */
function isWritten(machine: Machine, what: What): boolean | undefined {
	const odd = 0x5a5a_1234_9876_a5a5n;
	if ('physical' in what) {
		machine.writePhysical(what.physical, new Uint8Array(8).fill(0x5a));
		const before = machine.readPhysical(what.physical, 8).join();
		machine.step();
		return machine.readPhysical(what.physical, 8).join() !== before;
	}
	if (!('register' in what) || !what.register.startsWith('x')) return undefined;
	const n = Number(what.register.slice(1));
	machine.cpu.hot.setX(n, odd);
	const { total } = machine.trapLog;
	machine.step();
	return machine.trapLog.total > total ? undefined : machine.x(n) !== odd;
}
