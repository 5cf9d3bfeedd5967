import type { LaneBits } from '../../vectors/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import { arrangement, laneBits, laneBytes, vectorBits } from './arrangements.ts';

/** Advanced SIMD permute, extract, and table look-up: lanes in another order. */

/** `source` gives for lane i of `count` the vector (0: n, 1: m) and the lane that it comes from. */
function permute(
	name: string,
	opcode: string,
	source: (i: number, count: number) => readonly [0 | 1, number]
): Instruction {
	return insn(`${name.toUpperCase()}_v`, `0 Q:1 001110 size:2 0 Rm:5 0 ${opcode} 10 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			if (size === 3 && !Q) return undefined;
			const v = arrangement(Q, laneBits(size));
			return `${name} {Rd|v:${v}}, {Rn|v:${v}}, {Rm|v:${v}}`;
		},
		sem: (b, { Q, size, Rm, Rn, Rd }) => {
			b.needSimd();
			const [bits, width] = [laneBits(size), vectorBits(Q)];
			const count = width / bits;
			const order = Array.from({ length: count }, (_, i) => {
				const [vector, lane] = source(i, count);
				return vector * (128 / bits) + lane;
			});
			const [n, m] = [b.vector(Rn, width), b.vector(Rm, width)];
			b.setVector(Rd, b.shuffle(n, m, laneBytes(bits, order)), width);
		}
	});
}

const both = <T>(make: (part: 0 | 1) => T): T[] => [make(0), make(1)];
/** Lane k of n followed by m. */
const concatenated = (k: number, count: number) => [k < count ? 0 : 1, k % count] as const;

/** TBL and TBX: bytes of one to four registers by number; what is out of range is zero, or stays. */
function table(name: 'tbl' | 'tbx', op: '0' | '1', length: number): Instruction {
	const len = (length - 1).toString(2).padStart(2, '0');
	return insn(
		`${name.toUpperCase()}_${length}`,
		`0 Q:1 001110 00 0 Rm:5 0 ${len} ${op} 00 Rn:5 Rd:5`,
		{
			variants: ['Q'],
			asm: ({ Q }) => {
				const v = arrangement(Q, 8);
				return `${name} {Rd|v:${v}}, {Rn|list:${length} 16b}, {Rm|v:${v}}`;
			},
			sem: (b, { Q, Rm, Rn, Rd }) => {
				b.needSimd();
				const width = vectorBits(Q);
				const indices = b.vector(Rm, width);
				const sixteen = (n: number) => b.splat(8, b.constant(16 * n, 32));
				let result: Vector | undefined;
				for (let i = 0; i < length; i++) {
					const own = i === 0 ? indices : b.lanes('sub', 8, indices, sixteen(i));
					const found = b.lookUp(b.vector(Rn, 128, i), own);
					result = result === undefined ? found : b.lanes('or', 8, result, found);
				}
				if (name === 'tbx') {
					const inRange = b.lanes('greaterUnsigned', 8, sixteen(length), indices);
					result = b.lanes('choose', 8, result!, b.vector(Rd, width), inRange);
				}
				b.setVector(Rd, result!, width);
			}
		}
	);
}

const bytes: LaneBits = 8;

export const permutes: readonly Instruction[] = [
	...both((part) =>
		permute(part ? 'uzp2' : 'uzp1', part ? '101' : '001', (i, n) => concatenated(2 * i + part, n))
	),
	...both((part) =>
		permute(part ? 'trn2' : 'trn1', part ? '110' : '010', (i) => [i & 1 ? 1 : 0, (i & ~1) + part])
	),
	...both((part) =>
		permute(part ? 'zip2' : 'zip1', part ? '111' : '011', (i, n) => [
			i & 1 ? 1 : 0,
			(i >> 1) + (part * n) / 2
		])
	),
	insn('EXT_v', '0 Q:1 101110 00 0 Rm:5 0 imm4:4 0 Rn:5 Rd:5', {
		variants: ['Q', 'imm4'],
		asm: ({ Q, imm4 }) => {
			if (!Q && imm4 >= 8) return undefined;
			const v = arrangement(Q, bytes);
			return `ext {Rd|v:${v}}, {Rn|v:${v}}, {Rm|v:${v}}, {imm4|imm}`;
		},
		sem: (b, { Q, imm4, Rm, Rn, Rd }) => {
			b.needSimd();
			const width = vectorBits(Q);
			const count = width / 8;
			const order = Array.from({ length: 16 }, (_, i) => {
				const from = (i % count) + imm4;
				return from < count ? from : 16 + (from - count);
			});
			b.setVector(Rd, b.shuffle(b.vector(Rn, width), b.vector(Rm, width), order), width);
		}
	}),
	...([1, 2, 3, 4] as const).flatMap((length) => [
		table('tbl', '0', length),
		table('tbx', '1', length)
	])
];
