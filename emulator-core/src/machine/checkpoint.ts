import { MachineError } from './errors.ts';

/**
 * The container of a saved state; docs/checkpoint-format.md describes it. A section is four letters
 * and bytes; the file ends with a checksum over all that is before it.
 */
export interface Section {
	readonly id: string;
	readonly bytes: Uint8Array;
}

export const checkpointVersion = 4;
const magic = 'TRAPLINE';
const headerBytes = 16;
const pageBytes = 4096;

export function packCheckpoint(sections: readonly Section[]): Uint8Array {
	const length = sections.reduce((sum, { bytes }) => sum + 8 + bytes.length, headerBytes + 8);
	const out = new Uint8Array(length);
	const view = new DataView(out.buffer);
	out.set(asciiBytes(magic), 0);
	view.setUint32(8, checkpointVersion, true);
	view.setUint32(12, sections.length, true);
	let at = headerBytes;
	for (const { id, bytes } of sections) {
		out.set(asciiBytes(id), at);
		view.setUint32(at + 4, bytes.length, true);
		out.set(bytes, at + 8);
		at += 8 + bytes.length;
	}
	const [low, high] = checksum(out.subarray(0, at));
	view.setUint32(at, low, true);
	view.setUint32(at + 4, high, true);
	return out;
}

/** The sections by id. Throws MachineError for what is no checkpoint, another version, or damaged. */
export function unpackCheckpoint(bytes: Uint8Array): Map<string, Uint8Array> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const text = (at: number, length: number) =>
		String.fromCharCode(...bytes.subarray(at, at + length));
	if (bytes.length < headerBytes + 8 || text(0, 8) !== magic)
		throw new MachineError(
			'This is not a saved state of Trapline: its first bytes are not TRAPLINE.'
		);
	const version = view.getUint32(8, true);
	if (version !== checkpointVersion)
		throw new MachineError(
			`The saved state has format version ${version}, this program reads version ` +
				`${checkpointVersion}. Start the machine afresh and save again.`
		);
	const end = bytes.length - 8;
	const [low, high] = checksum(bytes.subarray(0, end));
	if (view.getUint32(end, true) !== low || view.getUint32(end + 4, true) !== high)
		throw new MachineError('The saved state is damaged: its checksum does not match its contents.');

	const sections = new Map<string, Uint8Array>();
	let at = headerBytes;
	for (let i = 0; i < view.getUint32(12, true); i++) {
		if (at + 8 > end || at + 8 + view.getUint32(at + 4, true) > end)
			throw new MachineError('The saved state is damaged: a section reaches beyond its end.');
		const length = view.getUint32(at + 4, true);
		sections.set(text(at, 4), bytes.subarray(at + 8, at + 8 + length));
		at += 8 + length;
	}
	return sections;
}

const asciiBytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** JSON with 64-bit numbers as strings: "123n". */
export function packJson(value: unknown): Uint8Array {
	const text = JSON.stringify(value, (_, each: unknown) =>
		typeof each === 'bigint' ? `${each}n` : each
	);
	return new TextEncoder().encode(text);
}

export function unpackJson(bytes: Uint8Array): unknown {
	return JSON.parse(new TextDecoder().decode(bytes), (_, each: unknown) =>
		typeof each === 'string' && /^-?\d+n$/.test(each) ? BigInt(each.slice(0, -1)) : each
	);
}

/** RAM as its pages that are not zero: the page's number (u32), then its 4096 bytes. */
export function packRam(ram: Uint8Array, candidates: readonly number[]): Uint8Array {
	const words = new Uint32Array(ram.buffer, ram.byteOffset, ram.byteLength / 4);
	const used = candidates.filter((page) => !isZero(words, page * 1024, page * 1024 + 1024));
	const out = new Uint8Array(used.length * (4 + pageBytes));
	const view = new DataView(out.buffer);
	used.forEach((page, i) => {
		view.setUint32(i * (4 + pageBytes), page, true);
		const from = page * pageBytes;
		out.set(ram.subarray(from, from + pageBytes), i * (4 + pageBytes) + 4);
	});
	return out;
}

function isZero(words: Uint32Array, from: number, to: number): boolean {
	for (let i = from; i < to; i++) if (words[i] !== 0) return false;
	return true;
}

/**
 * Undoes packRam, given the pages that may hold something now. Checks everything before it changes
 * anything. Returns the pages that hold something afterwards.
 */
export function unpackRam(
	packed: Uint8Array,
	ram: Uint8Array,
	candidates: readonly number[]
): number[] {
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	const step = 4 + pageBytes;
	for (let at = 0; at < packed.length; at += step)
		if (at + step > packed.length || view.getUint32(at, true) >= ram.length / pageBytes)
			throw new MachineError('The saved state is damaged: a page of RAM lies outside the machine.');
	for (const page of candidates) ram.fill(0, page * pageBytes, (page + 1) * pageBytes);
	const pages: number[] = [];
	for (let at = 0; at < packed.length; at += step) {
		const page = view.getUint32(at, true);
		ram.set(packed.subarray(at + 4, at + step), page * pageBytes);
		pages.push(page);
	}
	return pages;
}

/** Two multiplicative hashes over 32-bit words (the last one padded with zeros). */
export function checksum(bytes: Uint8Array): [number, number] {
	const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
	const count = bytes.length >> 2;
	const words = new Uint32Array(aligned.buffer, aligned.byteOffset, count);
	let rest = 0;
	for (let i = count * 4; i < bytes.length; i++) rest |= bytes[i]! << (8 * (i & 3));
	let low = 0x811c_9dc5 ^ bytes.length;
	let high = 0x9e37_79b9;
	for (let i = 0; i <= count; i++) {
		const word = i < count ? words[i]! : rest;
		low = Math.imul(low ^ word, 0x0100_0193);
		high = Math.imul(high + word, 0x85eb_ca6b);
		high ^= high >>> 13;
	}
	return [(low ^ (low >>> 15)) >>> 0, high >>> 0];
}
