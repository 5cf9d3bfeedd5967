import type { Builder, Value } from '../../builder/builder.ts';
import type { FpOperationName } from '../../fp/index.ts';
import { insn, type Instruction } from '../instruction.ts';
import { letterOfFp, magnitude, negated, readFp, writeFp, type FpBits } from './fp-parts.ts';

/** Floating point on one number: arithmetic, comparison, selection, immediates. */

const sizes = [
	{ type: '00', bits: 32 },
	{ type: '01', bits: 64 }
] as const;

function eachSize(row: (type: '00' | '01', bits: FpBits, letter: 's' | 'd') => Instruction[]) {
	return sizes.flatMap(({ type, bits }) => row(type, bits, letterOfFp[bits]));
}

type One = (b: Builder, n: Value, bits: FpBits) => Value;
const fp1 =
	(operation: FpOperationName): One =>
	(b, n, bits) =>
		b.fp(operation, bits, n);

const oneSource: readonly (readonly [string, string, One])[] = [
	['fmov', '000000', (_, n) => n],
	['fabs', '000001', magnitude],
	['fneg', '000010', negated],
	['fsqrt', '000011', fp1('sqrt')],
	['frintn', '001000', fp1('roundToIntegral_TIEEVEN')],
	['frintp', '001001', fp1('roundToIntegral_POSINF')],
	['frintm', '001010', fp1('roundToIntegral_NEGINF')],
	['frintz', '001011', fp1('roundToIntegral_ZERO')],
	['frinta', '001100', fp1('roundToIntegral_TIEAWAY')],
	['frintx', '001110', fp1('roundToIntegralExact')],
	['frinti', '001111', fp1('roundToIntegral')]
];

const twoSources: readonly (readonly [string, string, FpOperationName])[] = [
	['fmul', '0000', 'mul'],
	['fdiv', '0001', 'div'],
	['fadd', '0010', 'add'],
	['fsub', '0011', 'sub'],
	['fmax', '0100', 'max'],
	['fmin', '0101', 'min'],
	['fmaxnm', '0110', 'maxNum'],
	['fminnm', '0111', 'minNum'],
	['fnmul', '1000', 'nMul']
];

/** o1, o0 and which of addend and factor are negated. */
const threeSources = [
	['fmadd', '0', '0', false, false],
	['fmsub', '0', '1', false, true],
	['fnmadd', '1', '0', true, true],
	['fnmsub', '1', '1', true, false]
] as const;

/** FCVT from one size to another: the types of both, and what does it. */
const conversions = [
	{ from: 32, type: '00', opc: '01', to: 'd', operation: 'toDouble' },
	{ from: 32, type: '00', opc: '11', to: 'h', operation: 'toHalf' },
	{ from: 64, type: '01', opc: '00', to: 's', operation: 'toSingle' },
	{ from: 64, type: '01', opc: '11', to: 'h', operation: 'toHalf' },
	{ from: 16, type: '11', opc: '00', to: 's', operation: 'toSingle' },
	{ from: 16, type: '11', opc: '01', to: 'd', operation: 'toDouble' }
] as const;

export const fpScalar: readonly Instruction[] = [
	...eachSize((type, bits, letter) => [
		...oneSource.map(([name, opcode, compute]) =>
			insn(`${name.toUpperCase()}_${letter}`, `0 0 0 11110 ${type} 1 ${opcode} 10000 Rn:5 Rd:5`, {
				asm: `${name} {Rd|${letter}}, {Rn|${letter}}`,
				sem: (b, { Rn, Rd }) => {
					b.needSimd();
					writeFp(b, Rd, compute(b, readFp(b, Rn, bits), bits));
				}
			})
		),
		...twoSources.map(([name, opcode, operation]) =>
			insn(`${name.toUpperCase()}_${letter}`, `0 0 0 11110 ${type} 1 Rm:5 ${opcode} 10 Rn:5 Rd:5`, {
				asm: `${name} {Rd|${letter}}, {Rn|${letter}}, {Rm|${letter}}`,
				sem: (b, { Rm, Rn, Rd }) => {
					b.needSimd();
					writeFp(b, Rd, b.fp(operation, bits, readFp(b, Rn, bits), readFp(b, Rm, bits)));
				}
			})
		),
		...threeSources.map(([name, o1, o0, negateA, negateN]) =>
			insn(
				`${name.toUpperCase()}_${letter}`,
				`0 0 0 11111 ${type} ${o1} Rm:5 ${o0} Ra:5 Rn:5 Rd:5`,
				{
					asm: `${name} {Rd|${letter}}, {Rn|${letter}}, {Rm|${letter}}, {Ra|${letter}}`,
					sem: (b, { Rm, Ra, Rn, Rd }) => {
						b.needSimd();
						const [a, n] = [readFp(b, Ra, bits), readFp(b, Rn, bits)];
						const addend = negateA ? negated(b, a, bits) : a;
						const factor = negateN ? negated(b, n, bits) : n;
						writeFp(b, Rd, b.fp('mulAdd', bits, addend, factor, readFp(b, Rm, bits)));
					}
				}
			)
		),
		...(['', 'e'] as const).flatMap((signalling) => {
			const name = `fcmp${signalling}`;
			const op = signalling ? '1' : '0';
			const operation = signalling ? 'compareSignalling' : 'compare';
			return [
				insn(
					`${name.toUpperCase()}_${letter}`,
					`0 0 0 11110 ${type} 1 Rm:5 00 1000 Rn:5 ${op}0 000`,
					{
						asm: `${name} {Rn|${letter}}, {Rm|${letter}}`,
						sem: (b, { Rm, Rn }) => {
							b.needSimd();
							const flags = b.fp(operation, bits, readFp(b, Rn, bits), readFp(b, Rm, bits));
							b.setNzcv(b.truncate(flags));
						}
					}
				),
				insn(
					`${name.toUpperCase()}_${letter}_zero`,
					`0 0 0 11110 ${type} 1 00000 00 1000 Rn:5 ${op}1 000`,
					{
						asm: `${name} {Rn|${letter}}, {|fpzero}`,
						sem: (b, { Rn }) => {
							b.needSimd();
							const flags = b.fp(operation, bits, readFp(b, Rn, bits), b.constant(0, 64));
							b.setNzcv(b.truncate(flags));
						}
					}
				),
				insn(
					`FCCMP${signalling.toUpperCase()}_${letter}`,
					`0 0 0 11110 ${type} 1 Rm:5 cond:4 01 Rn:5 ${op} nzcv:4`,
					{
						variants: ['cond'],
						asm: `fccmp${signalling} {Rn|${letter}}, {Rm|${letter}}, {nzcv|hex}, {cond|cond}`,
						sem: (b, { Rm, cond, Rn, nzcv }) => {
							b.needSimd();
							const [n, m] = [readFp(b, Rn, bits), readFp(b, Rm, bits)];
							b.if(
								b.condition(cond),
								() => b.setNzcv(b.truncate(b.fp(operation, bits, n, m))),
								() => b.setNzcv(b.imm(nzcv, 32))
							);
						}
					}
				)
			];
		}),
		insn(`FCSEL_${letter}`, `0 0 0 11110 ${type} 1 Rm:5 cond:4 11 Rn:5 Rd:5`, {
			variants: ['cond'],
			asm: `fcsel {Rd|${letter}}, {Rn|${letter}}, {Rm|${letter}}, {cond|cond}`,
			sem: (b, { Rm, cond, Rn, Rd }) => {
				b.needSimd();
				const [n, m] = [readFp(b, Rn, bits), readFp(b, Rm, bits)];
				writeFp(b, Rd, b.select(b.condition(cond), n, m));
			}
		})
	]),
	...conversions.map(({ from, type, opc, to, operation }) =>
		insn(`FCVT_${to}_${letterOfFp[from]}`, `0 0 0 11110 ${type} 1 0001${opc} 10000 Rn:5 Rd:5`, {
			asm: `fcvt {Rd|${to}}, {Rn|${letterOfFp[from]}}`,
			sem: (b, { Rn, Rd }) => {
				b.needSimd();
				const n = from === 16 ? b.element(Rn, 16, b.constant(0, 32)) : readFp(b, Rn, from);
				writeFp(b, Rd, b.fp(operation, from, n));
			}
		})
	)
];
