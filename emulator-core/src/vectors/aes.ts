import type { Block } from './block.ts';

/** The steps of AES (FIPS 197). Byte 4 * c + r of a block is row r of column c of the state. */

/** The product of two bytes in GF(2^8), modulo x^8 + x^4 + x^3 + x + 1. */
function multiply(a: number, b: number): number {
	let product = 0;
	for (; b > 0; b >>= 1) {
		if (b & 1) product ^= a;
		a = (a << 1) ^ (a & 0x80 ? 0x11b : 0);
	}
	return product;
}

/** S-box of a byte (FIPS 197, 5.1.1): its inverse, 0 for 0, XORed with four rotations of itself and 0x63. */
function substitute(byte: number): number {
	// a^254 = 1 / a, because a^255 = 1.
	let inverse = 1;
	for (let i = 0; i < 254; i++) inverse = multiply(inverse, byte);
	const twice = inverse * 0x101;
	return (inverse ^ (twice >> 4) ^ (twice >> 5) ^ (twice >> 6) ^ (twice >> 7) ^ 0x63) & 0xff;
}

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const sBox = allBytes.map(substitute);
const inverseSBox = new Uint8Array(256);
sBox.forEach((to, from) => (inverseSBox[to] = from));

const state = new Uint8Array(16);

/** AddRoundKey, then the rows shifted by their number of columns `by` times, then each byte substituted. */
function round(by: 1 | -1, box: Uint8Array) {
	const from = Uint8Array.from({ length: 16 }, (_, i) => (i + 4 * by * (i % 4)) & 15);
	return ({ bytes: a }: Block, { bytes: key }: Block): void => {
		for (let i = 0; i < 16; i++) state[i] = a[from[i]!]! ^ key[from[i]!]!;
		for (let i = 0; i < 16; i++) a[i] = box[state[i]!]!;
	};
}

/** Each column times a polynomial: row r of the result has `factors[k]` times row r + k. */
function mixed(factors: readonly number[]) {
	const products = factors.map((factor) => allBytes.map((byte) => multiply(factor, byte)));
	const [m0, m1, m2, m3] = products as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
	return ({ bytes: a }: Block): void => {
		for (let column = 0; column < 16; column += 4) {
			const a0 = a[column]!;
			const a1 = a[column + 1]!;
			const a2 = a[column + 2]!;
			const a3 = a[column + 3]!;
			a[column] = m0[a0]! ^ m1[a1]! ^ m2[a2]! ^ m3[a3]!;
			a[column + 1] = m0[a1]! ^ m1[a2]! ^ m2[a3]! ^ m3[a0]!;
			a[column + 2] = m0[a2]! ^ m1[a3]! ^ m2[a0]! ^ m3[a1]!;
			a[column + 3] = m0[a3]! ^ m1[a0]! ^ m2[a1]! ^ m3[a2]!;
		}
	};
}

export const aes = {
	aesEncrypt: { compute: round(1, sBox), says: "{a} ^ {b} after AES's SubBytes and ShiftRows" },
	aesDecrypt: {
		compute: round(-1, inverseSBox),
		says: "{a} ^ {b} after AES's InvSubBytes and InvShiftRows"
	},
	aesMix: { compute: mixed([2, 3, 1, 1]), says: "{a} after AES's MixColumns" },
	aesInverseMix: { compute: mixed([14, 11, 13, 9]), says: "{a} after AES's InvMixColumns" }
};
