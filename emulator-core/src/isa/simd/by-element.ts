import type { LaneBits } from '../../vectors/lane-operations.ts';
import type { Builder, Operand } from '../../builder/builder.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import {
	arrangement,
	letterOf,
	one,
	onto,
	vectorBits,
	type Bit,
	type Compute
} from './arrangements.ts';

/** Advanced SIMD vector by element: every lane of Vn with the same one lane of Vm. Integers only. */

/** Lanes of 16 bits are named by H:L:M and a register of 4 bits, those of 32 by H:L. */
const encodings = [
	{ bits: 16, size: '01', register: 'L:1 M:1 Rm:4', index: ['H', 'L', 'M'] },
	{ bits: 32, size: '10', register: 'L:1 Rm:5', index: ['H', 'L'] }
] as const;
type Encoding = (typeof encodings)[number];
type Fields = Readonly<Record<string, Operand>>;

function row(
	name: string,
	suffix: string,
	head: string,
	{ size, register }: Encoding,
	opcode: string,
	asm: string,
	sem: (b: Builder, fields: Fields) => void
): Instruction {
	const pattern = `${head} ${size} ${register} ${opcode} H:1 0 Rn:5 Rd:5`;
	return insn(`${name.toUpperCase()}_${suffix}`, pattern as 'Rd:5', {
		asm,
		sem: (b, fields) => sem(b, fields as Fields)
	});
}

const indexOf = (b: Builder, { index }: Encoding, fields: Fields) =>
	b.join(
		index.map((name) => fields[name]!),
		32
	);

interface Operation {
	readonly name: string;
	readonly U: Bit;
	readonly opcode: string;
	readonly compute: Compute;
	/** Lanes of twice the bits are computed from extended ones. */
	readonly long?: 'signed' | 'unsigned';
	readonly scalar?: boolean;
}

function forms({ name, U, opcode, compute, long, scalar }: Operation): Instruction[] {
	return encodings.flatMap((encoding) => {
		const bits = encoding.bits;
		const wide = (long ? 2 * bits : bits) as LaneBits;
		const operand = `{Rm ${encoding.index.join(' ')}|ve:${letterOf(bits)}}`;
		const extend = (b: Builder, half: 0 | 1, v: Vector) =>
			long ? b.extendLanes(bits, long === 'signed', half, v) : v;
		const element = (b: Builder, fields: Fields) =>
			extend(b, 0, b.splat(bits, b.element(fields['Rm']!, bits, indexOf(b, encoding, fields))));
		const vectors = ([0, 1] as const).map((Q) => {
			const two = long && Q ? '2' : '';
			const d = arrangement(long ? 1 : Q, wide);
			return row(
				name + two,
				`${bits}_${Q ? 'q' : 'd'}`,
				`0 ${Q} ${U} 01111`,
				encoding,
				opcode,
				`${name}${two} {Rd|v:${d}}, {Rn|v:${arrangement(Q, bits)}}, ${operand}`,
				(b, fields) => {
					b.needSimd();
					const width = long ? 128 : vectorBits(Q);
					const n = extend(b, Q, b.vector(fields['Rn']!, vectorBits(Q)));
					const was = b.vector(fields['Rd']!, width);
					b.setVector(fields['Rd']!, compute(b, wide, n, element(b, fields), was), width);
				}
			);
		});
		if (!scalar) return vectors;
		const single = row(
			name,
			`${bits}_scalar`,
			`01 ${U} 11111`,
			encoding,
			opcode,
			`${name} {Rd|${letterOf(wide)}}, {Rn|${letterOf(bits)}}, ${operand}`,
			(b, fields) => {
				b.needSimd();
				const n = extend(b, 0, b.vector(fields['Rn']!, bits));
				const was = b.vector(fields['Rd']!, wide);
				b.setVector(fields['Rd']!, compute(b, wide, n, element(b, fields), was), wide);
			}
		);
		return [...vectors, single];
	});
}

export const byElement: readonly Instruction[] = [
	...forms({ name: 'mla', U: '1', opcode: '0000', compute: onto('add', one('mul')) }),
	...forms({ name: 'mls', U: '1', opcode: '0100', compute: onto('sub', one('mul')) }),
	...forms({ name: 'mul', U: '0', opcode: '1000', compute: one('mul') }),
	...(['signed', 'unsigned'] as const).flatMap((long) => {
		const [letter, U] = long === 'signed' ? (['s', '0'] as const) : (['u', '1'] as const);
		return [
			{ name: 'mlal', opcode: '0010', compute: onto('add', one('mul')) },
			{ name: 'mlsl', opcode: '0110', compute: onto('sub', one('mul')) },
			{ name: 'mull', opcode: '1010', compute: one('mul') }
		].flatMap(({ name, opcode, compute }) =>
			forms({ name: letter + name, U, opcode, compute, long })
		);
	}),
	...[
		{
			name: 'sqdmlal',
			opcode: '0011',
			compute: onto('saturatingAddSigned', one('doubledProduct'))
		},
		{
			name: 'sqdmlsl',
			opcode: '0111',
			compute: onto('saturatingSubSigned', one('doubledProduct'))
		},
		{ name: 'sqdmull', opcode: '1011', compute: one('doubledProduct') }
	].flatMap((each) => forms({ ...each, U: '0', long: 'signed', scalar: true })),
	...forms({
		name: 'sqdmulh',
		U: '0',
		opcode: '1100',
		compute: one('doubledProductHigh'),
		scalar: true
	}),
	...forms({
		name: 'sqrdmulh',
		U: '0',
		opcode: '1101',
		compute: one('roundedDoubledProductHigh'),
		scalar: true
	})
];
