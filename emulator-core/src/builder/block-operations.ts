/**
 * Operations on whole vectors that lanes do not describe, done by TypeScript: cryptography. Each takes
 * and gives 16 bytes, the lowest first.
 */

export interface BlockOperation {
	readonly compute: (args: readonly Uint8Array[], result: Uint8Array) => void;
	/** In words, before its operands in parentheses: `the sum of`. */
	readonly says: string;
}

/** A vector as one number, and back. */
const numberOf = (bytes: Uint8Array) =>
	bytes.reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n);
function put(result: Uint8Array, value: bigint): void {
	for (let i = 0; i < 16; i++) result[i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

const described = {
	/** PMULL of 64 bits: the low halves as polynomials over {0, 1}. */
	polynomialProduct: {
		compute: ([n, m], result) => {
			const [a, b] = [numberOf(n!.subarray(0, 8)), numberOf(m!.subarray(0, 8))];
			let product = 0n;
			for (let at = 0n; at < 64n; at++) if ((b >> at) & 1n) product ^= a << at;
			put(result, product);
		},
		says: 'the product without carries of'
	}
} as const satisfies Record<string, BlockOperation>;

export type BlockOperationName = keyof typeof described;
export const blockOperations: Readonly<Record<BlockOperationName, BlockOperation>> = described;
/** Their numbers, as generated code names them to TypeScript. */
export const blockOperationNames = Object.keys(described) as BlockOperationName[];
