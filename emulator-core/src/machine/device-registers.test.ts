import { describe, expect, it } from 'vitest';
import { createMachine, type Machine, type MachineOptions } from './machine.ts';
import { program } from './program.ts';

/** Takes interrupts at EL2 and returns; sleeps in between. */
const kernel = program(`
	adr x4, vectors
	msr vbar_el2, x4
	movz x5, #0x38
	msr hcr_el2, x5
	msr daifclr, #15
	sleep:
	wfi
	b sleep
	.align 2048
	vectors:
	${'eret\n.align 128\n'.repeat(16)}
	eret
`);

const image = Uint8Array.from({ length: 16 * 512 }, (_, at) => at);
const untouched = image.slice();
const make = (board: string, virtio: 1 | 2) => {
	const options: MachineOptions = {
		...{ board, virtio, kernel, ramBytes: 2 ** 23, cpus: 2 },
		...{ disks: [image], virtioConsole: true, entropy: true }
	};
	return createMachine(options);
};

/** Runs a little; whatever the devices do now, it ends. */
const proceed = (machine: Machine) =>
	machine.run({ maxInstructions: 300, maxTicks: machine.ticks + 100_000 });

const values = [0n, 1n, 0xffff_ffffn, 0x8000_0000n, 0x5555_5555n, 0xaaaa_aaaan];

const boards = [
	['virt', 1],
	['virt', 2],
	['foundation', 2]
] as const;

describe('every register of every device', () => {
	it.each(boards)('of %s, virtio %i, takes any value at any width', (board, virtio) => {
		const names = make(board, virtio).cpu.map.regions.flatMap(({ device }) => device?.name ?? []);
		expect(names).toEqual(
			expect.arrayContaining(['gicd', 'gicc', 'gich', 'gicv', 'uart0', 'rtc', 'virtio0'])
		);
		for (const name of names) {
			const machine = make(board, virtio);
			proceed(machine);
			const { map } = machine.cpu;
			const { base, size } = map.regions.find(({ device }) => device?.name === name)!;
			for (let offset = 0; offset < size; offset += 4) {
				const pa = base + offset;
				// 0x50 of virtio-mmio first with a queue that is not set up, then with what the values left.
				for (const value of values) {
					map.write(pa, 4, value);
					const read = map.read(pa, 4);
					expect(read === undefined || (read >= 0n && read <= 0xffff_ffffn), name).toBe(true);
				}
				for (const width of [1, 2, 8] as const) {
					if (offset + width > size) continue;
					map.write(pa, width, 0xffff_ffff_ffff_ffffn);
					map.read(pa, width);
				}
				if (offset % 256 === 0) proceed(machine);
			}
			// Beyond what is aligned, and over its end.
			for (const width of [2, 4, 8] as const)
				for (const pa of [base + 1, base + 3, base + size - 1, base - 1]) {
					map.write(pa, width, 0x1234_5678_9abc_def0n);
					map.read(pa, width);
				}
			proceed(machine);
			const again = make(board, virtio);
			again.restore(machine.save());
			expect(again.hash(), name).toBe(machine.hash());
			proceed(machine);
			proceed(again);
			expect(again.hash(), name).toBe(machine.hash());
		}
		expect(image).toEqual(untouched);
	});
});
