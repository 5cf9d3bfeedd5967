import { fpFlags, type FpEnvironment, type Rounding } from './environment.ts';
import { bitLength, type Exact } from './exact.ts';
import { half, signed, type FpFormat, type Sign } from './format.ts';

/** A magnitude in whole units, and whether that is all of it. */
export interface Rounded {
	readonly units: bigint;
	readonly exact: boolean;
}

/**
 * The magnitude of a number in units of 2^`unit`, rounded to a whole number of them. All rounding there
 * is, is done here: to the last place of a format, to an integer, to a fixed-point number.
 */
export function roundToUnit(value: Exact, unit: number, mode: Rounding): Rounded {
	const drop = BigInt(unit - value.exponent);
	if (drop <= 0n) return { units: value.significand << -drop, exact: true };
	const units = value.significand >> drop;
	const rest = value.significand - (units << drop);
	if (rest === 0n) return { units, exact: true };
	const up = roundsUp(mode, value.sign, (units & 1n) === 1n, rest, 1n << (drop - 1n));
	return { units: up ? units + 1n : units, exact: false };
}

/** Whether what is left over, `rest` of a unit of two `tie`s, takes the magnitude up to the next unit. */
function roundsUp(mode: Rounding, sign: Sign, odd: boolean, rest: bigint, tie: bigint): boolean {
	switch (mode) {
		case 'TIEEVEN':
			return rest > tie || (rest === tie && odd);
		case 'TIEAWAY':
			return rest >= tie;
		case 'POSINF':
			return sign === 0;
		case 'NEGINF':
			return sign === 1;
		case 'ZERO':
			return false;
		case 'ODD':
			return !odd;
	}
}

/** Whether a mode turns what is too large into infinity, or into the largest number there is. */
function overflowsToInfinity(mode: Rounding, sign: Sign): boolean {
	if (mode === 'POSINF') return sign === 0;
	if (mode === 'NEGINF') return sign === 1;
	return mode === 'TIEEVEN' || mode === 'TIEAWAY';
}

/**
 * FPRound: the pattern nearest to an exact number other than zero, and the flags OFC, UFC and IXC.
 * Arm tells whether a result is tiny before it is rounded. FPCR.FZ makes tiny results of single and double
 * zero, with UFC and without IXC.
 */
export function round(
	env: FpEnvironment,
	format: FpFormat,
	value: Exact,
	mode: Rounding = env.rounding
): bigint {
	const { fractionBits, minExponent } = format;
	const { sign } = value;
	// The exponent as if the significand lay between 1 and 2.
	const exponent = value.exponent + bitLength(value.significand) - 1;
	const tiny = exponent < minExponent;
	if (tiny && env.flushToZero && format !== half) {
		env.raise(fpFlags.UFC);
		return signed(format, sign, 0n);
	}

	const binade = tiny ? 0 : exponent - minExponent;
	const { units, exact } = roundToUnit(value, binade + minExponent - fractionBits, mode);
	// The hidden bit of a normal number counts as one more in the exponent field. If rounding has
	// carried into a new power of two, so does the carry.
	const magnitude = (BigInt(binade) << BigInt(fractionBits)) + units;

	if (format === half && env.alternativeHalf) {
		if (magnitude >= format.signBit) {
			env.raise(fpFlags.IOC);
			return signed(format, sign, format.signBit - 1n);
		}
	} else if (magnitude >= format.infinity) {
		env.raise(fpFlags.OFC | fpFlags.IXC);
		const infinite = overflowsToInfinity(mode, sign);
		return signed(format, sign, infinite ? format.infinity : format.infinity - 1n);
	}
	if (!exact) env.raise(tiny ? fpFlags.UFC | fpFlags.IXC : fpFlags.IXC);
	return signed(format, sign, magnitude);
}

/** FPRound for a result that may be zero: an exact zero is negative only where FPCR rounds down. */
export function roundOrZero(env: FpEnvironment, format: FpFormat, value: Exact): bigint {
	if (value.significand === 0n) return signed(format, env.rounding === 'NEGINF' ? 1 : 0, 0n);
	return round(env, format, value);
}
