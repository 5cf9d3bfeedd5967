/** The standard run, gone through back and forth: at every position it is the run that only goes forward. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardRun } from 'checks';
import { createMachine, Timeline, type Machine, type TrapRecord } from 'emulator-core';
import { randomNumbers } from '../cli/trapline.ts';

const root = join(import.meta.dirname, '../..');
const seed = 3_141_592;
/** The instructions when host and guest have booted, mem and io have run. */
let length = 0;
/** When the guest boots. */
let middle = 0;

let work = '';
let kernel: Uint8Array;
let initrd: Uint8Array;
beforeAll(() => {
	work = mkdtempSync(join(tmpdir(), 'trapline-timeline-'));
	const bin = join(root, 'cli/bin/trapline.js');
	execFileSync(process.execPath, [bin, 'build', '-o', work], {
		stdio: ['ignore', 'ignore', 'pipe']
	});
	kernel = readFileSync(join(work, 'Image'));
	initrd = readFileSync(join(work, 'host.cpio'));
	const machine = host();
	let text = '';
	machine.onConsole = (bytes) => (text += String.fromCharCode(...bytes));
	while (!/io_log[^]*# $/.test(text)) {
		machine.run({ maxInstructions: 100_000 });
		if (middle === 0 && text.includes('started at EL1')) middle = machine.instructions;
		if (machine.instructions > 60_000_000) throw new Error(`the guest came to no end:\n${text}`);
	}
	length = machine.instructions;
}, 300_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const host = (): Machine => createMachine({ ...standardRun, kernel, initrd });

describe('the standard run on a timeline', () => {
	it(`is the same at every position, in whatever order (seed ${seed})`, () => {
		const random = randomNumbers(seed);
		const positions = Array.from({ length: 80 }, () => random(length));
		const straight = host();
		const records: TrapRecord[] = [];
		straight.trapLog.onRecord = (record) => records.push(record);
		const hashes = new Map<number, string>();
		for (const position of [...positions, length].sort((a, b) => a - b)) {
			straight.run({ maxInstructions: position - straight.instructions });
			hashes.set(position, straight.hash());
		}

		const machine = host();
		const timeline = new Timeline(machine);
		for (const position of [...positions, length]) {
			timeline.seek(position);
			expect(machine.hash(), `at ${position}`).toBe(hashes.get(position));
		}
		expect(timeline.furthest).toBe(length);
		const told = ({ outcome: _, ...record }: TrapRecord) => record;
		expect(timeline.records.map(told)).toEqual(records.map(told));
		expect(machine.trapLog.records).toEqual(straight.trapLog.records);
		expect(timeline.records.slice(-1000)).toEqual(straight.trapLog.records.slice(-1000));
	});

	it(`comes back from ten steps back, at interrupts, exits and anywhere (seed ${seed})`, () => {
		const random = randomNumbers(seed + 1);
		const first = host();
		first.run({ maxInstructions: middle });
		const machine = host();
		machine.restore(first.save());
		const timeline = new Timeline(machine);
		expect(timeline.start).toBe(middle);
		// As far as there is one of each kind.
		timeline.run({ maxInstructions: 4_000_000 });
		const some = (fits: (record: TrapRecord) => boolean) => {
			const all = timeline.records.filter(fits);
			return Array.from({ length: 8 }, () => all[random(all.length)]!.at + random(10));
		};
		const places = [
			...some(({ cause, toEl }) => cause === 'irq' && toEl === 2),
			...some(({ cause, toEl }) => cause === 'irq' && toEl === 1),
			...some(({ cause, toEl }) => cause === 'sync' && toEl === 2),
			...Array.from({ length: 8 }, () => middle + 20 + random(3_999_000))
		];
		for (const place of places) {
			timeline.seek(place);
			const way: string[] = [];
			const here = () => `${JSON.stringify(timeline.position)} ${machine.hash()}`;
			for (let i = 0; i < 10; i++) {
				way.push(here());
				timeline.stepBack();
			}
			for (let i = 9; i >= 0; i--) {
				timeline.step();
				expect(here()).toBe(way[i]);
			}
		}
	});

	it('tries things in the guest and is as before', () => {
		const machine = host();
		const timeline = new Timeline(machine);
		timeline.seek(middle);
		timeline.run({ until: ({ toEl, vmid }) => toEl === 2 && vmid !== undefined });
		const [hash, { position }, records] = [machine.hash(), timeline, [...timeline.records]];
		const page = Number(machine.registers().system['VTTBR_EL2']! & 0xffff_ffff_f000n);
		const tried = timeline.whatIf((scratch) => {
			scratch.writePhysical(page, new Uint8Array(4096));
			scratch.forgetTranslations();
			scratch.run({ maxInstructions: 100_000 });
			return scratch.hash();
		});
		expect(tried).not.toBe(hash);
		expect(machine.hash()).toBe(hash);
		expect(timeline.position).toEqual(position);
		expect(timeline.records).toEqual(records);
		timeline.run({ maxInstructions: 1_000_000 });
		const straight = host();
		straight.run({ maxInstructions: machine.instructions });
		expect(machine.hash()).toBe(straight.hash());
	});

	it('replays what was typed at the guest', () => {
		const machine = host();
		let text = '';
		machine.onConsole = (bytes) => (text += String.fromCharCode(...bytes));
		const timeline = new Timeline(machine);
		timeline.seek(length + 12_345);
		expect(text.endsWith('# ')).toBe(true);
		timeline.type(new TextEncoder().encode('cat /proc/version\n'));
		const end = length + 1_000_000;
		timeline.seek(end);
		expect(text).toContain('cat /proc/version\r\r\nLinux version 3.14.0-teaching');
		const [hash, before] = [machine.hash(), text];
		timeline.seek(length);
		timeline.seek(end);
		expect(machine.hash()).toBe(hash);
		expect(text).toBe(before);
		const { inputLog } = machine;
		const again = createMachine({ ...standardRun, kernel, initrd, inputLog });
		again.run({ maxInstructions: end });
		expect(again.hash()).toBe(hash);
	});
});
