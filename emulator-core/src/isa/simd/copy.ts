import type { Builder, Operand } from '../../builder/builder.ts';
import type { LaneBits } from '../../vectors/lane-operations.ts';
import { insn, type Instruction } from '../instruction.ts';
import { arrangement, letterOf, vectorBits } from './arrangements.ts';

/** Advanced SIMD copy: single lanes to all lanes, to another lane, to and from general registers. */

/** imm5: its lowest one tells the bits of a lane, the bits above are the index. */
const lanes = [
	{ bits: 8, imm5: 'index:4 1', rest: 'rest:4 1', second: 'second:4' },
	{ bits: 16, imm5: 'index:3 10', rest: 'rest:3 10', second: 'second:3 rest:1' },
	{ bits: 32, imm5: 'index:2 100', rest: 'rest:2 100', second: 'second:2 rest:2' },
	{ bits: 64, imm5: 'index:1 1000', rest: 'rest:1 1000', second: 'second:1 rest:3' }
] as const;

const general = (bits: LaneBits) => (bits === 64 ? 'x' : 'w');
const at = (b: Builder, index: Operand) => b.imm(index, 32);

export const copy: readonly Instruction[] = lanes.flatMap(({ bits, imm5, rest, second }) => {
	const letter = letterOf(bits);
	const row: Instruction[] = [
		insn(`DUP_element_${bits}`, `0 Q:1 0 01110000 ${imm5} 0 0000 1 Rn:5 Rd:5`, {
			variants: ['Q'],
			asm: ({ Q }) =>
				bits === 64 && !Q
					? undefined
					: `dup {Rd|v:${arrangement(Q, bits)}}, {Rn index|ve:${letter}}`,
			sem: (b, { Q, index, Rn, Rd }) => {
				b.needSimd();
				b.setVector(Rd, b.splat(bits, b.element(Rn, bits, at(b, index))), vectorBits(Q));
			}
		}),
		insn(`DUP_scalar_${bits}`, `01 0 11110000 ${imm5} 0 0000 1 Rn:5 Rd:5`, {
			asm: `dup {Rd|${letter}}, {Rn index|ve:${letter}}`,
			aliases: [{ asm: `mov {Rd|${letter}}, {Rn index|ve:${letter}}` }],
			sem: (b, { index, Rn, Rd }) => {
				b.needSimd();
				b.setVector(Rd, b.splat(bits, b.element(Rn, bits, at(b, index))), bits);
			}
		}),
		insn(`DUP_general_${bits}`, `0 Q:1 0 01110000 ${rest} 0 0001 1 Rn:5 Rd:5`, {
			variants: ['Q'],
			asm: ({ Q }) =>
				bits === 64 && !Q ? undefined : `dup {Rd|v:${arrangement(Q, bits)}}, {Rn|${general(bits)}}`,
			sem: (b, { Q, Rn, Rd }) => {
				b.needSimd();
				b.setVector(Rd, b.splat(bits, b.x(Rn, 64)), vectorBits(Q));
			}
		}),
		insn(`INS_general_${bits}`, `0 1 0 01110000 ${imm5} 0 0011 1 Rn:5 Rd:5`, {
			asm: `ins {Rd index|ve:${letter}}, {Rn|${general(bits)}}`,
			aliases: [{ asm: `mov {Rd index|ve:${letter}}, {Rn|${general(bits)}}` }],
			sem: (b, { index, Rn, Rd }) => {
				b.needSimd();
				b.setElement(Rd, bits, at(b, index), b.x(Rn, 64));
			}
		}),
		insn(`INS_element_${bits}`, `0 1 1 01110000 ${imm5} 0 ${second} 1 Rn:5 Rd:5`, {
			asm: `ins {Rd index|ve:${letter}}, {Rn second|ve:${letter}}`,
			aliases: [{ asm: `mov {Rd index|ve:${letter}}, {Rn second|ve:${letter}}` }],
			sem: (b, { index, second, Rn, Rd }) => {
				b.needSimd();
				b.setElement(Rd, bits, at(b, index), b.element(Rn, bits, at(b, second)));
			}
		}),
		insn(`UMOV_${bits}`, `0 ${bits === 64 ? 1 : 0} 0 01110000 ${imm5} 0 0111 1 Rn:5 Rd:5`, {
			asm: `umov {Rd|${general(bits)}}, {Rn index|ve:${letter}}`,
			aliases: bits >= 32 ? [{ asm: `mov {Rd|${general(bits)}}, {Rn index|ve:${letter}}` }] : [],
			sem: (b, { index, Rn, Rd }) => {
				b.needSimd();
				b.setX(Rd, b.element(Rn, bits, at(b, index)));
			}
		})
	];
	if (bits === 64) return row;
	const toWide = [1, ...(bits === 32 ? [] : [0])].map((Q) =>
		insn(`SMOV_${bits}_${Q ? 'x' : 'w'}`, `0 ${Q} 0 01110000 ${imm5} 0 0101 1 Rn:5 Rd:5`, {
			asm: `smov {Rd|${Q ? 'x' : 'w'}}, {Rn index|ve:${letter}}`,
			sem: (b, { index, Rn, Rd }) => {
				b.needSimd();
				const value = b.signExtend(b.element(Rn, bits, at(b, index)), bits);
				b.setX(Rd, Q ? value : b.truncate(value));
			}
		})
	);
	return [...row, ...toWide];
});
