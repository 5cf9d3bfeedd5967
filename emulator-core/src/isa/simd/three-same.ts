import type { Builder } from '../../builder/builder.ts';
import type { LaneBits, LaneOperationName } from '../../vectors/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import {
	arrangement,
	everyOther,
	laneBits,
	letterOf,
	one,
	onto,
	vectorBits,
	type Bit,
	type Compute
} from './arrangements.ts';

/** Advanced SIMD three same, and the scalar forms: Vd, Vn and Vm have the same lanes. Integers only. */

const small: readonly LaneBits[] = [8, 16, 32];
const every: readonly LaneBits[] = [8, 16, 32, 64];
const doubleOnly: readonly LaneBits[] = [64];
const multiplied: readonly LaneBits[] = [16, 32];

interface Operation {
	readonly name: string;
	readonly U: Bit;
	readonly opcode: string;
	/** Bits of the lanes; those of 64 only in vectors of 128. */
	readonly sizes: readonly LaneBits[];
	/** Lanes for which there is a form with one lane. */
	readonly scalar?: readonly LaneBits[];
	readonly compute: Compute;
}

function forms({ name, U, opcode, sizes, scalar, compute }: Operation): Instruction[] {
	const row = name.toUpperCase();
	const vector = insn(`${row}_v`, `0 Q:1 ${U} 01110 size:2 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			const bits = laneBits(size);
			if (!sizes.includes(bits) || (bits === 64 && !Q)) return undefined;
			const v = arrangement(Q, bits);
			return `${name} {Rd|v:${v}}, {Rn|v:${v}}, {Rm|v:${v}}`;
		},
		sem: (b, { Q, size, Rm, Rn, Rd }) => {
			b.needSimd();
			const width = vectorBits(Q);
			const [n, m, d] = [b.vector(Rn, width), b.vector(Rm, width), b.vector(Rd, width)];
			b.setVector(Rd, compute(b, laneBits(size), n, m, d), width);
		}
	});
	if (!scalar) return [vector];
	return [
		vector,
		insn(`${row}_scalar`, `01 ${U} 11110 size:2 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`, {
			variants: ['size'],
			asm: ({ size }) => {
				const bits = laneBits(size);
				const letter = letterOf(bits);
				return scalar.includes(bits)
					? `${name} {Rd|${letter}}, {Rn|${letter}}, {Rm|${letter}}`
					: undefined;
			},
			sem: (b, { size, Rm, Rn, Rd }) => {
				b.needSimd();
				const bits = laneBits(size);
				const [n, m, d] = [b.vector(Rn, bits), b.vector(Rm, bits), b.vector(Rd, bits)];
				b.setVector(Rd, compute(b, bits, n, m, d), bits);
			}
		})
	];
}

const operation = (
	name: string,
	U: Bit,
	opcode: string,
	sizes: readonly LaneBits[],
	compute: LaneOperationName | Compute,
	scalar?: readonly LaneBits[]
): Operation => ({
	name,
	U,
	opcode,
	sizes,
	compute: typeof compute === 'string' ? one(compute) : compute,
	...(scalar && { scalar })
});

const operations: readonly Operation[] = [
	operation('shadd', '0', '00000', small, 'halfSumSigned'),
	operation('uhadd', '1', '00000', small, 'halfSumUnsigned'),
	operation('sqadd', '0', '00001', every, 'saturatingAddSigned', every),
	operation('uqadd', '1', '00001', every, 'saturatingAddUnsigned', every),
	operation('srhadd', '0', '00010', small, 'roundedHalfSumSigned'),
	operation('urhadd', '1', '00010', small, 'roundedHalfSumUnsigned'),
	operation('shsub', '0', '00100', small, 'halfDifferenceSigned'),
	operation('uhsub', '1', '00100', small, 'halfDifferenceUnsigned'),
	operation('sqsub', '0', '00101', every, 'saturatingSubSigned', every),
	operation('uqsub', '1', '00101', every, 'saturatingSubUnsigned', every),
	operation('cmgt', '0', '00110', every, 'greaterSigned', doubleOnly),
	operation('cmhi', '1', '00110', every, 'greaterUnsigned', doubleOnly),
	operation('cmge', '0', '00111', every, 'atLeastSigned', doubleOnly),
	operation('cmhs', '1', '00111', every, 'atLeastUnsigned', doubleOnly),
	operation('sshl', '0', '01000', every, 'shiftSigned', doubleOnly),
	operation('ushl', '1', '01000', every, 'shiftUnsigned', doubleOnly),
	operation('sqshl', '0', '01001', every, 'saturatingShiftSigned', every),
	operation('uqshl', '1', '01001', every, 'saturatingShiftUnsigned', every),
	operation('srshl', '0', '01010', every, 'roundingShiftSigned', doubleOnly),
	operation('urshl', '1', '01010', every, 'roundingShiftUnsigned', doubleOnly),
	operation('sqrshl', '0', '01011', every, 'saturatingRoundingShiftSigned', every),
	operation('uqrshl', '1', '01011', every, 'saturatingRoundingShiftUnsigned', every),
	operation('smax', '0', '01100', small, 'maxSigned'),
	operation('umax', '1', '01100', small, 'maxUnsigned'),
	operation('smin', '0', '01101', small, 'minSigned'),
	operation('umin', '1', '01101', small, 'minUnsigned'),
	operation('sabd', '0', '01110', small, 'distanceSigned'),
	operation('uabd', '1', '01110', small, 'distanceUnsigned'),
	operation('saba', '0', '01111', small, onto('add', one('distanceSigned'))),
	operation('uaba', '1', '01111', small, onto('add', one('distanceUnsigned'))),
	operation('add', '0', '10000', every, 'add', doubleOnly),
	operation('sub', '1', '10000', every, 'sub', doubleOnly),
	operation('cmtst', '0', '10001', every, 'anyCommonBit', doubleOnly),
	operation('cmeq', '1', '10001', every, 'equal', doubleOnly),
	operation('mla', '0', '10010', small, onto('add', one('mul'))),
	operation('mls', '1', '10010', small, onto('sub', one('mul'))),
	operation('mul', '0', '10011', small, 'mul'),
	operation('pmul', '1', '10011', [8], 'polynomial'),
	operation('sqdmulh', '0', '10110', multiplied, 'doubledProductHigh', multiplied),
	operation('sqrdmulh', '1', '10110', multiplied, 'roundedDoubledProductHigh', multiplied)
];

/** Neighbours put together: first those of Vn, then those of Vm. */
function pairwise(
	name: string,
	U: Bit,
	opcode: string,
	sizes: readonly LaneBits[],
	how: LaneOperationName
): Instruction {
	return insn(`${name.toUpperCase()}_v`, `0 Q:1 ${U} 01110 size:2 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			const bits = laneBits(size);
			if (!sizes.includes(bits) || (bits === 64 && !Q)) return undefined;
			const v = arrangement(Q, bits);
			return `${name} {Rd|v:${v}}, {Rn|v:${v}}, {Rm|v:${v}}`;
		},
		sem: (b, { Q, size, Rm, Rn, Rd }) => {
			b.needSimd();
			const [width, bits] = [vectorBits(Q), laneBits(size)];
			const [n, m] = [b.vector(Rn, width), b.vector(Rm, width)];
			const [even, odd] = ([0, 1] as const).map((first) => everyOther(b, bits, width, n, m, first));
			b.setVector(Rd, b.lanes(how, bits, even!, odd!), width);
		}
	});
}

/** Whole vectors, bit by bit; `size` says which operation. */
function bitwise(
	name: string,
	U: Bit,
	size: string,
	compute: (b: Builder, n: Vector, m: Vector, d: Vector) => Vector,
	mov = false
): Instruction {
	return insn(`${name.toUpperCase()}_v`, `0 Q:1 ${U} 01110 ${size} 1 Rm:5 00011 1 Rn:5 Rd:5`, {
		variants: ['Q'],
		asm: ({ Q }) => {
			const v = arrangement(Q, 8);
			return `${name} {Rd|v:${v}}, {Rn|v:${v}}, {Rm|v:${v}}`;
		},
		aliases: ({ Q }) => {
			const v = arrangement(Q, 8);
			return mov ? [{ asm: `mov {Rd|v:${v}}, {Rn Rm|vsame:${v}}` }] : [];
		},
		sem: (b, { Q, Rm, Rn, Rd }) => {
			b.needSimd();
			const width = vectorBits(Q);
			const [n, m, d] = [b.vector(Rn, width), b.vector(Rm, width), b.vector(Rd, width)];
			b.setVector(Rd, compute(b, n, m, d), width);
		}
	});
}

export const threeSame: readonly Instruction[] = [
	...operations.flatMap(forms),
	pairwise('addp', '0', '10111', every, 'add'),
	pairwise('smaxp', '0', '10100', small, 'maxSigned'),
	pairwise('umaxp', '1', '10100', small, 'maxUnsigned'),
	pairwise('sminp', '0', '10101', small, 'minSigned'),
	pairwise('uminp', '1', '10101', small, 'minUnsigned'),
	insn('ADDP_scalar', '01 0 11110 11 11000 11011 10 Rn:5 Rd:5', {
		asm: 'addp {Rd|d}, {Rn|v:2d}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			const n = b.vector(Rn, 128);
			b.setV(Rd, b.add(b.lane(n, 64, 0), b.lane(n, 64, 1)), b.constant(0, 64));
		}
	}),
	bitwise('and', '0', '00', (b, n, m) => b.lanes('and', 64, n, m)),
	bitwise('bic', '0', '01', (b, n, m) => b.lanes('andNot', 64, n, m)),
	bitwise('orr', '0', '10', (b, n, m) => b.lanes('or', 64, n, m), true),
	bitwise('orn', '0', '11', (b, n, m) => b.lanes('or', 64, n, b.lanes('not', 64, m))),
	bitwise('eor', '1', '00', (b, n, m) => b.lanes('xor', 64, n, m)),
	bitwise('bsl', '1', '01', (b, n, m, d) => b.lanes('choose', 64, n, m, d)),
	bitwise('bit', '1', '10', (b, n, m, d) => b.lanes('choose', 64, n, d, m)),
	bitwise('bif', '1', '11', (b, n, m, d) => b.lanes('choose', 64, d, n, m))
];
