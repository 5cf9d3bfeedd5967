import { aes } from './aes.ts';
import type { Block } from './block.ts';
import { sha } from './sha.ts';

/** Operations on whole vectors that lanes do not describe, done by TypeScript: cryptography. */

export interface BlockOperation {
	/** Works on `a` in place; a kernel runs these by the thousand, so nothing is allocated. */
	readonly compute: (a: Block, b: Block, c: Block) => void;
	/** In words: `MixColumns of {a}`. */
	readonly says: string;
}

/** The product of two polynomials over {0, 1} of 32 bits, its two words XORed into `into` from word `at`. */
function addProduct(into: Int32Array, at: number, a: number, b: number): void {
	// Bit 0 apart, because a shift by 32 is one by 0.
	let low = a & -(b & 1);
	let high = 0;
	for (let i = 1; i < 32; i++) {
		const taken = a & -((b >>> i) & 1);
		low ^= taken << i;
		high ^= taken >>> (32 - i);
	}
	into[at]! ^= low;
	into[at + 1]! ^= high;
}

const product = new Int32Array(4);

/** PMULL of 64 bits, the low halves as polynomials, by three products of 32 bits (Karatsuba). */
function polynomialProduct({ words: a }: Block, { words: b }: Block): void {
	const [a0, a1, b0, b1] = [a[0]!, a[1]!, b[0]!, b[1]!];
	product.fill(0);
	addProduct(product, 0, a0, b0);
	addProduct(product, 2, a1, b1);
	// The middle is (a0 + a1)(b0 + b1) less the two outer products.
	const [p0, p1, p2, p3] = [product[0]!, product[1]!, product[2]!, product[3]!];
	addProduct(product, 1, a0 ^ a1, b0 ^ b1);
	product[1]! ^= p0 ^ p2;
	product[2]! ^= p1 ^ p3;
	a.set(product);
}

const described = {
	polynomialProduct: {
		compute: polynomialProduct,
		says: '{a} * {b} without carries'
	},
	...aes,
	...sha
} as const satisfies Record<string, BlockOperation>;

export type BlockOperationName = keyof typeof described;
export const blockOperations: Readonly<Record<BlockOperationName, BlockOperation>> = described;
/** Their numbers, as generated code names them to TypeScript. */
export const blockOperationNames = Object.keys(described) as BlockOperationName[];
