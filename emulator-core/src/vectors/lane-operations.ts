/**
 * What instructions do in each lane of a vector, once: `lane` says it for one lane, in exact numbers
 * without a width. Where WebAssembly has the operation, its opcode does the same quickly; everything
 * else is done by `lane` itself (cpu/lanes.ts).
 */

export type LaneBits = 8 | 16 | 32 | 64;

export interface LaneOperation {
	readonly operands: 1 | 2 | 3;
	/** Lanes come to `lane` as signed numbers; unsigned, if left out. */
	readonly signed?: boolean;
	/**
	 * The exact result. What does not fit is cut off; with `saturate`, the nearest number that fits is
	 * taken instead and FPSR.QC set.
	 */
	readonly lane: (bits: number, a: bigint, b: bigint, c: bigint) => bigint;
	readonly saturate?: 'signed' | 'unsigned';
	/** Opcodes of WebAssembly's SIMD, by the bits of a lane. */
	readonly wasm?: Readonly<Partial<Record<LaneBits, number>>>;
	/** In words: `{a} + {b}`. */
	readonly says: string;
}

const ones = (bits: number) => (1n << BigInt(bits)) - 1n;
const all = (opcode: number) => ({ 8: opcode, 16: opcode, 32: opcode, 64: opcode });
const sized = (...[b8, b16, b32, b64]: (number | undefined)[]) => ({
	...(b8 !== undefined && { 8: b8 }),
	...(b16 !== undefined && { 16: b16 }),
	...(b32 !== undefined && { 32: b32 }),
	...(b64 !== undefined && { 64: b64 })
});
/** A comparison sets all bits of the lane or none. */
const mask = (holds: (a: bigint, b: bigint) => boolean) => (_: number, a: bigint, b: bigint) =>
	holds(a, b) ? -1n : 0n;
const smaller = (_: number, a: bigint, b: bigint) => (a < b ? a : b);
const larger = (_: number, a: bigint, b: bigint) => (a > b ? a : b);
const magnitude = (a: bigint) => (a < 0n ? -a : a);

function leadingZeros(bits: number, a: bigint): bigint {
	let zeros = 0;
	while (zeros < bits && (a >> BigInt(bits - 1 - zeros)) % 2n === 0n) zeros++;
	return BigInt(zeros);
}

/** Bits of `a`, which is 0 or more, that are set. */
function population(a: bigint): bigint {
	let count = 0n;
	for (; a > 0n; a >>= 1n) count += a & 1n;
	return count;
}

/** The low 8 bits of the second operand say how far: to the left, or to the right if negative. */
function shiftBy(rounding: boolean) {
	return (_: number, a: bigint, b: bigint): bigint => {
		const by = BigInt.asIntN(8, b);
		if (by >= 0n) return a << by;
		return (a + (rounding ? 1n << (-by - 1n) : 0n)) >> -by;
	};
}

/** A product of polynomials over {0, 1}: additions without carry. */
function polynomial(_: number, a: bigint, b: bigint): bigint {
	let product = 0n;
	for (let at = 0n; b >> at > 0n; at++) if ((b >> at) & 1n) product ^= a << at;
	return product;
}

const lane = {
	add: (_: number, a: bigint, b: bigint) => a + b,
	sub: (_: number, a: bigint, b: bigint) => a - b
};

const described = {
	and: { operands: 2, lane: (_, a, b) => a & b, wasm: all(78), says: '{a} & {b}' },
	andNot: { operands: 2, lane: (_, a, b) => a & ~b, wasm: all(79), says: '{a} & ~{b}' },
	or: { operands: 2, lane: (_, a, b) => a | b, wasm: all(80), says: '{a} | {b}' },
	xor: { operands: 2, lane: (_, a, b) => a ^ b, wasm: all(81), says: '{a} ^ {b}' },
	not: { operands: 1, lane: (_, a) => ~a, wasm: all(77), says: '~{a}' },
	/** The bits of `a` where `c` has ones, of `b` elsewhere. */
	choose: {
		operands: 3,
		lane: (_, a, b, c) => (a & c) | (b & ~c),
		wasm: all(82),
		says: 'the bits of {a} where {c} has ones, else those of {b}'
	},

	add: { operands: 2, lane: lane.add, wasm: sized(110, 142, 174, 206), says: '{a} + {b}' },
	sub: { operands: 2, lane: lane.sub, wasm: sized(113, 145, 177, 209), says: '{a} - {b}' },
	mul: {
		operands: 2,
		lane: (_, a, b) => a * b,
		wasm: sized(undefined, 149, 181, 213),
		says: '{a} * {b}'
	},
	polynomial: { operands: 2, lane: polynomial, says: '{a} * {b} without carries' },
	neg: { operands: 1, lane: (_, a) => -a, wasm: sized(97, 129, 161, 193), says: '-{a}' },
	abs: {
		operands: 1,
		signed: true,
		lane: (_, a) => magnitude(a),
		wasm: sized(96, 128, 160, 192),
		says: '|{a}|'
	},
	distanceSigned: {
		operands: 2,
		signed: true,
		lane: (_, a, b) => magnitude(a - b),
		says: '|{a} - {b}|, signed'
	},
	distanceUnsigned: { operands: 2, lane: (_, a, b) => magnitude(a - b), says: '|{a} - {b}|' },

	equal: {
		operands: 2,
		lane: mask((a, b) => a === b),
		wasm: sized(35, 45, 55, 214),
		says: '~0 where {a} == {b}, else 0'
	},
	greaterSigned: {
		operands: 2,
		signed: true,
		lane: mask((a, b) => a > b),
		wasm: sized(39, 49, 59, 217),
		says: '~0 where {a} > {b} (signed), else 0'
	},
	greaterUnsigned: {
		operands: 2,
		lane: mask((a, b) => a > b),
		wasm: sized(40, 50, 60),
		says: '~0 where {a} > {b} (unsigned), else 0'
	},
	atLeastSigned: {
		operands: 2,
		signed: true,
		lane: mask((a, b) => a >= b),
		wasm: sized(43, 53, 63, 219),
		says: '~0 where {a} >= {b} (signed), else 0'
	},
	atLeastUnsigned: {
		operands: 2,
		lane: mask((a, b) => a >= b),
		wasm: sized(44, 54, 64),
		says: '~0 where {a} >= {b} (unsigned), else 0'
	},
	/** CMTST. */
	anyCommonBit: {
		operands: 2,
		lane: mask((a, b) => (a & b) !== 0n),
		says: '~0 where ({a} & {b}) != 0, else 0'
	},
	minSigned: {
		operands: 2,
		signed: true,
		lane: smaller,
		wasm: sized(118, 150, 182),
		says: 'the smaller of {a} and {b}, signed'
	},
	minUnsigned: {
		operands: 2,
		lane: smaller,
		wasm: sized(119, 151, 183),
		says: 'the smaller of {a} and {b}, unsigned'
	},
	maxSigned: {
		operands: 2,
		signed: true,
		lane: larger,
		wasm: sized(120, 152, 184),
		says: 'the larger of {a} and {b}, signed'
	},
	maxUnsigned: {
		operands: 2,
		lane: larger,
		wasm: sized(121, 153, 185),
		says: 'the larger of {a} and {b}, unsigned'
	},

	halfSumSigned: {
		operands: 2,
		signed: true,
		lane: (_, a, b) => (a + b) >> 1n,
		says: '({a} + {b}) / 2, signed'
	},
	halfSumUnsigned: { operands: 2, lane: (_, a, b) => (a + b) >> 1n, says: '({a} + {b}) / 2' },
	halfDifferenceSigned: {
		operands: 2,
		signed: true,
		lane: (_, a, b) => (a - b) >> 1n,
		says: '({a} - {b}) / 2, signed'
	},
	halfDifferenceUnsigned: {
		operands: 2,
		lane: (_, a, b) => (a - b) >> 1n,
		says: '({a} - {b}) / 2'
	},
	roundedHalfSumSigned: {
		operands: 2,
		signed: true,
		lane: (_, a, b) => (a + b + 1n) >> 1n,
		says: '({a} + {b} + 1) / 2, signed'
	},
	roundedHalfSumUnsigned: {
		operands: 2,
		lane: (_, a, b) => (a + b + 1n) >> 1n,
		wasm: sized(123, 155),
		says: '({a} + {b} + 1) / 2'
	},

	saturatingAddSigned: {
		operands: 2,
		signed: true,
		lane: lane.add,
		saturate: 'signed',
		says: '{a} + {b}, saturated as signed'
	},
	saturatingAddUnsigned: {
		operands: 2,
		lane: lane.add,
		saturate: 'unsigned',
		says: '{a} + {b}, saturated as unsigned'
	},
	saturatingSubSigned: {
		operands: 2,
		signed: true,
		lane: lane.sub,
		saturate: 'signed',
		says: '{a} - {b}, saturated as signed'
	},
	saturatingSubUnsigned: {
		operands: 2,
		lane: lane.sub,
		saturate: 'unsigned',
		says: '{a} - {b}, saturated as unsigned'
	},
	/** SUQADD: `a` is signed, `b` unsigned. */
	saturatingAddUnsignedToSigned: {
		operands: 2,
		signed: true,
		lane: (bits, a, b) => a + (b & ones(bits)),
		saturate: 'signed',
		says: '{a} + unsigned {b}, saturated as signed'
	},
	/** USQADD: `a` is unsigned, `b` signed. */
	saturatingAddSignedToUnsigned: {
		operands: 2,
		lane: (bits, a, b) => a + BigInt.asIntN(bits, b),
		saturate: 'unsigned',
		says: '{a} + signed {b}, saturated as unsigned'
	},
	saturatingAbs: {
		operands: 1,
		signed: true,
		lane: (_, a) => magnitude(a),
		saturate: 'signed',
		says: '|{a}|, saturated'
	},
	saturatingNeg: {
		operands: 1,
		signed: true,
		lane: (_, a) => -a,
		saturate: 'signed',
		says: '-{a}, saturated'
	},
	/** SQDMULH. */
	doubledProductHigh: {
		operands: 2,
		signed: true,
		lane: (bits, a, b) => (2n * a * b) >> BigInt(bits),
		saturate: 'signed',
		says: 'the upper half of 2 * {a} * {b}, saturated'
	},
	/** SQRDMULH. */
	roundedDoubledProductHigh: {
		operands: 2,
		signed: true,
		lane: (bits, a, b) => (2n * a * b + (1n << BigInt(bits - 1))) >> BigInt(bits),
		saturate: 'signed',
		says: 'the upper half of 2 * {a} * {b}, rounded and saturated'
	},
	/** SQDMULL, on operands that are extended already. */
	doubledProduct: {
		operands: 2,
		signed: true,
		lane: (_, a, b) => 2n * a * b,
		saturate: 'signed',
		says: '2 * {a} * {b}, saturated'
	},

	shiftSigned: {
		operands: 2,
		signed: true,
		lane: shiftBy(false),
		says: '{a} << {b} (>> if negative), signed'
	},
	shiftUnsigned: { operands: 2, lane: shiftBy(false), says: '{a} << {b} (>> if negative)' },
	roundingShiftSigned: {
		operands: 2,
		signed: true,
		lane: shiftBy(true),
		says: '{a} << {b} (>> if negative), signed and rounded'
	},
	roundingShiftUnsigned: {
		operands: 2,
		lane: shiftBy(true),
		says: '{a} << {b} (>> if negative), rounded'
	},
	saturatingShiftSigned: {
		operands: 2,
		signed: true,
		lane: shiftBy(false),
		saturate: 'signed',
		says: '{a} << {b} (>> if negative), saturated as signed'
	},
	saturatingShiftUnsigned: {
		operands: 2,
		lane: shiftBy(false),
		saturate: 'unsigned',
		says: '{a} << {b} (>> if negative), saturated as unsigned'
	},
	/** SQSHLU: a signed number becomes an unsigned one. */
	saturatingShiftSignedToUnsigned: {
		operands: 2,
		signed: true,
		lane: shiftBy(false),
		saturate: 'unsigned',
		says: 'signed {a} << {b} (>> if negative), saturated as unsigned'
	},
	saturatingRoundingShiftSigned: {
		operands: 2,
		signed: true,
		lane: shiftBy(true),
		saturate: 'signed',
		says: '{a} << {b} (>> if negative), rounded, saturated as signed'
	},
	saturatingRoundingShiftUnsigned: {
		operands: 2,
		lane: shiftBy(true),
		saturate: 'unsigned',
		says: '{a} << {b} (>> if negative), rounded, saturated as unsigned'
	},

	leadingZeros: { operands: 1, lane: leadingZeros, says: 'the number of leading zeros of {a}' },
	/** CLS: bits below the sign that equal it. */
	leadingSigns: {
		operands: 1,
		signed: true,
		lane: (bits, a) => leadingZeros(bits, a < 0n ? ~a : a) - 1n,
		says: 'the number of bits below the sign of {a} that equal it'
	},
	population: {
		operands: 1,
		lane: (_, a) => population(a),
		wasm: sized(98),
		says: 'the number of ones in {a}'
	},
	/** RBIT. */
	reverseBits: {
		operands: 1,
		lane: (bits, a) => {
			let reversed = 0n;
			for (let at = 0; at < bits; at++) reversed = (reversed << 1n) | ((a >> BigInt(at)) & 1n);
			return reversed;
		},
		says: 'the bits of {a} reversed'
	},
	/** SQXTN and its like, on the wide lanes: `a` brought into the range of numbers of half the bits. */
	saturateSignedToHalf: {
		operands: 1,
		signed: true,
		lane: (_, a) => a,
		saturate: 'signed',
		says: '{a} saturated as signed'
	},
	saturateUnsignedToHalf: {
		operands: 1,
		lane: (_, a) => a,
		saturate: 'unsigned',
		says: '{a} saturated as unsigned'
	},
	saturateSignedToUnsignedHalf: {
		operands: 1,
		signed: true,
		lane: (_, a) => a,
		saturate: 'unsigned',
		says: '{a} saturated as unsigned'
	}
} as const satisfies Record<string, LaneOperation>;

export type LaneOperationName = keyof typeof described;

export const laneOperations: Readonly<Record<LaneOperationName, LaneOperation>> = described;
/** Their numbers, as generated code names them to TypeScript. */
export const laneOperationNames = Object.keys(described) as LaneOperationName[];

/** Those whose result has half the bits of the lane that it lies in. */
const toHalf: ReadonlySet<string> = new Set<LaneOperationName>([
	'saturateSignedToHalf',
	'saturateUnsignedToHalf',
	'saturateSignedToUnsignedHalf'
]);

/**
 * One lane of an operation: operands and result are patterns of `bits` bits, unsigned. `saturated`
 * tells that the exact result did not fit where the operation saturates.
 */
export function computeLane(
	name: LaneOperationName,
	bits: LaneBits,
	operands: readonly bigint[]
): { pattern: bigint; saturated: boolean } {
	const operation = laneOperations[name];
	const given = [0, 1, 2].map((n) => {
		const operand = operands[n] ?? 0n;
		return operation.signed ? BigInt.asIntN(bits, operand) : BigInt.asUintN(bits, operand);
	});
	const exact = operation.lane(bits, given[0]!, given[1]!, given[2]!);
	if (!operation.saturate) return { pattern: BigInt.asUintN(bits, exact), saturated: false };
	const width = BigInt(toHalf.has(name) ? bits / 2 : bits);
	const [least, most] =
		operation.saturate === 'signed'
			? [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n]
			: [0n, (1n << width) - 1n];
	const nearest = exact < least ? least : exact > most ? most : exact;
	return { pattern: BigInt.asUintN(bits, nearest), saturated: nearest !== exact };
}
