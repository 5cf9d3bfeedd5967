import { fpFlags, type FpEnvironment, type Rounding } from './environment.ts';
import { half, signed, unpack, type FpFormat, type Sign } from './format.ts';
import { convertNaN, isNaN, processNaN } from './nan.ts';
import { round, roundToUnit } from './round.ts';

/** Between formats, to whole numbers, and to and from fixed point. */

/**
 * FPConvert. To a half with FPCR.AHP, what that format has not becomes what is nearest, with IOC: a NaN
 * zero, an infinity the largest number.
 */
export function convert(
	env: FpEnvironment,
	from: FpFormat,
	to: FpFormat,
	a: bigint,
	mode: Rounding = env.rounding
): bigint {
	const x = unpack(env, from, a);
	const alternative = to === half && env.alternativeHalf;
	if (isNaN(x)) {
		if (x.kind === 'signalling' || alternative) env.raise(fpFlags.IOC);
		if (alternative) return signed(to, x.sign, 0n);
		return env.defaultNaN ? to.defaultNaN : convertNaN(from, to, x);
	}
	if (x.kind === 'infinity') {
		if (!alternative) return signed(to, x.sign, to.infinity);
		env.raise(fpFlags.IOC);
		return signed(to, x.sign, to.signBit - 1n);
	}
	if (x.kind === 'zero') return signed(to, x.sign, 0n);
	return round(env, to, x, mode);
}

/** FPRoundInt: to a whole number in the same format. Only FRINTX is `exact`: it raises IXC. */
export function roundToIntegral(
	env: FpEnvironment,
	format: FpFormat,
	a: bigint,
	mode: Rounding = env.rounding,
	exact = false
): bigint {
	const x = unpack(env, format, a);
	if (isNaN(x)) return processNaN(env, format, x);
	if (x.kind === 'infinity') return a;
	const rounded = roundToUnit(x, 0, mode);
	if (exact && !rounded.exact) env.raise(fpFlags.IXC);
	if (rounded.units === 0n) return signed(format, x.sign, 0n);
	return round(env, format, { sign: x.sign, exponent: 0, significand: rounded.units }, 'ZERO');
}

/** A two's complement or unsigned integer of 32 or 64 bits. */
export interface IntegerType {
	readonly signed: boolean;
	readonly bits: 32 | 64;
}

/**
 * FPToFixed: the number times 2^`fractionBits`, as an integer; what does not fit becomes the nearest that
 * does, and a NaN zero, both with IOC. The result is a pattern of `to.bits` bits.
 */
export function toFixed(
	env: FpEnvironment,
	format: FpFormat,
	to: IntegerType,
	a: bigint,
	fractionBits: number,
	mode: Rounding = env.rounding
): bigint {
	const x = unpack(env, format, a);
	if (isNaN(x)) {
		env.raise(fpFlags.IOC);
		return 0n;
	}
	const width = BigInt(to.bits);
	const least = to.signed ? -(1n << (width - 1n)) : 0n;
	const most = (1n << (to.signed ? width - 1n : width)) - 1n;
	const saturated = () => {
		env.raise(fpFlags.IOC);
		return BigInt.asUintN(to.bits, x.sign === 1 ? least : most);
	};
	if (x.kind === 'infinity') return saturated();

	const { units, exact } = roundToUnit(x, -fractionBits, mode);
	const integer = x.sign === 1 ? -units : units;
	if (integer < least || integer > most) return saturated();
	if (!exact) env.raise(fpFlags.IXC);
	return BigInt.asUintN(to.bits, integer);
}

/** FixedToFP: an integer of `from.bits` bits divided by 2^`fractionBits`. Zero becomes +0. */
export function fromFixed(
	env: FpEnvironment,
	format: FpFormat,
	from: IntegerType,
	bits: bigint,
	fractionBits: number
): bigint {
	const integer = from.signed ? BigInt.asIntN(from.bits, bits) : BigInt.asUintN(from.bits, bits);
	if (integer === 0n) return 0n;
	const sign: Sign = integer < 0n ? 1 : 0;
	const significand = integer < 0n ? -integer : integer;
	return round(env, format, { sign, exponent: -fractionBits, significand });
}
