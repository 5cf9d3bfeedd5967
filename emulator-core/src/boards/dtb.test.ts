import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeBoard, board, pl011, spi } from './board.ts';
import { deviceTreeBlob, type BootTree } from './dtb.ts';
import { cells, FdtError, text, writeFdt } from './fdt.ts';
import { foundation } from './foundation.ts';
import { virt } from './virt.ts';

/** Runs dtc with `args` on `input`; its output, and what it complained about. */
function dtc(args: string[], input: Uint8Array) {
	const run = spawnSync('dtc', args, { input });
	return { status: run.status, out: run.stdout.toString(), complaints: run.stderr.toString() };
}

const haveDtc = spawnSync('dtc', ['--version']).status === 0;
if (!haveDtc) {
	if (process.env.CI === 'true') throw new Error('dtc is missing: install device-tree-compiler');
	console.warn('skipped: the device tree is not checked with dtc, which is not installed');
}

describe('the flattened device tree, version 17', () => {
	it('is laid out as the specification says', () => {
		const blob = writeFdt({ name: '', properties: { a: cells(0x1234_5678) } });
		const words = [
			...['d00dfeed', '0000005a', '00000038', '00000058', '00000028'], // magic, size, offsets
			...['00000011', '00000010', '00000000', '00000002', '00000020'], // 17, 16, CPU 0, sizes
			...['00000000', '00000000', '00000000', '00000000'], // the end of the reserved list
			...['00000001', '00000000'], // the root, whose name is empty
			...['00000003', '00000004', '00000000', '12345678'], // property, 4 bytes, name at 0
			...['00000002', '00000009'] // end of the node, end of the tree
		];
		expect(Buffer.from(blob).toString('hex')).toBe(words.join('') + '6100'); // the name: a
	});

	it('stores a name once', () => {
		const one = writeFdt({ name: '', properties: { reg: cells(1) } });
		const two = writeFdt({
			name: '',
			properties: { reg: cells(1) },
			children: [{ name: 'b', properties: { reg: cells(2) } }]
		});
		expect(two.length - one.length).toBe(4 + 4 + 16 + 4);
	});

	it('refuses a node name that no reader would take', () => {
		expect(() => writeFdt({ name: 'a b', properties: {} })).toThrow(FdtError);
		expect(text('a', 'bc')).toEqual(new Uint8Array([0x61, 0, 0x62, 0x63, 0]));
	});
});

describe.skipIf(!haveDtc)('the device tree of a board, read by dtc', () => {
	it.each([virt, foundation])('of $name raises no complaint', (each) => {
		const { status, complaints } = dtc(['-I', 'dtb', '-O', 'dts'], deviceTreeBlob(each));
		expect(complaints).toBe('');
		expect(status).toBe(0);
	});

	it('of virt says where everything is', () => {
		const blob = deviceTreeBlob(virt, {
			bootargs: 'console=ttyAMA0',
			initrd: { start: 0x4800_0000, end: 0x4812_3456 },
			ramBytes: 0x0800_0000
		});
		const { out } = dtc(['-I', 'dtb', '-O', 'dts', '-s'], blob);
		const line = (property: string) =>
			[...out.matchAll(new RegExp(`\\b${property} = (.*);`, 'g'))].map((found) => found[1]);
		expect(line('bootargs')).toEqual(['"console=ttyAMA0"']);
		expect(line('stdout-path')).toEqual(['"/pl011@9000000"']);
		expect(line('linux,initrd-start')).toEqual(['<0x00 0x48000000>']);
		expect(line('linux,initrd-end')).toEqual(['<0x00 0x48123456>']);
		expect(line('enable-method')).toEqual(['"psci"']);
		expect(line('method')).toContain('"smc"');
		expect(out).toContain('reg = <0x00 0x40000000 0x00 0x8000000>;');
		expect(out).toContain(
			'reg = <0x00 0x8000000 0x00 0x1000 0x00 0x8010000 0x00 0x2000 ' +
				'0x00 0x8030000 0x00 0x2000 0x00 0x8040000 0x00 0x2000>;'
		);
		expect(out).toContain(
			'interrupts = <0x01 0x0d 0x104 0x01 0x0e 0x104 0x01 0x0b 0x104 0x01 0x0a 0x104>;'
		);
	});
});

describe.skipIf(!haveDtc)('the device tree of foundation', () => {
	const source = (boot: BootTree) =>
		dtc(['-I', 'dtb', '-O', 'dts'], deviceTreeBlob(foundation, boot)).out;
	const node = (text: string, name: string) => {
		const start = text.indexOf(`\t${name} {`);
		return text.slice(start, text.indexOf('\t};', start));
	};

	it('has the disk, the clock and the system registers where Linux looks for them', () => {
		const text = source({});
		expect(node(text, 'virtio_mmio@1c130000')).toContain('reg = <0x00 0x1c130000 0x00 0x200>;');
		expect(node(text, 'virtio_mmio@1c130000')).toContain('interrupts = <0x00 0x2a 0x04>;');
		expect(node(text, 'pl031@1c170000')).toContain('clock-names = "apb_pclk";');
		expect(node(text, 'sysreg@1c010000')).toContain('compatible = "arm,vexpress-sysreg";');
		expect(node(text, 'timer')).toContain('clock-frequency = <0x5f5e100>;');
	});

	it('lists four CPUs that PSCI starts, each wired to the private interrupts', () => {
		const text = source({ cpus: 4 });
		for (const n of [0, 1, 2, 3])
			expect(node(text, `cpu@${n}`)).toContain('enable-method = "psci";');
		expect(node(text, 'timer')).toContain('interrupts = <0x01 0x0d 0xf04 ');
		expect(text).not.toContain('/memreserve/');
	});

	it('lists four CPUs that wait at the spin table, which no kernel may overwrite', () => {
		const text = source({ cpus: 4, enableMethod: 'spin-table' });
		expect(node(text, 'cpu@3')).toContain('enable-method = "spin-table";');
		expect(node(text, 'cpu@3')).toContain('cpu-release-addr = <0x00 0x8000fff8>;');
		expect(text).toMatch(/\/memreserve\/\s+0x0*80000000 0x0*10000;/);
	});
});

const qemu = spawnSync('qemu-system-aarch64', ['--version']);
const haveQemu = qemu.status === 0;
if (!haveQemu) {
	if (process.env.CI === 'true') throw new Error('qemu-system-aarch64 is missing: install it');
	console.warn('skipped: our virt is not compared with QEMU, which is not installed');
}

describe.skipIf(!haveQemu || !haveDtc)('the device tree of virt beside the one of QEMU', () => {
	const tree = (blob: Uint8Array) => {
		const { out } = dtc(['-I', 'dtb', '-O', 'dts', '-s'], blob);
		const section = (node: RegExp) => {
			const start = out.search(node);
			return start < 0 ? '' : out.slice(start, out.indexOf('\t};', start));
		};
		return (node: RegExp, property: string) =>
			section(node).match(new RegExp(`\\b${property}( = .*)?;`))?.[0];
	};

	it('agrees on what drivers look for', () => {
		const file = join(mkdtempSync(join(tmpdir(), 'virt-')), 'virt.dtb');
		const options = `virt,virtualization=on,gic-version=2,dumpdtb=${file}`;
		spawnSync(
			'qemu-system-aarch64',
			['-M', options, '-cpu', 'cortex-a57', '-m', '256', '-display', 'none'],
			{ timeout: 20_000 }
		);
		const ours = tree(deviceTreeBlob(virt));
		const qemus = tree(readFileSync(file));
		const same: [RegExp, string[]][] = [
			[/\tmemory@/, ['reg', 'device_type']],
			[/\tpsci \{/, ['compatible', 'method', 'cpu_on', 'cpu_off', 'cpu_suspend', 'migrate']],
			[/\ttimer \{/, ['compatible', 'interrupts', 'always-on']],
			[/\tpl011@9000000 \{/, ['compatible', 'reg', 'interrupts', 'clock-names']],
			[/\tpl031@9010000 \{/, ['compatible', 'reg', 'interrupts', 'clock-names']],
			...[0, 2, 4, 6, 8, 10, 12, 14].map((slot): [RegExp, string[]] => [
				new RegExp(`\tvirtio_mmio@a000${slot.toString(16)}00 \\{`),
				['compatible', 'reg', 'interrupts', 'dma-coherent']
			]),
			[/\tapb-pclk \{/, ['compatible', 'clock-frequency', '#clock-cells']]
		];
		for (const [node, properties] of same)
			for (const property of properties)
				expect([property, ours(node, property)]).toEqual([property, qemus(node, property)]);
		expect(ours(/\tinterrupt-controller@/, 'compatible')).toBe(qemus(/\tintc@/, 'compatible'));
	});
});

describe('describeBoard', () => {
	it('gives the address map of virt in order', () => {
		expect(describeBoard(virt).addressMap.map(({ name, base }) => [name, base])).toEqual([
			['gicd', 0x0800_0000],
			['gicc', 0x0801_0000],
			['gich', 0x0803_0000],
			['gicv', 0x0804_0000],
			['uart0', 0x0900_0000],
			['rtc', 0x0901_0000],
			['virtio0', 0x0a00_0000],
			['virtio1', 0x0a00_0200],
			['virtio2', 0x0a00_0400],
			['virtio3', 0x0a00_0600],
			['virtio4', 0x0a00_0800],
			['virtio5', 0x0a00_0a00],
			['virtio6', 0x0a00_0c00],
			['virtio7', 0x0a00_0e00],
			['ram', 0x4000_0000]
		]);
	});

	it('gives every interrupt its INTID', () => {
		expect(describeBoard(virt).interrupts.map(({ name, intid }) => [name, intid])).toEqual([
			['maintenance', 25],
			['timer.hyp', 26],
			['timer.virt', 27],
			['timer.secure', 29],
			['timer.phys', 30],
			['uart0', 33],
			['rtc', 34],
			...Array.from({ length: 8 }, (_, n) => [`virtio${n}`, 48 + n])
		]);
	});

	it('has a block in the picture for each part', () => {
		expect(describeBoard(virt).picture.map(({ kind }) => kind)).toEqual([
			...['cpu', 'ram', 'gicv2', 'genericTimer', 'psci', 'pl011', 'pl031'],
			...new Array<string>(8).fill('virtioMmio')
		]);
	});
});

describe('board', () => {
	it('refuses two devices on one interrupt, and an interrupt that cannot be', () => {
		const uart = (name: string, number: number) => pl011(name, { base: 0, irq: spi(number) });
		const with2 = (a: number, b: number) => () =>
			board({ ...virt, devices: [uart('uart0', a), uart('uart1', b)] });
		expect(with2(1, 1)).toThrow('uart0 and uart1 both ask for spi 1');
		expect(with2(1, 988)).toThrow('uart1 asks for spi 988');
	});
});
