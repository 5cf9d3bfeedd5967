import type { Builder, Operand, Value, Width } from '../builder/builder.ts';
import { insn, type Alias } from './instruction.ts';

/** Data processing (immediate), as the Arm ARM's encoding index groups it. */

const widthOf = (sf: number): Width => (sf ? 64 : 32);

function shiftedImm(b: Builder, imm12: Operand, sh: number, width: Width): Value {
	return b.imm(imm12, width, sh ? 12 : 0);
}

/** ADR's offset: immhi:immlo, 21 bits, signed. */
function adrOffset(b: Builder, immhi: Operand, immlo: Operand): Value {
	return b.ashr(b.shl(b.join([immhi, immlo], 64), 43), 43);
}

function logicalImmediate(
	name: 'AND' | 'ORR' | 'EOR' | 'ANDS',
	opc: '00' | '01' | '10' | '11',
	apply: (b: Builder, a: Value, mask: Value) => Value,
	aliases: Alias<'Rn' | 'Rd'>[] = []
) {
	const setsFlags = opc === '11';
	const inverse = { AND: 'bic', ORR: 'orn', EOR: 'eon', ANDS: 'bics' }[name];
	const operands = `{Rd|${setsFlags ? 'r' : 'rsp'}}, {Rn|r}`;
	return insn(`${name}_i`, `sf:1 ${opc} 100100 N:1 immr:6 imms:6 Rn:5 Rd:5`, {
		variants: ['sf'],
		asm: `${name.toLowerCase()} ${operands}, {N immr imms|bitmask}`,
		aliases: [
			...aliases,
			{ asm: `${inverse} ${operands}, {N immr imms|invertedmask}`, inputOnly: true }
		],
		// The run of ones may not fill its element, and the element may not exceed the register.
		where: ({ sf, N, imms }) => {
			if (!sf && N) return false;
			const element = N
				? 64
				: imms < 0b100000
					? 32
					: imms < 0b110000
						? 16
						: imms < 0b111000
							? 8
							: imms < 0b111100
								? 4
								: imms < 0b111110
									? 2
									: 0;
			return element !== 0 && (imms & (element - 1)) !== element - 1;
		},
		sem: (b, { sf, N, immr, imms, Rn, Rd }) => {
			const width = widthOf(sf);
			const result = apply(b, b.x(Rn, width), b.bitMask(N, immr, imms, width));
			if (setsFlags) {
				b.setFlagsLogical(result);
				b.setX(Rd, result);
			} else b.setXsp(Rd, result);
		}
	});
}

/** The moves are undefined for a halfword that a W register does not have. */
const moveWide = (mnemonic: string) => (v: { sf: number; hw: number }) =>
	!v.sf && v.hw > 1 ? undefined : `${mnemonic} {Rd|r}, {imm16 hw|wide:${mnemonic}}`;

/**
 * What UBFM makes of a value: two shifts do all its cases, because both `63 - imms + immr` and
 * `immr - imms - 1` are the same modulo 64, and shifts are modulo the width.
 */
function bitfield(
	b: Builder,
	value: Value,
	immr: Operand,
	imms: Operand,
	width: Width,
	signed: boolean
) {
	const s = b.imm(imms, width);
	const up = b.shl(value, b.sub(b.constant(width - 1, width), s));
	const down = b.sub(b.sub(b.imm(immr, width), s), b.constant(1, width));
	return signed ? b.ashr(up, down) : b.lshr(up, down);
}

const bitfieldAllocated = ({ sf, immr, imms }: { sf: number; immr: number; imms: number }) =>
	sf === 1 || (immr < 32 && imms < 32);
const bitfieldAsm = (mnemonic: string) => (v: { sf: number; N: number }) =>
	v.sf === v.N ? `${mnemonic} {Rd|r}, {Rn|r}, {immr|imm}, {imms|imm}` : undefined;
/** sxtb and its kin are written with a W source. */
const extendAlias = (
	mnemonic: string,
	imms: number,
	only64 = false
): Alias<'immr' | 'imms' | 'sf'> => ({
	asm: `${mnemonic} {Rd|r}, {Rn|w}`,
	with: only64 ? { immr: 0, imms, sf: 1 } : { immr: 0, imms }
});

export const dataProcessingImm = [
	insn('ADR', '0 immlo:2 10000 immhi:19 Rd:5', {
		asm: 'adr {Rd|x}, {immhi immlo|adr}',
		sem: (b, { immhi, immlo, Rd }) => b.setX(Rd, b.add(b.pc(), adrOffset(b, immhi, immlo)))
	}),
	insn('ADRP', '1 immlo:2 10000 immhi:19 Rd:5', {
		asm: 'adrp {Rd|x}, {immhi immlo|adrp}',
		sem: (b, { immhi, immlo, Rd }) => {
			const page = b.and(b.pc(), b.constant(~0xfffn, 64));
			b.setX(Rd, b.add(page, b.shl(adrOffset(b, immhi, immlo), 12)));
		}
	}),

	/** Register 31 is SP here, not XZR, but for the destination of the forms that set flags. */
	insn('ADD_i', 'sf:1 0 0 100010 sh:1 imm12:12 Rn:5 Rd:5', {
		variants: ['sf', 'sh'],
		asm: 'add {Rd|rsp}, {Rn|rsp}, {imm12 sh|addimm}',
		aliases: [
			{
				asm: 'mov {Rd|rsp}, {Rn|rsp}',
				with: { sh: 0, imm12: 0 },
				when: ({ Rn, Rd }) => Rn === 31 || Rd === 31
			},
			{ asm: 'sub {Rd|rsp}, {Rn|rsp}, {imm12 sh|negaddimm}', inputOnly: true }
		],
		sem: (b, { sf, sh, imm12, Rn, Rd }) => {
			const width = widthOf(sf);
			b.setXsp(Rd, b.add(b.xsp(Rn, width), shiftedImm(b, imm12, sh, width)));
		}
	}),
	insn('ADDS_i', 'sf:1 0 1 100010 sh:1 imm12:12 Rn:5 Rd:5', {
		variants: ['sf', 'sh'],
		asm: 'adds {Rd|r}, {Rn|rsp}, {imm12 sh|addimm}',
		aliases: [
			{ asm: 'cmn {Rn|rsp}, {imm12 sh|addimm}', with: { Rd: 31 } },
			{ asm: 'cmp {Rn|rsp}, {imm12 sh|negaddimm}', with: { Rd: 31 }, inputOnly: true },
			{ asm: 'subs {Rd|r}, {Rn|rsp}, {imm12 sh|negaddimm}', inputOnly: true }
		],
		sem: (b, { sf, sh, imm12, Rn, Rd }) => {
			const width = widthOf(sf);
			b.setX(Rd, b.addSetFlags(b.xsp(Rn, width), shiftedImm(b, imm12, sh, width)));
		}
	}),
	insn('SUB_i', 'sf:1 1 0 100010 sh:1 imm12:12 Rn:5 Rd:5', {
		variants: ['sf', 'sh'],
		asm: 'sub {Rd|rsp}, {Rn|rsp}, {imm12 sh|addimm}',
		aliases: [{ asm: 'add {Rd|rsp}, {Rn|rsp}, {imm12 sh|negaddimm}', inputOnly: true }],
		sem: (b, { sf, sh, imm12, Rn, Rd }) => {
			const width = widthOf(sf);
			b.setXsp(Rd, b.sub(b.xsp(Rn, width), shiftedImm(b, imm12, sh, width)));
		}
	}),
	insn('SUBS_i', 'sf:1 1 1 100010 sh:1 imm12:12 Rn:5 Rd:5', {
		variants: ['sf', 'sh'],
		asm: 'subs {Rd|r}, {Rn|rsp}, {imm12 sh|addimm}',
		aliases: [
			{ asm: 'cmp {Rn|rsp}, {imm12 sh|addimm}', with: { Rd: 31 } },
			{ asm: 'cmn {Rn|rsp}, {imm12 sh|negaddimm}', with: { Rd: 31 }, inputOnly: true },
			{ asm: 'adds {Rd|r}, {Rn|rsp}, {imm12 sh|negaddimm}', inputOnly: true }
		],
		sem: (b, { sf, sh, imm12, Rn, Rd }) => {
			const width = widthOf(sf);
			b.setX(Rd, b.subSetFlags(b.xsp(Rn, width), shiftedImm(b, imm12, sh, width)));
		}
	}),

	logicalImmediate('AND', '00', (b, a, mask) => b.and(a, mask)),
	insn('MOVN', 'sf:1 00 100101 hw:2 imm16:16 Rd:5', {
		variants: ['sf', 'hw'],
		asm: moveWide('movn'),
		aliases: [
			{
				asm: 'mov {Rd|r}, {imm16 hw|movinverted}',
				when: ({ sf, hw, imm16 }) => !(imm16 === 0 && hw !== 0) && (sf === 1 || imm16 !== 0xffff)
			}
		],
		sem: (b, { sf, hw, imm16, Rd }) => b.setX(Rd, b.not(b.imm(imm16, widthOf(sf), 16 * hw)))
	}),
	insn('MOVZ', 'sf:1 10 100101 hw:2 imm16:16 Rd:5', {
		variants: ['sf', 'hw'],
		asm: moveWide('movz'),
		aliases: [
			{
				asm: 'mov {Rd|r}, {imm16 hw|movwide}',
				when: ({ hw, imm16 }) => !(imm16 === 0 && hw !== 0)
			}
		],
		sem: (b, { sf, hw, imm16, Rd }) => b.setX(Rd, b.imm(imm16, widthOf(sf), 16 * hw))
	}),
	insn('MOVK', 'sf:1 11 100101 hw:2 imm16:16 Rd:5', {
		variants: ['sf', 'hw'],
		asm: moveWide('movk'),
		sem: (b, { sf, hw, imm16, Rd }) => {
			const width = widthOf(sf);
			const kept = b.and(b.x(Rd, width), b.constant(~(0xffffn << BigInt(16 * hw)), width));
			b.setX(Rd, b.or(kept, b.imm(imm16, width, 16 * hw)));
		}
	}),
	logicalImmediate('ORR', '01', (b, a, mask) => b.or(a, mask), [
		// Not where MOVZ or MOVN can make the same value: the kind then declines to print it.
		{ asm: 'mov {Rd|rsp}, {N immr imms|movmask}', with: { Rn: 31 } }
	]),
	logicalImmediate('EOR', '10', (b, a, mask) => b.xor(a, mask)),
	logicalImmediate('ANDS', '11', (b, a, mask) => b.and(a, mask), [
		{ asm: 'tst {Rn|r}, {N immr imms|bitmask}', with: { Rd: 31 } }
	]),

	insn('SBFM', 'sf:1 00 100110 N:1 immr:6 imms:6 Rn:5 Rd:5', {
		variants: ['sf', 'N'],
		asm: bitfieldAsm('sbfm'),
		where: bitfieldAllocated,
		aliases: ({ sf }) => [
			{ asm: 'asr {Rd|r}, {Rn|r}, {immr|imm}', with: { imms: sf ? 63 : 31 } },
			extendAlias('sxtb', 7),
			extendAlias('sxth', 15),
			...(sf ? [extendAlias('sxtw', 31, true)] : []),
			{
				asm: 'sbfiz {Rd|r}, {Rn|r}, {immr imms|insertlsb}',
				when: ({ immr, imms }) => imms < immr
			},
			{ asm: 'sbfx {Rd|r}, {Rn|r}, {immr imms|extractlsb}' }
		],
		sem: (b, { sf, immr, imms, Rn, Rd }) => {
			const width = widthOf(sf);
			b.setX(Rd, bitfield(b, b.x(Rn, width), immr, imms, width, true));
		}
	}),
	insn('BFM', 'sf:1 01 100110 N:1 immr:6 imms:6 Rn:5 Rd:5', {
		variants: ['sf', 'N'],
		asm: bitfieldAsm('bfm'),
		where: bitfieldAllocated,
		aliases: [
			{
				asm: 'bfc {Rd|r}, {immr imms|insertlsb}',
				with: { Rn: 31 },
				when: ({ immr, imms }) => imms < immr
			},
			{
				asm: 'bfi {Rd|r}, {Rn|r}, {immr imms|insertlsb}',
				when: ({ immr, imms }) => imms < immr
			},
			{ asm: 'bfxil {Rd|r}, {Rn|r}, {immr imms|extractlsb}' }
		],
		sem: (b, { sf, immr, imms, Rn, Rd }) => {
			const width = widthOf(sf);
			const taken = bitfield(b, b.x(Rn, width), immr, imms, width, false);
			const mask = bitfield(b, b.constant(-1, width), immr, imms, width, false);
			b.setX(Rd, b.or(b.and(b.x(Rd, width), b.not(mask)), taken));
		}
	}),
	insn('UBFM', 'sf:1 10 100110 N:1 immr:6 imms:6 Rn:5 Rd:5', {
		variants: ['sf', 'N'],
		asm: bitfieldAsm('ubfm'),
		where: bitfieldAllocated,
		aliases: ({ sf }) => [
			{ asm: 'lsr {Rd|r}, {Rn|r}, {immr|imm}', with: { imms: sf ? 63 : 31 } },
			{
				asm: 'lsl {Rd|r}, {Rn|r}, {immr imms|lsl}',
				when: ({ immr, imms }) => imms + 1 === immr
			},
			...(sf ? [] : [extendAlias('uxtb', 7), extendAlias('uxth', 15)]),
			{
				asm: 'ubfiz {Rd|r}, {Rn|r}, {immr imms|insertlsb}',
				when: ({ immr, imms }) => imms < immr
			},
			{ asm: 'ubfx {Rd|r}, {Rn|r}, {immr imms|extractlsb}' }
		],
		sem: (b, { sf, immr, imms, Rn, Rd }) => {
			const width = widthOf(sf);
			b.setX(Rd, bitfield(b, b.x(Rn, width), immr, imms, width, false));
		}
	}),

	insn('EXTR', 'sf:1 00 100111 N:1 0 Rm:5 imms:6 Rn:5 Rd:5', {
		variants: ['sf', 'N'],
		asm: ({ sf, N }) => (sf === N ? 'extr {Rd|r}, {Rn|r}, {Rm|r}, {imms|imm}' : undefined),
		where: ({ sf, imms }) => sf === 1 || imms < 32,
		aliases: [{ asm: 'ror {Rd|r}, {Rn Rm|rsame}, {imms|imm}', when: ({ Rn, Rm }) => Rn === Rm }],
		sem: (b, { sf, Rm, imms, Rn, Rd }) => {
			const width = widthOf(sf);
			const lsb = b.imm(imms, width);
			// One place and then width - 1 - lsb more: lsb 0 shifts everything out.
			const rest = b.sub(b.constant(width - 1, width), lsb);
			const high = b.shl(b.shl(b.x(Rn, width), 1), rest);
			b.setX(Rd, b.or(b.lshr(b.x(Rm, width), lsb), high));
		}
	})
];
