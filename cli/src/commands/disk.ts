import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Ext2, Ext2Error, makeExt2, type ByteStore } from 'toolchain';
import { badUsage, Failure, failed } from '../failure.ts';
import { parseSize, readInput, why, writeSparse } from '../files.ts';

const usage =
	'disk ls|cat|get|put|mkdir|rm|mv|chmod|df|mkfs IMAGE [PATH…] [--mode 755] [--size 16M] [--block-size N] [--uuid U] [--time T] [--label L]';
const does = [
	'Looks into a disk image (ext2) and changes it, as `mount -o loop` does on a PC:',
	'  disk ls IMAGE [PATH]          what is in a directory',
	'  disk cat IMAGE PATH           a file’s contents on stdout',
	'  disk get IMAGE PATH [FILE]    copies a file out of the image',
	'  disk put IMAGE FILE PATH      copies a file into it; PATH may be a directory',
	'  disk mkdir IMAGE PATH         makes a directory',
	'  disk rm IMAGE PATH            removes a file or an empty directory',
	'  disk mv IMAGE FROM TO         renames',
	'  disk chmod IMAGE PATH --mode 755',
	'  disk df IMAGE                 how much room there is',
	'  disk mkfs IMAGE --size 16M    makes a new image (--block-size 1024, 2048 or 4096)',
	'No machine may have the image as its disk meanwhile. An operation that fails changes nothing.'
].join('\n');

const options = {
	mode: { type: 'string' },
	size: { type: 'string' },
	'block-size': { type: 'string', default: '4096' },
	uuid: { type: 'string' },
	time: { type: 'string' },
	label: { type: 'string' }
} as const;

type Options = ReturnType<typeof parse>['values'];
const parse = (words: string[]) => parseArgs({ args: words, allowPositionals: true, options });

interface Action {
	/** What follows the image, for messages. */
	words: string;
	least: number;
	most: number;
	writes?: true;
	run(disk: Ext2, words: string[], options: Options): void;
}

const actions: Record<string, Action> = {
	ls: { words: '[PATH]', least: 0, most: 1, run: (disk, [path = '/']) => list(disk, path) },
	cat: {
		words: 'PATH',
		least: 1,
		most: 1,
		run: (disk, [path]) => void process.stdout.write(disk.readFile(path!))
	},
	get: {
		words: 'PATH [FILE]',
		least: 1,
		most: 2,
		run: (disk, [path, file = basename(path!)]) => writeSparse(file, disk.readFile(path!))
	},
	put: {
		words: 'FILE PATH',
		least: 2,
		most: 2,
		writes: true,
		run: (disk, [file, path], { mode }) => put(disk, file!, path!, mode)
	},
	mkdir: {
		words: 'PATH',
		least: 1,
		most: 1,
		writes: true,
		run: (disk, [path], { mode }) => disk.makeDirectory(path!, { mode: parseMode(mode ?? '755') })
	},
	rm: { words: 'PATH', least: 1, most: 1, writes: true, run: (disk, [path]) => disk.remove(path!) },
	mv: {
		words: 'FROM TO',
		least: 2,
		most: 2,
		writes: true,
		run: (disk, [from, to]) => disk.rename(from!, to!)
	},
	chmod: {
		words: 'PATH --mode 755',
		least: 1,
		most: 1,
		writes: true,
		run: (disk, [path], { mode }) => disk.setMode(path!, parseMode(mode ?? ''))
	},
	df: { words: '', least: 0, most: 0, run: (disk) => showUsage(disk) }
};

async function run(words: string[]): Promise<void> {
	const { values, positionals } = parse(words);
	const [name, image, ...rest] = positionals;
	const known = [...Object.keys(actions), 'mkfs'].join(', ');
	if (name === undefined || (name !== 'mkfs' && !Object.hasOwn(actions, name)))
		throw badUsage(`say what to do with the image: ${known}. Usage: trapline ${usage}`);
	if (image === undefined) throw badUsage(`name the image. Usage: trapline disk ${name} IMAGE …`);
	const time = parseTime(values.time);
	try {
		if (name === 'mkfs') return makeImage(image, rest, values, time);
		const action = actions[name]!;
		if (rest.length < action.least || rest.length > action.most)
			throw badUsage(`give it as: trapline disk ${name} ${image} ${action.words}`);
		withImage(image, action.writes === true, (store) => {
			const disk = new Ext2(store, { time });
			if (action.writes && !disk.usage().clean)
				console.error(
					`${image} was not unmounted cleanly (a power cut?): \`e2fsck -p\` looks after what was half written`
				);
			action.run(disk, rest, values);
		});
	} catch (error) {
		if (error instanceof Ext2Error) throw failed(`${image}: ${error.message}`);
		throw error;
	}
}

/** The image's file, read and written where it is. */
function withImage(path: string, writes: boolean, work: (store: ByteStore) => void): void {
	let file: number;
	try {
		file = openSync(path, writes ? 'r+' : 'r');
	} catch (error) {
		throw badUsage(`cannot open the image ${path}: ${why(error)}`);
	}
	try {
		if (!fstatSync(file).isFile()) throw badUsage(`the image ${path} is no file`);
		work({
			size: fstatSync(file).size,
			read: (at, into) =>
				transfer(into.length, (done, left) => readSync(file, into, done, left, at + done)),
			write: (at, bytes) =>
				transfer(bytes.length, (done, left) => writeSync(file, bytes, done, left, at + done))
		});
	} catch (error) {
		if (error instanceof Failure || error instanceof Ext2Error) throw error;
		if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
		throw failed(`${path}: ${why(error)}`);
	} finally {
		closeSync(file);
	}
}

function transfer(length: number, step: (done: number, left: number) => number): void {
	for (let done = 0; done < length;) {
		const count = step(done, length - done);
		if (count === 0) throw new Ext2Error('the image became shorter while it was read');
		done += count;
	}
}

function makeImage(path: string, more: string[], values: Options, time: number): void {
	if (more.length > 0 || values.size === undefined)
		throw badUsage(`give it as: trapline disk mkfs ${path} --size 16M`);
	if (statSync(path, { throwIfNoEntry: false }))
		throw badUsage(`${path} is there already: remove it first, or name another`);
	const size = parseSize(values.size, '--size');
	if (size > 2 ** 31) throw badUsage('--size: images of up to 2G are made here');
	const blockSize = Number(values['block-size']);
	if (blockSize !== 1024 && blockSize !== 2048 && blockSize !== 4096)
		throw badUsage('--block-size: give 1024, 2048 or 4096');
	const image = new Uint8Array(size);
	const store: ByteStore = {
		size,
		read: (at, into) => into.set(image.subarray(at, at + into.length)),
		write: (at, bytes) => image.set(bytes, at)
	};
	const { label, uuid = randomUUID() } = values;
	makeExt2(store, { blockSize, uuid, time, ...(label !== undefined && { label }) });
	writeSparse(path, image);
}

const letters: Record<string, string> = {
	directory: 'd',
	symlink: 'l',
	file: '-',
	fifo: 'p',
	socket: 's',
	'character device': 'c',
	'block device': 'b'
};

/** `drwxr-xr-x` as ls prints it. */
const modeText = (type: string, mode: number) =>
	letters[type]! +
	[6, 3, 0]
		.map((shift) => [...'rwx'].map((bit, n) => (mode & ((4 >> n) << shift) ? bit : '-')).join(''))
		.join('');

function list(disk: Ext2, path: string): void {
	const at = path.replace(/\/+$/, '');
	const files =
		disk.stat(path).type === 'file' ? [{ name: path, ...disk.stat(path) }] : disk.list(path);
	for (const { name, type, mode, links, size, modifyTime } of files) {
		const date = new Date(modifyTime * 1000).toISOString().slice(0, 16).replace('T', ' ');
		const target = type === 'symlink' ? ` -> ${disk.readLink(`${at}/${name}`)}` : '';
		const numbers = `${String(links).padStart(3)} ${String(size).padStart(10)}`;
		console.log(`${modeText(type, mode)} ${numbers} ${date} ${name}${target}`);
	}
}

function put(disk: Ext2, file: string, path: string, mode: string | undefined): void {
	const contents = readInput(file, 'the file');
	const isFolder =
		path.endsWith('/') || (disk.exists(path) && disk.stat(path).type === 'directory');
	const target = isFolder ? `${path.replace(/\/+$/, '')}/${basename(file)}` : path;
	const executable = ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o100) !== 0;
	const asIs = disk.exists(target) ? {} : { mode: executable ? 0o755 : 0o644 };
	disk.writeFile(target, contents, mode === undefined ? asIs : { mode: parseMode(mode) });
}

function showUsage(disk: Ext2): void {
	const { blockSize, blocks, freeBlocks, inodes, freeInodes, label, clean } = disk.usage();
	const kilobytes = (count: number) => `${(count * blockSize) / 1024} KB`;
	if (label) console.log(`label   ${label}`);
	console.log(
		`room    ${kilobytes(freeBlocks)} of ${kilobytes(blocks)} free (blocks of ${blockSize})`
	);
	console.log(`files   ${freeInodes} more of ${inodes}`);
	console.log(`state   ${clean ? 'unmounted cleanly' : 'not unmounted cleanly'}`);
}

function parseMode(text: string): number {
	if (/^[0-7]{3,4}$/.test(text)) return parseInt(text, 8);
	throw badUsage(`--mode ${text}: give permissions in octal, 755 for example`);
}

/** Seconds since 1970; now, if none is given. */
function parseTime(text: string | undefined): number {
	if (text === undefined) return Math.floor(Date.now() / 1000);
	const time = /^\d+$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1000);
	if (time >= 0 && time <= 0xffff_ffff) return time;
	throw badUsage(`--time ${text}: give a date such as 2014-03-31T12:00:00Z, or seconds since 1970`);
}

export const disk = { run, usage, does };
