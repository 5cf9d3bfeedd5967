import type { Builder } from '../../builder/builder.ts';
import type { LaneBits, LaneOperationName } from '../../vectors/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import {
	arrangement,
	joinHalves,
	laneBits,
	letterOf,
	narrow,
	vectorBits,
	zero,
	type Bit
} from './arrangements.ts';

/** Advanced SIMD two-register miscellaneous, and the scalar forms. Integers only. */

type Compute = (b: Builder, bits: LaneBits, n: Vector, d: Vector) => Vector;

const one =
	(operation: LaneOperationName): Compute =>
	(b, bits, n) =>
		b.lanes(operation, bits, n);
const withZero =
	(operation: LaneOperationName): Compute =>
	(b, bits, n) =>
		b.lanes(operation, bits, n, zero(b));
/** Zero compared with n. */
const zeroWith =
	(operation: LaneOperationName): Compute =>
	(b, bits, n) =>
		b.lanes(operation, bits, zero(b), n);

const small: readonly LaneBits[] = [8, 16, 32];
const every: readonly LaneBits[] = [8, 16, 32, 64];
const doubleOnly: readonly LaneBits[] = [64];

interface Operation {
	readonly name: string;
	readonly U: Bit;
	readonly opcode: string;
	readonly sizes: readonly LaneBits[];
	readonly compute: Compute;
	readonly scalar?: readonly LaneBits[];
	/** What follows the operands: CMGT's zero. */
	readonly last?: string;
	/** Name of the row, where two share a mnemonic. */
	readonly row?: string;
}

function forms({ name, U, opcode, sizes, compute, scalar, last, row }: Operation): Instruction[] {
	const id = row ?? name.toUpperCase();
	const vector = insn(`${id}_v`, `0 Q:1 ${U} 01110 size:2 10000 ${opcode} 10 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			const bits = laneBits(size);
			if (!sizes.includes(bits) || (bits === 64 && !Q)) return undefined;
			const v = arrangement(Q, bits);
			return `${name} {Rd|v:${v}}, {Rn|v:${v}}${last ?? ''}`;
		},
		sem: (b, { Q, size, Rn, Rd }) => {
			b.needSimd();
			const width = vectorBits(Q);
			const result = compute(b, laneBits(size), b.vector(Rn, width), b.vector(Rd, width));
			b.setVector(Rd, result, width);
		}
	});
	if (!scalar) return [vector];
	return [
		vector,
		insn(`${id}_scalar`, `01 ${U} 11110 size:2 10000 ${opcode} 10 Rn:5 Rd:5`, {
			variants: ['size'],
			asm: ({ size }) => {
				const letter = letterOf(laneBits(size));
				return scalar.includes(laneBits(size))
					? `${name} {Rd|${letter}}, {Rn|${letter}}${last ?? ''}`
					: undefined;
			},
			sem: (b, { size, Rn, Rd }) => {
				b.needSimd();
				const bits = laneBits(size);
				b.setVector(Rd, compute(b, bits, b.vector(Rn, bits), b.vector(Rd, bits)), bits);
			}
		})
	];
}

const compared = ', {|zero}';
const operations: readonly Operation[] = [
	{
		name: 'suqadd',
		U: '0',
		opcode: '00011',
		sizes: every,
		scalar: every,
		compute: (b, bits, n, d) => b.lanes('saturatingAddUnsignedToSigned', bits, d, n)
	},
	{
		name: 'usqadd',
		U: '1',
		opcode: '00011',
		sizes: every,
		scalar: every,
		compute: (b, bits, n, d) => b.lanes('saturatingAddSignedToUnsigned', bits, d, n)
	},
	{ name: 'cls', U: '0', opcode: '00100', sizes: small, compute: one('leadingSigns') },
	{ name: 'clz', U: '1', opcode: '00100', sizes: small, compute: one('leadingZeros') },
	{ name: 'cnt', U: '0', opcode: '00101', sizes: [8], compute: one('population') },
	{
		name: 'sqabs',
		U: '0',
		opcode: '00111',
		sizes: every,
		scalar: every,
		compute: one('saturatingAbs')
	},
	{
		name: 'sqneg',
		U: '1',
		opcode: '00111',
		sizes: every,
		scalar: every,
		compute: one('saturatingNeg')
	},
	...(
		[
			['cmgt', '0', '01000', withZero('greaterSigned')],
			['cmge', '1', '01000', withZero('atLeastSigned')],
			['cmeq', '0', '01001', withZero('equal')],
			['cmle', '1', '01001', zeroWith('atLeastSigned')],
			['cmlt', '0', '01010', zeroWith('greaterSigned')]
		] as const
	).map(([name, U, opcode, compute]) => ({
		name,
		U,
		opcode,
		compute,
		sizes: every,
		scalar: doubleOnly,
		last: compared,
		row: `${name.toUpperCase()}_zero`
	})),
	{ name: 'abs', U: '0', opcode: '01011', sizes: every, scalar: doubleOnly, compute: one('abs') },
	{ name: 'neg', U: '1', opcode: '01011', sizes: every, scalar: doubleOnly, compute: one('neg') }
];

/** NOT and RBIT: `size` says which. */
function bytewise(
	name: string,
	size: string,
	operation: LaneOperationName,
	alias?: string
): Instruction {
	return insn(`${name.toUpperCase()}_v`, `0 Q:1 1 01110 ${size} 10000 00101 10 Rn:5 Rd:5`, {
		variants: ['Q'],
		asm: ({ Q }) => `${name} {Rd|v:${arrangement(Q, 8)}}, {Rn|v:${arrangement(Q, 8)}}`,
		aliases: ({ Q }) =>
			alias ? [{ asm: `${alias} {Rd|v:${arrangement(Q, 8)}}, {Rn|v:${arrangement(Q, 8)}}` }] : [],
		sem: (b, { Q, Rn, Rd }) => {
			b.needSimd();
			b.setVector(Rd, b.lanes(operation, 8, b.vector(Rn, vectorBits(Q))), vectorBits(Q));
		}
	});
}

/** The lanes of each container of `container` bits in the opposite order. */
function reversed(container: 16 | 32 | 64, U: Bit, opcode: string): Instruction {
	const name = `rev${container}`;
	return insn(`REV${container}_v`, `0 Q:1 ${U} 01110 size:2 10000 ${opcode} 10 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			const v = arrangement(Q, laneBits(size));
			return laneBits(size) < container ? `${name} {Rd|v:${v}}, {Rn|v:${v}}` : undefined;
		},
		sem: (b, { Q, size, Rn, Rd }) => {
			b.needSimd();
			const n = b.vector(Rn, vectorBits(Q));
			const lane = laneBits(size) / 8;
			// Turned round lane by lane: the byte within its lane stays, the lane's number is mirrored.
			const mirror = container / 8 - lane;
			const bytes = Array.from({ length: 16 }, (_, i) => i ^ mirror);
			b.setVector(Rd, b.shuffle(n, n, bytes), vectorBits(Q));
		}
	});
}

/** Neighbours added up into lanes of twice the bits. */
function addNeighbours(name: string, U: Bit, opcode: string, accumulate: boolean): Instruction {
	return insn(`${name.toUpperCase()}_v`, `0 Q:1 ${U} 01110 size:2 10000 ${opcode} 10 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			if (size === 3) return undefined;
			const bits = laneBits(size);
			return `${name} {Rd|v:${arrangement(Q, (2 * bits) as LaneBits)}}, {Rn|v:${arrangement(Q, bits)}}`;
		},
		sem: (b, { Q, size, Rn, Rd }) => {
			b.needSimd();
			const [bits, width] = [laneBits(size), vectorBits(Q)];
			const wide = (2 * bits) as LaneBits;
			const [n, by] = [b.vector(Rn, width), b.constant(bits, 32)];
			const how = U === '0' ? 'ashr' : 'lshr';
			const even = b.shiftLanes(how, wide, b.shiftLanes('shl', wide, n, by), by);
			const sum = b.lanes('add', wide, even, b.shiftLanes(how, wide, n, by));
			const result = accumulate ? b.lanes('add', wide, b.vector(Rd, width), sum) : sum;
			b.setVector(Rd, result, width);
		}
	});
}

/** Wide lanes brought into narrow ones: XTN and the saturating forms. */
function narrowing(
	name: string,
	U: Bit,
	opcode: string,
	operation: LaneOperationName | undefined
): Instruction[] {
	const narrowed = (b: Builder, bits: 8 | 16 | 32, n: Vector) =>
		narrow(b, bits, operation ? b.lanes(operation, (2 * bits) as LaneBits, n) : n);
	const vector = insn(
		`${name.toUpperCase()}_v`,
		`0 Q:1 ${U} 01110 size:2 10000 ${opcode} 10 Rn:5 Rd:5`,
		{
			variants: ['Q', 'size'],
			asm: ({ Q, size }) => {
				if (size === 3) return undefined;
				const bits = laneBits(size);
				const wide = arrangement(1, (2 * bits) as LaneBits);
				return `${name}${Q ? '2' : ''} {Rd|v:${arrangement(Q, bits)}}, {Rn|v:${wide}}`;
			},
			sem: (b, { Q, size, Rn, Rd }) => {
				b.needSimd();
				const bits = laneBits(size) as 8 | 16 | 32;
				const result = narrowed(b, bits, b.vector(Rn, 128));
				b.setVector(Rd, joinHalves(b, Q, result, b.vector(Rd, 128)), vectorBits(Q));
			}
		}
	);
	if (!operation) return [vector];
	return [
		vector,
		insn(`${name.toUpperCase()}_scalar`, `01 ${U} 11110 size:2 10000 ${opcode} 10 Rn:5 Rd:5`, {
			variants: ['size'],
			asm: ({ size }) => {
				if (size === 3) return undefined;
				const bits = laneBits(size);
				return `${name} {Rd|${letterOf(bits)}}, {Rn|${letterOf((2 * bits) as LaneBits)}}`;
			},
			sem: (b, { size, Rn, Rd }) => {
				b.needSimd();
				const bits = laneBits(size) as 8 | 16 | 32;
				b.setVector(Rd, narrowed(b, bits, b.vector(Rn, (2 * bits) as LaneBits)), bits);
			}
		})
	];
}

export const twoRegister: readonly Instruction[] = [
	...operations.flatMap(forms),
	bytewise('not', '00', 'not', 'mvn'),
	bytewise('rbit', '01', 'reverseBits'),
	reversed(64, '0', '00000'),
	reversed(32, '1', '00000'),
	reversed(16, '0', '00001'),
	addNeighbours('saddlp', '0', '00010', false),
	addNeighbours('uaddlp', '1', '00010', false),
	addNeighbours('sadalp', '0', '00110', true),
	addNeighbours('uadalp', '1', '00110', true),
	...narrowing('xtn', '0', '10010', undefined),
	...narrowing('sqxtun', '1', '10010', 'saturateSignedToUnsignedHalf'),
	...narrowing('sqxtn', '0', '10100', 'saturateSignedToHalf'),
	...narrowing('uqxtn', '1', '10100', 'saturateUnsignedToHalf'),
	insn('SHLL_v', '0 Q:1 1 01110 size:2 10000 10011 10 Rn:5 Rd:5', {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			if (size === 3) return undefined;
			const bits = laneBits(size);
			const wide = arrangement(1, (2 * bits) as LaneBits);
			return `shll${Q ? '2' : ''} {Rd|v:${wide}}, {Rn|v:${arrangement(Q, bits)}}, {|exactly:${bits}}`;
		},
		sem: (b, { Q, size, Rn, Rd }) => {
			b.needSimd();
			const bits = laneBits(size) as 8 | 16 | 32;
			const wide = b.extendLanes(bits, false, Q as 0 | 1, b.vector(Rn, 128));
			b.setVector(Rd, b.shiftLanes('shl', (2 * bits) as LaneBits, wide, b.constant(bits, 32)), 128);
		}
	})
];
