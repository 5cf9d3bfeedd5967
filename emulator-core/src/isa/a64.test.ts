import { describe, expect, it } from 'vitest';
import type { FixupKind } from './assembler.ts';
import { createA64 } from './a64.ts';

const a64 = createA64(
	[
		['HCR_EL2', 0xe088],
		['SCTLR_EL1', 0xc080]
	],
	[
		['DC CIVAC', 0x5bf1],
		['TLBI VMALLE1', 0x4438 + 0],
		['IC IALLU', 0x43a8]
	]
);
const symbols: Record<string, number> = { SIZE: 0x40, 'SIZE*2': 0x80, 'end - start': 24 };
const encode = (text: string) => {
	const [, mnemonic, operands] = /^(\S+)\s*(.*)$/.exec(text)!;
	return a64.encode(mnemonic!, operands!, { symbol: (name) => symbols[name] });
};

describe('the assembler', () => {
	it.each<[string, number]>([
		['add x0, x1, #SIZE', 0x9101_0020],
		['add x0, x1, SIZE*2', 0x9102_0020],
		['mov x0, #end - start', 0xd280_0300],
		['add x0, x1, #(1 << 4) | 3', 0x9100_4c20],
		['add x0, x1, #-1', 0xd100_0420],
		['cmp w3, #-5', 0x3100_147f],
		['and x0, x1, #~0xff', 0x9278_dc20],
		['MOV X0, X1', 0xaa01_03e0],
		['mov x0, sp', 0x9100_03e0],
		['mov x0, #-1', 0x9280_0000],
		['mov w0, #0xffff0000', 0x52bf_ffe0],
		["cmp w0, #'a'", 0x7101_841f],
		['ldr x0, [x1, #-8]', 0xf85f_8020],
		['ldr x0, [x1, 8]', 0xf940_0420],
		['ldp x29, x30, [sp], #16', 0xa8c1_7bfd],
		['msr hcr_el2, x0', 0xd51c_1100],
		['mrs x0, S3_4_C1_C1_0', 0xd53c_1100],
		['dc civac, x0', 0xd50b_7e20],
		['ic iallu', 0xd508_751f],
		['dsb sy', 0xd503_3f9f],
		['isb', 0xd503_3fdf],
		['msr daifclr, #2', 0xd503_42ff],
		['prfm pstl1strm, [x0]', 0xf980_0011],
		['ret', 0xd65f_03c0],
		['ldaxr w0, [x1]', 0x885f_fc20]
	])('encodes %s', (text, word) => {
		expect(encode(text)).toEqual({ word });
	});

	it.each<[string, FixupKind, string]>([
		['b.eq 1f', 'condbr19', '1f'],
		['bhs out', 'condbr19', 'out'],
		['bl printk', 'call26', 'printk'],
		['tbz w0, #3, 2b', 'tstbr14', '2b'],
		['adrp x0, table + 8', 'adr_prel_pg_hi21', 'table + 8'],
		['add x0, x0, :lo12:table', 'add_abs_lo12', 'table'],
		['ldr x0, [x0, #:lo12:table+16]', 'ldst64_lo12', 'table+16'],
		['ldrb w0, [x0, :lo12:flag]', 'ldst8_lo12', 'flag'],
		['ldr w0, literal', 'ld_prel_lo19', 'literal'],
		['movz x0, #:abs_g3:sym', 'movw_uabs_g3', 'sym'],
		['movk x0, #:abs_g0_nc:sym', 'movw_uabs_g0_nc', 'sym']
	])('leaves a fixup for %s', (text, kind, expression) => {
		expect(encode(text)).toMatchObject({ fixup: { kind, expression } });
	});

	it.each<[string, string, number]>([
		['ad x0, x0, x0', 'Did you mean adc, add, adr', -1],
		['add x0, w1, x2', 'the same width', 4],
		['add x0, x1, #5000', '0 to 4095', 8],
		['and x0, x1, #0x1234', 'no logical immediate', 8],
		['ldr x0, [x1, #9, lsl #1]', 'expected "]"', 11],
		['ldr w0, [w1]', 'the base must be an x register or sp', 5],
		['lsl x0, x1, #64', 'from 0 to 63', 8],
		['add x0, x1', 'expected ","', 6],
		['ret x1, x2', 'too much', 2],
		['mrs x0, nonsense_el9', 'no system register known here', 4],
		['mov x0, #unknown', 'must be known here', 4],
		['b.eq', 'expected a number or an expression', 0],
		['tlbi vmalle1, x0', 'takes no register', 7]
	])('explains what is wrong with %s', (text, message, column) => {
		const result = encode(text);
		expect(result).toMatchObject({ error: expect.stringContaining(message), column });
	});
});

describe('fixups', () => {
	it.each<[FixupKind, number, bigint, number]>([
		['call26', 0x9400_0000, -4n, 0x97ff_ffff],
		['condbr19', 0x5400_0000, 0x100n, 0x5400_0800],
		['tstbr14', 0x3600_0000, -0x8000n, 0x3604_0000],
		['adr_prel_lo21', 0x1000_0000, 5n, 0x3000_0020],
		['adr_prel_pg_hi21', 0x9000_0000, 0x3000n, 0xf000_0000],
		['add_abs_lo12', 0x9100_0000, 0x12_3456n, 0x9111_5800],
		['ldst64_lo12', 0xf940_0000, 0x1008n, 0xf940_0400],
		['movw_uabs_g1_nc', 0xf2a0_0000, 0x1234_5678n, 0xf2a2_4680],
		['movw_sabs_g0', 0xd280_0000, -2n, 0x9280_0020]
	])('%s puts its value in', (kind, word, value, after) => {
		expect(a64.applyFixup(word, kind, value)).toBe(after);
	});

	it.each<[FixupKind, bigint, string]>([
		['condbr19', 0x10_0000n, 'out of reach'],
		['call26', 2n, 'multiple of 4'],
		['ldst64_lo12', 4n, 'multiple of 8'],
		['movw_uabs_g0', 0x1_0000n, 'out of reach']
	])('%s refuses %d', (kind, value, message) => {
		expect(a64.applyFixup(0, kind, value)).toEqual({ error: expect.stringContaining(message) });
	});
});

describe('the disassembler', () => {
	it.each([
		[0xd53c_1100, 'mrs x0, hcr_el2'],
		[0xd508_873f, '.inst'],
		[0xffff_ffff, '.inst 0xffffffff'],
		[0xaa01_03e0, 'mov x0, x1'],
		[0x9a9f_17e0, 'cset x0, eq'],
		[0x1400_0001, 'b 0x1004']
	])('writes %#x', (word, text) => {
		if (text === '.inst') expect(a64.disassemble(word, 0x1000)).toMatch(/^sys /);
		else expect(a64.disassemble(word, 0x1000)).toBe(text);
	});

	it('explains each operand', () => {
		expect(a64.explain(0x8b02_0c20, 0)).toMatchObject({
			name: 'ADD_r',
			text: 'add x0, x1, x2, lsl #3',
			operands: [
				{ text: 'x0', what: 'a register' },
				{ text: 'x1', what: 'a register' },
				{ text: 'x2, lsl #3', what: 'a register, shifted or not' }
			]
		});
	});
});
