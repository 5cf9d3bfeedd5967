import type { Builder, Value } from '../../builder/builder.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import type { FpOperationName } from '../../fp/index.ts';
import { insn, type Instruction } from '../instruction.ts';
import { arrangement, everyOther, vectorBits, zero, type Bit } from './arrangements.ts';
import { letterOfFp, magnitudeLanes, negatedLanes, type FpBits } from './fp-parts.ts';

/** Advanced SIMD on floating-point numbers: three same, by element, pairwise, two registers, across lanes. */

const bitsOf = (sz: number): FpBits => (sz ? 64 : 32);

/** What is made of the lowest `count` lanes of n and m; d is what Vd was. */
type Compute = (b: Builder, bits: FpBits, count: number, n: Vector, m: Vector, d: Vector) => Vector;

const fp2 =
	(operation: FpOperationName): Compute =>
	(b, bits, count, n, m) =>
		b.fpLanes(operation, bits, count, n, m);
const ofMagnitudes =
	(operation: FpOperationName): Compute =>
	(b, bits, count, n, m) =>
		b.fpLanes(operation, bits, count, magnitudeLanes(b, n, bits), magnitudeLanes(b, m, bits));
const mla: Compute = (b, bits, count, n, m, d) => b.fpLanes('mulAdd', bits, count, d, n, m);
const mls: Compute = (b, bits, count, n, m, d) =>
	b.fpLanes('mulAdd', bits, count, d, negatedLanes(b, n, bits), m);
const distance: Compute = (b, bits, count, n, m) =>
	magnitudeLanes(b, b.fpLanes('sub', bits, count, n, m), bits);

interface ThreeSame {
	readonly name: string;
	readonly U: Bit;
	readonly a: Bit;
	readonly opcode: string;
	readonly compute: Compute;
	readonly scalar?: boolean;
	readonly pairwise?: boolean;
}

function threeSame({ name, U, a, opcode, compute, scalar, pairwise }: ThreeSame): Instruction[] {
	const id = name.toUpperCase();
	const vector = insn(`${id}_v`, `0 Q:1 ${U} 01110 ${a} sz:1 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`, {
		variants: ['Q', 'sz'],
		asm: ({ Q, sz }) => {
			if (sz && !Q) return undefined;
			const v = arrangement(Q, bitsOf(sz));
			return `${name} {Rd|v:${v}}, {Rn|v:${v}}, {Rm|v:${v}}`;
		},
		sem: (b, { Q, sz, Rm, Rn, Rd }) => {
			b.needSimd();
			const [width, bits] = [vectorBits(Q), bitsOf(sz)];
			const [n, m] = [b.vector(Rn, width), b.vector(Rm, width)];
			const [first, second] = pairwise
				? ([0, 1] as const).map((odd) => everyOther(b, bits, width, n, m, odd))
				: [n, m];
			const d = b.vector(Rd, width);
			b.setVector(Rd, compute(b, bits, width / bits, first!, second!, d), width);
		}
	});
	if (!scalar) return [vector];
	return [
		vector,
		insn(`${id}_scalar`, `01 ${U} 11110 ${a} sz:1 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`, {
			variants: ['sz'],
			asm: ({ sz }) => {
				const letter = letterOfFp[bitsOf(sz)];
				return `${name} {Rd|${letter}}, {Rn|${letter}}, {Rm|${letter}}`;
			},
			sem: (b, { sz, Rm, Rn, Rd }) => {
				b.needSimd();
				const bits = bitsOf(sz);
				const [n, m, d] = [b.vector(Rn, bits), b.vector(Rm, bits), b.vector(Rd, bits)];
				b.setVector(Rd, compute(b, bits, 1, n, m, d), bits);
			}
		})
	];
}

const three = (
	name: string,
	U: Bit,
	a: Bit,
	opcode: string,
	compute: Compute,
	more: 'scalar' | 'pairwise' | 'vector' = 'vector'
): ThreeSame => ({ name, U, a, opcode, compute, [more]: true });

const threeSames: readonly ThreeSame[] = [
	three('fmaxnm', '0', '0', '11000', fp2('maxNum')),
	three('fminnm', '0', '1', '11000', fp2('minNum')),
	three('fmaxnmp', '1', '0', '11000', fp2('maxNum'), 'pairwise'),
	three('fminnmp', '1', '1', '11000', fp2('minNum'), 'pairwise'),
	three('fmla', '0', '0', '11001', mla),
	three('fmls', '0', '1', '11001', mls),
	three('fadd', '0', '0', '11010', fp2('add')),
	three('fsub', '0', '1', '11010', fp2('sub')),
	three('faddp', '1', '0', '11010', fp2('add'), 'pairwise'),
	three('fabd', '1', '1', '11010', distance, 'scalar'),
	three('fmulx', '0', '0', '11011', fp2('mulX'), 'scalar'),
	three('fmul', '1', '0', '11011', fp2('mul')),
	three('fcmeq', '0', '0', '11100', fp2('compareEQ'), 'scalar'),
	three('fcmge', '1', '0', '11100', fp2('compareGE'), 'scalar'),
	three('fcmgt', '1', '1', '11100', fp2('compareGT'), 'scalar'),
	three('facge', '1', '0', '11101', ofMagnitudes('compareGE'), 'scalar'),
	three('facgt', '1', '1', '11101', ofMagnitudes('compareGT'), 'scalar'),
	three('fmax', '0', '0', '11110', fp2('max')),
	three('fmin', '0', '1', '11110', fp2('min')),
	three('fmaxp', '1', '0', '11110', fp2('max'), 'pairwise'),
	three('fminp', '1', '1', '11110', fp2('min'), 'pairwise'),
	three('frecps', '0', '0', '11111', fp2('recipStep'), 'scalar'),
	three('frsqrts', '0', '1', '11111', fp2('rsqrtStep'), 'scalar'),
	three('fdiv', '1', '0', '11111', fp2('div'))
];

/** Both lanes of Vn put together in one number. */
function scalarPair(name: string, a: Bit, opcode: string, operation: FpOperationName) {
	return insn(`${name.toUpperCase()}_pair`, `01 1 11110 ${a} sz:1 11000 ${opcode} 10 Rn:5 Rd:5`, {
		variants: ['sz'],
		asm: ({ sz }) => `${name} {Rd|${letterOfFp[bitsOf(sz)]}}, {Rn|v:${sz ? '2d' : '2s'}}`,
		sem: (b, { sz, Rn, Rd }) => {
			b.needSimd();
			const bits = bitsOf(sz);
			const n = b.vector(Rn, sz ? 128 : 64);
			const value = b.fp(operation, bits, b.lane(n, bits, 0), b.lane(n, bits, 1));
			b.setV(Rd, value, b.constant(0, 64));
		}
	});
}

/** By element: lanes of 32 bits are named by H:L and M:Rm, those of 64 by H. */
const elements = [
	{ bits: 32, pattern: '0 L:1 Rm:5', index: ['H', 'L'] },
	{ bits: 64, pattern: '1 0 Rm:5', index: ['H'] }
] as const;

function byElement(name: string, U: Bit, opcode: string, compute: Compute): Instruction[] {
	return elements.flatMap(({ bits, pattern, index }) => {
		const operand = `{Rm ${index.join(' ')}|ve:${letterOfFp[bits]}}`;
		const row = (head: string, suffix: string, width: 32 | 64 | 128, v: string) =>
			insn(
				`${name.toUpperCase()}_element_${bits}${suffix}`,
				`${head} 1 ${pattern} ${opcode} H:1 0 Rn:5 Rd:5` as 'H:1 L:1 Rm:5 Rn:5 Rd:5',
				{
					asm: `${name} {Rd|${v}}, {Rn|${v}}, ${operand}`,
					sem: (b, fields) => {
						const { Rm, Rn, Rd } = fields;
						b.needSimd();
						const at = b.join(
							index.map((each) => fields[each]),
							32
						);
						const m = b.splat(bits, b.element(Rm, bits, at));
						const [n, d] = [b.vector(Rn, width), b.vector(Rd, width)];
						b.setVector(Rd, compute(b, bits, width / bits, n, m, d), width);
					}
				}
			);
		return [
			...(bits === 32 ? [row(`0 0 ${U} 01111`, '_d', 64, 'v:2s')] : []),
			row(`0 1 ${U} 01111`, '_q', 128, bits === 32 ? 'v:4s' : 'v:2d'),
			row(`01 ${U} 11111`, '_scalar', bits, letterOfFp[bits])
		];
	});
}

type ComputeOne = (b: Builder, bits: FpBits, count: number, n: Vector) => Vector;
const fp1 =
	(operation: FpOperationName): ComputeOne =>
	(b, bits, count, n) =>
		b.fpLanes(operation, bits, count, n);
const withZero =
	(operation: FpOperationName, zeroFirst = false): ComputeOne =>
	(b, bits, count, n) =>
		zeroFirst
			? b.fpLanes(operation, bits, count, zero(b), n)
			: b.fpLanes(operation, bits, count, n, zero(b));
/** To and from integers of the same size; the second operand is the number of fraction bits. */
type Integer = 'Signed' | 'Unsigned';
const none = (b: Builder) => ({ all: b.constant(0, 64) });
const from =
	(integer: Integer): ComputeOne =>
	(b, bits, count, n) =>
		b.fpLanes(`from${integer}${bits}`, bits, count, n, none(b));
const to =
	(integer: Integer, rounding: 'TIEEVEN' | 'POSINF' | 'NEGINF' | 'ZERO' | 'TIEAWAY'): ComputeOne =>
	(b, bits, count, n) =>
		b.fpLanes(`to${integer}${bits}_${rounding}`, bits, count, n, none(b));

interface TwoRegisters {
	readonly name: string;
	readonly U: Bit;
	readonly a: Bit;
	readonly opcode: string;
	readonly compute: ComputeOne;
	/** Which forms there are. */
	readonly which: 'vector' | 'both' | 'scalar';
	readonly compared?: boolean;
	/** Only lanes of 32 bits. */
	readonly singleOnly?: boolean;
}

function twoRegisters(row: TwoRegisters): Instruction[] {
	const { name, U, a, opcode, compute, which, compared, singleOnly } = row;
	const id = name.toUpperCase() + (compared ? '_zero' : '');
	const last = compared ? ', {|fpzero}' : '';
	const vector = insn(`${id}_v`, `0 Q:1 ${U} 01110 ${a} sz:1 10000 ${opcode} 10 Rn:5 Rd:5`, {
		variants: ['Q', 'sz'],
		asm: ({ Q, sz }) => {
			if (sz && (!Q || singleOnly)) return undefined;
			const v = arrangement(Q, bitsOf(sz));
			return `${name} {Rd|v:${v}}, {Rn|v:${v}}${last}`;
		},
		sem: (b, { Q, sz, Rn, Rd }) => {
			b.needSimd();
			const [width, bits] = [vectorBits(Q), bitsOf(sz)];
			b.setVector(Rd, compute(b, bits, width / bits, b.vector(Rn, width)), width);
		}
	});
	const scalar = insn(`${id}_scalar`, `01 ${U} 11110 ${a} sz:1 10000 ${opcode} 10 Rn:5 Rd:5`, {
		variants: ['sz'],
		asm: ({ sz }) => {
			const letter = letterOfFp[bitsOf(sz)];
			return `${name} {Rd|${letter}}, {Rn|${letter}}${last}`;
		},
		sem: (b, { sz, Rn, Rd }) => {
			b.needSimd();
			const bits = bitsOf(sz);
			b.setVector(Rd, compute(b, bits, 1, b.vector(Rn, bits)), bits);
		}
	});
	return which === 'both' ? [vector, scalar] : which === 'vector' ? [vector] : [scalar];
}

const two = (
	name: string,
	U: Bit,
	a: Bit,
	opcode: string,
	compute: ComputeOne,
	which: TwoRegisters['which'] = 'vector',
	more: Partial<TwoRegisters> = {}
): TwoRegisters => ({ name, U, a, opcode, compute, which, ...more });

const integerTo = (
	letter: string,
	a: Bit,
	opcode: string,
	rounding: Parameters<typeof to>[1]
): TwoRegisters[] => [
	two(`fcvt${letter}s`, '0', a, opcode, to('Signed', rounding), 'both'),
	two(`fcvt${letter}u`, '1', a, opcode, to('Unsigned', rounding), 'both')
];

const compared = { compared: true };
const twoRegisterRows: readonly TwoRegisters[] = [
	two('frintn', '0', '0', '11000', fp1('roundToIntegral_TIEEVEN')),
	two('frintm', '0', '0', '11001', fp1('roundToIntegral_NEGINF')),
	two('frintp', '0', '1', '11000', fp1('roundToIntegral_POSINF')),
	two('frintz', '0', '1', '11001', fp1('roundToIntegral_ZERO')),
	two('frinta', '1', '0', '11000', fp1('roundToIntegral_TIEAWAY')),
	two('frintx', '1', '0', '11001', fp1('roundToIntegralExact')),
	two('frinti', '1', '1', '11001', fp1('roundToIntegral')),
	...integerTo('n', '0', '11010', 'TIEEVEN'),
	...integerTo('m', '0', '11011', 'NEGINF'),
	...integerTo('a', '0', '11100', 'TIEAWAY'),
	...integerTo('p', '1', '11010', 'POSINF'),
	...integerTo('z', '1', '11011', 'ZERO'),
	two('scvtf', '0', '0', '11101', from('Signed'), 'both'),
	two('ucvtf', '1', '0', '11101', from('Unsigned'), 'both'),
	two('fcmgt', '0', '1', '01100', withZero('compareGT'), 'both', compared),
	two('fcmge', '1', '1', '01100', withZero('compareGE'), 'both', compared),
	two('fcmeq', '0', '1', '01101', withZero('compareEQ'), 'both', compared),
	two('fcmle', '1', '1', '01101', withZero('compareGE', true), 'both', compared),
	two('fcmlt', '0', '1', '01110', withZero('compareGT', true), 'both', compared),
	two('fabs', '0', '1', '01111', (b, bits, _, n) => magnitudeLanes(b, n, bits)),
	two('fneg', '1', '1', '01111', (b, bits, _, n) => negatedLanes(b, n, bits)),
	two('fsqrt', '1', '1', '11111', fp1('sqrt')),
	two('frecpe', '0', '1', '11101', fp1('recipEstimate'), 'both'),
	two('frsqrte', '1', '1', '11101', fp1('rsqrtEstimate'), 'both'),
	two('frecpx', '0', '1', '11111', fp1('recpX'), 'scalar'),
	two('urecpe', '0', '1', '11100', fp1('unsignedRecipEstimate'), 'vector', { singleOnly: true }),
	two('ursqrte', '1', '1', '11100', fp1('unsignedRsqrtEstimate'), 'vector', { singleOnly: true })
];

/** Lanes converted one by one between sizes, from lane `first` on. */
function converted(
	b: Builder,
	operation: FpOperationName,
	from: 16 | 32 | 64,
	to: 16 | 32 | 64,
	source: Vector,
	first: number
): Vector {
	let result = zero(b);
	for (let i = 0; i < 64 / Math.min(from, to); i++) {
		const value: Value = b.fp(operation, from, b.lane(source, from, first + i));
		result = b.withLane(result, to, i, value);
	}
	return result;
}

/** FCVTN, FCVTXN: into lanes of half the bits, in the low half of Vd or with Q in the high one. */
function narrowing(name: string, U: Bit, operation: FpOperationName, sz: 0 | 1): Instruction {
	const [from, to] = sz ? ([64, 32] as const) : ([32, 16] as const);
	return insn(
		`${name.toUpperCase()}_${to}`,
		`0 Q:1 ${U} 01110 0 ${sz} 10000 10110 10 Rn:5 Rd:5` as 'Q:1 Rn:5 Rd:5',
		{
			variants: ['Q'],
			asm: ({ Q }) =>
				`${name}${Q ? '2' : ''} {Rd|v:${arrangement(Q, to)}}, {Rn|v:${arrangement(1, from)}}`,
			sem: (b, { Q, Rn, Rd }) => {
				b.needSimd();
				const result = converted(b, operation, from, to, b.vector(Rn, 128), 0);
				if (!Q) return b.setVector(Rd, result, 64);
				b.setVector(Rd, b.withLane(b.vector(Rd, 128), 64, 1, b.lane(result, 64, 0)), 128);
			}
		}
	);
}

function lengthening(sz: 0 | 1): Instruction {
	const [from, to] = sz ? ([32, 64] as const) : ([16, 32] as const);
	return insn(`FCVTL_${to}`, `0 Q:1 0 01110 0 ${sz} 10000 10111 10 Rn:5 Rd:5` as 'Q:1 Rn:5 Rd:5', {
		variants: ['Q'],
		asm: ({ Q }) =>
			`fcvtl${Q ? '2' : ''} {Rd|v:${arrangement(1, to)}}, {Rn|v:${arrangement(Q, from)}}`,
		sem: (b, { Q, Rn, Rd }) => {
			b.needSimd();
			const first = Q ? 64 / from : 0;
			const operation = sz ? 'toDouble' : 'toSingle';
			const result = converted(b, operation, from, to, b.vector(Rn, 128), first);
			b.setVector(Rd, result, 128);
		}
	});
}

/** The four lanes of .4s put together, neighbours first. */
function acrossLanes(name: string, a: Bit, opcode: string, operation: FpOperationName) {
	return insn(`${name.toUpperCase()}_v`, `0 1 1 01110 ${a} 0 11000 ${opcode} 10 Rn:5 Rd:5`, {
		asm: `${name} {Rd|s}, {Rn|v:4s}`,
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			const n = b.vector(Rn, 128);
			const [e0, e1, e2, e3] = [0, 1, 2, 3].map((i) => b.lane(n, 32, i)) as [
				Value,
				Value,
				Value,
				Value
			];
			const [low, high] = [b.fp(operation, 32, e0, e1), b.fp(operation, 32, e2, e3)];
			b.setV(Rd, b.fp(operation, 32, low, high), b.constant(0, 64));
		}
	});
}

/** To and from fixed point: the fraction bits are a shift's amount. */
function fixed(name: string, U: Bit, opcode: string, toInteger: boolean): Instruction[] {
	const integer: Integer = U === '0' ? 'Signed' : 'Unsigned';
	return (
		[
			[32, '01 imm:5'],
			[64, '1 imm:6']
		] as const
	).flatMap(([bits, immediate]) => {
		const operation: FpOperationName = toInteger
			? `to${integer}${bits}_ZERO`
			: `from${integer}${bits}`;
		const row = (head: string, suffix: string, width: 32 | 64 | 128, v: string) =>
			insn(
				`${name.toUpperCase()}_fixed_${bits}${suffix}`,
				`${head} ${immediate} ${opcode} 1 Rn:5 Rd:5` as 'imm:5 Rn:5 Rd:5',
				{
					asm: `${name} {Rd|${v}}, {Rn|${v}}, {imm|shiftright:${bits}}`,
					sem: (b, { imm, Rn, Rd }) => {
						b.needSimd();
						const fraction = { all: b.sub(b.constant(bits, 64), b.imm(imm, 64)) };
						const n = b.vector(Rn, width);
						b.setVector(Rd, b.fpLanes(operation, bits, width / bits, n, fraction), width);
					}
				}
			);
		return [
			...(bits === 32 ? [row(`0 0 ${U} 011110`, '_d', 64, 'v:2s')] : []),
			row(`0 1 ${U} 011110`, '_q', 128, bits === 32 ? 'v:4s' : 'v:2d'),
			row(`01 ${U} 111110`, '_scalar', bits, letterOfFp[bits])
		];
	});
}

export const fpVector: readonly Instruction[] = [
	...threeSames.flatMap(threeSame),
	scalarPair('fmaxnmp', '0', '01100', 'maxNum'),
	scalarPair('fminnmp', '1', '01100', 'minNum'),
	scalarPair('faddp', '0', '01101', 'add'),
	scalarPair('fmaxp', '0', '01111', 'max'),
	scalarPair('fminp', '1', '01111', 'min'),
	...byElement('fmla', '0', '0001', mla),
	...byElement('fmls', '0', '0101', mls),
	...byElement('fmul', '0', '1001', fp2('mul')),
	...byElement('fmulx', '1', '1001', fp2('mulX')),
	...twoRegisterRows.flatMap(twoRegisters),
	narrowing('fcvtn', '0', 'toHalf', 0),
	narrowing('fcvtn', '0', 'toSingle', 1),
	narrowing('fcvtxn', '1', 'toSingleOdd', 1),
	insn('FCVTXN_scalar', '01 1 11110 0 1 10000 10110 10 Rn:5 Rd:5', {
		asm: 'fcvtxn {Rd|s}, {Rn|d}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			b.setV(Rd, b.fp('toSingleOdd', 64, b.v(Rn, 0)), b.constant(0, 64));
		}
	}),
	lengthening(0),
	lengthening(1),
	acrossLanes('fmaxnmv', '0', '01100', 'maxNum'),
	acrossLanes('fminnmv', '1', '01100', 'minNum'),
	acrossLanes('fmaxv', '0', '01111', 'max'),
	acrossLanes('fminv', '1', '01111', 'min'),
	...fixed('scvtf', '0', '11100', false),
	...fixed('ucvtf', '1', '11100', false),
	...fixed('fcvtzs', '0', '11111', true),
	...fixed('fcvtzu', '1', '11111', true)
];
