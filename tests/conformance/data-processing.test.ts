import { describe, expect, it } from 'vitest';
import { data, engines, U64_MAX } from './engines.ts';

const min64 = 1n << 63n;

describe.each(engines)('data processing on the $name', ({ step }) => {
	it.each([
		// Register 31: SP or XZR by operand.
		['add sp, sp, #32', { sp: data }, { sp: data + 32n }],
		['add wsp, wsp, #1', { sp: U64_MAX }, { sp: 0n }],
		['sub x0, sp, w1, uxtb #4', { sp: 0x1_0000n, x1: 0xffff_ff10n }, { x0: 0xff00n }],
		['mov xzr, x1', { x1: 5n }, { sp: 0n }],
		['add x0, xzr, x1', { x1: 5n }, { x0: 5n }],
		['and sp, x1, #0xf', { x1: 0x1234n }, { sp: 4n }],
		// Comparisons.
		['cmp x0, #1', { x0: 0n }, { nzcv: 'N' }],
		['cmp x0, x1', { x0: min64, x1: 1n }, { nzcv: 'CV' }],
		['cmp w0, w1', { x0: 0x1_0000_0000n, x1: 0n }, { nzcv: 'ZC' }],
		['cmp x0, w1, sxtw', { x0: U64_MAX, x1: 0xffff_ffffn }, { nzcv: 'ZC' }],
		['tst x0, #0x8000000000000000', { x0: min64, nzcv: 'CV' }, { nzcv: 'N' }],
		['ccmp x0, #3, #5, eq', { x0: 3n, nzcv: 'Z' }, { nzcv: 'ZC' }],
		['ccmp x0, #3, #5, eq', { x0: 3n, nzcv: '' }, { nzcv: 'ZV' }],
		['ccmp x0, x1, #15, ne', { nzcv: 'Z' }, { nzcv: 'NZCV' }],
		// Carry in.
		['adcs x0, x1, x2', { x1: U64_MAX, x2: 0n, nzcv: 'C' }, { x0: 0n, nzcv: 'ZC' }],
		['sbcs x0, x1, x2', { x1: 0n, x2: 0n, nzcv: '' }, { x0: U64_MAX, nzcv: 'N' }],
		['ngc w0, w1', { x1: 0n, nzcv: 'C' }, { x0: 0n }],
		// Multiplication and division.
		['sdiv x0, x1, x2', { x1: min64, x2: U64_MAX }, { x0: min64 }],
		['sdiv w0, w1, w2', { x1: 0x8000_0000n, x2: 0xffff_ffffn }, { x0: 0x8000_0000n }],
		['udiv x0, x1, x2', { x1: 7n, x2: 0n }, { x0: 0n }],
		['sdiv x0, x1, x2', { x1: -7n & U64_MAX, x2: 2n }, { x0: -3n & U64_MAX }],
		['smulh x0, x1, x2', { x1: U64_MAX, x2: U64_MAX }, { x0: 0n }],
		['umulh x0, x1, x2', { x1: U64_MAX, x2: U64_MAX }, { x0: U64_MAX - 1n }],
		['smaddl x0, w1, w2, x3', { x1: 0xffff_ffffn, x2: 2n, x3: 10n }, { x0: 8n }],
		['mneg x0, x1, x2', { x1: 3n, x2: 4n }, { x0: -12n & U64_MAX }],
		// Bit fields and extraction.
		['ubfx x0, x1, #4, #8', { x1: 0xabcdn }, { x0: 0xbcn }],
		['sbfx x0, x1, #4, #8', { x1: 0xabcdn }, { x0: 0xffff_ffff_ffff_ffbcn }],
		['sbfiz w0, w1, #28, #4', { x1: 0xfn }, { x0: 0xf000_0000n }],
		['bfi x0, x1, #8, #4', { x0: U64_MAX, x1: 0x5n }, { x0: 0xffff_ffff_ffff_f5ffn }],
		['bfxil x0, x1, #60, #4', { x0: U64_MAX, x1: 0x5n << 60n }, { x0: 0xffff_ffff_ffff_fff5n }],
		['lsl x0, x1, #63', { x1: 3n }, { x0: min64 }],
		['lsr w0, w1, #0', { x1: U64_MAX }, { x0: 0xffff_ffffn }],
		['asr x0, x1, #63', { x1: min64 }, { x0: U64_MAX }],
		['extr x0, x1, x2, #0', { x1: U64_MAX, x2: 5n }, { x0: 5n }],
		['extr w0, w1, w2, #8', { x1: 0x12n, x2: 0x3456_7800n }, { x0: 0x1234_5678n }],
		['ror x0, x1, #4', { x1: 0xfn }, { x0: 0xf000_0000_0000_0000n }],
		['lsl x0, x1, x2', { x1: 1n, x2: 65n }, { x0: 2n }],
		['sxtw x0, w1', { x1: 0x8000_0000n }, { x0: 0xffff_ffff_8000_0000n }],
		// Moves.
		['movn w0, #0', {}, { x0: 0xffff_ffffn }],
		['movk x0, #0xbeef, lsl #48', { x0: 1n }, { x0: 0xbeef_0000_0000_0001n }],
		['mov x0, #0x5555555555555555', {}, { x0: 0x5555_5555_5555_5555n }],
		// Bits one by one.
		['rbit w0, w1', { x1: 1n }, { x0: 0x8000_0000n }],
		['rev x0, x1', { x1: 0x0102_0304_0506_0708n }, { x0: 0x0807_0605_0403_0201n }],
		['rev32 x0, x1', { x1: 0x0102_0304_0506_0708n }, { x0: 0x0403_0201_0807_0605n }],
		['rev16 w0, w1', { x1: 0x0102_0304n }, { x0: 0x0201_0403n }],
		['clz x0, x1', { x1: 0n }, { x0: 64n }],
		['cls x0, x1', { x1: U64_MAX }, { x0: 63n }],
		['cls w0, w1', { x1: 0x3fff_ffffn }, { x0: 1n }],
		['crc32b w0, w1, w2', { x1: 0xffff_ffffn, x2: 0x31n }, { x0: 0x7c23_1048n }],
		['crc32cx w0, w1, x2', { x1: 0n, x2: 1n }, { x0: 0x493c_7d27n }],
		// Selection.
		['cset x0, hi', { nzcv: 'C' }, { x0: 1n }],
		['cset x0, hi', { nzcv: 'ZC' }, { x0: 0n }],
		['csneg x0, x1, x2, lt', { x1: 1n, x2: 2n, nzcv: '' }, { x0: -2n & U64_MAX }],
		['csinc x0, x1, x2, nv', { x1: 1n, x2: 2n }, { x0: 1n }],
		// PC-relative.
		['adr x0, 0x40000010', {}, { x0: 0x4000_0010n }],
		['adrp x0, 0x3ffff000', {}, { x0: 0x3fff_f000n }]
	])('%s with %o', (asm, before, after) => {
		expect(step(asm, before)).toMatchObject(after);
	});
});
