import { two } from './arithmetic.ts';
import { fpFlags, type FpEnvironment } from './environment.ts';
import { bitLength, plus, times, type Exact } from './exact.ts';
import { negate, signed, unpack, type FpFormat, type Sign } from './format.ts';
import { invalid, isNaN, processNaN, processNaNs } from './nan.ts';
import { round, roundOrZero } from './round.ts';

/**
 * The estimates of 1/x and 1/√x, good to eight bits, and the steps of Newton's method that make them
 * better. Arm fixes every bit of them, so that programs give the same results on every machine.
 */

/**
 * RecipEstimate: `a` from 256 to 511 stands for 0.5 to 1, the result likewise for 1 to 2. It is the
 * reciprocal of the middle of the interval that `a` stands for, rounded.
 */
function estimateReciprocal(a: number): number {
	const middle = 2 * a + 1;
	return (Math.floor(2 ** 19 / middle) + 1) >> 1;
}

/**
 * RecipSqrtEstimate: `a` from 128 to 511 stands for 0.25 to 1, the result of 256 to 511 for 1 to 2. Above
 * 0.5 the lowest bit of `a` does not count, so that there too an interval has two units.
 */
function estimateReciprocalRoot(a: number): number {
	const middle = a < 256 ? 2 * a + 1 : 2 * (a | 1);
	let b = 512;
	while (middle * (b + 1) * (b + 1) < 2 ** 28) b++;
	return (b + 1) >> 1;
}

/** The exponent of the leading one, and the nine digits that begin with it. */
function leading(x: Exact): { exponent: number; digits: number } {
	const length = bitLength(x.significand);
	const drop = BigInt(length - 9);
	const digits = drop > 0n ? x.significand >> drop : x.significand << -drop;
	return { exponent: x.exponent + length - 1, digits: Number(digits) };
}

/**
 * FPRecipEstimate. Where the reciprocal is too large or FPCR.FZ finds it too small, the manual says what
 * to return; rounding the estimate says the same.
 */
export function recipEstimate(env: FpEnvironment, format: FpFormat, a: bigint): bigint {
	const x = unpack(env, format, a);
	if (isNaN(x)) return processNaN(env, format, x);
	if (x.kind === 'infinity') return signed(format, x.sign, 0n);
	if (x.kind === 'zero') {
		env.raise(fpFlags.DZC);
		return signed(format, x.sign, format.infinity);
	}
	const { exponent, digits } = leading(x);
	const significand = BigInt(estimateReciprocal(digits));
	return round(env, format, { sign: x.sign, exponent: -exponent - 1 - 8, significand });
}

/** FPRSqrtEstimate. Zeros give infinity of their sign, other negative numbers the default NaN. */
export function rsqrtEstimate(env: FpEnvironment, format: FpFormat, a: bigint): bigint {
	const x = unpack(env, format, a);
	if (isNaN(x)) return processNaN(env, format, x);
	if (x.kind === 'zero') {
		env.raise(fpFlags.DZC);
		return signed(format, x.sign, format.infinity);
	}
	if (x.sign === 1) return invalid(env, format);
	if (x.kind === 'infinity') return 0n;
	// The operand is 0.25 to 1 times an even power of two.
	const { exponent, digits } = leading(x);
	const significand = BigInt(estimateReciprocalRoot(exponent & 1 ? digits : digits >> 1));
	return round(env, format, { sign: 0, exponent: ((-exponent - 1) >> 1) - 8, significand });
}

/**
 * FPRecpX: a power of two near the reciprocal, by turning the exponent field over; the fraction is
 * dropped. Zeros and subnormals give the largest power of two.
 */
export function recpX(env: FpEnvironment, format: FpFormat, a: bigint): bigint {
	const x = unpack(env, format, a);
	if (isNaN(x)) return processNaN(env, format, x);
	const fractionBits = BigInt(format.fractionBits);
	const field = (a & format.infinity) >> fractionBits;
	const ones = BigInt(format.maxBiased);
	const turned = field === 0n ? ones - 1n : ones - field;
	return signed(format, x.sign, turned << fractionBits);
}

/** FPRecipStepFused: 2 - a * b, rounded once. Zero times infinity counts as zero. */
export function recipStep(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return stepFused(env, format, a, b, { sign: 0, exponent: 1, significand: 1n }, 0, two(format));
}

/** FPRSqrtStepFused: (3 - a * b) / 2, rounded once. Zero times infinity counts as zero. */
export function rsqrtStep(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	const onePointFive = two(format) - format.quietBit;
	return stepFused(env, format, a, b, { sign: 0, exponent: 0, significand: 3n }, 1, onePointFive);
}

/** (`from` - a * b) / 2^`halvings`. The first operand is negated at once, even if it is a NaN. */
function stepFused(
	env: FpEnvironment,
	format: FpFormat,
	a: bigint,
	b: bigint,
	from: Exact,
	halvings: 0 | 1,
	withoutProduct: bigint
): bigint {
	const x = unpack(env, format, negate(format, a));
	const y = unpack(env, format, b);
	const nan = processNaNs(env, format, x, y);
	if (nan !== undefined) return nan;
	const zero = x.kind === 'zero' || y.kind === 'zero';
	const infinite = x.kind === 'infinity' || y.kind === 'infinity';
	if (zero && infinite) return withoutProduct;
	if (infinite) return signed(format, (x.sign ^ y.sign) as Sign, format.infinity);
	const difference = plus(from, times(x, y));
	return roundOrZero(env, format, { ...difference, exponent: difference.exponent - halvings });
}

/** UnsignedRecipEstimate of URECPE: `a` / 2^32 from 0.5 to 1; below, the largest result. No flags. */
export function unsignedRecipEstimate(_: FpEnvironment, __: FpFormat, a: bigint): bigint {
	if (a < 0x8000_0000n) return 0xffff_ffffn;
	return BigInt(estimateReciprocal(Number(a >> 23n))) << 23n;
}

/** UnsignedRSqrtEstimate of URSQRTE: `a` / 2^32 from 0.25 to 1; below, the largest result. No flags. */
export function unsignedRsqrtEstimate(_: FpEnvironment, __: FpFormat, a: bigint): bigint {
	if (a < 0x4000_0000n) return 0xffff_ffffn;
	return BigInt(estimateReciprocalRoot(Number(a >> 23n))) << 23n;
}
