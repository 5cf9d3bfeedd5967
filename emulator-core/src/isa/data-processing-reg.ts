import type { Builder, Operand, Value, Width } from '../builder/builder.ts';
import { insn, type Alias } from './instruction.ts';

/** Data processing (register), as the Arm ARM's encoding index groups it. */

type Bits2 = '00' | '01' | '10' | '11';

const widthOf = (sf: number): Width => (sf ? 64 : 32);

/** LSL, LSR, ASR, ROR by the encoding's two bits. */
function shift(b: Builder, type: number, value: Value, amount: Value): Value {
	return [b.shl, b.lshr, b.ashr, b.ror][type]!.call(b, value, amount);
}

function shiftedRegister(b: Builder, Rm: Operand, type: number, imm6: Operand, width: Width) {
	return shift(b, type, b.x(Rm, width), b.imm(imm6, width));
}

/** UXTB to SXTX by the encoding's three bits, then a shift left. */
export function extendedRegister(
	b: Builder,
	Rm: Operand,
	option: number,
	width: Width,
	amount: Value | number
): Value {
	const bits = 8 << (option & 3);
	const signed = option >= 4;
	let value: Value;
	if (bits >= width) value = b.x(Rm, width);
	else if (bits === 32) value = signed ? b.sext(b.x(Rm, 32), 64) : b.zext(b.x(Rm, 32), 64);
	else {
		const narrow = b.x(Rm, width);
		value = signed
			? b.signExtend(narrow, bits as 8 | 16)
			: b.and(narrow, b.constant(2 ** bits - 1, width));
	}
	return b.shl(value, amount);
}

/** The shift amount of a W register has five bits. */
const shiftAllocated = ({ sf, imm6 }: { sf: number; imm6: number }) => sf === 1 || imm6 < 32;

type Operation = (b: Builder, a: Value, c: Value) => Value;

function logicalShifted(
	mnemonic: string,
	opc: Bits2,
	n: '0' | '1',
	apply: Operation,
	aliases: Alias<'sf' | 'Rd' | 'Rn' | 'shift' | 'imm6'>[] = []
) {
	return insn(
		mnemonic.toUpperCase() + '_r',
		`sf:1 ${opc} 01010 shift:2 ${n} Rm:5 imm6:6 Rn:5 Rd:5`,
		{
			variants: ['sf', 'shift'],
			asm: `${mnemonic} {Rd|r}, {Rn|r}, {Rm shift imm6|shifted:ror}`,
			where: shiftAllocated,
			aliases: aliases as Alias[],
			sem: (b, { sf, shift: type, Rm, imm6, Rn, Rd }) => {
				const width = widthOf(sf);
				const other = shiftedRegister(b, Rm, type, imm6, width);
				const result = apply(b, b.x(Rn, width), n === '1' ? b.not(other) : other);
				if (opc === '11') b.setFlagsLogical(result);
				b.setX(Rd, result);
			}
		}
	);
}

function addSubShifted(
	mnemonic: string,
	bits: Bits2,
	apply: Operation,
	aliases: Alias<'Rd' | 'Rn'>[] = []
) {
	return insn(mnemonic.toUpperCase() + '_r', `sf:1 ${bits} 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5`, {
		variants: ['sf', 'shift'],
		asm: (v) => (v.shift === 3 ? undefined : `${mnemonic} {Rd|r}, {Rn|r}, {Rm shift imm6|shifted}`),
		where: shiftAllocated,
		aliases: aliases as Alias[],
		sem: (b, { sf, shift: type, Rm, imm6, Rn, Rd }) => {
			const width = widthOf(sf);
			const other = shiftedRegister(b, Rm, type, imm6, width);
			b.setX(Rd, apply(b, b.x(Rn, width), other));
		}
	});
}

function addSubExtended(
	mnemonic: string,
	bits: Bits2,
	apply: Operation,
	aliases: Alias<'Rd' | 'Rn'>[] = []
) {
	const setsFlags = bits[1] === '1';
	return insn(
		mnemonic.toUpperCase() + '_x',
		`sf:1 ${bits} 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 Rd:5`,
		{
			variants: ['sf', 'option'],
			asm: `${mnemonic} {Rd|${setsFlags ? 'r' : 'rsp'}}, {Rn|rsp}, {Rm option imm3|extended}`,
			where: ({ imm3 }) => imm3 <= 4,
			aliases: aliases as Alias[],
			sem: (b, { sf, Rm, option, imm3, Rn, Rd }) => {
				const width = widthOf(sf);
				const other = extendedRegister(b, Rm, option, width, b.imm(imm3, width));
				const result = apply(b, b.xsp(Rn, width), other);
				if (setsFlags) b.setX(Rd, result);
				else b.setXsp(Rd, result);
			}
		}
	);
}

const plainRm = { shift: 0, imm6: 0 };
const add: Operation = (b, x, y) => b.add(x, y);
const sub: Operation = (b, x, y) => b.sub(x, y);
const adds: Operation = (b, x, y) => b.addSetFlags(x, y);
const subs: Operation = (b, x, y) => b.subSetFlags(x, y);

function withCarry(mnemonic: string, bits: Bits2) {
	const subtracts = bits[0] === '1';
	return insn(mnemonic.toUpperCase(), `sf:1 ${bits} 11010000 Rm:5 000000 Rn:5 Rd:5`, {
		variants: ['sf'],
		asm: `${mnemonic} {Rd|r}, {Rn|r}, {Rm|r}`,
		aliases: subtracts
			? [{ asm: `${mnemonic.replace('sb', 'ng')} {Rd|r}, {Rm|r}`, with: { Rn: 31 } as never }]
			: [],
		sem: (b, { sf, Rm, Rn, Rd }) => {
			const width = widthOf(sf);
			const [a, c, carry] = [b.x(Rn, width), b.x(Rm, width), b.carry()];
			const other = subtracts ? b.not(c) : c;
			const result =
				bits[1] === '1'
					? b.addSetFlags(a, other, carry)
					: b.add(b.add(a, other), b.zext(carry, width));
			b.setX(Rd, result);
		}
	});
}

function conditionalCompare(mnemonic: string, op: '0' | '1', immediate: boolean) {
	return insn(
		`${mnemonic.toUpperCase()}_${immediate ? 'i' : 'r'}`,
		`sf:1 ${op} 1 11010010 Rm:5 cond:4 ${immediate ? '1' : '0'} 0 Rn:5 0 nzcv:4`,
		{
			variants: ['sf', 'cond'],
			asm: `${mnemonic} {Rn|r}, {Rm|${immediate ? 'hex' : 'r'}}, {nzcv|hex}, {cond|cond}`,
			sem: (b, { sf, Rm, cond, Rn, nzcv }) => {
				const width = widthOf(sf);
				b.if(
					b.condition(cond),
					() => {
						const other = immediate ? b.imm(Rm, width) : b.x(Rm, width);
						if (op === '1') b.subSetFlags(b.x(Rn, width), other);
						else b.addSetFlags(b.x(Rn, width), other);
					},
					() => b.setNzcv(b.imm(nzcv, 32))
				);
			}
		}
	);
}

/** The aliases of CSINC, CSINV and CSNEG name the opposite condition, and not AL or NV. */
function conditionalSelect(
	mnemonic: string,
	op: '0' | '1',
	op2: '0' | '1',
	otherwise: (b: Builder, value: Value, width: Width) => Value,
	aliases: readonly string[]
) {
	const [set, same] = aliases;
	return insn(mnemonic.toUpperCase(), `sf:1 ${op} 0 11010100 Rm:5 cond:4 0 ${op2} Rn:5 Rd:5`, {
		variants: ['sf', 'cond'],
		asm: `${mnemonic} {Rd|r}, {Rn|r}, {Rm|r}, {cond|cond}`,
		aliases: ({ cond }) =>
			cond >= 14
				? []
				: ([
						...(set ? [{ asm: `${set} {Rd|r}, {cond|inverted}`, with: { Rn: 31, Rm: 31 } }] : []),
						...(same
							? [
									{
										asm: `${same} {Rd|r}, {Rn Rm|rsame}, {cond|inverted}`,
										when: ({ Rn, Rm }: { Rn: number; Rm: number }) =>
											Rn === Rm && (Rn !== 31 || set === undefined)
									}
								]
							: [])
					] as never[]),
		sem: (b, { sf, Rm, cond, Rn, Rd }) => {
			const width = widthOf(sf);
			const other = otherwise(b, b.x(Rm, width), width);
			b.setX(Rd, b.select(b.condition(cond), b.x(Rn, width), other));
		}
	});
}

function twoSource(
	mnemonic: string,
	opcode: '000010' | '000011' | '001000' | '001001' | '001010' | '001011',
	apply: Operation,
	alias?: string
) {
	return insn(mnemonic.toUpperCase(), `sf:1 0 0 11010110 Rm:5 ${opcode} Rn:5 Rd:5`, {
		variants: ['sf'],
		asm: `${mnemonic} {Rd|r}, {Rn|r}, {Rm|r}`,
		aliases: alias ? [{ asm: `${alias} {Rd|r}, {Rn|r}, {Rm|r}` }] : [],
		sem: (b, { sf, Rm, Rn, Rd }) => b.setX(Rd, apply(b, b.x(Rn, widthOf(sf)), b.x(Rm, widthOf(sf))))
	});
}

/** One bit at a time, least significant first; `polynomial` is already reversed. */
function crc32(c: '0' | '1', polynomial: number) {
	const letter = c === '1' ? 'c' : '';
	return insn(`CRC32${letter.toUpperCase()}`, `sf:1 0 0 11010110 Rm:5 010 ${c} sz:2 Rn:5 Rd:5`, {
		variants: ['sf', 'sz'],
		asm: ({ sf, sz }) =>
			(sz === 3) === (sf === 1) ? `crc32${letter}${'bhwx'[sz]} {Rd|w}, {Rn|w}, {Rm|r}` : undefined,
		named: `the CRC-32${letter.toUpperCase()} checksum`,
		sem: (b, { sf, sz, Rm, Rn, Rd }) => {
			const bits = 8 << sz;
			const data = b.x(Rm, widthOf(sf));
			let crc = b.x(Rn, 32);
			for (let at = 0; at < bits; at += 8) {
				const byte = b.and(b.truncate(at ? b.lshr(data, at) : data), b.constant(0xff, 32));
				crc = b.xor(crc, byte);
				for (let bit = 0; bit < 8; bit++) {
					const odd = b.neg(b.and(crc, b.constant(1, 32)));
					crc = b.xor(b.lshr(crc, 1), b.and(odd, b.constant(polynomial, 32)));
				}
			}
			b.setX(Rd, crc);
		}
	});
}

/** Swaps neighbours of `bits` bits each. */
function swap(b: Builder, value: Value, bits: number, width: Width): Value {
	const period = 2n * BigInt(bits);
	let mask = 0n;
	for (let at = 0n; at < 64n; at += period) mask |= ((1n << BigInt(bits)) - 1n) << at;
	const low = b.constant(mask, width);
	return b.or(b.and(b.lshr(value, bits), low), b.shl(b.and(value, low), bits));
}

function reverse(
	name: string,
	opcode: '000000' | '000001' | '000010' | '000011',
	only: 0 | 1 | undefined,
	mnemonic: string,
	steps: (width: Width) => number[],
	alias?: string
) {
	return insn(name, `sf:1 1 0 11010110 00000 ${opcode} Rn:5 Rd:5`, {
		variants: ['sf'],
		asm: ({ sf }) => (only === undefined || only === sf ? `${mnemonic} {Rd|r}, {Rn|r}` : undefined),
		aliases: alias ? [{ asm: `${alias} {Rd|r}, {Rn|r}`, inputOnly: true }] : [],
		sem: (b, { sf, Rn, Rd }) => {
			const width = widthOf(sf);
			b.setX(
				Rd,
				steps(width).reduce((value, bits) => swap(b, value, bits, width), b.x(Rn, width))
			);
		}
	});
}

function multiply(mnemonic: string, o0: '0' | '1', alias: string) {
	return insn(mnemonic.toUpperCase(), `sf:1 00 11011 000 Rm:5 ${o0} Ra:5 Rn:5 Rd:5`, {
		variants: ['sf'],
		asm: `${mnemonic} {Rd|r}, {Rn|r}, {Rm|r}, {Ra|r}`,
		aliases: [{ asm: `${alias} {Rd|r}, {Rn|r}, {Rm|r}`, with: { Ra: 31 } }],
		sem: (b, { sf, Rm, Ra, Rn, Rd }) => {
			const width = widthOf(sf);
			const product = b.mul(b.x(Rn, width), b.x(Rm, width));
			b.setX(Rd, o0 === '1' ? b.sub(b.x(Ra, width), product) : b.add(b.x(Ra, width), product));
		}
	});
}

function multiplyLong(mnemonic: string, u: '0' | '1', o0: '0' | '1', alias: string) {
	return insn(mnemonic.toUpperCase(), `1 00 11011 ${u} 01 Rm:5 ${o0} Ra:5 Rn:5 Rd:5`, {
		asm: `${mnemonic} {Rd|x}, {Rn|w}, {Rm|w}, {Ra|x}`,
		aliases: [{ asm: `${alias} {Rd|x}, {Rn|w}, {Rm|w}`, with: { Ra: 31 } }],
		sem: (b, { Rm, Ra, Rn, Rd }) => {
			const wide = (field: Operand) =>
				u === '1' ? b.zext(b.x(field, 32), 64) : b.sext(b.x(field, 32), 64);
			const product = b.mul(wide(Rn), wide(Rm));
			b.setX(Rd, o0 === '1' ? b.sub(b.x(Ra, 64), product) : b.add(b.x(Ra, 64), product));
		}
	});
}

function multiplyHigh(mnemonic: string, u: '0' | '1') {
	return insn(mnemonic.toUpperCase(), `1 00 11011 ${u} 10 Rm:5 0 xxxxx Rn:5 Rd:5`, {
		asm: `${mnemonic} {Rd|x}, {Rn|x}, {Rm|x}`,
		sem: (b, { Rm, Rn, Rd }) => b.setX(Rd, b.mulHigh(b.x(Rn, 64), b.x(Rm, 64), u === '0'))
	});
}

export const dataProcessingReg = [
	logicalShifted('and', '00', '0', (b, x, y) => b.and(x, y)),
	logicalShifted('bic', '00', '1', (b, x, y) => b.and(x, y)),
	logicalShifted('orr', '01', '0', (b, x, y) => b.or(x, y), [
		{ asm: 'mov {Rd|r}, {Rm|r}', with: { Rn: 31, ...plainRm } },
		// No alias in the manual, but GNU as takes it: writing a W register clears the upper half.
		{ asm: 'uxtw {Rd|x}, {Rm|w}', with: { Rn: 31, ...plainRm, sf: 0 }, inputOnly: true }
	]),
	logicalShifted('orn', '01', '1', (b, x, y) => b.or(x, y), [
		{ asm: 'mvn {Rd|r}, {Rm shift imm6|shifted:ror}', with: { Rn: 31 } }
	]),
	logicalShifted('eor', '10', '0', (b, x, y) => b.xor(x, y)),
	logicalShifted('eon', '10', '1', (b, x, y) => b.xor(x, y)),
	logicalShifted('ands', '11', '0', (b, x, y) => b.and(x, y), [
		{ asm: 'tst {Rn|r}, {Rm shift imm6|shifted:ror}', with: { Rd: 31 } }
	]),
	logicalShifted('bics', '11', '1', (b, x, y) => b.and(x, y)),

	addSubShifted('add', '00', add),
	addSubShifted('adds', '01', adds, [
		{ asm: 'cmn {Rn|r}, {Rm shift imm6|shifted}', with: { Rd: 31 } }
	]),
	addSubShifted('sub', '10', sub, [
		{ asm: 'neg {Rd|r}, {Rm shift imm6|shifted}', with: { Rn: 31 } }
	]),
	addSubShifted('subs', '11', subs, [
		{ asm: 'cmp {Rn|r}, {Rm shift imm6|shifted}', with: { Rd: 31 } },
		{ asm: 'negs {Rd|r}, {Rm shift imm6|shifted}', with: { Rn: 31 } }
	]),
	addSubExtended('add', '00', add),
	addSubExtended('adds', '01', adds, [
		{ asm: 'cmn {Rn|rsp}, {Rm option imm3|extended}', with: { Rd: 31 } }
	]),
	addSubExtended('sub', '10', sub),
	addSubExtended('subs', '11', subs, [
		{ asm: 'cmp {Rn|rsp}, {Rm option imm3|extended}', with: { Rd: 31 } }
	]),
	withCarry('adc', '00'),
	withCarry('adcs', '01'),
	withCarry('sbc', '10'),
	withCarry('sbcs', '11'),

	conditionalCompare('ccmn', '0', false),
	conditionalCompare('ccmp', '1', false),
	conditionalCompare('ccmn', '0', true),
	conditionalCompare('ccmp', '1', true),
	conditionalSelect('csel', '0', '0', (_, v) => v, []),
	conditionalSelect('csinc', '0', '1', (b, v, w) => b.add(v, b.constant(1, w)), ['cset', 'cinc']),
	conditionalSelect('csinv', '1', '0', (b, v) => b.not(v), ['csetm', 'cinv']),
	conditionalSelect('csneg', '1', '1', (b, v) => b.neg(v), [undefined as never, 'cneg']),

	twoSource('udiv', '000010', (b, x, y) => b.div(x, y, false)),
	twoSource('sdiv', '000011', (b, x, y) => b.div(x, y, true)),
	twoSource('lslv', '001000', (b, x, y) => b.shl(x, y), 'lsl'),
	twoSource('lsrv', '001001', (b, x, y) => b.lshr(x, y), 'lsr'),
	twoSource('asrv', '001010', (b, x, y) => b.ashr(x, y), 'asr'),
	twoSource('rorv', '001011', (b, x, y) => b.ror(x, y), 'ror'),
	crc32('0', 0xedb8_8320),
	crc32('1', 0x82f6_3b78),

	reverse('RBIT', '000000', undefined, 'rbit', (w) =>
		w === 64 ? [1, 2, 4, 8, 16, 32] : [1, 2, 4, 8, 16]
	),
	reverse('REV16', '000001', undefined, 'rev16', () => [8]),
	// The same opcode is REV for W registers and REV32 for X registers.
	insn('REV32', 'sf:1 1 0 11010110 00000 000010 Rn:5 Rd:5', {
		variants: ['sf'],
		asm: ({ sf }) => `${sf ? 'rev32' : 'rev'} {Rd|r}, {Rn|r}`,
		sem: (b, { sf, Rn, Rd }) => {
			const width = widthOf(sf);
			b.setX(Rd, swap(b, swap(b, b.x(Rn, width), 8, width), 16, width));
		}
	}),
	reverse('REV', '000011', 1, 'rev', () => [8, 16, 32], 'rev64'),
	insn('CLZ', 'sf:1 1 0 11010110 00000 000100 Rn:5 Rd:5', {
		variants: ['sf'],
		asm: 'clz {Rd|r}, {Rn|r}',
		sem: (b, { sf, Rn, Rd }) => b.setX(Rd, b.clz(b.x(Rn, widthOf(sf))))
	}),
	insn('CLS', 'sf:1 1 0 11010110 00000 000101 Rn:5 Rd:5', {
		variants: ['sf'],
		asm: 'cls {Rd|r}, {Rn|r}',
		named: 'the number of leading copies of the sign bit',
		sem: (b, { sf, Rn, Rd }) => {
			const width = widthOf(sf);
			const value = b.x(Rn, width);
			// A one wherever a bit differs from the one above it; the top bit never does.
			const changes = b.xor(value, b.ashr(value, 1));
			b.setX(Rd, b.sub(b.clz(changes), b.constant(1, width)));
		}
	}),

	multiply('madd', '0', 'mul'),
	multiply('msub', '1', 'mneg'),
	multiplyLong('smaddl', '0', '0', 'smull'),
	multiplyLong('smsubl', '0', '1', 'smnegl'),
	multiplyLong('umaddl', '1', '0', 'umull'),
	multiplyLong('umsubl', '1', '1', 'umnegl'),
	multiplyHigh('smulh', '0'),
	multiplyHigh('umulh', '1')
];
