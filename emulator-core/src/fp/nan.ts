import { fpFlags, type FpEnvironment } from './environment.ts';
import type { FpFormat, Unpacked } from './format.ts';

export function isNaN(value: Unpacked): boolean {
	return value.kind === 'quiet' || value.kind === 'signalling';
}

/** The answer to a question that has none, such as 0/0: the default NaN, with IOC. */
export function invalid(env: FpEnvironment, format: FpFormat): bigint {
	env.raise(fpFlags.IOC);
	return format.defaultNaN;
}

/** FPProcessNaN: a NaN goes on as it is, but quiet; a signalling one raises IOC. */
export function processNaN(env: FpEnvironment, format: FpFormat, value: Unpacked): bigint {
	if (value.kind === 'signalling') env.raise(fpFlags.IOC);
	return env.defaultNaN ? format.defaultNaN : value.bits | format.quietBit;
}

/**
 * FPProcessNaNs and FPProcessNaNs3: which NaN of several operands goes on. The first signalling one, else
 * the first quiet one; undefined if there is none.
 */
export function processNaNs(
	env: FpEnvironment,
	format: FpFormat,
	a: Unpacked,
	b: Unpacked,
	c?: Unpacked
): bigint | undefined {
	// Nearly always there is none.
	if (!isNaN(a) && !isNaN(b) && !(c !== undefined && isNaN(c))) return undefined;
	for (const kind of ['signalling', 'quiet'] as const)
		for (const value of [a, b, c]) if (value?.kind === kind) return processNaN(env, format, value);
	return undefined;
}

/** FPConvertNaN: sign and the highest fraction bits survive a change of format, and it becomes quiet. */
export function convertNaN(from: FpFormat, to: FpFormat, value: Unpacked): bigint {
	const fraction = BigInt.asUintN(from.fractionBits, value.bits);
	const shift = BigInt(to.fractionBits - from.fractionBits);
	const moved = shift >= 0n ? fraction << shift : fraction >> -shift;
	return (value.sign === 1 ? to.signBit : 0n) | to.defaultNaN | moved;
}
