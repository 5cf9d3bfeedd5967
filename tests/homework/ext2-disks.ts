/**
 * Disks with ext2, scripts that work on them (see fs-script.c), and machines that run those: the shipped
 * kernel with one program, the script's, as its /init.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine, imageOf, type DiskImage } from 'emulator-core';
import { makeExt2, memoryStore, writeCpio } from 'toolchain';
import { Builder } from '../../cli/src/project.ts';

const sbin = (tool: string) => `/usr/sbin/${tool}`;
const tools = [sbin('mke2fs'), sbin('e2fsck'), sbin('debugfs'), 'aarch64-linux-gnu-gcc'];

/** What these tests need and is not installed here. */
export const absent = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (absent.length > 0) console.warn(`ext2 against e2fsprogs skipped: no ${absent.join(', no ')}`);

/** A number from the environment: the long variants of these tests are the short ones with more. */
export const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);

/** Folder of this run; in memory where that is possible: e2fsck waits for what it has written. */
const base = mkdtempSync(
	join(spawnSync('test', ['-w', '/dev/shm']).status === 0 ? '/dev/shm' : tmpdir(), 'trapline-ext2-')
);
process.on('exit', () => rmSync(base, { recursive: true, force: true }));
const at = (name: string) => join(base, name);

/** `size` bytes as fs-script.c writes them with this seed at this place of a file. */
export function pattern(size: number, seed: number, from = 0): Buffer {
	const bytes = Buffer.alloc(size);
	for (let i = 0, place = from; i < size; i++, place++)
		bytes[i] = seed * 37 + place + (place >> 8) * 11 + (place >> 16) * 3;
	return bytes;
}

/** The sum that fs-script.c prints of bytes. */
export function sumOf(bytes: Uint8Array): number {
	let h = 2166136261;
	for (const byte of bytes) h = Math.imul(h ^ byte, 16777619);
	return h >>> 0;
}

/** The sum of `list`: of directory entries, `.` and `..` included; types as in d_type. */
export function sumOfNames(names: readonly (readonly [name: string, type: number])[]): number {
	let all = 0;
	for (const [name, type] of [...names, ['.', 4] as const, ['..', 4] as const])
		all = (all + sumOf(Buffer.concat([Buffer.from([type]), Buffer.from(name)]))) >>> 0;
	return all;
}

let built: { kernel: Uint8Array; init: Uint8Array } | undefined;
function programs() {
	if (built) return built;
	const flags = ['-O1', '-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector'];
	const source = join(import.meta.dirname, 'fs-script.c');
	const gcc = 'aarch64-linux-gnu-gcc';
	execFileSync(gcc, [...flags, '-mgeneral-regs-only', '-Wall', '-o', at('init'), source]);
	const kernel = process.env['KERNEL'];
	built = {
		kernel: kernel === undefined ? new Builder().pristine().get('Image')! : readFileSync(kernel),
		init: readFileSync(at('init'))
	};
	return built;
}

/** Options of mke2fs, and how it goes on. */
export interface DiskOptions {
	/** In KB; 12 MB if left out. */
	readonly size?: number;
	readonly blockSize?: number;
	/** More words for mke2fs. */
	readonly words?: readonly string[];
}

/** A disk by mke2fs -t ext2: /etc with two files and a symlink, and empty directories. */
export function makeDisk({
	size = 12 * 1024,
	blockSize = 1024,
	words = []
}: DiskOptions = {}): Buffer {
	const tree = at('tree');
	rmSync(tree, { recursive: true, force: true });
	rmSync(at('disk'), { force: true });
	for (const folder of ['tmp', 'etc', 'bin']) mkdirSync(join(tree, folder), { recursive: true });
	writeFileSync(join(tree, 'etc/old'), pattern(5000, 1));
	writeFileSync(join(tree, 'etc/big'), pattern(Math.min(1_500_000, size * 250), 2));
	symlinkSync('old', join(tree, 'etc/link'));
	const how = ['-q', '-F', '-t', 'ext2', '-b', `${blockSize}`, '-d', tree, ...words];
	execFileSync(sbin('mke2fs'), [...how, at('disk'), `${size}k`], { stdio: 'pipe' });
	return readFileSync(at('disk'));
}

/** A disk by the library: empty. */
export function makeOurDisk(size: number, blockSize: 1024 | 2048 | 4096): Buffer {
	const image = Buffer.alloc(size);
	const uuid = '01234567-89ab-cdef-0123-456789abcdef';
	makeExt2(memoryStore(image), { blockSize, uuid, time: 1_400_000_000 });
	return image;
}

/** One write of a disk, and how many lines of the script were finished before it. */
export interface DiskWrite {
	readonly at: number;
	readonly bytes: Uint8Array;
	readonly finished: number;
}

export interface Ran {
	/** What each line gave: the result first. */
	readonly results: number[][];
	readonly console: string;
	/** Of the first disk. */
	readonly log: DiskWrite[];
	readonly disks: Buffer[];
	/** Whole: the script came to its end, and the machine switched itself off. */
	readonly whole: boolean;
}

/** Runs the lines on a machine with these disks, the first of which is /dev/vda. */
export function run(
	disks: readonly (Buffer | DiskImage)[],
	lines: readonly string[],
	{ megabytes = 64, limit = 2_000_000_000 } = {}
): Ran {
	const { kernel, init } = programs();
	const machine = createMachine({
		board: 'virt',
		ramBytes: megabytes * 2 ** 20,
		bootargs: 'console=ttyAMA0',
		kernel,
		initrd: writeCpio([
			{ path: 'init', mode: 0o100755, data: init },
			{ path: 'script', mode: 0o100644, data: Buffer.from(lines.join('\n') + '\n') }
		]),
		disks: disks.map((disk) => (disk instanceof Uint8Array ? imageOf(disk) : disk))
	});
	let raw = '';
	machine.onConsole = (bytes) => (raw += String.fromCharCode(...bytes));
	const log: { at: number; bytes: Uint8Array; shown: number }[] = [];
	const end = machine.devices.disks[0]!;
	const write = end.write.bind(end);
	end.write = (at: number, bytes: Uint8Array) => {
		log.push({ at, bytes: bytes.slice(), shown: raw.length });
		return write(at, bytes);
	};
	const stopped = machine.run({ maxInstructions: limit });
	const told = linesIn(raw);
	let finished = 0;
	return {
		results: told.map(({ numbers }) => numbers),
		console: raw.replaceAll('\r', ''),
		log: log.map(({ at, bytes, shown }) => {
			while (finished < told.length && told[finished]!.end <= shown) finished++;
			return { at, bytes, finished };
		}),
		get disks() {
			return machine.devices.disks.slice(0, disks.length).map((d) => Buffer.from(d.contents()));
		},
		whole: stopped.reason === 'poweroff' && raw.includes('script: end')
	};
}

/** The results on a console, in order, and where each ends. */
function linesIn(console: string): { numbers: number[]; end: number }[] {
	const found: { numbers: number[]; end: number }[] = [];
	for (const { 0: text, 1: words, index } of console.matchAll(/^(\d+(?: -?\d+)+)\r?\n/gm)) {
		const [line, ...numbers] = words!.split(' ').map(Number);
		if (line === found.length + 1) found.push({ numbers, end: index + text.length });
	}
	return found;
}

/** What e2fsck says of a disk, its exit code, and the disk after it: `-fn` only looks, `-fy` repairs. */
export function e2fsck(disk: Uint8Array, how: '-fn' | '-fy' | '-fyD') {
	writeFileSync(at('checked'), disk);
	const words = [how, '-E', 'no_optimize_extents', at('checked')];
	const ran = spawnSync(sbin('e2fsck'), words, { encoding: 'latin1', timeout: 60_000 });
	return {
		code: ran.status,
		said: ran.stdout + ran.stderr,
		disk: how !== '-fn' ? readFileSync(at('checked')) : Buffer.from(disk)
	};
}

/** The output of debugfs for a command. */
export function debugfs(disk: Uint8Array, command: string): Buffer {
	writeFileSync(at('looked'), disk);
	return execFileSync(sbin('debugfs'), ['-R', command, at('looked')], {
		stdio: ['ignore', 'pipe', 'ignore'],
		maxBuffer: 2 ** 28
	});
}

/** The disk after commands of debugfs. */
export function changed(disk: Uint8Array, commands: readonly string[]): Buffer {
	writeFileSync(at('changed'), disk);
	const input = commands.join('\n');
	execFileSync(sbin('debugfs'), ['-w', '-f', '-', at('changed')], { input, stdio: 'pipe' });
	return readFileSync(at('changed'));
}

/** Numbers below `limit`, the same for the same seed. */
export function randomNumbers(seed: number): (limit: number) => number {
	let state = Math.imul(seed, 2_654_435_761) >>> 0;
	return (limit) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * limit);
	};
}
