import type { Builder } from '../../builder/builder.ts';
import type { LaneBits } from '../../vectors/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import {
	arrangement,
	joinHalves,
	laneBits,
	letterOf,
	narrow,
	one,
	onto,
	zero,
	type Bit,
	type Compute
} from './arrangements.ts';

/** Advanced SIMD three different: operands of which one kind has lanes twice as wide as the other. */

type Narrow = 8 | 16 | 32;
const twice = (bits: Narrow) => (2 * bits) as LaneBits;

interface Long {
	readonly name: string;
	readonly U: Bit;
	readonly opcode: string;
	readonly signed: boolean;
	/** On lanes of twice the bits: n and m are extended already. */
	readonly compute: Compute;
	/** Bits of the narrow lanes, if not all three. */
	readonly sizes?: readonly Narrow[];
	/** Vn has wide lanes (SADDW and its kin). */
	readonly wideN?: boolean;
	/** There is a form with one lane. */
	readonly scalar?: boolean;
}

/** Wide results of narrow lanes: those of the low half of Vn and Vm, or with Q (`saddl2`) of the high half. */
function long({ name, U, opcode, signed, compute, sizes, wideN, scalar }: Long): Instruction[] {
	const taken = sizes ?? [8, 16, 32];
	const row = name.toUpperCase();
	const vector = insn(`${row}_v`, `0 Q:1 ${U} 01110 size:2 1 Rm:5 ${opcode} 00 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			const bits = laneBits(size) as Narrow;
			if (!taken.includes(bits)) return undefined;
			const [wide, half] = [arrangement(1, twice(bits)), arrangement(Q, bits)];
			return (
				`${name}${Q ? '2' : ''} {Rd|v:${wide}}, ` + `{Rn|v:${wideN ? wide : half}}, {Rm|v:${half}}`
			);
		},
		sem: (b, { Q, size, Rm, Rn, Rd }) => {
			b.needSimd();
			const bits = laneBits(size) as Narrow;
			const extended = (v: Vector) => b.extendLanes(bits, signed, Q as 0 | 1, v);
			const n = b.vector(Rn, 128);
			const m = extended(b.vector(Rm, 128));
			const result = compute(b, twice(bits), wideN ? n : extended(n), m, b.vector(Rd, 128));
			b.setVector(Rd, result, 128);
		}
	});
	if (!scalar) return [vector];
	return [
		vector,
		insn(`${row}_scalar`, `01 ${U} 11110 size:2 1 Rm:5 ${opcode} 00 Rn:5 Rd:5`, {
			variants: ['size'],
			asm: ({ size }) => {
				const bits = laneBits(size) as Narrow;
				if (!taken.includes(bits)) return undefined;
				const [wide, half] = [letterOf(twice(bits)), letterOf(bits)];
				return `${name} {Rd|${wide}}, {Rn|${half}}, {Rm|${half}}`;
			},
			sem: (b, { size, Rm, Rn, Rd }) => {
				b.needSimd();
				const bits = laneBits(size) as Narrow;
				const wide = twice(bits);
				const [n, m] = [Rn, Rm].map((R) => b.extendLanes(bits, signed, 0, b.vector(R, bits)));
				b.setVector(Rd, compute(b, wide, n!, m!, b.vector(Rd, wide)), wide);
			}
		})
	];
}

/** The upper half of each sum or difference: ADDHN and its kin. */
function highNarrow(
	name: string,
	U: Bit,
	opcode: string,
	how: 'add' | 'sub',
	rounded: boolean
): Instruction {
	return insn(`${name.toUpperCase()}_v`, `0 Q:1 ${U} 01110 size:2 1 Rm:5 ${opcode} 00 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			if (size === 3) return undefined;
			const bits = laneBits(size) as Narrow;
			const wide = arrangement(1, twice(bits));
			return (
				`${name}${Q ? '2' : ''} {Rd|v:${arrangement(Q, bits)}}, ` + `{Rn|v:${wide}}, {Rm|v:${wide}}`
			);
		},
		sem: (b, { Q, size, Rm, Rn, Rd }) => {
			b.needSimd();
			const bits = laneBits(size) as Narrow;
			const wide = twice(bits);
			let sum = b.lanes(how, wide, b.vector(Rn, 128), b.vector(Rm, 128));
			if (rounded) sum = b.lanes('add', wide, sum, everywhere(b, wide, 1n << BigInt(bits - 1)));
			const high = b.shiftLanes('lshr', wide, sum, b.constant(bits, 32));
			const result = joinHalves(b, Q, narrow(b, bits, high), b.vector(Rd, 128));
			b.setVector(Rd, result, Q ? 128 : 64);
		}
	});
}

/** The same number in each lane. */
function everywhere(b: Builder, bits: LaneBits, value: bigint): Vector {
	let half = 0n;
	for (let at = 0; at < 64; at += bits) half |= value << BigInt(at);
	return b.vectorConstant(half, half);
}

const wideAnd = (name: string, opcode: string, compute: Compute, wideN = false): Instruction[] =>
	(['0', '1'] as const).flatMap((U) =>
		long({ name: (U === '0' ? 's' : 'u') + name, U, opcode, signed: U === '0', compute, wideN })
	);
const byOpcode = (s: Compute, u: Compute) => [s, u] as const;

const distance = byOpcode(one('distanceSigned'), one('distanceUnsigned'));
const zeros = [16, 16, 16, 16, 16, 16, 16, 16];
const saturating = { U: '0' as const, signed: true, sizes: [16, 32] as const, scalar: true };

export const threeDifferent: readonly Instruction[] = [
	...wideAnd('addl', '0000', one('add')),
	...wideAnd('addw', '0001', one('add'), true),
	...wideAnd('subl', '0010', one('sub')),
	...wideAnd('subw', '0011', one('sub'), true),
	highNarrow('addhn', '0', '0100', 'add', false),
	highNarrow('raddhn', '1', '0100', 'add', true),
	...long({
		name: 'sabal',
		U: '0',
		opcode: '0101',
		signed: true,
		compute: onto('add', distance[0])
	}),
	...long({
		name: 'uabal',
		U: '1',
		opcode: '0101',
		signed: false,
		compute: onto('add', distance[1])
	}),
	highNarrow('subhn', '0', '0110', 'sub', false),
	highNarrow('rsubhn', '1', '0110', 'sub', true),
	...long({ name: 'sabdl', U: '0', opcode: '0111', signed: true, compute: distance[0] }),
	...long({ name: 'uabdl', U: '1', opcode: '0111', signed: false, compute: distance[1] }),
	...wideAnd('mlal', '1000', onto('add', one('mul'))),
	...wideAnd('mlsl', '1010', onto('sub', one('mul'))),
	...wideAnd('mull', '1100', one('mul')),
	...long({
		name: 'sqdmlal',
		opcode: '1001',
		compute: onto('saturatingAddSigned', one('doubledProduct')),
		...saturating
	}),
	...long({
		name: 'sqdmlsl',
		opcode: '1011',
		compute: onto('saturatingSubSigned', one('doubledProduct')),
		...saturating
	}),
	...long({ name: 'sqdmull', opcode: '1101', compute: one('doubledProduct'), ...saturating }),
	...long({
		name: 'pmull',
		U: '0',
		opcode: '1110',
		signed: false,
		sizes: [8],
		compute: one('polynomial')
	}),
	insn('PMULL_1q', '0 Q:1 0 01110 11 1 Rm:5 1110 00 Rn:5 Rd:5', {
		variants: ['Q'],
		asm: ({ Q }) => {
			const half = Q ? '2d' : '1d';
			return `pmull${Q ? '2' : ''} {Rd|v:1q}, {Rn|v:${half}}, {Rm|v:${half}}`;
		},
		sem: (b, { Q, Rm, Rn, Rd }) => {
			b.needSimd();
			const [n, m] = [Rn, Rm].map((R) => {
				const v = b.vector(R, Q ? 128 : 64);
				return Q ? b.shuffle(v, zero(b), [8, 9, 10, 11, 12, 13, 14, 15, ...zeros]) : v;
			});
			b.setVector(Rd, b.block('polynomialProduct', n!, m!), 128);
		}
	})
];
