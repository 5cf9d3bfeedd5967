import { describe, expect, it } from 'vitest';
import { engines, U64_MAX } from './engines.ts';

describe.each(engines)('ADDS (immediate) on the $name', ({ step }) => {
	it.each([
		['adds x0, x1, #1', { x1: 41n }, { x0: 42n, nzcv: '' }],
		['adds x0, x1, #1', { x1: U64_MAX }, { x0: 0n, nzcv: 'ZC' }],
		['adds w0, w1, #1', { x1: 0x7fff_ffffn }, { x0: 0x8000_0000n, nzcv: 'NV' }],
		['adds w0, w1, #1', { x0: U64_MAX, x1: 0xdead_0000_0000_0001n }, { x0: 2n, nzcv: '' }],
		['adds x0, x1, #4095, lsl #12', { x1: 1n }, { x0: 0xff_f001n, nzcv: '' }],
		['adds x0, sp, #16', { sp: 0x1000n }, { x0: 0x1010n, nzcv: '' }],
		['cmn x1, #1', { x1: U64_MAX, sp: 7n }, { sp: 7n, nzcv: 'ZC' }]
	])('%s with %o', (asm, before, after) => {
		expect(step(asm, before)).toMatchObject(after);
	});
});
