import type { Builder, Operand } from '../../builder/builder.ts';
import type { LaneBits } from '../../builder/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';

/** Bits of a lane by the field `size`. */
export const laneBits = (size: number) => (8 << size) as LaneBits;
/** Bits of the vectors by the field `Q`. */
export const vectorBits = (Q: number) => (Q ? 128 : 64) as 64 | 128;

/** How the assembler calls an arrangement: `16b`, `4s`, `1d`. */
export function arrangement(Q: number, bits: LaneBits): string {
	return `${vectorBits(Q) / bits}${{ 8: 'b', 16: 'h', 32: 's', 64: 'd' }[bits]}`;
}

/** The operands of most instructions: Vd and what it was, Vn, Vm; of 64 bits where Q is 0. */
export interface Vectors {
	readonly n: Vector;
	readonly m: Vector;
	readonly d: Vector;
}

/** Vd := what `compute` makes of the vectors, each of `bits` bits. */
export function toVd(b: Builder, bits: 64 | 128, Rd: Operand, compute: () => Vector): void {
	b.needSimd();
	b.setVector(Rd, compute(), bits);
}
