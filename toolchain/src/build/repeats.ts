/**
 * Files that repeat one another from far away: an archive holds the kernel's image, the kernel's ELF file
 * holds its bytes, too, and a saved machine has both in its memory. gzip looks back 32 KB; this finds
 * repeats anywhere in what the reader has already, and in the file itself.
 *
 * The form: the length of the whole and that of the steps (u32, little-endian); the steps, each three
 * numbers of seven bits a byte: so many new bytes, then so many that stand at that place of `known` and
 * this file, put one behind the other; and the new bytes.
 */

/** Shorter repeats are left to gzip. */
const shortest = 32;
/** Places to copy from are known at multiples of this. */
const grain = 4;

/** Packs `bytes` for a reader that has `known`, one behind the other. */
export function packRepeats(bytes: Uint8Array, known: readonly Uint8Array[]): Uint8Array {
	const all = joined(...known, bytes);
	const begin = all.length - bytes.length;
	const places = new Places(all);
	const steps: number[] = [];
	const fresh: Uint8Array[] = [];
	let from = begin; // of the new bytes that no step has yet
	let at = begin;
	while (at + shortest <= all.length) {
		places.learn(at);
		const source = places.find(at);
		if (source === undefined) {
			at++;
			continue;
		}
		let end = at + shortest;
		for (let s = source + shortest; end < all.length && all[s] === all[end]; s++) end++;
		let back = 0;
		while (at - back > from && source > back && all[source - back - 1] === all[at - back - 1])
			back++;
		steps.push(at - back - from, end - at + back, source - back);
		fresh.push(all.subarray(from, at - back));
		from = at = end;
	}
	steps.push(all.length - from, 0, 0);
	fresh.push(all.subarray(from));
	return written(bytes.length, steps, fresh);
}

/**
 * What `packRepeats` packed, by a reader that has the same `known`.
 *
 * @throws {RangeError} the bytes are damaged, or `known` is not what they were packed for
 */
export function unpackRepeats(packed: Uint8Array, known: readonly Uint8Array[]): Uint8Array {
	const damaged = () => new RangeError('packed bytes are damaged');
	if (packed.length < 8) throw damaged();
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	const [length, stepBytes] = [view.getUint32(0, true), view.getUint32(4, true)];
	let step = 8;
	const stepsEnd = 8 + stepBytes;
	let fresh = stepsEnd;
	if (stepsEnd > packed.length || length > 2 ** 30) throw damaged();
	const number = () => {
		for (let value = 0, unit = 1; step < stepsEnd && unit <= 2 ** 28; unit *= 128) {
			const byte = packed[step++]!;
			value += (byte & 127) * unit;
			if (byte < 128) return value;
		}
		throw damaged();
	};
	const all = joined(...known, new Uint8Array(length));
	const begin = all.length - length;
	let at = begin;
	while (at < all.length) {
		const [news, copied, source] = [number(), number(), number()];
		if (fresh + news > packed.length || at + news + copied > all.length) throw damaged();
		all.set(packed.subarray(fresh, fresh + news), at);
		fresh += news;
		at += news;
		if (copied > 0 && source >= at) throw damaged();
		// A copy may reach into itself: byte by byte then.
		if (source + copied <= at) all.copyWithin(at, source, source + copied);
		else for (let i = 0; i < copied; i++) all[at + i] = all[source + i]!;
		at += copied;
		if (news + copied === 0) throw damaged();
	}
	return all.subarray(begin);
}

/** Where the same `shortest` bytes stood before; of several places, the last. */
class Places {
	readonly #all: Uint8Array;
	readonly #at: Int32Array;
	#learned = 0;

	constructor(all: Uint8Array) {
		this.#all = all;
		this.#at = new Int32Array(1 << 20).fill(-1);
	}

	/** All that begins and ends before `end` can be copied from. */
	learn(end: number): void {
		for (; this.#learned + shortest <= end; this.#learned += grain)
			this.#at[this.#hash(this.#learned)] = this.#learned;
	}

	find(at: number): number | undefined {
		const source = this.#at[this.#hash(at)]!;
		if (source < 0) return undefined;
		for (let i = 0; i < shortest; i++)
			if (this.#all[source + i] !== this.#all[at + i]) return undefined;
		return source;
	}

	#hash(at: number): number {
		let hash = 0;
		for (let i = 0; i < shortest; i++) hash = Math.imul(hash, 31) + this.#all[at + i]!;
		return (Math.imul(hash, 0x9e37_79b1) >>> 12) & 0xf_ffff;
	}
}

function written(length: number, steps: readonly number[], fresh: Uint8Array[]): Uint8Array {
	const coded: number[] = [];
	for (let value of steps) {
		for (; value > 127; value = Math.floor(value / 128)) coded.push((value & 127) | 128);
		coded.push(value);
	}
	const head = new DataView(new ArrayBuffer(8));
	head.setUint32(0, length, true);
	head.setUint32(4, coded.length, true);
	return joined(new Uint8Array(head.buffer), Uint8Array.from(coded), ...fresh);
}

function joined(...parts: Uint8Array[]): Uint8Array {
	const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}
