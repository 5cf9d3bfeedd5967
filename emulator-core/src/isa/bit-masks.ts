/**
 * What N:immr:imms of a logical immediate stand for (DecodeBitMasks of the Arm ARM): a run of ones,
 * rotated right within its element, the element repeated over 64 bits. Undefined if reserved.
 */
export function decodeBitMask(n: number, immr: number, imms: number): bigint | undefined {
	const length = 31 - Math.clz32((n << 6) | (~imms & 0x3f));
	if (length < 1) return undefined;
	const element = 1 << length;
	const ones = (imms & (element - 1)) + 1;
	if (ones === element) return undefined;
	const rotate = immr & (element - 1);
	const run = (1n << BigInt(ones)) - 1n;
	const size = BigInt(element);
	const rotated =
		((run >> BigInt(rotate)) | (run << (size - BigInt(rotate)))) & ((1n << size) - 1n);
	let mask = 0n;
	for (let at = 0n; at < 64n; at += size) mask |= rotated << at;
	return mask;
}

/** The table by N:immr:imms, 13 bits; zero where reserved. */
export function bitMaskTable(): BigUint64Array {
	return BigUint64Array.from(
		{ length: 8192 },
		(_, index) => decodeBitMask(index >> 12, (index >> 6) & 63, index & 63) ?? 0n
	);
}

let encodings: Map<bigint, number> | undefined;

/** N:immr:imms of a 64-bit mask, or undefined if no logical immediate makes it. */
export function encodeBitMask(mask: bigint): number | undefined {
	if (!encodings) {
		encodings = new Map();
		const table = bitMaskTable();
		// From the end: where several encodings make one mask, the one with the smallest immr stays.
		for (let i = 8191; i >= 0; i--) {
			const element = i >> 12 ? 64 : 1 << (31 - Math.clz32(~i & 0x3f));
			if (table[i] !== 0n && ((i >> 6) & 63) < element) encodings.set(table[i]!, i);
		}
	}
	return encodings.get(BigInt.asUintN(64, mask));
}
