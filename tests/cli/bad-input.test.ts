/** What is wrong with files and words given to `trapline`: one clear line on stderr, the right exit code. */
import { createTwoFilesPatch } from 'diff';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { standardRun } from 'checks';
import { createMachine } from 'emulator-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers, trapline, twoAtATime, type Ran } from './trapline.ts';

const root = join(import.meta.dirname, '../..');
const shipped = join(root, 'lessons/VM_HW2');
const handlers = 'arch/arm64/kvm/handle_exit.c';

let folder = '';
const at = (name: string) => join(folder, name);
const put = (name: string, data: string | Uint8Array) => {
	mkdirSync(dirname(at(name)), { recursive: true });
	writeFileSync(at(name), data);
};
const run = (...words: string[]) => trapline(words, folder);

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'trapline-bad-'));
	put('text', 'This is a letter, and no kernel at all; it is longer than a header of 64 bytes.\n');
	const built = await run('build', '-o', 'out');
	expect(built).toMatchObject({ code: 0 });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One line, from the command, with the text, and no stack trace. */
function expectRefusal({ code, stdout, stderr }: Ran, message: string | RegExp): void {
	expect(stderr).toMatch(/^trapline\b[^\n]*\n$/);
	expect(stderr).toMatch(message);
	expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
}

describe('words', () => {
	it.each<[string, string[], string]>([
		['an unknown command', ['fly'], 'no command fly; there are build, '],
		['a name that objects have', ['constructor'], 'no command constructor'],
		['an unknown option', ['boot', 'text', '--fast'], "Unknown option '--fast'"],
		['an option without its value', ['boot', 'text', '--ram'], '--ram'],
		['no image', ['boot'], 'give one image'],
		['two images', ['boot', 'text', 'text'], 'give one image'],
		[
			'an unknown board',
			['boot', 'text', '--board', 'toaster'],
			'no board toaster; there are foundation, virt'
		],
		['a board that objects have', ['boot', 'text', '--board', 'toString'], 'no board toString'],
		['RAM that is no size', ['boot', 'out/Image', '--ram', 'much'], '--ram much: give a size'],
		['RAM below zero', ['boot', 'out/Image', '--ram=-1M'], '--ram -1M: give a size'],
		['RAM of nothing', ['boot', 'out/Image', '--ram', '0'], '--ram 0: give a size'],
		['odd RAM', ['boot', 'out/Image', '--ram', '12345678'], 'whole pages'],
		['tiny RAM', ['boot', 'out/Image', '--ram', '4096'], 'from 1 MB to 3 GB'],
		['RAM that no computer has', ['boot', 'out/Image', '--ram', '9999G'], 'from 1 MB to 3 GB'],
		['RAM smaller than the kernel', ['boot', 'out/Image', '--ram', '1M'], 'does not fit'],
		[
			'instructions that are no number',
			['boot', 'text', '--max-insns', 'x'],
			'--max-insns x: give'
		],
		['no instructions', ['boot', 'text', '--max-insns', ''], '--max-insns : give'],
		['a version of virtio', ['boot', 'text', '--virtio', '3'], '--virtio 3: give 1'],
		['a console that is none', ['boot', 'text', '--console', 'tty'], '--console tty: give uart'],
		['a seed that looks like an option', ['boot', 'text', '--seed', '-1'], 'is ambiguous'],
		['no CPU', ['boot', 'text', '--cpus', '0'], '--cpus 0: give a positive whole number'],
		['too many CPUs', ['boot', 'text', '--cpus', '5'], '5 CPUs are not possible'],
		['a seed below zero', ['boot', 'text', '--seed=-1'], '--seed -1: give a whole'],
		['a seed that is no number', ['boot', 'text', '--seed', 'x'], '--seed x: give a whole'],
		['a time', ['boot', 'text', '--start-time', 'noon'], '--start-time noon: give a date'],
		[
			'more ends of disks than disks',
			['boot', 'out/Image', '--disk', 'text', '--disk-out', 'a', '--disk-out', 'b'],
			'2 --disk-out for 1 --disk'
		],
		[
			'a disk as its own end',
			['boot', 'out/Image', '--disk', 'text', '--disk-out', './text'],
			"a disk's image is never written"
		],
		['no submission', ['grade'], 'name a submission'],
		['nowhere to build to', ['build'], 'say where the results go'],
		['two trees', ['build', 'a', 'b', '-o', 'x'], 'give one tree']
	])('%s', async (_, words, message) => expectRefusal(await run(...words), message));

	it('none at all: the usage, and exit code 2', async () => {
		const { code, stdout } = await run();
		expect(code).toBe(2);
		expect(stdout).toContain('trapline boot IMAGE');
	});
});

/** An option so many times. */
const many = (option: string, value: string, times: number) =>
	Array.from({ length: times }, () => [option, value]).flat();

describe('files of boot', () => {
	it.each<[string, string[], string]>([
		['an image that is not there', ['boot', 'none'], 'cannot read the image none: there is no'],
		['an image that is a folder', ['boot', 'out'], 'cannot read the image out: it is a folder'],
		['a path through a file', ['boot', 'text/Image'], 'a part of the path is no folder'],
		['an Image that is text', ['boot', 'text'], 'neither an arm64 Image'],
		['an initrd that is not there', ['boot', 'out/Image', '--initrd', 'no'], 'the initrd no'],
		[
			'an initrd that does not fit',
			['boot', 'out/Image', '--ram', '16M', '--initrd', 'large'],
			'initramfs does not fit'
		],
		['a disk that is not there', ['boot', 'out/Image', '--disk', 'no'], 'cannot read the disk no'],
		[
			'a disk of less than a sector',
			['boot', 'out/Image', '--disk', 'text'],
			'Disk 1 has 80 bytes'
		],
		[
			'more disks than slots',
			[...['boot', 'out/Image', '--board', 'foundation'], ...many('--disk', 'large', 3)],
			'3 disks are too many: the board foundation has slots for 2'
		],
		[
			'the end of a disk in a folder that is not there',
			['boot', 'out/Image', '--disk', 'large', '--disk-out', 'no/d.img'],
			'cannot write no/d.img: its folder does not exist'
		],
		['a device tree that is not there', ['boot', 'out/Image', '--dtb', 'no'], 'the device tree no'],
		['a device tree that is text', ['boot', 'out/Image', '--dtb', 'text'], 'no device tree blob'],
		['a script that is not there', ['boot', 'out/Image', '--input', 'no'], 'the input script no'],
		[
			'a wrong line in the script',
			['boot', 'out/Image', '--input', 'script'],
			'script:3: a line is'
		],
		[
			'statistics into a folder that is not there',
			['boot', 'out/Image', '--stats', 'no/s.json'],
			'cannot write no/s.json: its folder does not exist'
		],
		[
			'a trap log into a folder that is not there',
			['boot', 'out/Image', '--trap-log', 'no/log'],
			'cannot write no/log: its folder does not exist'
		]
	])('%s', async (_, words, message) => {
		put('large', new Uint8Array(20 * 2 ** 20));
		put('script', '# a comment\nwait login:\nsend root\n');
		expectRefusal(await run(...words), message);
	});

	it('an empty Image, and one that ends in its header', async () => {
		const image = readFileSync(at('out/Image'));
		for (const length of [0, 1, 4, 57, 63]) {
			put(`cut-${length}`, image.subarray(0, length));
			expectRefusal(await run('boot', `cut-${length}`), `only ${length} bytes`);
		}
	});

	it('an Image packed with gzip: whole it boots, and cut or damaged it is refused', async () => {
		const packed = gzipSync(readFileSync(at('out/Image')));
		put('Image.gz', packed);
		const ran = await run('boot', 'Image.gz', '--max-insns', '1000');
		expect(ran).toMatchObject({ code: 0, stderr: '' });
		put('cut.gz', packed.subarray(0, packed.length - 100));
		expectRefusal(await run('boot', 'cut.gz'), 'cannot unpack the image cut.gz');
		packed[packed.length >> 1]! ^= 0xff;
		put('damaged.gz', packed);
		expectRefusal(await run('boot', 'damaged.gz'), 'cannot unpack the image damaged.gz');
	});

	it('device trees damaged anywhere: each boots or is refused', async () => {
		const machine = createMachine({
			board: standardRun.board,
			kernel: readFileSync(at('out/Image'))
		});
		const dtb = machine.readPhysical(machine.placement.dtb, 4096);
		const seed = 20_261_122;
		const random = randomNumbers(seed);
		await twoAtATime(
			Array.from({ length: 12 }, (_, n) => n),
			async (n) => {
				const damaged = n % 3 ? dtb.slice() : dtb.slice(0, random(2000));
				for (let i = 0; i < 4; i++) damaged[random(Math.min(damaged.length, 2000))] = random(256);
				put(`dtb-${n}`, damaged);
				const ran = await run(...['boot', 'out/Image', '--dtb', `dtb-${n}`, '--max-insns', '5000']);
				const what = `seed ${seed}, case ${n}`;
				expect([0, 2], what).toContain(ran.code);
				expect(ran.stderr, what).toMatch(ran.code === 0 ? /^$/ : /^trapline boot: [^\n]*\n$/);
			}
		);
	});

	it('a disk is left as it is, and its end is written', async () => {
		const disk = Uint8Array.from({ length: 4096 }, (_, i) => i);
		put('disk', disk);
		const words = ['--disk', 'disk', '--disk-out', 'disk-end', '--max-insns', '20e6'];
		put('write', 'wait # \ntype echo hello > /dev/vda\ntype poweroff\n');
		const initrd = ['--initrd', 'out/host.cpio', '--append', 'console=ttyAMA0', '--input', 'write'];
		const ran = await run('boot', 'out/Image', ...initrd, ...words);
		expect(ran.stdout).toContain('virtio_blk: vda: 8 512-byte sectors (4K)');
		expect(new Uint8Array(readFileSync(at('disk')))).toEqual(disk);
		const end = readFileSync(at('disk-end'));
		expect(end.subarray(0, 6).toString()).toBe('hello\n');
		expect(new Uint8Array(end.subarray(6))).toEqual(disk.subarray(6));
	});

	it('an Image whose header makes no sense', async () => {
		for (const offset of [8, 16]) {
			const image = new Uint8Array(readFileSync(at('out/Image')));
			image.fill(0xff, offset, offset + 8);
			put('nonsense', image);
			expectRefusal(await run('boot', 'nonsense'), 'damaged');
		}
	});

	it('an ELF file for another machine', async () => {
		const elf = new Uint8Array(readFileSync(at('out/vmlinux')));
		elf[18] = 62;
		put('x86', elf);
		expectRefusal(await run('boot', 'x86'), 'another processor (e_machine 62');
		elf[4] = 1;
		put('32-bit', elf);
		expectRefusal(await run('boot', '32-bit'), 'not 64-bit');
		put('object', readFileSync(at('out/vmlinux')));
		expectRefusal(await run('boot', process.execPath), 'another processor');
	});

	it('an ELF file cut at every boundary of a section, and anywhere', async () => {
		const elf = new Uint8Array(readFileSync(at('out/vmlinux')));
		const seed = 20_240_611;
		const random = randomNumbers(seed);
		const ends = sectionBounds(elf);
		const lengths = new Set(
			[16, 63, 64, ...ends, ...Array.from({ length: 12 }, () => random(elf.length))].filter(
				(length) => length < elf.length
			)
		);
		expect(lengths.size).toBeGreaterThan(20);
		await twoAtATime([...lengths], async (length) => {
			put(`elf-${length}`, elf.subarray(0, length));
			const ran = await run('boot', `elf-${length}`, '--max-insns', '1000');
			const what = `seed ${seed}, cut to ${length} of ${elf.length} bytes`;
			expect(ran, what).toMatchObject({ code: 2, stdout: '' });
			expect(ran.stderr, what).toMatch(/^trapline boot: .*(truncated|is only|neither)[^\n]*\n$/);
		});
	});

	it('code without sense does not end the emulator', async () => {
		const image = new Uint8Array(readFileSync(at('out/Image')));
		const random = randomNumbers(7);
		for (let i = 64; i < image.length; i++) image[i] = random(256);
		put('noise', image);
		expect(await run('boot', 'noise', '--max-insns', '200000')).toMatchObject({
			code: 0,
			stderr: ''
		});
	});

	it('a text that never comes: exit code 1, and why the run ended', async () => {
		const ran = await run('boot', 'out/Image', '--until', 'Windows', '--max-insns', '1e6');
		expect(ran.code).toBe(1);
		expect(ran.stderr).toMatch(/^trapline boot: the console never showed "Windows" \([^\n]+\)\n$/);
	});
});

describe('trees', () => {
	const copy = (name: string, tree: unknown) => {
		cpSync(shipped, at(name), { recursive: true });
		put(`${name}/tree.json`, typeof tree === 'string' ? tree : JSON.stringify(tree));
	};
	const manifest = () =>
		JSON.parse(readFileSync(join(shipped, 'tree.json'), 'utf8')) as {
			flags: Record<string, { includes: unknown }>;
			targets: Record<string, { sources: unknown[]; link: string; flags: string }>;
			archives: Record<string, unknown>;
		};

	it.each<[string, string, string]>([
		['that is not there', 'none', 'cannot read the tree none'],
		['that is a file', 'text', 'no tree.json'],
		['without tree.json', 'out', 'no tree.json']
	])('one %s', async (_, tree, message) =>
		expectRefusal(await run('build', tree, '-o', 'x'), message)
	);

	it('results into a file', async () => {
		expectRefusal(await run('build', '-o', 'text/out'), 'cannot make the folder text/out');
		expectRefusal(await run('build', '-o', 'text'), 'cannot make the folder text');
	});

	it('one whose tree.json is broken: each time a line that says where', async () => {
		const edited = (edit: (tree: ReturnType<typeof manifest>) => void) => {
			const tree = manifest();
			edit(tree);
			return tree;
		};
		const kernel = Object.keys(manifest().targets)[0]!;
		const cases: [unknown, RegExp][] = [
			['{ "flags": ', /not valid JSON/],
			['null', /no "flags"/],
			['[1, 2]', /no "flags"/],
			[edited((tree) => void (tree.targets[kernel]!.flags = 'none')), /the flags "none"/],
			[edited((tree) => void (tree.targets[kernel]!.sources = [7])), /needs "sources"/],
			[edited((tree) => void (tree.flags = { kernel: { includes: 3 } })), /flags "kernel" need/],
			[edited((tree) => void (tree.archives['host.cpio'] = { a: 1 })), /archive "host\.cpio"/],
			[
				edited((tree) => void tree.targets[kernel]!.sources.push('linux-kvm-arm/absent.c')),
				/absent\.c is named here but is not in the tree/
			],
			[edited((tree) => void (tree.targets[kernel]!.link = 'absent.lds')), /absent\.lds/]
		];
		copy('broken', '');
		for (const [tree, message] of cases) {
			put('broken/tree.json', typeof tree === 'string' ? tree : JSON.stringify(tree));
			const { code, stdout, stderr } = await run('build', 'broken', '-o', 'x');
			const lines = stderr.trimEnd().split('\n');
			expect(lines).toEqual([
				expect.stringMatching(/^tree\.json:1:1: error: /),
				'trapline build: the tree does not build'
			]);
			expect(lines[0]).toMatch(message);
			expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		}
	});

	it('errors of C, inline assembly, .S and the linker, at their lines', async () => {
		copy('wrong', readFileSync(join(shipped, 'tree.json'), 'utf8'));
		const append = (file: string, text: string) => {
			const before = readFileSync(join(shipped, file), 'utf8');
			put(`wrong/${file}`, before + text);
			return before.split('\n').length;
		};
		const c = `linux-kvm-arm/${handlers}`;
		const s = 'linux-kvm-arm/arch/arm64/kvm/hyp.S';
		const cases: [string, string, number, string][] = [
			[c, 'int f(void)\n{\n\treturn oops;\n}\n', 2, "use of undeclared identifier 'oops'"],
			[c, 'void f(void)\n{\n\tasm volatile("movv x0, #1");\n}\n', 2, 'movv'],
			[s, '\tadd\tx0, x1, x99\n', 0, 'x99'],
			[c, 'void oops(void);\nvoid f(void)\n{\n\toops();\n}\n', 3, 'undefined symbol: oops']
		];
		for (const [file, text, line, message] of cases) {
			const first = append(file, text);
			const { code, stderr } = await run('build', 'wrong', '-o', 'x');
			cpSync(join(shipped, file), at(`wrong/${file}`));
			const [found, ...rest] = stderr
				.trimEnd()
				.split('\n')
				.filter((each) => !each.includes(': warning: '));
			expect(found).toMatch(new RegExp(`^${file}:${first + line}:\\d+: error: `));
			expect(found).toContain(message);
			expect(rest).toEqual(['trapline build: the tree does not build']);
			expect(code).toBe(1);
		}
	}, 200_000);
});

describe('submissions', () => {
	const source = (file = handlers) => readFileSync(join(shipped, 'linux-kvm-arm', file), 'utf8');
	/** Does not compile, so that grading is over soon: the message shows where it was put. */
	const broken = () => `${source()}\nint broken = nothing_like_it;\n`;
	const line = () => source().split('\n').length + 1;

	it.each<[string, string | Uint8Array, string]>([
		['that is not there', '', 'cannot read the submission'],
		['that is text', 'Dear teacher, it works on my machine.\n', 'holds no change'],
		['that is noise', Uint8Array.from({ length: 999 }, (_, i) => i * 37), 'holds no change'],
		['that is empty', '', 'holds no change'],
		[
			'with a hunk that ends too early',
			'--- a/x.c\n+++ b/x.c\n@@ -1,9 +1,9 @@\n one\n',
			'no unified diff'
		],
		[
			'for a file that is not in the tree',
			createTwoFilesPatch('a/mm/slub.c', 'b/mm/slub.c', 'a\n', 'b\n'),
			'changes b/mm/slub.c, which the tree does not have'
		],
		[
			'that does not fit',
			createTwoFilesPatch(`a/${handlers}`, `b/${handlers}`, 'not\nthere\n', 'not\nhere\n'),
			`the change to linux-kvm-arm/${handlers} does not fit`
		],
		['that is a zip archive', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'zip archive'],
		['whose gzip is cut', gzipSync('x'.repeat(5000)).subarray(0, 20), 'gunzip'],
		[
			'whose tar is cut',
			tar({ 'a.c': 'x'.repeat(2000) }).subarray(0, 1024),
			'no whole tar archive'
		],
		['whose tar is empty of files', gzipSync(tar({ 'kernel_code/': '' })), 'holds no files']
	])('one %s', async (name, data, message) => {
		if (name !== 'that is not there') put('submission', data);
		const path = name === 'that is not there' ? 'missing.patch' : 'submission';
		expectRefusal(await run('grade', path), message);
	});

	it('a folder with nothing in it, and one whose names could be several files', async () => {
		mkdirSync(at('empty'));
		expectRefusal(await run('grade', 'empty'), 'empty holds no files');
		put('ambiguous/mmu.c', '');
		expectRefusal(await run('grade', 'ambiguous'), /mmu\.c could be .* or .*keep its folders/);
	});

	const places: [string, () => string][] = [
		['kernel_code/ with whole paths', () => (put(`a/kernel_code/${handlers}`, broken()), 'a')],
		[
			'kernel_code/ with the kernel’s folder, and a report beside it',
			() => {
				put(`b/kernel_code/linux-kvm-arm/${handlers}`, broken());
				put('b/mmu.c', 'not looked at');
				return 'b';
			}
		],
		['the file alone', () => (put('c/handle_exit.c', broken()), 'c')],
		[
			'a tar.gz of a folder',
			() => (
				put('d.tar.gz', gzipSync(tar({ [`hw2/kernel_code/${handlers}`]: broken() }))),
				'd.tar.gz'
			)
		],
		[
			'a patch',
			() => (
				put('e.patch', createTwoFilesPatch(`a/${handlers}`, `b/${handlers}`, source(), broken())),
				'e.patch'
			)
		],
		[
			'a patch packed by gzip, with the tree’s own paths',
			() => {
				const path = `linux-kvm-arm/${handlers}`;
				put('f.patch.gz', gzipSync(createTwoFilesPatch(path, path, source(), broken())));
				return 'f.patch.gz';
			}
		]
	];
	it.each(places)('%s is found, and an error in it named: exit code 1', async (_, make) => {
		const name = make();
		const { code, stdout, stderr } = await run('grade', name);
		expect(stdout).toContain(`${name}: not passed\n  It does not compile:\n`);
		expect(stdout).toContain(
			`linux-kvm-arm/${handlers}:${line()}:14: error: use of undeclared identifier 'nothing_like_it'`
		);
		expect(stderr).toBe('trapline grade: 1 of 1 did not pass\n');
		expect(code).toBe(1);
	});

	it('a new file and a file changed twice in one patch', async () => {
		const header = 'arch/arm64/include/asm/broken.h';
		const once = `#include <asm/broken.h>\n${source()}`;
		put(
			'series.patch',
			createTwoFilesPatch('/dev/null', `b/${header}`, '', '#define NEVER nothing_like_it\n') +
				createTwoFilesPatch(`a/${handlers}`, `b/${handlers}`, source(), once) +
				createTwoFilesPatch(`a/${handlers}`, `b/${handlers}`, once, `${once}int broken = NEVER;\n`)
		);
		const { code, stdout } = await run('grade', 'series.patch');
		expect(stdout).toMatch(
			/handle_exit\.c:\d+:14: error: use of undeclared identifier 'nothing_like/
		);
		expect(code).toBe(1);
	});
});

/** First byte and end of every section of an ELF file, by its section header table. */
function sectionBounds(elf: Uint8Array): number[] {
	const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
	const table = Number(view.getBigUint64(40, true));
	return Array.from({ length: view.getUint16(60, true) }, (_, i) => {
		const [offset, size] = [24, 32].map((at) =>
			Number(view.getBigUint64(table + i * 64 + at, true))
		);
		return [offset!, offset! + size!];
	}).flat();
}

/** A tar archive of files, and of folders where the name ends in a slash. */
function tar(files: Record<string, string>): Uint8Array {
	const blocks = Object.entries(files).map(([name, text]) => {
		const data = Buffer.from(text);
		const out = Buffer.alloc(512 + Math.ceil(data.length / 512) * 512);
		out.write(name, 0);
		out.write('0000644\0', 100);
		out.write(data.length.toString(8).padStart(11, '0') + '\0', 124);
		out.write('        ', 148);
		out.write(name.endsWith('/') ? '5' : '0', 156);
		out.write('ustar\x0000', 257);
		const sum = out.subarray(0, 512).reduce((all, byte) => all + byte, 0);
		out.write(sum.toString(8).padStart(6, '0') + '\0 ', 148);
		data.copy(out, 512);
		return out;
	});
	return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
