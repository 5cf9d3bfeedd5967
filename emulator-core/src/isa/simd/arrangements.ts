import type { Builder } from '../../builder/builder.ts';
import type { LaneBits, LaneOperationName } from '../../vectors/lane-operations.ts';
import type { Vector, VectorBits } from '../../builder/vector-builder.ts';

export type Bit = '0' | '1';

/** Bits of a lane by the field `size`. */
export const laneBits = (size: number) => (8 << size) as LaneBits;
/** Bits of the vectors by the field `Q`. */
export const vectorBits = (Q: number) => (Q ? 128 : 64) as 64 | 128;

const letters = { 8: 'b', 16: 'h', 32: 's', 64: 'd' } as const;
/** How the assembler calls a register of which only one lane counts: `s3`. */
export const letterOf = (bits: LaneBits) => letters[bits];

/** How it calls an arrangement: `16b`, `4s`, `1d`. */
export function arrangement(Q: number, bits: LaneBits): string {
	return `${vectorBits(Q) / bits}${letters[bits]}`;
}

export const zero = (b: Builder) => b.vectorConstant(0n, 0n);

/** What an instruction makes of lanes of n and m; d is what Vd was. */
export type Compute = (b: Builder, bits: LaneBits, n: Vector, m: Vector, d: Vector) => Vector;

export const one =
	(operation: LaneOperationName): Compute =>
	(b, bits, n, m) =>
		b.lanes(operation, bits, n, m);

/** `add` or `sub` to what Vd was. */
export const onto =
	(how: LaneOperationName, compute: Compute): Compute =>
	(b, bits, n, m, d) =>
		b.lanes(how, bits, d, compute(b, bits, n, m, d));

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Byte numbers for `shuffle` that take lane after lane: lane k lies at bytes from k * bits / 8. */
export function laneBytes(bits: LaneBits, lanes: readonly number[]): number[] {
	const bytes = bits / 8;
	const numbers = lanes.flatMap((lane) => range(bytes).map((i) => lane * bytes + i));
	return range(16).map((i) => numbers[i] ?? i);
}

/**
 * The even (0) or odd (1) lanes of n and then of m, which are `width` bits long: what pairwise
 * instructions add up.
 */
export function everyOther(
	b: Builder,
	bits: LaneBits,
	width: VectorBits,
	n: Vector,
	m: Vector,
	first: 0 | 1
): Vector {
	const pairs = width / bits / 2;
	const own = range(pairs).map((i) => 2 * i + first);
	return b.shuffle(n, m, laneBytes(bits, [...own, ...own.map((lane) => 128 / bits + lane)]));
}

/** The lanes of half the bits: the low half of each lane, together in the low half; zero above. */
export function narrow(b: Builder, bits: 8 | 16 | 32, wide: Vector): Vector {
	const lanes = range(64 / bits);
	const low = lanes.map((i) => 2 * i);
	const cleared = lanes.map((i) => 128 / bits + i);
	return b.shuffle(wide, zero(b), laneBytes(bits, [...low, ...cleared]));
}

/** Writes a narrowed vector: to the low half of Vd, or with Q to the high half beside what was there. */
export function joinHalves(b: Builder, Q: number, narrowed: Vector, d: Vector): Vector {
	return Q ? b.shuffle(d, narrowed, laneBytes(64, [0, 2])) : narrowed;
}

/** All lanes put together by an operation, in lane 0. */
export function across(
	b: Builder,
	operation: LaneOperationName,
	bits: LaneBits,
	width: 64 | 128,
	a: Vector
): Vector {
	for (let step = width / bits / 2; step >= 1; step /= 2) {
		const other = range(16 / (bits / 8)).map((i) => (i < step ? i + step : i));
		a = b.lanes(operation, bits, a, b.shuffle(a, a, laneBytes(bits, other)));
	}
	return a;
}
