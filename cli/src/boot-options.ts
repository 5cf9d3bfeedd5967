import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { standardRun } from 'checks';
import { boards, createMachine, machineFromState, type Machine } from 'emulator-core';
import { checkDiskOut, openDisk } from './disks.ts';
import { badUsage } from './failure.ts';
import { parseBack, type BackWord } from './going-back.ts';
import { checkWritable, parseCount, parseSize, readInput } from './files.ts';
import { parseScript, type InputScript } from './input-script.ts';

/** The course's board comes first, and is the one without --board. */
const defaultBoard = standardRun.board;
const boardNames = [...new Set([defaultBoard, ...Object.keys(boards)])];

export const usage = `boot IMAGE [--board ${boardNames.join('|')}] [--cpus N] [--initrd F] [--dtb F] [--disk F[:ro]]… [--disk-out F]… [--append S] [--ram 256M] [--virtio 1|2] [--console uart|virtio] [--seed N] [--start-time TIME] [--until TEXT] [--max-insns N] [--input SCRIPT] [--trap-log F] [--stats F] [--save F] [--back WHAT]… [--symbols ELF]  |  boot --from F […]`;

/** What the words after `boot` ask for, checked as far as that is possible before a machine is made. */
export interface BootRequest {
	/** Throws MachineError where these parts make no machine. */
	readonly make: () => Machine;
	/** For names: what --symbols names, or the image itself. */
	readonly elf: Uint8Array | undefined;
	/** Where each disk goes at the end. */
	readonly diskOut: readonly string[];
	readonly console: 'uart' | 'virtio';
	readonly until: string | undefined;
	/** So many instructions more. */
	readonly limit: number;
	readonly script: InputScript | undefined;
	readonly trapLog: string | undefined;
	readonly stats: string | undefined;
	/** Where the state goes at the end. */
	readonly save: string | undefined;
	/** What to go back to at the end, one after another. */
	readonly back: readonly BackWord[];
}

export const noLimit = Number.MAX_SAFE_INTEGER;

/** An image cannot unpack to more: no machine here has such a RAM. */
const MAX_UNPACKED = 2 ** 30;

const options = {
	board: { type: 'string' },
	cpus: { type: 'string' },
	initrd: { type: 'string' },
	dtb: { type: 'string' },
	disk: { type: 'string', multiple: true, default: [] as string[] },
	'disk-out': { type: 'string', multiple: true, default: [] as string[] },
	append: { type: 'string' },
	ram: { type: 'string' },
	virtio: { type: 'string' },
	console: { type: 'string', default: 'uart' },
	seed: { type: 'string' },
	'start-time': { type: 'string' },
	until: { type: 'string' },
	'max-insns': { type: 'string' },
	input: { type: 'string' },
	'trap-log': { type: 'string' },
	stats: { type: 'string' },
	save: { type: 'string' },
	from: { type: 'string' },
	back: { type: 'string', multiple: true, default: [] as string[] },
	symbols: { type: 'string' }
} as const;

export function readBootRequest(words: string[]): BootRequest {
	const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
	const [image, ...more] = positionals;
	const { from } = values;
	const board = values.board ?? (from === undefined ? defaultBoard : undefined);
	if (from !== undefined) checkFrom([image, values.initrd, values.dtb, values.append]);
	else if (image === undefined || more.length > 0)
		throw badUsage(`give one image. Usage: trapline ${usage}`);
	if (board !== undefined && !Object.hasOwn(boards, board))
		throw badUsage(`no board ${board}; there are ${boardNames.join(', ')}`);
	const back = values.back.map(parseBack);
	const maxInsns = values['max-insns'];
	const limit = maxInsns === undefined ? noLimit : parseCount(maxInsns, '--max-insns');
	const { 'disk-out': diskOut, disk: disks, console: line } = values;
	if (line !== 'uart' && line !== 'virtio')
		throw badUsage(`--console ${line}: give uart (the PL011) or virtio (hvc0)`);
	checkDiskOut(disks, diskOut);
	for (const path of [values['trap-log'], values.stats, values.save, ...diskOut])
		if (path !== undefined) checkWritable(path);
	const read = <K extends string>(key: K, path: string | undefined, what: string) =>
		path === undefined ? {} : { [key]: readInput(path, what) };
	const { input, seed, 'start-time': startTime } = values;
	const script =
		input === undefined ? undefined : parseScript(readInput(input, 'the input script'), input);
	const parts = {
		...(board !== undefined && { board }),
		disks: disks.map(openDisk),
		...(line === 'virtio' && { virtioConsole: true }),
		...(values.cpus !== undefined && { cpus: parseCount(values.cpus, '--cpus') }),
		...(values.ram !== undefined && { ramBytes: parseSize(values.ram, '--ram') }),
		...(values.virtio !== undefined && { virtio: parseVersion(values.virtio) }),
		...(seed !== undefined && { entropy: true, seed: parseSeed(seed) }),
		...(startTime !== undefined && { startTime: parseTime(startTime) })
	};
	const { symbols } = values;
	const names = symbols === undefined ? undefined : readInput(symbols, 'the symbols');
	const making = (): Pick<BootRequest, 'make' | 'elf'> => {
		if (from !== undefined) {
			const state = unpack(readInput(from, 'the saved state'), 'the saved state', from);
			return { make: () => machineFromState(state, parts), elf: names };
		}
		const kernel = unpack(readInput(image!, 'the image'), 'the image', image!);
		const images = {
			kernel,
			...read('initrd', values.initrd, 'the initrd'),
			...read('dtb', values.dtb, 'the device tree'),
			...(values.append !== undefined && { bootargs: values.append })
		};
		const isElf = kernel[0] === 0x7f && kernel[1] === 0x45;
		return {
			make: () => createMachine({ board: defaultBoard, ...parts, ...images }),
			elf: names ?? (isElf ? kernel : undefined)
		};
	};
	return {
		...making(),
		diskOut,
		console: line,
		until: values.until,
		limit,
		script,
		trapLog: values['trap-log'],
		stats: values.stats,
		save: values.save,
		back
	};
}

/** A saved state has its images in RAM. */
function checkFrom(images: readonly (string | undefined)[]): void {
	const given = images.find((each) => each !== undefined);
	if (given !== undefined)
		throw badUsage(
			`--from has its images in its RAM: leave out ${given}, and --initrd, --dtb and --append`
		);
}

/** What is packed with gzip, as /boot/vmlinuz or Image.gz, is unpacked; another file stays as it is. */
function unpack(bytes: Uint8Array, what: string, path: string): Uint8Array {
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
	try {
		return new Uint8Array(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }));
	} catch (error) {
		throw badUsage(
			`cannot unpack ${what} ${path}: ${String((error as Error).message)}. Is the file whole?`
		);
	}
}

function parseVersion(text: string): 1 | 2 {
	if (text === '1') return 1;
	if (text === '2') return 2;
	throw badUsage(`--virtio ${text}: give 1 (the legacy layout, all that Linux 3.14 knows) or 2`);
}

function parseSeed(text: string): number {
	const seed = Number(text === '' ? NaN : text);
	if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff) return seed;
	throw badUsage(`--seed ${text}: give a whole number from 0 to 4294967295`);
}

/** Seconds since 1970, or a date such as 2014-03-31 or 2014-03-31T12:00:00Z. */
function parseTime(text: string): number {
	const time = /^\d+$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1000);
	if (time >= 0 && time <= 0xffff_ffff) return time;
	throw badUsage(
		`--start-time ${text}: give a date such as 2014-03-31T12:00:00Z, or seconds since 1970`
	);
}
