import type { Diagnostic } from '../clang/diagnostics.ts';
import type { BuildCache } from './build-tree.ts';

/** An entry as the file's head has it: its object lies at `at` of the bytes that follow the head. */
interface PackedEntry {
	key: string;
	at?: number;
	length?: number;
	text?: string;
	diagnostics: Diagnostic[];
	dependencies: [path: string, hash: string][];
}

/** What a build made as one file: length of the head (32-bit, little-endian), head as JSON, objects. */
export function packCache(cache: BuildCache): Uint8Array {
	let at = 0;
	const entries = [...cache].map(([key, { object, ...rest }]): PackedEntry => {
		const entry = { key, ...rest, ...(object && { at, length: object.length }) };
		at += object?.length ?? 0;
		return entry;
	});
	const head = new TextEncoder().encode(JSON.stringify(entries));
	const out = new Uint8Array(4 + head.length + at);
	new DataView(out.buffer).setUint32(0, head.length, true);
	out.set(head, 4);
	entries.forEach(({ key, at: place }) => {
		if (place !== undefined) out.set(cache.get(key)!.object!, 4 + head.length + place);
	});
	return out;
}

/** @throws Error where the bytes are no such file */
export function unpackCache(bytes: Uint8Array): BuildCache {
	const damaged = () => new Error('The file of built objects is damaged; load the page again.');
	if (bytes.length < 4) throw damaged();
	const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
	const start = 4 + length;
	if (start > bytes.length) throw damaged();
	let entries: PackedEntry[];
	try {
		entries = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start))) as PackedEntry[];
	} catch {
		throw damaged();
	}
	return new Map(
		entries.map(({ key, at, length: size, ...rest }) => {
			if (at === undefined || size === undefined) return [key, rest];
			if (start + at + size > bytes.length) throw damaged();
			return [key, { ...rest, object: bytes.slice(start + at, start + at + size) }];
		})
	);
}
