import { fpFlags, type FpEnvironment } from './environment.ts';
import { negate, signed, unpack, type FpFormat, type Sign, type Unpacked } from './format.ts';
import { isNaN, processNaNs } from './nan.ts';

/** Comparisons, and the smaller and larger of two numbers. */

/** Numbers that are no NaNs, in order: patterns of one sign are ordered as integers are. */
function order(format: FpFormat, { kind, sign, bits }: Unpacked): bigint {
	if (kind === 'zero') return 0n;
	return sign === 1 ? -(bits ^ format.signBit) : bits;
}

/** The flags that FPCompare returns, as PSTATE has them: N 8, Z 4, C 2, V 1. */
const nzcv = { less: 0b1000n, equal: 0b0110n, greater: 0b0010n, unordered: 0b0011n };

/** FPCompare of FCMP and FCCMP: NZCV. A quiet NaN raises nothing. */
export function compare(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return compareWith(env, format, a, b, false);
}

/** FPCompare of FCMPE and FCCMPE: any NaN raises IOC. */
export function compareSignalling(
	env: FpEnvironment,
	format: FpFormat,
	a: bigint,
	b: bigint
): bigint {
	return compareWith(env, format, a, b, true);
}

function compareWith(
	env: FpEnvironment,
	format: FpFormat,
	a: bigint,
	b: bigint,
	signalQuiet: boolean
): bigint {
	const x = unpack(env, format, a);
	const y = unpack(env, format, b);
	if (isNaN(x) || isNaN(y)) {
		if (signalQuiet || x.kind === 'signalling' || y.kind === 'signalling') env.raise(fpFlags.IOC);
		return nzcv.unordered;
	}
	const [left, right] = [order(format, x), order(format, y)];
	return left === right ? nzcv.equal : left < right ? nzcv.less : nzcv.greater;
}

/** FPCompareEQ of FCMEQ: 1 or 0. Only a signalling NaN raises IOC. */
export function compareEQ(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return compareWith(env, format, a, b, false) === nzcv.equal ? 1n : 0n;
}

/** FPCompareGE of FCMGE, and of FACGE on absolute values: 1 or 0. Any NaN raises IOC. */
export function compareGE(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	const flags = compareWith(env, format, a, b, true);
	return flags === nzcv.greater || flags === nzcv.equal ? 1n : 0n;
}

/** FPCompareGT of FCMGT, and of FACGT on absolute values: 1 or 0. Any NaN raises IOC. */
export function compareGT(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return compareWith(env, format, a, b, true) === nzcv.greater ? 1n : 0n;
}

/** FPMax: +0 counts as more than -0. */
export function max(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return extreme(env, format, a, b, 0);
}

/** FPMin: -0 counts as less than +0. */
export function min(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	return extreme(env, format, a, b, 1);
}

/** The operand that lies further towards the infinity of sign `toward`. */
function extreme(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint, toward: Sign): bigint {
	const x = unpack(env, format, a);
	const y = unpack(env, format, b);
	const nan = processNaNs(env, format, x, y);
	if (nan !== undefined) return nan;
	const [left, right] = [order(format, x), order(format, y)];
	const first = left === right ? x.sign === toward : toward === 1 ? left < right : left > right;
	const chosen = first ? x : y;
	// A subnormal operand that counts as zero comes out as zero.
	return chosen.kind === 'zero' ? signed(format, chosen.sign, 0n) : chosen.bits;
}

/** FPMaxNum: a number wins over a quiet NaN. */
export function maxNum(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	const [x, y] = withoutQuietNaN(env, format, a, b, negate(format, format.infinity));
	return max(env, format, x, y);
}

/** FPMinNum: a number wins over a quiet NaN. */
export function minNum(env: FpEnvironment, format: FpFormat, a: bigint, b: bigint): bigint {
	const [x, y] = withoutQuietNaN(env, format, a, b, format.infinity);
	return min(env, format, x, y);
}

/** Puts the infinity that always loses in the place of the only quiet NaN. */
function withoutQuietNaN(
	env: FpEnvironment,
	format: FpFormat,
	a: bigint,
	b: bigint,
	loser: bigint
): [bigint, bigint] {
	const quietA = unpack(env, format, a).kind === 'quiet';
	const quietB = unpack(env, format, b).kind === 'quiet';
	if (quietA === quietB) return [a, b];
	return quietA ? [loser, b] : [a, loser];
}
