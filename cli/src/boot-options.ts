import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { boards, type MachineOptions } from 'emulator-core';
import { checkDiskOut, openDisk } from './disks.ts';
import { badUsage } from './failure.ts';
import { checkWritable, parseCount, parseSize, readInput } from './files.ts';
import { parseScript, type InputScript } from './input-script.ts';

export const usage =
	'boot IMAGE [--board virt] [--cpus N] [--initrd F] [--dtb F] [--disk F[:ro]]… [--disk-out F]… [--append S] [--ram 256M] [--virtio 1|2] [--console uart|virtio] [--seed N] [--start-time TIME] [--until TEXT] [--max-insns N] [--input SCRIPT] [--trap-log F] [--stats F]';

/** What the words after `boot` ask for, checked as far as that is possible before a machine is made. */
export interface BootRequest {
	readonly machine: MachineOptions;
	/** Where each disk goes at the end. */
	readonly diskOut: readonly string[];
	readonly console: 'uart' | 'virtio';
	readonly until: string | undefined;
	readonly limit: number;
	readonly script: InputScript | undefined;
	readonly trapLog: string | undefined;
	readonly stats: string | undefined;
}

export const noLimit = Number.MAX_SAFE_INTEGER;

/** An image cannot unpack to more: no machine here has such a RAM. */
const MAX_UNPACKED = 2 ** 30;

const options = {
	board: { type: 'string', default: 'virt' },
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
	stats: { type: 'string' }
} as const;

export function readBootRequest(words: string[]): BootRequest {
	const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
	const [image, ...more] = positionals;
	if (image === undefined || more.length > 0)
		throw badUsage(`give one image. Usage: trapline ${usage}`);
	if (!Object.hasOwn(boards, values.board))
		throw badUsage(`no board ${values.board}; there are ${Object.keys(boards).join(', ')}`);
	const maxInsns = values['max-insns'];
	const limit = maxInsns === undefined ? noLimit : parseCount(maxInsns, '--max-insns');
	const { 'disk-out': diskOut, disk: disks, console: line } = values;
	if (line !== 'uart' && line !== 'virtio')
		throw badUsage(`--console ${line}: give uart (the PL011) or virtio (hvc0)`);
	checkDiskOut(disks, diskOut);
	for (const path of [values['trap-log'], values.stats, ...diskOut])
		if (path !== undefined) checkWritable(path);
	const read = <K extends string>(key: K, path: string | undefined, what: string) =>
		path === undefined ? {} : { [key]: readInput(path, what) };
	const { input, seed, 'start-time': startTime } = values;
	const script =
		input === undefined ? undefined : parseScript(readInput(input, 'the input script'), input);
	return {
		machine: {
			board: values.board,
			kernel: unpack(readInput(image, 'the image'), image),
			...read('initrd', values.initrd, 'the initrd'),
			...read('dtb', values.dtb, 'the device tree'),
			disks: disks.map(openDisk),
			...(line === 'virtio' && { virtioConsole: true }),
			...(values.append !== undefined && { bootargs: values.append }),
			...(values.cpus !== undefined && { cpus: parseCount(values.cpus, '--cpus') }),
			...(values.ram !== undefined && { ramBytes: parseSize(values.ram, '--ram') }),
			...(values.virtio !== undefined && { virtio: parseVersion(values.virtio) }),
			...(seed !== undefined && { entropy: true, seed: parseSeed(seed) }),
			...(startTime !== undefined && { startTime: parseTime(startTime) })
		},
		diskOut,
		console: line,
		until: values.until,
		limit,
		script,
		trapLog: values['trap-log'],
		stats: values.stats
	};
}

/** An image packed with gzip, as /boot/vmlinuz or Image.gz, is unpacked; another stays as it is. */
function unpack(bytes: Uint8Array, path: string): Uint8Array {
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
	try {
		return new Uint8Array(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }));
	} catch (error) {
		throw badUsage(
			`cannot unpack the image ${path}: ${String((error as Error).message)}. Is the file whole?`
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
