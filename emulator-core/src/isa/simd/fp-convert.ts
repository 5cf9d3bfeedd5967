import type { FpOperationName } from '../../fp/index.ts';
import { insn, type Instruction } from '../instruction.ts';
import { expandedFp } from '../operands-vectors.ts';
import { letterOfFp, readFp, writeFp } from './fp-parts.ts';
import { expandFp } from './modified-immediate.ts';

/** Between floating-point numbers and general registers, and FMOV of an immediate. */

const sizes = [
	{ type: '00', bits: 32 },
	{ type: '01', bits: 64 }
] as const;
const generals = [
	{ sf: '0', width: 32, letter: 'w' },
	{ sf: '1', width: 64, letter: 'x' }
] as const;
const kinds = [
	{ sign: 's', title: 'Signed', bit: '0' },
	{ sign: 'u', title: 'Unsigned', bit: '1' }
] as const;
/** FCVT's letter: how it rounds, and where that is encoded. */
const modes = [
	{ letter: 'n', rounding: 'TIEEVEN', rmode: '00', opcode: '00' },
	{ letter: 'p', rounding: 'POSINF', rmode: '01', opcode: '00' },
	{ letter: 'm', rounding: 'NEGINF', rmode: '10', opcode: '00' },
	{ letter: 'z', rounding: 'ZERO', rmode: '11', opcode: '00' },
	{ letter: 'a', rounding: 'TIEAWAY', rmode: '00', opcode: '10' }
] as const;

export const fpConvert: readonly Instruction[] = sizes.flatMap(({ type, bits }) => {
	const v = letterOfFp[bits];
	return [
		insn(`FMOV_imm_${v}`, `0 0 0 11110 ${type} 1 imm8:8 100 00000 Rd:5`, {
			asm: `fmov {Rd|${v}}, {imm8|fpimm}`,
			says: ({ imm8, Rd }) => `${v.toUpperCase()}${Rd} = ${expandedFp(imm8)}`,
			sem: (b, { imm8, Rd }) => {
				b.needSimd();
				writeFp(b, Rd, b.zext(expandFp(b, b.imm(imm8, 32), bits), 64));
			}
		}),
		...generals.flatMap(({ sf, width, letter }) =>
			kinds.flatMap(({ sign, title, bit }) => {
				const from: FpOperationName = `from${title}${width}`;
				const toZero: FpOperationName = `to${title}${width}_ZERO`;
				const scale = sf === '1' ? 'scale:6' : '1 scale:5';
				return [
					...modes.map((mode) => {
						const operation: FpOperationName = `to${title}${width}_${mode.rounding}`;
						const name = `fcvt${mode.letter}${sign}`;
						return insn(
							`${name.toUpperCase()}_${letter}_${v}`,
							`${sf} 0 0 11110 ${type} 1 ${mode.rmode} ${mode.opcode}${bit} 000000 Rn:5 Rd:5`,
							{
								asm: `${name} {Rd|${letter}}, {Rn|${v}}`,
								sem: (b, { Rn, Rd }) => {
									b.needSimd();
									const value = b.fp(operation, bits, readFp(b, Rn, bits), b.constant(0, 64));
									b.setX(Rd, width === 32 ? b.truncate(value) : value);
								}
							}
						);
					}),
					insn(
						`${sign.toUpperCase()}CVTF_${v}_${letter}`,
						`${sf} 0 0 11110 ${type} 1 00 01${bit} 000000 Rn:5 Rd:5`,
						{
							asm: `${sign}cvtf {Rd|${v}}, {Rn|${letter}}`,
							sem: (b, { Rn, Rd }) => {
								b.needSimd();
								const value = b.zext(b.x(Rn, width), 64);
								writeFp(b, Rd, b.fp(from, bits, value, b.constant(0, 64)));
							}
						}
					),
					insn(
						`${sign.toUpperCase()}CVTF_${v}_${letter}_fixed`,
						`${sf} 0 0 11110 ${type} 0 00 01${bit} ${scale} Rn:5 Rd:5` as 'scale:6 Rn:5 Rd:5',
						{
							asm: `${sign}cvtf {Rd|${v}}, {Rn|${letter}}, {scale|shiftright:${width}}`,
							sem: (b, { scale, Rn, Rd }) => {
								b.needSimd();
								const value = b.zext(b.x(Rn, width), 64);
								const fraction = b.sub(b.constant(width, 64), b.imm(scale, 64));
								writeFp(b, Rd, b.fp(from, bits, value, fraction));
							}
						}
					),
					insn(
						`FCVTZ${sign.toUpperCase()}_${letter}_${v}_fixed`,
						`${sf} 0 0 11110 ${type} 0 11 00${bit} ${scale} Rn:5 Rd:5` as 'scale:6 Rn:5 Rd:5',
						{
							asm: `fcvtz${sign} {Rd|${letter}}, {Rn|${v}}, {scale|shiftright:${width}}`,
							sem: (b, { scale, Rn, Rd }) => {
								b.needSimd();
								const fraction = b.sub(b.constant(width, 64), b.imm(scale, 64));
								const value = b.fp(toZero, bits, readFp(b, Rn, bits), fraction);
								b.setX(Rd, width === 32 ? b.truncate(value) : value);
							}
						}
					)
				];
			})
		)
	];
});
