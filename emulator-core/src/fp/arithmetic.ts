import { fpFlags, type FpEnvironment } from './environment.ts';
import { over, plus, squareRoot, times } from './exact.ts';
import { negate, signed, unpack, type FpFormat, type Sign } from './format.ts';
import { invalid, isNaN, processNaN, processNaNs } from './nan.ts';
import { round, roundOrZero } from './round.ts';

/**
 * Sum, difference, product, quotient, root and fused multiply-add. Each takes its operands apart, answers
 * what is special, computes the rest exactly and rounds once.
 */

/** FPAdd. */
export function add(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return sum(env, format, a, b, 0);
}

/** FPSub. Not the sum with -b: a NaN b keeps its sign. */
export function sub(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return sum(env, format, a, b, 1);
}

function sum(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint, flip: Sign): bigint {
	const x = unpack(env, format, a);
	const second = unpack(env, format, b);
	const nan = processNaNs(env, format, x, second);
	if (nan !== undefined) return nan;
	const y = flip === 0 ? second : { ...second, sign: (second.sign ^ 1) as Sign };

	if (x.kind === 'infinity') {
		if (y.kind === 'infinity' && x.sign !== y.sign) return invalid(env, format);
		return signed(format, x.sign, format.infinity);
	}
	if (y.kind === 'infinity') return signed(format, y.sign, format.infinity);
	if (x.kind === 'zero' && y.kind === 'zero' && x.sign === y.sign)
		return signed(format, x.sign, 0n);
	return roundOrZero(env, format, plus(x, y));
}

/** FPMul. */
export function mul(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return product(env, format, a, b, undefined);
}

/** FPMulX: FPMul, but zero times infinity is 2, with the sign of the product and no flag. */
export function mulX(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return product(env, format, a, b, two(format));
}

/** FNMUL: FPNeg of FPMul, of a NaN as well. */
export function nMul(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return negate(format, mul(env, format, a, b));
}

function product(
	env: FpEnvironment,
	format: FpFormat,
	a: bigint,
	b: bigint,
	zeroTimesInfinity: bigint | undefined
): bigint {
	const x = unpack(env, format, a);
	const y = unpack(env, format, b);
	const nan = processNaNs(env, format, x, y);
	if (nan !== undefined) return nan;

	const sign = (x.sign ^ y.sign) as Sign;
	const zero = x.kind === 'zero' || y.kind === 'zero';
	const infinite = x.kind === 'infinity' || y.kind === 'infinity';
	if (zero && infinite)
		return zeroTimesInfinity === undefined
			? invalid(env, format)
			: signed(format, sign, zeroTimesInfinity);
	if (infinite) return signed(format, sign, format.infinity);
	if (zero) return signed(format, sign, 0n);
	return round(env, format, times(x, y));
}

/** FPTwo: the exponent is one above that of 1, which is the bias. */
export function two(format: FpFormat): bigint {
	return BigInt((format.maxBiased + 1) / 2) << BigInt(format.fractionBits);
}

/** FPDiv: a / b. */
export function div(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	const x = unpack(env, format, a);
	const y = unpack(env, format, b);
	const nan = processNaNs(env, format, x, y);
	if (nan !== undefined) return nan;

	const sign = (x.sign ^ y.sign) as Sign;
	if (x.kind === y.kind && x.kind !== 'finite') return invalid(env, format);
	if (x.kind === 'infinity') return signed(format, sign, format.infinity);
	if (y.kind === 'zero') {
		env.raise(fpFlags.DZC);
		return signed(format, sign, format.infinity);
	}
	if (x.kind === 'zero' || y.kind === 'infinity') return signed(format, sign, 0n);
	return round(env, format, over(x, y, format.fractionBits + 3));
}

/** FPSqrt. The root of -0 is -0. */
export function sqrt(env: FpEnvironment, format: FpFormat, a: bigint): bigint {
	const x = unpack(env, format, a);
	if (isNaN(x)) return processNaN(env, format, x);
	if (x.kind === 'zero') return signed(format, x.sign, 0n);
	if (x.sign === 1) return invalid(env, format);
	if (x.kind === 'infinity') return format.infinity;
	return round(env, format, squareRoot(x, format.fractionBits + 3));
}

/**
 * FPMulAdd: addend + a * b, rounded once. FMSUB and its kin negate operands first. The addend's NaN goes
 * before the factors'; but if it is quiet and the factors are zero and infinity, the default NaN wins.
 */
export function mulAdd(
	env: FpEnvironment,
	format: FpFormat,
	addend: bigint,
	a: bigint,
	b: bigint
): bigint {
	const z = unpack(env, format, addend);
	const x = unpack(env, format, a);
	const y = unpack(env, format, b);
	const zero = x.kind === 'zero' || y.kind === 'zero';
	const infinite = x.kind === 'infinity' || y.kind === 'infinity';
	const undefinedProduct = zero && infinite;
	if (z.kind === 'quiet' && undefinedProduct) return invalid(env, format);
	const nan = processNaNs(env, format, z, x, y);
	if (nan !== undefined) return nan;

	const sign = (x.sign ^ y.sign) as Sign;
	if (undefinedProduct) return invalid(env, format);
	if (z.kind === 'infinity') {
		if (infinite && sign !== z.sign) return invalid(env, format);
		return signed(format, z.sign, format.infinity);
	}
	if (infinite) return signed(format, sign, format.infinity);
	if (z.kind === 'zero' && zero && z.sign === sign) return signed(format, sign, 0n);
	return roundOrZero(env, format, plus(z, times(x, y)));
}
