import type { Builder, Operand, Value } from '../../builder/builder.ts';
import type { LaneBits } from '../../vectors/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import { expandedFp } from '../operands-vectors.ts';
import { arrangement, vectorBits, type Bit } from './arrangements.ts';

/** Advanced SIMD modified immediate: one byte of the instruction, in every lane. */

const imm8 = (b: Builder, abc: Operand, defgh: Operand) => b.join([abc, defgh], 32);

/** MOVI, MVNI, ORR and BIC of one cmode. */
function row(
	name: 'movi' | 'mvni' | 'orr' | 'bic',
	op: Bit,
	cmode: string,
	bits: LaneBits,
	shift: string,
	value: (b: Builder, imm: Value) => Value
): Instruction {
	return insn(
		`${name.toUpperCase()}_${cmode}`,
		`0 Q:1 ${op} 0111100000 abc:3 ${cmode} 01 defgh:5 Rd:5`,
		{
			variants: ['Q'],
			asm: ({ Q }) => `${name} {Rd|v:${arrangement(Q, bits)}}, {abc defgh|hexnumber}${shift}`,
			sem: (b, { Q, abc, defgh, Rd }) => {
				b.needSimd();
				const width = vectorBits(Q);
				const lane = b.splat(bits, value(b, imm8(b, abc, defgh)));
				const was = () => b.vector(Rd, width);
				const made: Record<typeof name, () => Vector> = {
					movi: () => lane,
					mvni: () => b.lanes('not', 64, lane),
					orr: () => b.lanes('or', 64, was(), lane),
					bic: () => b.lanes('andNot', 64, was(), lane)
				};
				b.setVector(Rd, made[name](), width);
			}
		}
	);
}

/** The byte shifted by a multiple of 8, in lanes of 32 or 16 bits. */
function shifted(bits: 16 | 32, head: string): Instruction[] {
	return Array.from({ length: bits / 8 }, (_, n) => n).flatMap((n) => {
		const written = n === 0 ? '' : `, {|lslby:${8 * n}}`;
		const value = (b: Builder, imm: Value) => b.shl(imm, 8 * n);
		const cmode = (last: Bit) => head + n.toString(2).padStart(bits === 32 ? 2 : 1, '0') + last;
		return [
			row('movi', '0', cmode('0'), bits, written, value),
			row('mvni', '1', cmode('0'), bits, written, value),
			row('orr', '0', cmode('1'), bits, written, value),
			row('bic', '1', cmode('1'), bits, written, value)
		];
	});
}

/** The byte with ones shifted in below it: MSL. */
const onesBelow = (by: 8 | 16) => (b: Builder, imm: Value) =>
	b.or(b.shl(imm, by), b.constant(2 ** by - 1, 32));

/** Each bit of the immediate eight times. */
function bytesOfBits(b: Builder, imm: Value): Vector {
	const places = b.vectorConstant(0x8040_2010_0804_0201n, 0x8040_2010_0804_0201n);
	return b.lanes('equal', 8, b.lanes('and', 8, b.splat(8, imm), places), places);
}

/**
 * VFPExpandImm: the eight bits a:b:cd:efgh as a number, a the sign, NOT(b):b...b:cd the exponent, efgh
 * the highest bits of the fraction.
 */
export function expandFp(b: Builder, imm: Value, bits: 32 | 64): Value {
	const wide = b.zext(imm, bits);
	const one = b.constant(1, bits);
	const fraction = bits === 32 ? 23 : 52;
	const repeated = bits === 32 ? 5 : 8;
	const bit6 = b.and(b.lshr(wide, 6), one);
	const sign = b.shl(b.lshr(wide, 7), bits - 1);
	const top = b.shl(b.xor(bit6, one), bits - 2);
	const middle = b.mul(bit6, b.constant((1n << BigInt(repeated)) - 1n, bits));
	const low = b.shl(b.and(wide, b.constant(0x3f, bits)), fraction - 4);
	return b.or(b.or(sign, top), b.or(b.shl(middle, fraction + 2), low));
}

export const modifiedImmediate: readonly Instruction[] = [
	...shifted(32, '0'),
	...shifted(16, '10'),
	row('movi', '0', '1100', 32, ', {|msl:8}', onesBelow(8)),
	row('mvni', '1', '1100', 32, ', {|msl:8}', onesBelow(8)),
	row('movi', '0', '1101', 32, ', {|msl:16}', onesBelow(16)),
	row('mvni', '1', '1101', 32, ', {|msl:16}', onesBelow(16)),
	row('movi', '0', '1110', 8, '', (_, imm) => imm),
	insn('MOVI_64', '0 Q:1 1 0111100000 abc:3 1110 01 defgh:5 Rd:5', {
		variants: ['Q'],
		asm: ({ Q }) => `movi {Rd|${Q ? 'v:2d' : 'd'}}, {abc defgh|bytemask}`,
		sem: (b, { Q, abc, defgh, Rd }) => {
			b.needSimd();
			b.setVector(Rd, bytesOfBits(b, imm8(b, abc, defgh)), vectorBits(Q));
		}
	}),
	insn('FMOV_imm_32', '0 Q:1 0 0111100000 abc:3 1111 01 defgh:5 Rd:5', {
		variants: ['Q'],
		asm: ({ Q }) => `fmov {Rd|v:${arrangement(Q, 32)}}, {abc defgh|fpimm}`,
		says: ({ Q, abc, defgh, Rd }) =>
			`${Q ? 'V' : 'D'}${Rd} = ${expandedFp((abc << 5) | defgh)} in each 32-bit lane`,
		sem: (b, { Q, abc, defgh, Rd }) => {
			b.needSimd();
			b.setVector(Rd, b.splat(32, expandFp(b, imm8(b, abc, defgh), 32)), vectorBits(Q));
		}
	}),
	insn('FMOV_imm_64', '0 1 1 0111100000 abc:3 1111 01 defgh:5 Rd:5', {
		asm: 'fmov {Rd|v:2d}, {abc defgh|fpimm}',
		says: ({ abc, defgh, Rd }) => `V${Rd} = ${expandedFp((abc << 5) | defgh)} in each 64-bit lane`,
		sem: (b, { abc, defgh, Rd }) => {
			b.needSimd();
			b.setVector(Rd, b.splat(64, expandFp(b, imm8(b, abc, defgh), 64)), 128);
		}
	})
];
