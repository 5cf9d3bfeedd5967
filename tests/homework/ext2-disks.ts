/** Disks with ext2 made by mke2fs, programs that work on them, and machines that run those. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createMachine, imageOf } from 'emulator-core';

const root = resolve(import.meta.dirname, '../..');
const sbin = (tool: string) => `/usr/sbin/${tool}`;
const tools = [sbin('mke2fs'), sbin('e2fsck'), sbin('debugfs'), 'aarch64-linux-gnu-gcc'];

/** What these tests need and is not installed here. */
export const absent = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (absent.length > 0) console.warn(`ext2 against e2fsprogs skipped: no ${absent.join(', no ')}`);

/** `size` bytes of the pattern that ext2-work.c makes from `seed`. */
export function pattern(size: number, seed: number): Buffer {
	const bytes = Buffer.alloc(65536);
	for (let i = 0; i < bytes.length; i++) {
		seed = (Math.imul(seed, 1103515245) + 12345) | 0;
		bytes[i] = seed >> 16;
	}
	return Buffer.alloc(size, bytes);
}

/** Builds the kernel into `out`/Image (or takes $KERNEL), and the program that does `work` (see ext2-work.c). */
export function build(out: string, works: readonly number[]): void {
	const script = join(root, 'tests/boot/build-with-gcc.mjs');
	const kernel = process.env['KERNEL'];
	if (kernel !== undefined) cpSync(kernel, join(out, 'Image'));
	else execFileSync(process.execPath, [script, out, 'kernel'], { stdio: 'ignore' });
	for (const work of works)
		execFileSync('aarch64-linux-gnu-gcc', [
			...['-O1', '-static', '-nostdlib', '-ffreestanding', '-fno-builtin', '-fno-stack-protector'],
			...['-mgeneral-regs-only', `-DWORK=${work}`, '-o', join(out, `work${work}`)],
			join(import.meta.dirname, 'ext2-work.c')
		]);
}

/** A disk of 12 MB with directories, two files and a link, and `work` as its first program. */
export function makeDisk(out: string, work: number, blockSize: number, features = ''): Buffer {
	const tree = join(out, 'tree');
	const image = join(out, 'disk.img');
	rmSync(tree, { recursive: true, force: true });
	rmSync(image, { force: true });
	for (const folder of ['dev', 'proc', 'sys', 'tmp', 'etc', 'sbin', 'bin'])
		mkdirSync(join(tree, folder), { recursive: true });
	cpSync(join(out, `work${work}`), join(tree, 'sbin/init'));
	writeFileSync(join(tree, 'etc/old'), pattern(5000, 1));
	writeFileSync(join(tree, 'etc/big'), pattern(3_000_000, 2));
	symlinkSync('old', join(tree, 'etc/link'));
	execFileSync(sbin('mke2fs'), [
		...['-q', '-F', '-t', 'ext2', '-b', `${blockSize}`, '-d', tree],
		...['-O', `none,filetype,sparse_super,large_file${features}`, image, '12M']
	]);
	return readFileSync(image);
}

/** An initramfs with one file, /init. */
export function initramfs(init: Uint8Array): Buffer {
	const member = (name: string, mode: number, data: Uint8Array) => {
		const fields = [0, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
		const header = '070701' + fields.map((n) => n.toString(16).padStart(8, '0')).join('');
		const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
		return Buffer.concat([padded(Buffer.from(`${header}${name}\0`)), padded(Buffer.from(data))]);
	};
	return Buffer.concat([
		member('init', 0o100755, init),
		member('TRAILER!!!', 0, new Uint8Array(0))
	]);
}

/** One write of the disk, and how much the console had shown before it. */
export interface DiskWrite {
	at: number;
	bytes: Uint8Array;
	shown: number;
}

/** Boots the kernel with the disk until it switches itself off, or does not. */
export function run(out: string, disk: Buffer, initrd?: Uint8Array) {
	const machine = createMachine({
		board: 'foundation',
		ramBytes: 64 * 2 ** 20,
		bootargs: `console=ttyAMA0 ${initrd ? '' : 'root=/dev/vda rw'}`,
		kernel: readFileSync(join(out, 'Image')),
		...(initrd && { initrd }),
		disks: [imageOf(disk)]
	});
	let console = '';
	machine.onConsole = (bytes) => (console += String.fromCharCode(...bytes));
	const log: DiskWrite[] = [];
	const end = machine.devices.disks[0]!;
	const write = end.write.bind(end);
	end.write = (at: number, bytes: Uint8Array) => {
		log.push({ at, bytes: bytes.slice(), shown: console.length });
		return write(at, bytes);
	};
	const stopped = machine.run({ maxInstructions: 1_000_000_000 });
	const after = Buffer.from(disk);
	for (const each of log) after.set(each.bytes, each.at);
	return { stopped, console: console.replaceAll('\r', ''), raw: console, log, disk: after };
}

/** What e2fsck says of a disk, and its exit code: `-fn` only looks, `-fy` repairs the file. */
export function e2fsck(path: string, how: '-fn' | '-fy') {
	const ran = spawnSync(sbin('e2fsck'), [how, path], { encoding: 'latin1', timeout: 60_000 });
	return { code: ran.status, said: ran.stdout };
}

/** A file of the disk at `path`, by debugfs; undefined where there is none. */
export function fileOf(path: string, name: string, into: string): Buffer | undefined {
	rmSync(into, { force: true });
	spawnSync(sbin('debugfs'), ['-R', `dump ${name} ${into}`, path]);
	try {
		return readFileSync(into);
	} catch {
		return undefined;
	}
}
