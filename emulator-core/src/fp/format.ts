import { fpFlags, type FpEnvironment } from './environment.ts';

/** Width in bits of a floating-point value: half, single, double. */
export type FpSize = 16 | 32 | 64;
export type Sign = 0 | 1;

/**
 * A format of IEEE 754: sign, then `exponentBits` of biased exponent, then `fractionBits` of fraction.
 * Patterns are unsigned bigints of `bits` bits.
 */
export interface FpFormat {
	readonly bits: FpSize;
	readonly exponentBits: number;
	readonly fractionBits: number;
	/** The exponent of the smallest normal number: 1 - bias. */
	readonly minExponent: number;
	/** The exponent field of infinities and NaNs: all ones. */
	readonly maxBiased: number;
	/** The sign bit alone, which is also -0. */
	readonly signBit: bigint;
	/** +infinity: an exponent of ones, and no fraction. */
	readonly infinity: bigint;
	/** The highest fraction bit: set in a quiet NaN, clear in a signalling one. */
	readonly quietBit: bigint;
	/** 2^fractionBits: the one before the point of a normal number, which is not stored. */
	readonly hiddenBit: bigint;
	/** FPDefaultNaN: positive, quiet, nothing else. */
	readonly defaultNaN: bigint;
}

function format(bits: FpSize, exponentBits: number): FpFormat {
	const fractionBits = bits - 1 - exponentBits;
	const maxBiased = 2 ** exponentBits - 1;
	const infinity = BigInt(maxBiased) << BigInt(fractionBits);
	const quietBit = 1n << BigInt(fractionBits - 1);
	return {
		bits,
		exponentBits,
		fractionBits,
		minExponent: 2 - 2 ** (exponentBits - 1),
		maxBiased,
		signBit: 1n << BigInt(bits - 1),
		infinity,
		quietBit,
		hiddenBit: 1n << BigInt(fractionBits),
		defaultNaN: infinity | quietBit
	};
}

export const half = format(16, 5);
export const single = format(32, 8);
export const double = format(64, 11);
export const fpFormats: Readonly<Record<FpSize, FpFormat>> = { 16: half, 32: single, 64: double };

export type FpClass = 'zero' | 'finite' | 'infinity' | 'quiet' | 'signalling';

/** A pattern taken apart. Where `kind` is finite, its value is ±significand * 2^exponent, exactly. */
export interface Unpacked {
	readonly kind: FpClass;
	readonly sign: Sign;
	readonly exponent: number;
	readonly significand: bigint;
	/** The pattern itself, which NaNs pass on. */
	readonly bits: bigint;
}

/**
 * FPUnpack. Flushes a subnormal operand to zero if FPCR.FZ says so, which half precision does not know;
 * a half with FPCR.AHP has no infinities or NaNs.
 */
export function unpack(env: FpEnvironment, format: FpFormat, bits: bigint): Unpacked {
	const { fractionBits, maxBiased } = format;
	const upper = Number(bits >> BigInt(fractionBits));
	const sign: Sign = upper > maxBiased ? 1 : 0;
	const biased = upper & maxBiased;
	const fraction = BigInt.asUintN(fractionBits, bits);

	if (biased === maxBiased && !(format === half && env.alternativeHalf)) {
		if (fraction === 0n) return { kind: 'infinity', sign, exponent: 0, significand: 0n, bits };
		const kind = fraction < format.quietBit ? 'signalling' : 'quiet';
		return { kind, sign, exponent: 0, significand: 0n, bits };
	}
	if (biased > 0) {
		const exponent = format.minExponent + biased - 1 - fractionBits;
		return { kind: 'finite', sign, exponent, significand: fraction | format.hiddenBit, bits };
	}
	if (fraction === 0n) return { kind: 'zero', sign, exponent: 0, significand: 0n, bits };
	if (env.flushToZero && format !== half) {
		env.raise(fpFlags.IDC);
		return { kind: 'zero', sign, exponent: 0, significand: 0n, bits };
	}
	const exponent = format.minExponent - fractionBits;
	return { kind: 'finite', sign, exponent, significand: fraction, bits };
}

/** FPZero, FPInfinity and the like: a magnitude under a sign. */
export function signed(format: FpFormat, sign: Sign, magnitude: bigint): bigint {
	return sign === 1 ? magnitude | format.signBit : magnitude;
}

/** FPNeg: of zeros and NaNs as well. */
export function negate(format: FpFormat, bits: bigint): bigint {
	return bits ^ format.signBit;
}
