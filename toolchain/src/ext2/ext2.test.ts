import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Ext2, Ext2Error, makeExt2, memoryStore } from './index.ts';

const uuid = '01234567-89ab-cdef-0123-456789abcdef';
const time = 1_400_000_000;
const MiB = 2 ** 20;

const absent =
	spawnSync('e2fsck', ['-V']).status !== 0 || spawnSync('debugfs', ['-V']).status !== 0;
if (absent) console.warn('ext2 against e2fsprogs skipped: no e2fsck or debugfs');

const work = mkdtempSync(join(tmpdir(), 'ext2-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const file = join(work, 'disk.img');

function fresh(size = 2 * MiB, blockSize: 1024 | 2048 | 4096 = 1024) {
	const image = new Uint8Array(size);
	return { image, disk: makeExt2(memoryStore(image), { blockSize, uuid, time }) };
}

/** `toEqual` takes minutes for megabytes. */
const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** What e2fsck says against an image; nothing, if it is content. */
function complaints(image: Uint8Array): string {
	writeFileSync(file, image);
	const { status, stdout } = spawnSync('e2fsck', ['-fn', file], { encoding: 'utf8' });
	return status === 0 ? '' : stdout;
}

const debugfs = (command: string) =>
	execFileSync('debugfs', ['-R', command, file], { stdio: ['ignore', 'pipe', 'ignore'] });

function randomNumbers(seed: number): (limit: number) => number {
	let state = seed >>> 0;
	return (limit) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * limit);
	};
}

/** Bytes with a pattern of their own, and holes. */
function someBytes(random: (limit: number) => number, length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	for (let at = 0; at < length; at += 512)
		if (random(4) > 0) bytes.fill(1 + random(255), at, at + 512);
	return bytes;
}

describe('a file system made here', () => {
	it('has the same bytes for the same options', () => {
		expect(equal(fresh().image, fresh().image)).toBe(true);
	});

	it('keeps files, directories and symlinks', () => {
		const { image, disk } = fresh();
		disk.makeDirectory('/home');
		disk.makeDirectory('/home/root', { mode: 0o700 });
		disk.writeFile('/home/root/hello.c', new TextEncoder().encode('int main;\n'), { mode: 0o755 });
		disk.symlink('hello.c', '/home/root/short');
		disk.symlink('/home/' + './'.repeat(60) + 'root/hello.c', '/home/root/long');
		const again = new Ext2(memoryStore(image), { time });
		expect(again.list('/').map(({ name, type }) => [name, type])).toEqual([
			['home', 'directory'],
			['lost+found', 'directory']
		]);
		expect(again.list('/home/root')).toMatchObject([
			{ name: 'hello.c', type: 'file', mode: 0o755, size: 10, links: 1, modifyTime: time },
			{ name: 'long', type: 'symlink', size: 138 },
			{ name: 'short', type: 'symlink', size: 7, stored: 0 }
		]);
		expect(new TextDecoder().decode(again.readFile('/home/root/long'))).toBe('int main;\n');
		expect(again.readLink('/home/root/short')).toBe('hello.c');
		again.remove('/home/root/long');
		again.rename('/home/root', '/root');
		expect(again.list('/root').map(({ name }) => name)).toEqual(['hello.c', 'short']);
		expect(again.stat('/home').links).toBe(2);
	});

	it('takes no room for zeros', () => {
		const { disk } = fresh(2 * MiB);
		const before = disk.usage().freeBlocks;
		const sparse = new Uint8Array(16 * MiB);
		sparse[10 * MiB] = 7;
		disk.writeFile('/sparse', sparse);
		// One block of contents; two of pointers lead to it.
		expect(before - disk.usage().freeBlocks).toBe(3);
		expect(equal(disk.readFile('/sparse'), sparse)).toBe(true);
	});

	it('says what cannot be done, and leaves the image as it was', () => {
		const { image, disk } = fresh(256 * 1024);
		disk.makeDirectory('/a');
		disk.writeFile('/a/b', new Uint8Array([1]));
		const before = image.slice();
		const tries: [() => void, string][] = [
			[() => disk.readFile('/x'), 'there is no /x'],
			[() => disk.writeFile('/x/y', new Uint8Array(1)), 'make the directory first'],
			[() => disk.writeFile('/full', new Uint8Array(2 ** 18).fill(1)), 'the disk is full'],
			[() => disk.remove('/a'), 'not empty: b is in it'],
			[() => disk.remove('/'), 'by this name'],
			[() => disk.remove('/a/..'), 'by this name'],
			[() => disk.rename('/a', '/a/c'), 'a place inside itself'],
			[() => disk.makeDirectory('/a/b'), 'there already: it is a file'],
			[() => disk.list('/a/b'), 'not a directory'],
			[() => disk.writeFile('/a', new Uint8Array(1)), 'a file cannot take its place'],
			[() => disk.readLink('/a/b'), 'not a symlink'],
			[() => disk.writeFile('a', new Uint8Array(1)), 'begins with /'],
			[() => disk.writeFile('/' + 'n'.repeat(256), new Uint8Array(1)), 'at most 255 bytes']
		];
		for (const [attempt, message] of tries) expect(attempt).toThrow(message);
		expect(equal(image, before)).toBe(true);
	});

	it('says what an image is that is no ext2', () => {
		const open = (image: Uint8Array) => () => new Ext2(memoryStore(image), { time });
		expect(open(new Uint8Array(100))).toThrow('only 100 bytes');
		expect(open(new Uint8Array(MiB))).toThrow('no format yet');
		expect(open(new TextEncoder().encode('070701' + '0'.repeat(5000)))).toThrow('cpio archive');
		expect(open(fresh().image.subarray(0, MiB))).toThrow('it is cut off');
		expect(() => makeExt2(memoryStore(new Uint8Array(9000)), { uuid, time })).toThrow('9000 bytes');
	});
});

/** A few hundred random operations on a disk and on a plain map beside it. */
function randomRun(seed: number, disk: Ext2, steps: number, check: (step: number) => void) {
	const random = randomNumbers(seed);
	const files = new Map<string, Uint8Array>();
	const directories = ['', '/d'];
	disk.makeDirectory('/d');
	const pick = <T>(list: readonly T[]) => list[random(list.length)]!;
	const name = () => `${pick(directories)}/${'f'.repeat(random(40))}${random(30)}`;
	const refused: string[] = [];
	for (let step = 0; step < steps; step++) {
		const path = name();
		const old = pick([...files.keys(), path]);
		const what = random(10);
		try {
			if (what < 4) {
				const bytes = someBytes(random, random(random(8) === 0 ? 400_000 : 5000));
				disk.writeFile(path, bytes);
				files.set(path, bytes);
			} else if (what < 6) {
				disk.remove(old);
				files.delete(old);
			} else if (what < 8) {
				disk.rename(old, path);
				const bytes = files.get(old)!;
				files.delete(old);
				files.set(path, bytes);
			} else if (what === 8) {
				disk.makeDirectory(path);
				directories.push(path);
			} else if (random(2) === 0) {
				disk.setMode(old, 0o600);
			} else {
				const target = 't'.repeat(1 + random(100));
				disk.symlink(target, path + 's');
				disk.remove(path + 's');
			}
		} catch (error) {
			if (!(error instanceof Ext2Error)) throw error;
			refused.push(error.message);
		}
		check(step);
	}
	return { files, refused };
}

describe.skipIf(absent)('against e2fsprogs', () => {
	it.each([
		[MiB / 4, 1024],
		[MiB, 4096],
		[20 * MiB, 1024],
		[32 * MiB, 4096],
		[8 * MiB + 5 * 1024, 1024],
		[40 * MiB, 2048],
		[150 * MiB, 4096]
	] as const)(
		'e2fsck finds nothing in a new one of %i bytes in blocks of %i',
		(size, blockSize) => {
			expect(complaints(fresh(size, blockSize).image)).toBe('');
		}
	);

	const seed = Number(process.env['EXT2_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
	it.each([
		[1024, 2, seed],
		[1024, 9, seed + 1],
		[4096, 4, seed + 2]
	] as const)(
		'e2fsck and debugfs agree after each of 200 operations (blocks of %i, %i MB, EXT2_SEED=%i)',
		(blockSize, megabytes, seed) => {
			const { image, disk } = fresh(megabytes * MiB, blockSize);
			const { files, refused } = randomRun(seed, disk, 200, (step) => {
				const found = complaints(image);
				if (found !== '') throw new Error(`seed ${seed}, step ${step}: ${found}`);
			});
			expect(files.size).toBeGreaterThan(5);
			expect(refused.length).toBeLessThan(150);
			for (const [path, bytes] of files) {
				expect(equal(disk.readFile(path), bytes)).toBe(true);
				expect(equal(new Uint8Array(debugfs(`cat ${path}`)), bytes)).toBe(true);
			}
		},
		120_000
	);

	it.each([
		['-b 1024', 8],
		['-b 4096', 8],
		['-b 1024 -I 128 -O none', 20],
		['-b 2048 -O ^sparse_super,^resize_inode', 20],
		['-r 0', 4]
	])('reads and changes what mke2fs %s made', (options, megabytes) => {
		const content = join(work, 'content');
		const bytes = someBytes(randomNumbers(1), 700_000);
		writeFileSync(content, bytes);
		writeFileSync(file, new Uint8Array(megabytes * MiB));
		execFileSync('mke2fs', ['-q', '-t', 'ext2', ...options.split(' '), file]);
		const commands = ['mkdir /dir', `write ${content} /dir/content`, 'symlink /dir/link content'];
		commands.push(...Array.from({ length: 60 }, (_, n) => `write /etc/hostname /dir/name${n}`));
		execFileSync('debugfs', ['-w', '-f', '-', file], { input: commands.join('\n'), stdio: 'pipe' });
		const image = new Uint8Array(readFileSync(file));
		const disk = new Ext2(memoryStore(image), { time });
		expect(disk.list('/dir')).toHaveLength(62);
		expect(equal(disk.readFile('/dir/link'), bytes)).toBe(true);
		for (let n = 0; n < 60; n += 2) disk.remove(`/dir/name${n}`);
		disk.writeFile('/dir/content', bytes.subarray(1000));
		disk.rename('/dir/name1', '/name1');
		disk.rename('/dir', '/other');
		expect(complaints(image)).toBe('');
		expect(equal(new Uint8Array(debugfs('cat /other/content')), bytes.subarray(1000))).toBe(true);
	});

	it('refuses ext4', () => {
		writeFileSync(file, new Uint8Array(8 * MiB));
		execFileSync('mke2fs', ['-q', '-t', 'ext4', file]);
		const image = new Uint8Array(readFileSync(file));
		expect(() => new Ext2(memoryStore(image), { time })).toThrow('extents (ext4)');
	});

	it('frees the extended attributes of what it removes', () => {
		writeFileSync(file, new Uint8Array(4 * MiB));
		execFileSync('mke2fs', ['-q', '-t', 'ext2', '-I', '128', file]);
		const commands = ['write /etc/hostname /a', 'ea_set /a user.name value'];
		execFileSync('debugfs', ['-w', '-f', '-', file], { input: commands.join('\n'), stdio: 'pipe' });
		const image = new Uint8Array(readFileSync(file));
		const disk = new Ext2(memoryStore(image), { time });
		expect(disk.stat('/a').stored).toBe(2048);
		disk.writeFile('/a', new Uint8Array(5000).fill(1));
		expect(complaints(image)).toBe('');
		disk.remove('/a');
		expect(complaints(image)).toBe('');
	});
});

describe('a damaged image', () => {
	const seed = Number(process.env['EXT2_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
	it(`is an error with a message, or works; never more (EXT2_SEED=${seed})`, () => {
		const { image: whole, disk } = fresh(MiB, 1024);
		randomRun(3, disk, 60, () => {});
		const random = randomNumbers(seed);
		let refused = 0;
		for (let round = 0; round < 300; round++) {
			const image = whole.slice();
			// Mostly where tables and directories are.
			for (let n = 0; n <= random(12); n++) {
				const area = [2048, 4096, 40 * 1024, MiB][random(4)]!;
				const at = 1024 + random(area - 1024);
				if (random(3) > 0) image[at] = random(256);
				else image.fill(random(2) * 255, at, at + 4);
			}
			try {
				const damagedDisk = new Ext2(memoryStore(image), { time });
				tryAll(damagedDisk, '', 0);
				damagedDisk.writeFile('/new', new Uint8Array(30_000).fill(1));
				damagedDisk.rename('/new', '/d/newer');
				damagedDisk.makeDirectory('/e');
				for (const { name } of damagedDisk.list('/')) damagedDisk.rename('/' + name, '/e/' + name);
			} catch (error) {
				if (!(error instanceof Ext2Error)) throw error;
				refused++;
			}
		}
		expect(refused).toBeGreaterThan(50);
	});

	/** Reads and removes what it finds; what it says is another's matter. */
	function tryAll(disk: Ext2, path: string, depth: number): void {
		for (const { name, type } of disk.list(path || '/')) {
			const below = `${path}/${name}`;
			try {
				if (type === 'directory' && depth < 6) tryAll(disk, below, depth + 1);
				if (type === 'file') disk.readFile(below);
				if (type === 'symlink') disk.readLink(below);
				if (name.length % 2) disk.remove(below);
			} catch (error) {
				if (!(error instanceof Ext2Error)) throw error;
			}
		}
	}
});
