import type { Builder, Operand, Value } from '../../builder/builder.ts';
import type { Vector } from '../../builder/vector-builder.ts';

/** What the floating-point rows share. */

export type FpBits = 32 | 64;
export const letterOfFp = { 16: 'h', 32: 's', 64: 'd' } as const;

/** Sn or Dn as a pattern, zero-extended to 64 bits. */
export function readFp(b: Builder, R: Operand, bits: FpBits): Value {
	return bits === 64 ? b.v(R, 0) : b.zext(b.truncate(b.v(R, 0)), 64);
}

/** Sd or Dd := a pattern that is zero-extended to 64 bits; the rest of Vd becomes zero. */
export function writeFp(b: Builder, R: Operand, value: Value): void {
	b.setV(R, value, b.constant(0, 64));
}

const sign = (bits: FpBits) => 1n << BigInt(bits - 1);

/** FPNeg and FPAbs: only the sign changes, whatever the pattern, and no flag is raised. */
export const negated = (b: Builder, value: Value, bits: FpBits) =>
	b.xor(value, b.constant(sign(bits), 64));
export const magnitude = (b: Builder, value: Value, bits: FpBits) =>
	b.and(value, b.constant(sign(bits) - 1n, 64));

/** The same in all lanes. */
function signs(b: Builder, bits: FpBits): Vector {
	const half = bits === 64 ? sign(64) : (sign(32) << 32n) | sign(32);
	return b.vectorConstant(half, half);
}
export const negatedLanes = (b: Builder, vector: Vector, bits: FpBits) =>
	b.lanes('xor', bits, vector, signs(b, bits));
export const magnitudeLanes = (b: Builder, vector: Vector, bits: FpBits) =>
	b.lanes('andNot', bits, vector, signs(b, bits));
