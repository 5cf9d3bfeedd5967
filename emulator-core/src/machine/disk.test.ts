import { describe, expect, it } from 'vitest';
import { createMachine, type Machine, type MachineOptions } from './machine.ts';
import { program } from './program.ts';
import { readyDisk } from './sample-programs.ts';
import { Timeline } from './timeline.ts';

/** Writes request n, a sector that begins with n, to sector n % 16 of the disk, again and again. */
const kernel = program(`
	${readyDisk}
	movz x5, #0
	next:
	and x4, x5, #15
	str x4, [x3, #8]
	str x5, [x6]
	add x5, x5, #1
	strh w5, [x0, #0x42]
	str wzr, [x1, #0x50]
	b next
	.align 16
	header:
	.quad 0
	.quad 0
	status:
	.quad 0
	.align 4096
	data:
	.quad 0
	.align 4096
	ring:
	.quad 0
	.align 8192
	.quad 0
`);

const image = () => Uint8Array.from({ length: 32 * 512 }, (_, at) => (at >> 9) + 0x80);
const make = (options: Partial<MachineOptions> = {}) =>
	createMachine({ board: 'virt', ramBytes: 2 ** 23, kernel, disks: [image()], ...options });

/** The first byte of each of the disk's first 16 sectors, and of the 17th. */
const sectors = (machine: Machine) => {
	const contents = machine.devices.disks[0]!.contents();
	return Array.from({ length: 17 }, (_, n) => contents[n * 512]);
};
/** The state of a sector of which request n was the last. */
const untouched = (n: number) => 0x80 + n;

describe('a machine with a disk', () => {
	it('is written to, and its image is not', () => {
		const disk = image();
		const machine = make({ disks: [disk] });
		// 36 instructions until the loop, then 7 for each request.
		machine.run({ maxInstructions: 36 + 7 * 20 });
		expect(sectors(machine)).toEqual([
			...[16, 17, 18, 19, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
			untouched(16)
		]);
		expect(disk).toEqual(image());
		expect(machine.notes).toEqual([]);
	});

	it('goes back to what the disk was, and forward again', () => {
		const straight = make();
		const seen = new Map<number, { disk: unknown; hash: string }>();
		for (let at = 0; at <= 3000; at += 250) {
			straight.run({ maxInstructions: at - straight.instructions });
			seen.set(at, { disk: sectors(straight), hash: straight.hash() });
		}
		const timeline = new Timeline(make(), { spacing: 100 });
		timeline.run({ maxInstructions: 3000 });
		for (const at of [3000, 250, 1750, 0, 1500, 500, 3000, 1000]) {
			timeline.seek(at);
			const { machine } = timeline;
			expect({ at, disk: sectors(machine), hash: machine.hash() }).toEqual({ at, ...seen.get(at) });
		}
		const before = sectors(timeline.machine);
		timeline.whatIf((machine) => machine.run({ maxInstructions: 500 }));
		expect(sectors(timeline.machine)).toEqual(before);
	});

	it('goes on from a saved state, on a machine with the same disk', () => {
		const one = make();
		one.run({ maxInstructions: 1000 });
		const saved = one.save();
		const two = make();
		two.restore(saved);
		expect(sectors(two)).toEqual(sectors(one));
		for (const machine of [one, two]) machine.run({ maxInstructions: 1000 });
		expect(two.hash()).toBe(one.hash());
	});

	it('refuses a state of a machine with another disk, and one of another version', () => {
		const saved = make().save();
		const other = image();
		other[5] = 1;
		const before = make({ disks: [other] });
		const hash = before.hash();
		expect(() => before.restore(saved)).toThrow(/a disk of 16384 bytes .*same disk images/);
		expect(before.hash()).toBe(hash);
		expect(() => make({ virtio: 2 }).restore(saved)).toThrow('virtio-mmio 1');
		expect(() => make({ disks: [] }).restore(saved)).toThrow('this one has virtio-mmio 1. Give');
	});

	it.each<[string, Partial<MachineOptions>, string]>([
		['too many disks', { disks: Array.from({ length: 7 }, image) }, '7 disks are too many'],
		['an empty disk', { disks: [image(), new Uint8Array(100)] }, 'Disk 2 has 100 bytes'],
		['a seed that is no number', { seed: 1.5 }, 'no whole number of 32 bits'],
		['a time before 1970', { startTime: -1 }, 'cannot start at -1'],
		['a third version', { virtio: 3 as 2 }, 'no version 3 of virtio-mmio']
	])('is not made with %s', (_, options, message) => {
		expect(() => make(options)).toThrow(message);
	});
});

describe('the virtio console', () => {
	it('is typed to by the input log, and so a run comes again', () => {
		const run = (inputLog?: MachineOptions['inputLog']) => {
			const machine = make({ virtioConsole: true, ...(inputLog && { inputLog }) });
			machine.run({ maxInstructions: 500 });
			if (!inputLog) machine.type([65, 66], 'console');
			machine.run({ maxInstructions: 500 });
			return machine;
		};
		const first = run();
		expect(first.inputLog).toEqual([{ tick: 500, bytes: [65, 66], to: 'console' }]);
		expect(run(first.inputLog).hash()).toBe(first.hash());
		expect(make({ virtioConsole: true }).hash()).not.toBe(first.hash());
	});
});

describe('the real-time clock of a machine', () => {
	it.each([
		['virt', 0x0901_0000n],
		['foundation', 0x1c17_0000n]
	])('of %s begins where it is told, and is the same in every run', (board, base) => {
		const reader = program(`
			movz x1, #${(base >> 16n).toString()}, lsl #16
			ldr w0, [x1]
			movz w3, #2
			add w2, w0, #1
			str w2, [x1, #4]
			msr daifset, #15
			wfi_here:
			ldr w0, [x1]
			b wfi_here
		`);
		const seconds = (startTime?: number) => {
			const machine = createMachine({
				...{ board, kernel: reader, ramBytes: 2 ** 23 },
				...(startTime !== undefined && { startTime })
			});
			machine.run({ maxInstructions: 50 });
			return machine.x(0);
		};
		expect(seconds()).toBe(1_396_224_000n);
		expect(seconds(86_400)).toBe(86_400n);
	});
});
