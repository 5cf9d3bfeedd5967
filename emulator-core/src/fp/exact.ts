import type { Sign } from './format.ts';

/** A number without any rounding: ±significand * 2^exponent. Zero is a significand of zero. */
export interface Exact {
	readonly sign: Sign;
	readonly exponent: number;
	readonly significand: bigint;
}

const asDouble = new Float64Array(1);
const asWords = new Uint32Array(asDouble.buffer);

/** How many binary digits a number of at least 1 has. */
export function bitLength(n: bigint): number {
	asDouble[0] = Number(n);
	const high = asWords[1]!;
	if (high === 0x7ff0_0000) return 1000 + bitLength(n >> 1000n);
	const length = (high >>> 20) - 1022;
	// The conversion may have rounded 2^n - 1 up to 2^n.
	const roundedUp = (high & 0xf_ffff) === 0 && asWords[0] === 0 && n >> BigInt(length - 1) === 0n;
	return roundedUp ? length - 1 : length;
}

/** The sum. Of two opposite numbers it is a zero whose sign means nothing. */
export function plus(a: Exact, b: Exact): Exact {
	if (a.exponent < b.exponent) return plus(b, a);
	const aligned = a.significand << BigInt(a.exponent - b.exponent);
	const { exponent } = b;
	if (a.sign === b.sign) return { sign: a.sign, exponent, significand: aligned + b.significand };
	return aligned >= b.significand
		? { sign: a.sign, exponent, significand: aligned - b.significand }
		: { sign: b.sign, exponent, significand: b.significand - aligned };
}

export function times(a: Exact, b: Exact): Exact {
	return {
		sign: (a.sign ^ b.sign) as Sign,
		exponent: a.exponent + b.exponent,
		significand: a.significand * b.significand
	};
}

/**
 * The quotient of two numbers that are not zero, to at least `digits` binary digits. Whatever is left
 * over is kept as a one in the lowest place, below all that rounding looks at: no rounding can tell it
 * from the endless fraction it stands for.
 */
export function over(a: Exact, b: Exact, digits: number): Exact {
	const shift = digits + 1 + bitLength(b.significand) - bitLength(a.significand);
	const dividend = shift > 0 ? a.significand << BigInt(shift) : a.significand;
	const quotient = dividend / b.significand;
	const rest = dividend - quotient * b.significand;
	return {
		sign: (a.sign ^ b.sign) as Sign,
		exponent: a.exponent - b.exponent - Math.max(shift, 0) - 1,
		significand: (quotient << 1n) | (rest === 0n ? 0n : 1n)
	};
}

/** The square root of a number above zero, to at least `digits` binary digits; the rest as in `over`. */
export function squareRoot(a: Exact, digits: number): Exact {
	let shift = Math.max(2 * digits - bitLength(a.significand), 0);
	if ((a.exponent - shift) % 2 !== 0) shift++;
	const radicand = a.significand << BigInt(shift);
	const root = integerSquareRoot(radicand);
	return {
		sign: 0,
		exponent: (a.exponent - shift) / 2 - 1,
		significand: (root << 1n) | (root * root === radicand ? 0n : 1n)
	};
}

/** The largest whole number whose square is at most n, by Newton's method; n is below 2^1000. */
function integerSquareRoot(n: bigint): bigint {
	// Newton's steps fall to the root from anywhere above it; the guess errs by one part in 2^50.
	let root = BigInt(Math.ceil(Math.sqrt(Number(n)) * (1 + 2 ** -50)));
	for (;;) {
		const next = (root + n / root) >> 1n;
		if (next >= root) return root;
		root = next;
	}
}
