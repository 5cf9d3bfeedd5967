/**
 * `trapline boot`: each kind of image and each option does what the usage says. The kernels are programs of a
 * few instructions that tell on the serial port what they find.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceTreeBlob } from '../../emulator-core/src/boards/dtb.ts';
import type { FdtNode } from '../../emulator-core/src/boards/fdt.ts';
import { readFdt } from '../../emulator-core/src/boards/fdt-read.ts';
import { foundation } from '../../emulator-core/src/boards/foundation.ts';
import { virt } from '../../emulator-core/src/boards/virt.ts';
import { elfFile } from '../../emulator-core/src/machine/elf-file.ts';
import { program } from '../../emulator-core/src/machine/program.ts';
import { powerOff } from '../../emulator-core/src/machine/sample-programs.ts';
import { trapline } from './trapline.ts';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'trapline-kinds-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, data: string | Uint8Array) => writeFileSync(join(folder, name), data);
const read = (name: string) => readFileSync(join(folder, name));
/** On `virt`, unless the words name a board. */
const run = (...words: string[]) =>
	trapline(['boot', '--board', 'virt', ...words], folder, 'latin1');

const at = (register: number, address: number) =>
	`movz x${register}, #${address & 0xffff}\nmovk x${register}, #${address >>> 16}, lsl #16`;
const uart = { virt: 0x0900_0000, foundation: 0x1c09_0000 };

/** Sends the bytes from X2 on, W3 of them, and then does the rest. */
const send = (rest = powerOff, port: number = uart.virt) => `
	${at(1, port)}
	send:
	ldrb w4, [x2], #1
	strb w4, [x1]
	subs w3, w3, #1
	b.ne send
	${rest}
`;
/** Says one byte, at EL2, and goes on. */
const say = (letter: string, port: number = uart.virt) => `
	${at(1, port)}
	movz w2, #${letter.charCodeAt(0)}
	strb w2, [x1]
`;
/** Hands over the device tree that it was given, as it is. */
const tellTree = program(`mov x2, x0\nldr w3, [x0, #4]\nrev w3, w3\n${send()}`);
/** Code without the header that `program` gives an Image. */
const code = (source: string) => program(source).subarray(64);

/** The tree that a kernel gets with these words. */
async function treeOf(...words: string[]): Promise<FdtNode> {
	put('tell', tellTree);
	const { code, stdout, stderr } = await run('tell', ...words);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	return readFdt(new Uint8Array(Buffer.from(stdout, 'latin1'))).root;
}
const child = ({ children = [] }: FdtNode, name: string) =>
	children.find((each) => each.name === name);
const bytes = (node: FdtNode | undefined, property: string) =>
	Buffer.from(node?.properties[property] ?? []);
const hexOf = (node: FdtNode | undefined, property: string) =>
	bytes(node, property).toString('hex');

/** 65 times 16 MB of zeros: a gzip file may have several members. */
const bomb = Buffer.concat(new Array<Buffer>(65).fill(gzipSync(new Uint8Array(2 ** 24))));

describe('the kinds of image', () => {
	const hello = `${say('h')}${say('i')}${powerOff}`;
	const onFoundation = code(`${say('h', uart.foundation)}${say('i', uart.foundation)}${powerOff}`);
	const shifted = program(hello);
	new DataView(shifted.buffer).setBigUint64(8, 0x12_3454n, true);
	const old = program(hello);
	new DataView(old.buffer).setBigUint64(16, 0n, true);

	it.each<[string, Uint8Array, string[]]>([
		['an Image', program(hello), []],
		['an Image packed with gzip', gzipSync(program(hello)), []],
		['an Image with an odd text_offset', shifted, []],
		['an Image of before Linux 3.17, without image_size', old, []],
		['an ELF file', elfFile(0x4000_0000n, [{ pa: 0x4000_0000n, bytes: code(hello) }]), []],
		[
			'an ELF file packed with gzip',
			gzipSync(elfFile(0x4000_0000n, [{ pa: 0x4000_0000n, bytes: code(hello) }])),
			[]
		],
		[
			'an ELF file that is linked to run elsewhere',
			elfFile(0xffff_0000_0000_0000n, [
				{ va: 0xffff_0000_0000_0000n, pa: 0x4020_0000n, bytes: code(hello) }
			]),
			[]
		],
		[
			'an axf of a boot wrapper for the Foundation Platform',
			elfFile(0x8000_0000n, [
				{ pa: 0x8000_0000n, bytes: code(`${at(6, 0x8008_0000)}\nbr x6`) },
				{ pa: 0x8008_0000n, bytes: onFoundation, size: 0x1000 },
				{ pa: 0x8800_0000n, bytes: deviceTreeBlob(foundation) }
			]),
			['--board', 'foundation']
		]
	])('%s boots', async (_, image, words) => {
		put('image', image);
		expect(await run('image', ...words)).toEqual({ code: 0, stdout: 'hi', stderr: '' });
	});

	it.each<[string, () => Uint8Array, string]>([
		[
			'an ELF file with a segment below RAM',
			() => elfFile(0x1000n, [{ pa: 0x1000n, bytes: code(hello) }]),
			'The kernel does not fit: it would take 0x1000 to '
		],
		[
			'an ELF file with a segment behind RAM',
			() =>
				elfFile(0x4000_0000n, [
					{ pa: 0x4000_0000n, bytes: code(hello) },
					{ pa: 0x4fff_fffcn, bytes: new Uint8Array(8) }
				]),
			'What is to be booted needs at least 259 MB of RAM.'
		],
		[
			'an ELF file with a segment of 2 to the 63 bytes',
			() => {
				const file = elfFile(0x4000_0000n, [{ pa: 0x4000_0000n, bytes: code(hello) }]);
				new DataView(file.buffer).setBigUint64(64 + 40, 2n ** 63n, true);
				return file;
			},
			'The kernel does not fit'
		],
		[
			'an ELF file whose program headers lie outside it',
			() => {
				const file = elfFile(0x4000_0000n, [{ pa: 0x4000_0000n, bytes: code(hello) }]);
				new DataView(file.buffer).setBigUint64(32, 2n ** 64n - 8n, true);
				return file;
			},
			'truncated'
		],
		[
			'an Image whose text_offset is no multiple of 4',
			() => {
				const image = program(hello);
				new DataView(image.buffer).setBigUint64(8, 0x8_0001n, true);
				return image;
			},
			'instructions lie at multiples of 4'
		],
		[
			'an Image whose text_offset lies behind RAM',
			() => {
				const image = program(hello);
				new DataView(image.buffer).setBigUint64(8, 0x4000_0000n, true);
				return image;
			},
			'The kernel does not fit'
		],
		[
			'gzip of something else',
			() => gzipSync('x'.repeat(4096)),
			'neither an arm64 Image (no "ARM\\x64" at byte 56) nor an ELF file'
		],
		['gzip of nothing', () => gzipSync(''), 'only 0 bytes long'],
		['half a header of gzip', () => Uint8Array.of(0x1f, 0x8b, 8), 'Is the file whole?'],
		['more than a gigabyte in gzip', () => bomb, 'cannot unpack the image']
	])('%s is refused', async (_, image, message) => {
		put('image', image());
		const { code, stdout, stderr } = await run('image');
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toMatch(/^trapline boot: [^\n]*\n$/);
		expect(stderr).toContain(message);
	});
});

describe('what the kernel is given', () => {
	it('without --board, the homework’s platform', async () => {
		put('image', program(`${say('h', uart.foundation)}${powerOff}`));
		const ran = await trapline(['boot', 'image'], folder);
		expect(ran).toEqual({ code: 0, stdout: 'h', stderr: '' });
	});

	it('nothing but the board, where nothing else is asked for', async () => {
		const tree = await treeOf();
		const shipped = readFdt(deviceTreeBlob(virt, { virtioSlots: [] })).root;
		const { 'rng-seed': random, ...given } = child(tree, 'chosen')!.properties;
		expect(random).toHaveLength(64);
		expect(given).toEqual(child(shipped, 'chosen')!.properties);
		expect(child(tree, 'memory@40000000')).toEqual(child(shipped, 'memory@40000000'));
		expect(tree.children?.filter(({ name }) => name.startsWith('virtio'))).toEqual([]);
		expect(child(tree, 'cpus')!.children).toHaveLength(1);
	});

	it('--append, --ram and --cpus', async () => {
		const tree = await treeOf('--append', 'quiet init=/x', '--ram', '48M', '--cpus', '3');
		expect(bytes(child(tree, 'chosen'), 'bootargs').toString()).toBe('quiet init=/x\0');
		expect(hexOf(child(tree, 'memory@40000000'), 'reg')).toBe('00000000400000000000000003000000');
		expect(child(tree, 'cpus')!.children!.map(({ name }) => name)).toEqual([
			...['cpu@0', 'cpu@1', 'cpu@2']
		]);
	});

	it('--initrd: where the tree says', async () => {
		put('initrd', 'an archive, or so it says');
		const tree = await treeOf('--initrd', 'initrd', '--ram', '64M');
		const [start, end] = ['start', 'end'].map((which) =>
			bytes(child(tree, 'chosen'), `linux,initrd-${which}`).readBigUInt64BE()
		);
		expect(end! - start!).toBe(25n);
		put('teller', program(`${at(2, Number(start))}\nmovz w3, #25\n${send()}`));
		const { stdout } = await run('teller', '--initrd', 'initrd', '--ram', '64M');
		expect(stdout).toBe('an archive, or so it says');
	});

	it('--dtb, with arguments and RAM put in', async () => {
		put('board.dtb', deviceTreeBlob({ ...virt, title: 'Another board' }, { bootargs: 'theirs' }));
		const tree = await treeOf('--dtb', 'board.dtb', '--ram', '32M');
		expect(bytes(tree, 'model').toString()).toBe('Another board\0');
		expect(bytes(child(tree, 'chosen'), 'bootargs').toString()).toBe('theirs\0');
		expect(hexOf(child(tree, 'memory@40000000'), 'reg').slice(16)).toBe('0000000002000000');
	});

	it('--disk, --console virtio and --seed: a node for each', async () => {
		put('disk', new Uint8Array(1024));
		const tree = await treeOf(
			'--disk',
			'disk',
			'--disk',
			'disk',
			'--console',
			'virtio',
			'--seed=1'
		);
		expect(
			tree.children!.map(({ name }) => name).filter((name) => name.startsWith('virtio'))
		).toEqual([
			...['virtio_mmio@a000000', 'virtio_mmio@a000200', 'virtio_mmio@a000c00'],
			'virtio_mmio@a000e00'
		]);
	});

	it.each(['1', '2'])(
		'--virtio %s: version and kind of the device, and the disk’s size',
		async (v) => {
			put('disk', new Uint8Array(7 * 512));
			const registers = program(`
			${at(5, 0x0a00_0000)}
			adr x2, told
			ldr w6, [x5, #4]
			strb w6, [x2]
			ldr w6, [x5, #8]
			strb w6, [x2, #1]
			ldr w6, [x5, #0x100]
			strb w6, [x2, #2]
			movz w3, #3
			${send()}
			.align 8
			told:
			.quad 0
		`);
			put('kernel', registers);
			const { stdout } = await run('kernel', '--disk', 'disk', '--virtio', v);
			expect(stdout).toBe(String.fromCharCode(Number(v), 2, 7));
		}
	);

	it('--console virtio: what is said there is on stdout', async () => {
		put(
			'kernel',
			program(`${at(1, 0x0a00_0c00)}\nmovz w2, #0x76\nstr w2, [x1, #0x108]\n${powerOff}`)
		);
		const words = ['kernel', '--console', 'virtio'];
		expect(await run(...words)).toEqual({ code: 0, stdout: 'v', stderr: '' });
	});

	it('--start-time: the clock begins there', async () => {
		const clock = program(`
			${at(5, 0x0901_0000)}
			ldr w6, [x5]
			adr x2, told
			str w6, [x2]
			movz w3, #4
			${send()}
			.align 8
			told:
			.quad 0
		`);
		put('kernel', clock);
		const time = async (text: string) =>
			Buffer.from((await run('kernel', '--start-time', text)).stdout, 'latin1').readUInt32LE();
		expect(await time('86400')).toBe(86_400);
		expect(await time('2014-03-31T12:00:00Z')).toBe(1_396_267_200);
	});
});

describe('a script of console input', () => {
	/** Says `>`, then gives back each byte, plus one; at `!` it ends. */
	const echo = (port: number) =>
		program(`
			${at(1, port)}
			movz w2, #0x301
			str w2, [x1, #0x30]
			${say('>', port)}
			wait:
			ldr w3, [x1, #0x18]
			tbnz w3, #4, wait
			ldr w2, [x1]
			cmp w2, #0x21
			b.eq off
			add w2, w2, #1
			strb w2, [x1]
			b wait
			off:
			${powerOff}
		`);
	const scripted = (script: string | Uint8Array, ...words: string[]) => {
		put('script', script);
		put('echo', echo(uart.virt));
		return run('echo', '--input', 'script', '--max-insns', '3e6', ...words);
	};

	it('types when its texts have come', async () => {
		const script = '# greet\nwait >\nkeys ab\nwait b\nwait c\ntype x\nwait \\x0e\nkeys !\n';
		const ran = await scripted(script);
		expect(ran).toEqual({ code: 0, stdout: '>bcy\x0e', stderr: '' });
	});

	it('is refused with an escape that is none', async () => {
		const { code, stdout, stderr } = await scripted('wait >\nkeys \\q\n');
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toMatch(/^trapline boot: script:2: \\q is none of [^\n]*\n$/);
	});

	it('comes at the same instruction in every run', async () => {
		const script = 'wait >\nkeys abc\nwait d\nkeys def!\n';
		const [one, two] = [
			await scripted(script, '--stats', 'one'),
			await scripted(script, '--stats', 'two')
		];
		expect([one.stdout, two.stdout]).toEqual(['>bcdefg', '>bcdefg']);
		const instructions = (name: string) =>
			(JSON.parse(read(name).toString()) as { instructions: number }).instructions;
		expect(instructions('one')).toBe(instructions('two'));
	});
});

describe('how a run ends, and what it leaves', () => {
	const forever = program(`${say('o')}${say('k')}again:\nb again`);

	it.each<[string, Uint8Array, string[], number, string, string]>([
		['--until: when the text appears', forever, ['--until', 'ok'], 0, 'ok', ''],
		[
			'--until with a text that is not ASCII',
			program(`${say('\xc3')}${say('\xa9')}again:\nb again`),
			['--until', 'é'],
			0,
			'\xc3\xa9',
			''
		],
		['--max-insns: after so many', forever, ['--max-insns', '1000'], 0, 'ok', ''],
		[
			'--until and --max-insns: the text did not come',
			forever,
			['--until', 'no', '--max-insns', '1000'],
			1,
			'ok',
			'trapline boot: the console never showed "no" (the instructions of --max-insns were used up)\n'
		],
		[
			'a machine that sleeps for ever',
			program('wfi\nagain:\nb again'),
			[],
			1,
			'',
			'trapline boot: the machine sleeps and nothing will wake it\n'
		],
		[
			'a machine that asks for a reset',
			program('movz x0, #0x8400, lsl #16\nmovk x0, #9\nsmc #0'),
			[],
			1,
			'',
			'trapline boot: the machine asked for a reset\n'
		]
	])('%s', async (_, kernel, words, code, stdout, stderr) => {
		put('kernel', kernel);
		expect(await run('kernel', ...words)).toEqual({ code, stdout, stderr });
	});

	it('--stats and --trap-log tell the same exceptions', async () => {
		put(
			'kernel',
			program(`
				adr x4, vectors
				msr vbar_el2, x4
				movz x20, #7
				again:
				svc #0x12
				subs x20, x20, #1
				b.ne again
				${powerOff}
				.align 2048
				vectors:
				.quad 0
				.align 512
				eret
			`)
		);
		const words = ['kernel', '--stats', 'stats', '--trap-log', 'log', '--max-insns', '1e5'];
		expect(await run(...words)).toEqual({ code: 0, stdout: '', stderr: '' });
		const stats = JSON.parse(read('stats').toString()) as {
			instructions: number;
			ended: string;
			exceptions: { entries: number[][]; byClass?: unknown };
		};
		// The header's branch, 3 words, 7 rounds of 4, and 3 to switch off.
		expect([stats.instructions, stats.ended]).toEqual([1 + 3 + 7 * 4 + 3, 'poweroff']);
		expect(stats.exceptions.entries[2]![2]).toBe(7);
		const log = read('log').toString().trimEnd().split('\n');
		const records = log.map((line) => JSON.parse(line) as { what: string; esr: number });
		expect(records.filter(({ what }) => what === 'entry').map(({ esr }) => esr)).toEqual(
			new Array(7).fill(0x5600_0012)
		);
		expect(records).toHaveLength(14);
	});
});
