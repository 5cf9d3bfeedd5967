import type { Operand, Value } from './builder.ts';
import type { LaneBits, LaneOperationName } from '../vectors/lane-operations.ts';
import type { FpOperationName, FpSize } from '../fp/index.ts';

declare const vectorBrand: unique symbol;

/** A value of 128 bits: sixteen lanes of 8 bits, or eight of 16, four of 32, two of 64. Lane 0 is the lowest. */
export interface Vector {
	readonly [vectorBrand]: true;
}

/** How much of a V register an instruction reads or writes. */
export type VectorBits = 8 | 16 | 32 | 64 | 128;

/**
 * The operations on SIMD and floating-point registers that semantics are written in. What an
 * instruction with 64-bit operands (`.8b`, `.2s`) reads has a zero upper half, so that its lanes never
 * saturate and never raise a flag; what it writes clears the upper half.
 */
export interface VectorBuilder {
	/**
	 * The low `bits` bits of Vn, and zero above: Bn, Hn, Sn, Dn, or all of it. With `after`, of the
	 * register that many numbers further; V0 follows V31.
	 */
	vector(field: Operand, bits: VectorBits, after?: number): Vector;
	/** Vn := the low `bits` bits of `value`, and zero above. */
	setVector(field: Operand, value: Vector, bits: VectorBits, after?: number): void;
	vectorConstant(low: bigint, high: bigint): Vector;

	/** The same operation in each lane. */
	lanes(operation: LaneOperationName, bits: LaneBits, ...args: Vector[]): Vector;
	/** Each lane shifted by `amount` (32 bits): to the left by less than `bits`, to the right by 1 to `bits`. */
	shiftLanes(how: 'shl' | 'lshr' | 'ashr', bits: LaneBits, a: Vector, amount: Value): Vector;
	/** The lanes of `bits` in one half of `a`, extended to twice the bits: 0 is the low half. */
	extendLanes(bits: 8 | 16 | 32, signed: boolean, half: 0 | 1, a: Vector): Vector;
	/** Sixteen bytes by their numbers: 0 to 15 are those of `a`, 16 to 31 those of `b`. */
	shuffle(a: Vector, b: Vector, bytes: readonly number[]): Vector;
	/** For each byte of `indices`, that byte of `table`; zero where the index is above 15. */
	lookUp(table: Vector, indices: Vector): Vector;
	/** All lanes alike: the low `bits` bits of `value`. */
	splat(bits: LaneBits, value: Value): Vector;

	/** One lane, zero-extended to 64 bits. */
	lane(a: Vector, bits: LaneBits, index: number): Value;
	/** `a` with one lane replaced by the low bits of `value`. */
	withLane(a: Vector, bits: LaneBits, index: number, value: Value): Vector;
	/** The lane of Vn (or `after` registers further) that `index` (32 bits) names, zero-extended to 64 bits. */
	element(field: Operand, bits: LaneBits, index: Value, after?: number): Value;
	/** Writes that lane and leaves the others as they are. */
	setElement(field: Operand, bits: LaneBits, index: Value, value: Value, after?: number): void;

	/**
	 * A floating-point operation on patterns of `bits` bits, each zero-extended to 64, as is the result.
	 * FPCR decides how, FPSR collects the flags.
	 */
	fp(operation: FpOperationName, bits: FpSize, ...args: Value[]): Value;
	/**
	 * The same in the lowest `count` lanes, with zero above; a yes is a lane of ones. A Value among the
	 * operands is the same for all lanes.
	 */
	fpLanes(
		operation: FpOperationName,
		bits: 32 | 64,
		count: number,
		...args: (Vector | { readonly all: Value })[]
	): Vector;
	/** An operation on whole vectors that lanes do not describe (AES, SHA): see block-operations.ts. */
	block(operation: BlockOperationName, ...args: Vector[]): Vector;
}

/** See block-operations.ts. */
export type BlockOperationName = import('../vectors/block-operations.ts').BlockOperationName;
