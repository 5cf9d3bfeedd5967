import type { Block } from './block.ts';

/**
 * The steps of SHA-1 and SHA-256 (FIPS 180-4). W + K stands for four words of the message schedule to
 * which the program has added the constants.
 */

const rotateLeft = (x: number, by: number) => (x << by) | (x >>> (32 - by));
const rotateRight = (x: number, by: number) => (x >>> by) | (x << (32 - by));

const choose = (x: number, y: number, z: number) => (x & y) ^ (~x & z);
const parity = (x: number, y: number, z: number) => x ^ y ^ z;
const majority = (x: number, y: number, z: number) => (x & y) ^ (x & z) ^ (y & z);

// Large and small sigma of SHA-256.
const Sigma0 = (x: number) => rotateRight(x, 2) ^ rotateRight(x, 13) ^ rotateRight(x, 22);
const Sigma1 = (x: number) => rotateRight(x, 6) ^ rotateRight(x, 11) ^ rotateRight(x, 25);
const sigma0 = (x: number) => rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
const sigma1 = (x: number) => rotateRight(x, 17) ^ rotateRight(x, 19) ^ (x >>> 10);

/** Four rounds of SHA-1: words a, b, c, d of the state in one vector, e in the low word of another. */
function sha1Rounds(f: (b: number, c: number, d: number) => number) {
	return ({ words: state }: Block, { words: last }: Block, { words: wk }: Block): void => {
		let a = state[0]!;
		let b = state[1]!;
		let c = state[2]!;
		let d = state[3]!;
		let e = last[0]!;
		for (let i = 0; i < 4; i++) {
			const next = (e + rotateLeft(a, 5) + f(b, c, d) + wk[i]!) | 0;
			e = d;
			d = c;
			c = rotateLeft(b, 30);
			b = a;
			a = next;
		}
		state[0] = a;
		state[1] = b;
		state[2] = c;
		state[3] = d;
	};
}

/** W[t] = ROTL1(W[t-3] ^ W[t-8] ^ W[t-14] ^ W[t-16]): all but W[t-3], and no rotation yet. */
function sha1Schedule0({ words: d }: Block, { words: n }: Block, { words: m }: Block): void {
	const d2 = d[2]!;
	const d3 = d[3]!;
	d[0]! ^= d2 ^ m[0]!;
	d[1]! ^= d3 ^ m[1]!;
	d[2]! ^= n[0]! ^ m[2]!;
	d[3]! ^= n[1]! ^ m[3]!;
}

/** The rest: W[t-3] of the fourth word is the first one of these. */
function sha1Schedule1({ words: d }: Block, { words: n }: Block): void {
	for (let i = 0; i < 3; i++) d[i] = rotateLeft(d[i]! ^ n[i + 1]!, 1);
	d[3] = rotateLeft(d[3]! ^ d[0]!, 1);
}

/** Four rounds of SHA-256 on a to d and e to h; which of the two halves is the result. */
function sha256Rounds(abcd: Block, efgh: Block, { words: wk }: Block, result: Block): void {
	let [a, b, c, d] = abcd.words as unknown as [number, number, number, number];
	let [e, f, g, h] = efgh.words as unknown as [number, number, number, number];
	for (let i = 0; i < 4; i++) {
		const t1 = (h + Sigma1(e) + choose(e, f, g) + wk[i]!) | 0;
		const t2 = (Sigma0(a) + majority(a, b, c)) | 0;
		h = g;
		g = f;
		f = e;
		e = (d + t1) | 0;
		d = c;
		c = b;
		b = a;
		a = (t1 + t2) | 0;
	}
	const words = result.words;
	const first = result === abcd;
	words[0] = first ? a : e;
	words[1] = first ? b : f;
	words[2] = first ? c : g;
	words[3] = first ? d : h;
}

/** sigma0(W[t-15]) + W[t-16]. */
function sha256Schedule0({ words: d }: Block, { words: n }: Block): void {
	for (let i = 0; i < 3; i++) d[i]! += sigma0(d[i + 1]!);
	d[3]! += sigma0(n[0]!);
}

/** And sigma1(W[t-2]) + W[t-7]: the last two words need the first two of these. */
function sha256Schedule1({ words: d }: Block, { words: n }: Block, { words: m }: Block): void {
	d[0]! += sigma1(m[2]!) + n[1]!;
	d[1]! += sigma1(m[3]!) + n[2]!;
	d[2]! += sigma1(d[0]!) + n[3]!;
	d[3]! += sigma1(d[1]!) + m[0]!;
}

const rounds1 = (name: string) =>
	`a to d after 4 rounds of SHA-1 (${name}), from {a}, e = {b}, W + K = {c}`;

export const sha = {
	sha1Choose: { compute: sha1Rounds(choose), says: rounds1('Ch') },
	sha1Parity: { compute: sha1Rounds(parity), says: rounds1('Parity') },
	sha1Majority: { compute: sha1Rounds(majority), says: rounds1('Maj') },
	sha1Schedule0: {
		compute: sha1Schedule0,
		says: "the first half of SHA-1's next 4 words W, from {a}, {b}, {c}"
	},
	sha1Schedule1: {
		compute: sha1Schedule1,
		says: "SHA-1's next 4 words W, from their first half {a} and from {b}"
	},
	sha256AToD: {
		compute: (abcd: Block, efgh: Block, wk: Block) => sha256Rounds(abcd, efgh, wk, abcd),
		says: 'a to d after 4 rounds of SHA-256, from {a}, e to h = {b}, W + K = {c}'
	},
	sha256EToH: {
		compute: (efgh: Block, abcd: Block, wk: Block) => sha256Rounds(abcd, efgh, wk, efgh),
		says: 'e to h after 4 rounds of SHA-256, from {a}, a to d = {b}, W + K = {c}'
	},
	sha256Schedule0: {
		compute: sha256Schedule0,
		says: "the first half of SHA-256's next 4 words W, from {a} and {b}"
	},
	sha256Schedule1: {
		compute: sha256Schedule1,
		says: "SHA-256's next 4 words W, from their first half {a} and from {b}, {c}"
	}
};
