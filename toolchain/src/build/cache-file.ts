import type { BuildCache, CachedObject } from './build-tree.ts';

const MAGIC = 'trapline objects 1\n';

/**
 * A build's cache as bytes, to be kept on disk or shipped with the page: a line that says what this
 * is, a JSON index, the objects end to end.
 */
export function saveCache(cache: BuildCache): Uint8Array<ArrayBuffer> {
	let end = 0;
	const objects: Uint8Array[] = [];
	const index = [...cache].map(([unit, { object, ...rest }]) => {
		if (!object) return { unit, ...rest };
		objects.push(object);
		const range = [end, object.length];
		end += object.length;
		return { unit, ...rest, range };
	});
	const head = new TextEncoder().encode(MAGIC + JSON.stringify(index) + '\n');
	const out = new Uint8Array(head.length + end);
	out.set(head);
	let at = head.length;
	for (const object of objects) {
		out.set(object, at);
		at += object.length;
	}
	return out;
}

type IndexEntry = Omit<CachedObject, 'object'> & {
	unit: string;
	range?: [start: number, length: number];
};

/** The cache that `saveCache` wrote; an empty one where the bytes are damaged or something else. */
export function loadCache(bytes: Uint8Array): BuildCache {
	const cache: BuildCache = new Map();
	const headEnd = bytes.indexOf(10, MAGIC.length) + 1;
	const head = new TextDecoder().decode(bytes.subarray(0, headEnd));
	if (headEnd === 0 || !head.startsWith(MAGIC)) return cache;
	try {
		const index = JSON.parse(head.slice(MAGIC.length)) as IndexEntry[];
		for (const { unit, range, ...rest } of index) {
			const [start, length] = range ?? [0, 0];
			if (headEnd + start + length > bytes.length) return new Map();
			const object = bytes.slice(headEnd + start, headEnd + start + length);
			cache.set(unit, range ? { ...rest, object } : rest);
		}
		return cache;
	} catch {
		return new Map();
	}
}
