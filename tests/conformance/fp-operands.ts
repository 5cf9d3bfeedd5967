import {
	fpFormats,
	fpOperations,
	runFp,
	type FpFormat,
	type FpOperand,
	type FpOperationName,
	type FpSize
} from '../../emulator-core/src/fp/index.ts';
import type { Random } from './random.ts';

/** Operands at which floating point turns: specials, ties, the edges of formats, of integers, of sums. */

const long = (random: Random) => (BigInt(random.word()) << 32n) | BigInt(random.word());

function magnitudes(format: FpFormat): bigint[] {
	const { infinity, quietBit, hiddenBit, signBit } = format;
	const one = (infinity >> 1n) & ~(hiddenBit - 1n);
	const specials = [0n, 1n, 2n, 3n, quietBit, hiddenBit - 1n, hiddenBit, hiddenBit + 1n, one];
	const around = [one - 1n, one + 1n, one + quietBit, one + hiddenBit, infinity - 1n];
	const top = [infinity - 2n, infinity - hiddenBit, infinity - hiddenBit - 1n, infinity];
	const nans = [infinity + 1n, infinity + quietBit, infinity + quietBit + 5n, signBit - 1n];
	return [...specials, ...around, ...top, ...nans];
}
const special = {
	16: magnitudes(fpFormats[16]),
	32: magnitudes(fpFormats[32]),
	64: magnitudes(fpFormats[64])
};

/** A fraction of few ones, of few ones below a run, or of any bits. */
function fraction(random: Random, bits: number): bigint {
	const width = BigInt(bits);
	switch (random.below(4)) {
		case 0:
			return (1n << BigInt(random.below(bits))) | (1n << BigInt(random.below(bits)));
		case 1: {
			const ones = (1n << width) - (1n << BigInt(random.below(bits)));
			return BigInt.asUintN(bits, ones ^ (random.below(2) === 0 ? 0n : 1n));
		}
		default:
			return BigInt.asUintN(bits, long(random));
	}
}

/** A number of the given unbiased exponent, subnormal or largest where that is out of range. */
function withExponent(random: Random, format: FpFormat, exponent: number): bigint {
	const biased = exponent - format.minExponent + 1;
	const sign = random.below(2) === 0 ? 0n : format.signBit;
	const digits = fraction(random, format.fractionBits);
	if (biased >= format.maxBiased) return sign | (format.infinity - 1n - (digits & 3n));
	if (biased > 0) return sign | (BigInt(biased) << BigInt(format.fractionBits)) | digits;
	return sign | ((format.hiddenBit | digits) >> BigInt(Math.min(1 - biased, 60)));
}

const exponentOf = (format: FpFormat, bits: bigint) =>
	(Number(bits >> BigInt(format.fractionBits)) & format.maxBiased) + format.minExponent - 1;

/** Exponents at which conversions turn: integers, ends of the smaller formats, and all others. */
function anyExponent(random: Random, format: FpFormat): number {
	const edges = [0, 7, 15, 16, 24, 31, 32, 53, 63, 64, 127, 128, -14, -24, -25, -126, -149, -150];
	switch (random.below(4)) {
		case 0:
			return random.pick(edges) + random.below(3) - 1;
		case 1:
			return random.below(70) - 4;
		case 2:
			return random.below(2) === 0
				? format.minExponent + random.below(60) - 55
				: -format.minExponent - random.below(60);
		default:
			return random.below(format.maxBiased + 1) + format.minExponent;
	}
}

function specialValue(random: Random, size: FpSize): bigint {
	const sign = random.below(2) === 0 ? 0n : fpFormats[size].signBit;
	return random.pick(special[size]) | sign;
}

function value(random: Random, size: FpSize): bigint {
	const format = fpFormats[size];
	switch (random.below(8)) {
		case 0:
		case 1:
			return specialValue(random, size);
		case 2:
			return BigInt.asUintN(size, long(random));
		default:
			return withExponent(random, format, anyExponent(random, format));
	}
}

/** A second operand for whose sum, product or quotient with the first something happens. */
function partner(random: Random, format: FpFormat, first: bigint): bigint {
	const exponent = exponentOf(format, first);
	const near = random.below(7) - 3;
	switch (random.below(8)) {
		case 0:
			return first;
		case 1:
			return first ^ format.signBit;
		case 2:
			return BigInt.asUintN(format.bits, first ^ format.signBit ^ (1n << BigInt(random.below(5))));
		case 3:
			return withExponent(random, format, exponent + near);
		case 4:
			return withExponent(random, format, exponent - format.fractionBits + near);
		case 5: {
			const low = random.below(2) === 0 ? 0 : format.fractionBits;
			return withExponent(random, format, format.minExponent - low - exponent + near);
		}
		case 6: {
			const edge = random.below(2) === 0 ? -format.minExponent : format.minExponent;
			return withExponent(random, format, exponent - edge + near);
		}
		default:
			return withExponent(random, format, -exponent + near);
	}
}

/** An addend that the product of two others nearly, or quite, cancels. */
function addend(random: Random, size: FpSize, a: bigint, b: bigint): bigint {
	const format = fpFormats[size];
	const { bits } = runFp('mul', size, [a, b], 0);
	switch (random.below(4)) {
		case 0:
			return bits ^ format.signBit;
		case 1:
			return BigInt.asUintN(size, bits ^ BigInt(random.below(8)) ^ format.signBit);
		default:
			return withExponent(
				random,
				format,
				exponentOf(format, bits) + random.below(4 * format.fractionBits) - 2 * format.fractionBits
			);
	}
}

function operand(random: Random, kind: FpOperand, size: FpSize): bigint {
	if (kind === 'value') return value(random, size);
	const bits = kind === 'int32' ? 32 : 64;
	if (random.below(3) === 0) return BigInt.asUintN(bits, random.value());
	return BigInt.asUintN(bits, fraction(random, bits) >> BigInt(random.below(bits)));
}

/** Operands for an operation, in the order it takes them. */
export function randomOperands(random: Random, name: FpOperationName, size: FpSize): bigint[] {
	const kinds = fpOperations[name].operands;
	const operands = kinds.map((kind) => operand(random, kind, size));
	const values = kinds.filter((kind) => kind === 'value').length;
	if (values > 1 && random.below(6) === 0) return operands.map(() => specialValue(random, size));
	if (values > 1 && random.below(3) > 0)
		operands[values - 1] = partner(random, fpFormats[size], operands[values - 2]!);
	if (values === 3 && random.below(3) > 0)
		operands[0] = addend(random, size, operands[1]!, operands[2]!);
	return operands;
}

/** FPCR with every mode there is; one in four is the default. */
export function randomFpcr(random: Random): number {
	return random.below(4) === 0 ? 0 : random.below(32) << 22;
}
