/** Which constants fit into instructions, by the Arm ARM's encodings. */

/** ADD/SUB (immediate): 12 bits, or 12 bits shifted left by 12. */
export function isAddImmediate(value: bigint): boolean {
	return value >= 0n && (value < 0x1000n || ((value & 0xfffn) === 0n && value < 0x100_0000n));
}

/** AND/ORR/EOR (immediate): a run of ones, rotated, repeated in elements of 2 to 64 bits. */
export function isLogicalImmediate(value: bigint, width: 32 | 64): boolean {
	let v = BigInt.asUintN(width, value);
	if (width === 32) v |= v << 32n;
	if (v === 0n || v === 0xffff_ffff_ffff_ffffn) return false;
	let size = 64n;
	while (size > 2n) {
		const half = size / 2n;
		const mask = (1n << half) - 1n;
		if ((v & mask) !== ((v >> half) & mask)) break;
		size = half;
	}
	const mask = (1n << size) - 1n;
	const element = v & mask;
	// One run of ones on a circle of `size` bits: exactly two places where neighbours differ.
	const rotated = ((element << 1n) | (element >> (size - 1n))) & mask;
	let changes = element ^ rotated;
	let count = 0;
	for (; changes !== 0n; changes &= changes - 1n) count++;
	return count === 2;
}

/** The shortest of MOVZ/MOVN with MOVKs, or one ORR of a logical immediate; text for `d`. */
export function moveConstant(value: bigint, x: string, w: string): string[] {
	value = BigInt.asUintN(64, value);
	const narrow = value < 0x1_0000_0000n;
	if (narrow && value < 0x1_0000n) return [`mov ${w}, #${value}`];
	const halves = [0n, 16n, 32n, 48n].map((shift) => Number((value >> shift) & 0xffffn));
	const used = narrow ? 2 : 4;
	const zeros = halves.slice(0, used).filter((half) => half === 0).length;
	const ones = halves.slice(0, used).filter((half) => half === 0xffff).length;
	const d = narrow ? w : x;
	if (used - Math.max(zeros, ones) > 1 && isLogicalImmediate(value, narrow ? 32 : 64))
		return [`mov ${d}, #0x${value.toString(16)}`];
	const invert = ones > zeros;
	const fill = invert ? 0xffff : 0;
	const out: string[] = [];
	for (let i = 0; i < used; i++) {
		const half = halves[i]!;
		if (half === fill) continue;
		const shift = i === 0 ? '' : `, lsl #${16 * i}`;
		if (out.length > 0) out.push(`movk ${d}, #${half}${shift}`);
		else if (invert) out.push(`movn ${d}, #${~half & 0xffff}${shift}`);
		else out.push(`movz ${d}, #${half}${shift}`);
	}
	if (out.length === 0) out.push(invert ? `movn ${d}, #0` : `movz ${d}, #0`);
	return out;
}

export const isPowerOfTwo = (value: bigint) => value > 0n && (value & (value - 1n)) === 0n;
export const log2 = (value: bigint) => value.toString(2).length - 1;
export const isLowMask = (value: bigint) => value > 0n && (value & (value + 1n)) === 0n;
