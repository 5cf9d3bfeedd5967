/**
 * What kernels need of the device trees, each with what becomes of them without it. Linux 3.14 is strict where
 * 6.1 is not, and the other way round: these trees serve both.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createMachine } from '../machine/machine.ts';
import { program } from '../machine/program.ts';
import { deviceTreeBlob, type BootTree } from './dtb.ts';
import type { FdtNode } from './fdt.ts';
import { readFdt } from './fdt-read.ts';
import { foundation } from './foundation.ts';
import { virt } from './virt.ts';

const every = (node: FdtNode): FdtNode[] => [node, ...(node.children ?? []).flatMap(every)];
const words = (node: FdtNode | undefined, property: string) => {
	const bytes = node?.properties[property] ?? new Uint8Array();
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: bytes.length >> 2 }, (_, n) => view.getUint32(4 * n));
};
const strings = (node: FdtNode | undefined, property: string) =>
	new TextDecoder().decode(node?.properties[property]).split('\0').slice(0, -1);
const compatible = (root: FdtNode, name: string) =>
	every(root).filter((node) => strings(node, 'compatible').includes(name));

describe.each([
	[virt, [0x4000_0000, 0x1000_0000], [0x0800_0000, 0x0801_0000, 0x0803_0000, 0x0804_0000]],
	[foundation, [0x8000_0000, 0x2000_0000], [0x2c00_1000, 0x2c00_2000, 0x2c00_4000, 0x2c00_6000]]
] as const)('the device tree of $name', (board, ram, gic) => {
	const { root } = readFdt(deviceTreeBlob(board, { bootargs: 'quiet', cpus: 4 }));
	const one = (name: string) => {
		const found = compatible(root, name);
		expect(found.map(({ name }) => name)).toHaveLength(1);
		return found[0]!;
	};

	it('has its GIC by the one name that KVM of 3.14 looks for, with GICC of 8 KB, GICH and GICV', () => {
		const node = one('arm,cortex-a15-gic');
		expect(words(node, 'reg')).toEqual(
			[0x1000, 0x2000, 0x2000, 0x2000].flatMap((size, n) => [0, gic[n]!, 0, size])
		);
		// The maintenance interrupt: without it there is no vGIC. PPI 9, a high level, on all four CPUs.
		expect(words(node, 'interrupts')).toEqual([1, 9, 0xf04]);
		expect(words(node, '#interrupt-cells')).toEqual([3]);
		expect(node.properties).toHaveProperty('interrupt-controller');
		expect(words(root, 'interrupt-parent')).toEqual(words(node, 'phandle'));
	});

	it('has all four timer interrupts in their order: without the virtual one, no KVM', () => {
		const node = one('arm,armv8-timer');
		const on = (ppi: number) => [1, ppi, 0xf04];
		expect(words(node, 'interrupts')).toEqual([13, 14, 11, 10].flatMap(on));
	});

	it('has clocks for its serial ports: without apb_pclk there is no ttyAMA0', () => {
		const [clock] = compatible(root, 'fixed-clock');
		expect(words(clock, 'clock-frequency')).toEqual([24_000_000]);
		const uarts = compatible(root, 'arm,pl011');
		expect(uarts.length).toBe(board === virt ? 1 : 4);
		for (const uart of [...uarts, ...compatible(root, 'arm,pl031')]) {
			expect(strings(uart, 'compatible')).toContain('arm,primecell');
			expect(strings(uart, 'clock-names')).toContain('apb_pclk');
			for (const phandle of words(uart, 'clocks')) expect(phandle).toBe(words(clock, 'phandle')[0]);
			expect(words(uart, 'interrupts')).toHaveLength(3);
		}
		const [console] = strings(
			every(root).find(({ name }) => name === 'chosen'),
			'stdout-path'
		);
		expect(console).toBe(`/${uarts[0]!.name}`);
	});

	it('has PSCI as 0.1 wants it, with function numbers, and as later ones do, without', () => {
		const node = one('arm,psci');
		expect(strings(node, 'compatible')).toEqual(['arm,psci-1.0', 'arm,psci-0.2', 'arm,psci']);
		expect(strings(node, 'method')).toEqual(['smc']);
		expect(words(node, 'cpu_on')).toEqual([0xc400_0003]);
		expect(words(node, 'cpu_off')).toEqual([0x8400_0002]);
		// And these are what the firmware knows.
		const call = (id: number, x1: bigint) => {
			// On foundation CPUs wait at the spin table, unless their tree says PSCI.
			const dtb = deviceTreeBlob(board, { cpus: 2, enableMethod: 'psci' });
			const machine = createMachine({
				...{ board: board.name, kernel: program('wfi'), ramBytes: 2 ** 23, cpus: 2, dtb }
			});
			machine.cpu.hot.setX(0, BigInt(id));
			machine.cpu.hot.setX(1, x1);
			machine.cpu.hot.setX(2, BigInt(ram[0]));
			machine.cpu.environment.smc();
			return BigInt.asIntN(64, machine.x(0));
		};
		expect(call(words(node, 'cpu_on')[0]!, 1n)).toBe(0n);
	});

	it('has CPUs by number, and memory with its type', () => {
		const cpus = every(root).filter((node) => strings(node, 'device_type')[0] === 'cpu');
		expect(cpus.map((cpu) => [cpu.name, words(cpu, 'reg'), strings(cpu, 'compatible')])).toEqual(
			[0, 1, 2, 3].map((n) => [`cpu@${n}`, [n], ['arm,armv8']])
		);
		for (const cpu of cpus) expect(strings(cpu, 'enable-method')).toEqual(['psci']);
		const memory = every(root).filter((node) => strings(node, 'device_type')[0] === 'memory');
		expect(memory.map((node) => words(node, 'reg'))).toEqual([[0, ram[0], 0, ram[1]]]);
	});

	it('has virtio of version 1, which is all that 3.14 takes, with an interrupt each', () => {
		const slots = compatible(root, 'virtio,mmio');
		expect(slots.length).toBeGreaterThanOrEqual(4);
		const lines = slots.map((slot) => words(slot, 'interrupts')[1]);
		expect(new Set(lines).size).toBe(slots.length);
		const machine = createMachine({
			...{ board: board.name, kernel: program('wfi'), ramBytes: 2 ** 23 },
			disks: [new Uint8Array(512)]
		});
		expect(machine.cpu.map.read(words(slots[0], 'reg')[1]! + 4, 4)).toBe(1n);
	});

	it('lies where 3.14 finds it: 8-byte aligned, within 512 MB, across no 2 MB boundary', () => {
		for (const initrd of [undefined, new Uint8Array(3_000_001)]) {
			const { placement } = createMachine({
				...{ board: board.name, kernel: program('wfi'), ramBytes: 2 ** 28, cpus: 4 },
				...(initrd && { initrd })
			});
			const at = placement.dtb - ram[0];
			expect(at % 8).toBe(0);
			expect(at).toBeLessThan(2 ** 29);
			const blob = deviceTreeBlob(board, { cpus: 4, bootargs: 'x'.repeat(2048) });
			expect((at % 2 ** 21) + blob.length).toBeLessThanOrEqual(2 ** 21);
		}
	});
});

const haveDtc = spawnSync('dtc', ['--version']).status === 0;
if (!haveDtc && process.env.CI === 'true')
	throw new Error('dtc is missing: install device-tree-compiler');
if (!haveDtc)
	console.warn('skipped: device trees are not checked with dtc, which is not installed');

const boots: [string, BootTree][] = [
	['with everything', { bootargs: 'a b', initrd: { start: 0x4800_0000, end: 0x4900_0001 } }],
	['with four CPUs', { cpus: 4 }],
	['with the spin table', { cpus: 4, enableMethod: 'spin-table' }],
	['without virtio', { virtioSlots: [] }],
	['with a seed and little RAM', { rngSeed: Uint8Array.of(1, 2, 3), ramBytes: 2 ** 24 }]
];
describe.skipIf(!haveDtc)('dtc has no complaint about', () => {
	it.each(
		[virt, foundation].flatMap((board) =>
			boots.map(([how, boot]) => [board.name, how, board, boot] as const)
		)
	)('%s %s', (_, __, board, boot) => {
		const { status, stderr, stdout } = spawnSync('dtc', ['-I', 'dtb', '-O', 'dtb'], {
			input: deviceTreeBlob(board, boot)
		});
		expect({ status, said: stderr.toString() }).toEqual({ status: 0, said: '' });
		// And reads what we read.
		expect(readFdt(new Uint8Array(stdout))).toEqual(readFdt(deviceTreeBlob(board, boot)));
	});
});
