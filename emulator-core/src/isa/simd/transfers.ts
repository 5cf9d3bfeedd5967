import type { Builder, Operand, Value } from '../../builder/builder.ts';
import { extendedRegister } from '../data-processing-reg.ts';
import { insn, type Instruction } from '../instruction.ts';

/** What a context switch needs of SIMD: loads and stores of V registers, moves to general ones. */

interface Transfer {
	letter: 'b' | 'h' | 's' | 'd' | 'q';
	size: '00' | '01' | '10' | '11';
	/** opc of the store and of the load. */
	store: '00' | '10';
	load: '01' | '11';
	/** Bytes in memory. */
	bytes: 1 | 2 | 4 | 8 | 16;
}

const transfers: readonly Transfer[] = [
	{ letter: 'b', size: '00', store: '00', load: '01', bytes: 1 },
	{ letter: 'h', size: '01', store: '00', load: '01', bytes: 2 },
	{ letter: 's', size: '10', store: '00', load: '01', bytes: 4 },
	{ letter: 'd', size: '11', store: '00', load: '01', bytes: 8 },
	{ letter: 'q', size: '00', store: '10', load: '11', bytes: 16 }
];

/** Loads `registers` one after another; the unused upper part of each becomes zero. */
function loadV(
	b: Builder,
	at: Value,
	bytes: Transfer['bytes'],
	registers: Operand[],
	then?: () => void
) {
	const halves = bytes === 16 ? 2 : 1;
	const unit = bytes === 16 ? 8 : bytes;
	const count = (halves * registers.length) as 1 | 2 | 4;
	const loaded = b.load(at, { unit, count, align: bytes });
	then?.();
	registers.forEach((register, i) =>
		b.setV(register, loaded[i * halves]!, halves === 2 ? loaded[2 * i + 1]! : b.constant(0, 64))
	);
}

function storeV(b: Builder, at: Value, bytes: Transfer['bytes'], registers: Operand[]) {
	const values = registers.flatMap((register) =>
		bytes === 16 ? [b.v(register, 0), b.v(register, 1)] : [b.v(register, 0)]
	);
	const unit = bytes === 16 ? 8 : bytes;
	b.store(at, values, { unit, count: values.length as 1 | 2 | 4, align: bytes });
}

function moves(t: Transfer, load: boolean): Instruction[] {
	const { letter, size, bytes } = t;
	const opc = load ? t.load : t.store;
	const name = load ? 'ldr' : 'str';
	const row = `${name.toUpperCase()}_${letter}`;
	const transfer = (b: Builder, at: Value, Rt: Operand, then?: () => void) => {
		if (load) loadV(b, at, bytes, [Rt], then);
		else {
			storeV(b, at, bytes, [Rt]);
			then?.();
		}
	};
	const indexed = (mode: 'pre' | 'post', bits: '01' | '11') =>
		insn(`${row}_${mode}`, `${size} 111 1 00 ${opc} 0 imm9:9 ${bits} Rn:5 Rt:5`, {
			asm: `${name} {Rt|${letter}}, {Rn imm9|${mode}}`,
			sem: (b, { imm9, Rn, Rt }) => {
				b.needSimd();
				const base = b.xsp(Rn, 64);
				const moved = b.add(base, b.simm(imm9, 64));
				transfer(b, mode === 'pre' ? moved : base, Rt, () => b.setXsp(Rn, moved));
			}
		});
	return [
		insn(`${row}_uimm`, `${size} 111 1 01 ${opc} imm12:12 Rn:5 Rt:5`, {
			asm: `${name} {Rt|${letter}}, {Rn imm12|address:${bytes}}`,
			sem: (b, { imm12, Rn, Rt }) => {
				b.needSimd();
				transfer(b, b.add(b.xsp(Rn, 64), b.imm(imm12, 64, Math.log2(bytes))), Rt);
			}
		}),
		insn(`${row}_unscaled`, `${size} 111 1 00 ${opc} 0 imm9:9 00 Rn:5 Rt:5`, {
			asm: `${load ? 'ldur' : 'stur'} {Rt|${letter}}, {Rn imm9|address}`,
			aliases: [{ asm: `${name} {Rt|${letter}}, {Rn imm9|address}`, inputOnly: true }],
			sem: (b, { imm9, Rn, Rt }) => {
				b.needSimd();
				transfer(b, b.add(b.xsp(Rn, 64), b.simm(imm9, 64)), Rt);
			}
		}),
		indexed('post', '01'),
		indexed('pre', '11'),
		insn(`${row}_reg`, `${size} 111 1 00 ${opc} 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5`, {
			variants: ['option', 'S'],
			asm: ({ option }) =>
				option & 2 ? `${name} {Rt|${letter}}, {Rn Rm option S|indexed:${bytes}}` : undefined,
			sem: (b, { Rm, option, S, Rn, Rt }) => {
				b.needSimd();
				const offset = extendedRegister(b, Rm, option, 64, S ? Math.log2(bytes) : 0);
				transfer(b, b.add(b.xsp(Rn, 64), offset), Rt);
			}
		})
	];
}

function literal(opc: '00' | '01' | '10', letter: 's' | 'd' | 'q', bytes: 4 | 8 | 16): Instruction {
	return insn(`LDR_${letter}_lit`, `${opc} 011 1 00 imm19:19 Rt:5`, {
		asm: `ldr {Rt|${letter}}, {imm19|label:ld_prel_lo19}`,
		sem: (b, { imm19, Rt }) => {
			b.needSimd();
			loadV(b, b.add(b.pc(), b.simm(imm19, 64, 2)), bytes, [Rt]);
		}
	});
}

function pair(
	opc: '00' | '01' | '10',
	letter: 's' | 'd' | 'q',
	bytes: 4 | 8 | 16,
	mode: 'nontemporal' | 'post' | 'offset' | 'pre',
	bits: '000' | '001' | '010' | '011',
	L: '0' | '1'
): Instruction {
	const writesBack = mode === 'pre' || mode === 'post';
	const name = `${L === '1' ? 'ld' : 'st'}${mode === 'nontemporal' ? 'n' : ''}p`;
	return insn(
		`${name.toUpperCase()}_${letter}_${mode}`,
		`${opc} 101 1 ${bits} ${L} imm7:7 Rt2:5 Rn:5 Rt:5`,
		{
			asm: `${name} {Rt|${letter}}, {Rt2|${letter}}, {Rn imm7|${writesBack ? mode : 'saddress'}:${bytes}}`,
			sem: (b, { imm7, Rt2, Rn, Rt }) => {
				b.needSimd();
				const base = b.xsp(Rn, 64);
				const moved = b.add(base, b.simm(imm7, 64, Math.log2(bytes)));
				const at = mode === 'post' ? base : moved;
				const finish = () => {
					if (writesBack) b.setXsp(Rn, moved);
				};
				if (L === '1') loadV(b, at, bytes, [Rt, Rt2], finish);
				else {
					storeV(b, at, bytes, [Rt, Rt2]);
					finish();
				}
			}
		}
	);
}

const pairModes = [
	['nontemporal', '000'],
	['post', '001'],
	['offset', '010'],
	['pre', '011']
] as const;
const pairSizes = [
	['00', 's', 4],
	['01', 'd', 8],
	['10', 'q', 16]
] as const;

export const transfersSimd: readonly Instruction[] = [
	...transfers.flatMap((t) => [...moves(t, false), ...moves(t, true)]),
	literal('00', 's', 4),
	literal('01', 'd', 8),
	literal('10', 'q', 16),
	...pairModes.flatMap(([mode, bits]) =>
		pairSizes.flatMap(([opc, letter, bytes]) =>
			(['0', '1'] as const).map((L) => pair(opc, letter, bytes, mode, bits, L))
		)
	),
	insn('FMOV_s_w', '0 0 0 11110 00 1 00 111 000000 Rn:5 Rd:5', {
		asm: 'fmov {Rd|s}, {Rn|w}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			b.setV(Rd, b.zext(b.x(Rn, 32), 64), b.constant(0, 64));
		}
	}),
	insn('FMOV_w_s', '0 0 0 11110 00 1 00 110 000000 Rn:5 Rd:5', {
		asm: 'fmov {Rd|w}, {Rn|s}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			b.setX(Rd, b.truncate(b.v(Rn, 0)));
		}
	}),
	insn('FMOV_d_x', '1 0 0 11110 01 1 00 111 000000 Rn:5 Rd:5', {
		asm: 'fmov {Rd|d}, {Rn|x}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			b.setV(Rd, b.x(Rn, 64), b.constant(0, 64));
		}
	}),
	insn('FMOV_x_d', '1 0 0 11110 01 1 00 110 000000 Rn:5 Rd:5', {
		asm: 'fmov {Rd|x}, {Rn|d}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			b.setX(Rd, b.v(Rn, 0));
		}
	}),
	insn('FMOV_high_x', '1 0 0 11110 10 1 01 111 000000 Rn:5 Rd:5', {
		asm: 'fmov {Rd|vhigh}, {Rn|x}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			b.setVHigh(Rd, b.x(Rn, 64));
		}
	}),
	insn('FMOV_x_high', '1 0 0 11110 10 1 01 110 000000 Rn:5 Rd:5', {
		asm: 'fmov {Rd|x}, {Rn|vhigh}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			b.setX(Rd, b.v(Rn, 1));
		}
	})
];
