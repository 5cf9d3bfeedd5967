/** Bytes of two vectors in another order, in words: the orders that instructions make. */

export interface Order {
	/** Sixteen numbers: 0 to 15 are the bytes of `a`, 16 to 31 those of `b`. */
	readonly bytes: readonly number[];
	readonly a: string;
	readonly b: string;
	/** How many bytes count: 8 where both vectors have no more. */
	readonly size: 8 | 16;
}

interface InWords {
	readonly text: string;
	readonly whole: boolean;
}

const laneSizes = [8, 4, 2, 1] as const;

/** Lanes by number, those of `b` after those of `a`; undefined where bytes of one lane part. */
function lanesIn(bytes: readonly number[], size: number): number[] | undefined {
	const lanes: number[] = [];
	for (let at = 0; at < bytes.length; at += size) {
		const first = bytes[at]!;
		if (first % size !== 0) return undefined;
		for (let i = 1; i < size; i++) if (bytes[at + i] !== first + i) return undefined;
		lanes.push(first / size);
	}
	return lanes;
}

/** Each lane of the result is the low half of one of `a` that is twice as wide: bits of the narrow one. */
export function narrowed({ bytes, b }: Order): 8 | 16 | 32 | undefined {
	if (b !== '0') return undefined;
	return ([32, 16, 8] as const).find((bits) =>
		lanesIn(bytes.slice(0, 8), bits / 8)?.every((lane, k) => lane === 2 * k)
	);
}

/** Two halves of 64 bits. */
function halvesInWords(halves: readonly number[], a: string, b: string): InWords {
	const [first, second] = halves as [number, number];
	const name = (half: number) => `${half & 1 ? 'upper' : 'lower'} ${half < 2 ? a : b}`;
	if (b === '0' && second > 1) return { text: name(first), whole: true };
	if (name(first) === name(second)) return { text: `${name(first)} in both halves`, whole: false };
	return { text: `${name(first)}, then ${name(second)}`, whole: false };
}

export function orderInWords({ bytes, a, b, size }: Order): InWords {
	// Of zeros, any are as good as those in the same place.
	const taken = bytes.slice(0, size).map((byte, i) => (b === '0' && byte > 15 ? 16 + i : byte));
	if (taken.every((byte, i) => byte === i)) return { text: a, whole: true };
	for (const lane of laneSizes) {
		const lanes = lanesIn(taken, lane);
		if (!lanes || lanes.length < 2) continue;
		if (lane === 8) return halvesInWords(lanes, a, b);
		const found = lanesInWords(lanes, 8 * lane, 16 / lane, a, b);
		if (found) return { text: found, whole: false };
	}
	const start = bytes[0]!;
	// What EXT takes out of both, one after the other.
	const cut = taken.every(
		(byte, i) => byte === (start + i < size ? start + i : 16 + start + i - size)
	);
	if (cut) return { text: `bytes ${start} to ${start + size - 1} of ${a} then ${b}`, whole: false };
	const from = a === b ? a : `${a} and ${b}`;
	return { text: `the bytes of ${from} in another order`, whole: false };
}

function lanesInWords(
	lanes: readonly number[],
	bits: number,
	ofB: number,
	a: string,
	b: string
): string | undefined {
	const count = lanes.length;
	const is = (lane: (k: number) => number) => lanes.every((each, k) => each === lane(k));
	for (const [part, name] of [
		[0, 'even'],
		[1, 'odd']
	] as const) {
		const half = count / 2;
		if (is((k) => (k < half ? 2 * k : ofB + 2 * (k - half)) + part))
			return `the ${name} ${bits}-bit lanes of ${a}, then ${b}`;
		if (is((k) => (k & 1 ? ofB : 0) + (k & ~1) + part))
			return `the ${name} ${bits}-bit lanes of ${a} and ${b} in turn`;
		if (is((k) => (k & 1 ? ofB : 0) + (k >> 1) + part * half))
			return `the ${part ? 'upper' : 'lower'} ${bits}-bit lanes of ${a} and ${b} in turn`;
	}
	for (let container = 2; container <= count; container *= 2)
		if (is((k) => k ^ (container - 1)))
			return `${a} with the ${bits}-bit lanes of each ${container * bits} bits reversed`;
	return undefined;
}
