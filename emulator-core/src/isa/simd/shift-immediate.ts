import type { Builder, Value } from '../../builder/builder.ts';
import type { LaneBits, LaneOperationName } from '../../vectors/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import { arrangement, joinHalves, letterOf, narrow, vectorBits, type Bit } from './arrangements.ts';

/** Advanced SIMD shift by immediate, and the scalar forms. */

/** immh:immb: its highest one tells the bits of a lane, the rest is the amount. */
const immediates = {
	8: '0001 imm:3',
	16: '001 imm:4',
	32: '01 imm:5',
	64: '1 imm:6'
} as const;

/** `amount` is the distance, 32 bits: to the right 1 to `bits`, to the left 0 to `bits` - 1. */
type Compute = (b: Builder, bits: LaneBits, n: Vector, amount: Value, d: Vector) => Vector;

const every: readonly LaneBits[] = [8, 16, 32, 64];
const doubleOnly: readonly LaneBits[] = [64];

interface Operation {
	readonly name: string;
	readonly U: Bit;
	readonly opcode: string;
	readonly to: 'left' | 'right';
	readonly compute: Compute;
	readonly scalar: readonly LaneBits[];
}

type Imm = Parameters<Builder['imm']>[0];
const distance = (b: Builder, to: 'left' | 'right', bits: LaneBits, imm: Imm) =>
	to === 'left' ? b.imm(imm, 32) : b.sub(b.constant(bits, 32), b.imm(imm, 32));
const written = (to: 'left' | 'right', bits: LaneBits) =>
	to === 'left' ? '{imm|imm}' : `{imm|shiftright:${bits}}`;

function forms({ name, U, opcode, to, compute, scalar }: Operation): Instruction[] {
	const id = name.toUpperCase();
	return every.flatMap((bits) => {
		const vector = insn(
			`${id}_imm_${bits}`,
			`0 Q:1 ${U} 011110 ${immediates[bits]} ${opcode} 1 Rn:5 Rd:5`,
			{
				variants: ['Q'],
				asm: ({ Q }) => {
					const v = arrangement(Q, bits);
					if (bits === 64 && !Q) return undefined;
					return `${name} {Rd|v:${v}}, {Rn|v:${v}}, ${written(to, bits)}`;
				},
				sem: (b, { Q, imm, Rn, Rd }) => {
					b.needSimd();
					const width = vectorBits(Q);
					const [n, d] = [b.vector(Rn, width), b.vector(Rd, width)];
					b.setVector(Rd, compute(b, bits, n, distance(b, to, bits, imm), d), width);
				}
			}
		);
		if (!scalar.includes(bits)) return [vector];
		const letter = letterOf(bits);
		return [
			vector,
			insn(`${id}_imm_${bits}_scalar`, `01 ${U} 111110 ${immediates[bits]} ${opcode} 1 Rn:5 Rd:5`, {
				asm: `${name} {Rd|${letter}}, {Rn|${letter}}, ${written(to, bits)}`,
				sem: (b, { imm, Rn, Rd }) => {
					b.needSimd();
					const [n, d] = [b.vector(Rn, bits), b.vector(Rd, bits)];
					b.setVector(Rd, compute(b, bits, n, distance(b, to, bits, imm), d), bits);
				}
			})
		];
	});
}

const plain =
	(how: 'shl' | 'lshr' | 'ashr'): Compute =>
	(b, bits, n, amount) =>
		b.shiftLanes(how, bits, n, amount);
/** A shift to the right by an operation that shifts to the left. */
const backwards =
	(operation: LaneOperationName): Compute =>
	(b, bits, n, amount) =>
		b.lanes(operation, bits, n, b.splat(bits, b.neg(amount)));
const forwards =
	(operation: LaneOperationName): Compute =>
	(b, bits, n, amount) =>
		b.lanes(operation, bits, n, b.splat(bits, amount));
const added =
	(compute: Compute): Compute =>
	(b, bits, n, amount, d) =>
		b.lanes('add', bits, d, compute(b, bits, n, amount, d));
/** The bits that the shift leaves empty are those of Vd. */
const inserted =
	(how: 'shl' | 'lshr'): Compute =>
	(b, bits, n, amount, d) => {
		const ones = b.vectorConstant(-1n, -1n);
		const filled = b.shiftLanes(how, bits, ones, amount);
		return b.lanes('choose', bits, b.shiftLanes(how, bits, n, amount), d, filled);
	};

const right = (
	name: string,
	U: Bit,
	opcode: string,
	compute: Compute,
	scalar: readonly LaneBits[] = doubleOnly
): Operation => ({ name, U, opcode, to: 'right', compute, scalar });
const left = (
	name: string,
	U: Bit,
	opcode: string,
	compute: Compute,
	scalar: readonly LaneBits[] = doubleOnly
): Operation => ({ name, U, opcode, to: 'left', compute, scalar });

const operations: readonly Operation[] = [
	right('sshr', '0', '00000', plain('ashr')),
	right('ushr', '1', '00000', plain('lshr')),
	right('ssra', '0', '00010', added(plain('ashr'))),
	right('usra', '1', '00010', added(plain('lshr'))),
	right('srshr', '0', '00100', backwards('roundingShiftSigned')),
	right('urshr', '1', '00100', backwards('roundingShiftUnsigned')),
	right('srsra', '0', '00110', added(backwards('roundingShiftSigned'))),
	right('ursra', '1', '00110', added(backwards('roundingShiftUnsigned'))),
	right('sri', '1', '01000', inserted('lshr')),
	left('shl', '0', '01010', plain('shl')),
	left('sli', '1', '01010', inserted('shl')),
	left('sqshlu', '1', '01100', forwards('saturatingShiftSignedToUnsigned'), every),
	left('sqshl', '0', '01110', forwards('saturatingShiftSigned'), every),
	left('uqshl', '1', '01110', forwards('saturatingShiftUnsigned'), every)
];

/** Wide lanes shifted to the right into narrow ones. */
function narrowing(
	name: string,
	U: Bit,
	opcode: string,
	shift: LaneOperationName | 'lshr',
	saturate?: LaneOperationName
): Instruction[] {
	const id = name.toUpperCase();
	return ([8, 16, 32] as const).flatMap((bits) => {
		const wide = (2 * bits) as LaneBits;
		const narrowed = (b: Builder, n: Vector, imm: Imm) => {
			const amount = distance(b, 'right', bits, imm);
			const shifted =
				shift === 'lshr'
					? b.shiftLanes('lshr', wide, n, amount)
					: b.lanes(shift, wide, n, b.splat(wide, b.neg(amount)));
			return narrow(b, bits, saturate ? b.lanes(saturate, wide, shifted) : shifted);
		};
		const vector = insn(
			`${id}_imm_${bits}`,
			`0 Q:1 ${U} 011110 ${immediates[bits]} ${opcode} 1 Rn:5 Rd:5`,
			{
				variants: ['Q'],
				asm: ({ Q }) =>
					`${name}${Q ? '2' : ''} {Rd|v:${arrangement(Q, bits)}}, ` +
					`{Rn|v:${arrangement(1, wide)}}, {imm|shiftright:${bits}}`,
				sem: (b, { Q, imm, Rn, Rd }) => {
					b.needSimd();
					const result = narrowed(b, b.vector(Rn, 128), imm);
					b.setVector(Rd, joinHalves(b, Q, result, b.vector(Rd, 128)), vectorBits(Q));
				}
			}
		);
		if (!saturate) return [vector];
		return [
			vector,
			insn(`${id}_imm_${bits}_scalar`, `01 ${U} 111110 ${immediates[bits]} ${opcode} 1 Rn:5 Rd:5`, {
				asm: `${name} {Rd|${letterOf(bits)}}, {Rn|${letterOf(wide)}}, {imm|shiftright:${bits}}`,
				sem: (b, { imm, Rn, Rd }) => {
					b.needSimd();
					b.setVector(Rd, narrowed(b, b.vector(Rn, wide), imm), bits);
				}
			})
		];
	});
}

/** Narrow lanes extended and shifted to the left: SSHLL, USHLL; by 0 they are called SXTL, UXTL. */
function widening(name: string, U: Bit, alias: string): Instruction[] {
	return ([8, 16, 32] as const).map((bits) => {
		const wide = (2 * bits) as LaneBits;
		const operands = (Q: number) =>
			`${Q ? '2' : ''} {Rd|v:${arrangement(1, wide)}}, {Rn|v:${arrangement(Q, bits)}}`;
		return insn(
			`${name.toUpperCase()}_${bits}`,
			`0 Q:1 ${U} 011110 ${immediates[bits]} 10100 1 Rn:5 Rd:5`,
			{
				variants: ['Q'],
				asm: ({ Q }) => `${name}${operands(Q)}, {imm|imm}`,
				aliases: ({ Q }) => [{ asm: `${alias}${operands(Q)}`, with: { imm: 0 } }],
				sem: (b, { Q, imm, Rn, Rd }) => {
					b.needSimd();
					const extended = b.extendLanes(bits, U === '0', Q as 0 | 1, b.vector(Rn, 128));
					b.setVector(Rd, b.shiftLanes('shl', wide, extended, b.imm(imm, 32)), 128);
				}
			}
		);
	});
}

export const shiftImmediate: readonly Instruction[] = [
	...operations.flatMap(forms),
	...narrowing('shrn', '0', '10000', 'lshr'),
	...narrowing('rshrn', '0', '10001', 'roundingShiftUnsigned'),
	...narrowing('sqshrun', '1', '10000', 'shiftSigned', 'saturateSignedToUnsignedHalf'),
	...narrowing('sqrshrun', '1', '10001', 'roundingShiftSigned', 'saturateSignedToUnsignedHalf'),
	...narrowing('sqshrn', '0', '10010', 'shiftSigned', 'saturateSignedToHalf'),
	...narrowing('uqshrn', '1', '10010', 'shiftUnsigned', 'saturateUnsignedToHalf'),
	...narrowing('sqrshrn', '0', '10011', 'roundingShiftSigned', 'saturateSignedToHalf'),
	...narrowing('uqrshrn', '1', '10011', 'roundingShiftUnsigned', 'saturateUnsignedToHalf'),
	...widening('sshll', '0', 'sxtl'),
	...widening('ushll', '1', 'uxtl')
];
