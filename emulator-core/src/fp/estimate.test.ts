import { describe, expect, it } from 'vitest';
import { ask } from './test-parts.ts';

const minus = 0x8000_0000n;
const one = 0x3f80_0000n;
const infinity = 0x7f80_0000n;

describe('the estimate of 1/x', () => {
	it.each([
		['1', one, '', '0x3f7f_8000'],
		['2', 0x4000_0000n, '', '0x3eff_8000'],
		['-1.5', 0xbfc0_0000n, '', '0xbf2a_8000'],
		['almost 2', 0x3fff_ffffn, '', '0x3f00_0000'],
		['0', 0n, '', '0x7f80_0000 DZC'],
		['-0', minus, '', '0xff80_0000 DZC'],
		['-infinity', infinity | minus, '', '0x8000_0000'],
		['2^-128, whose reciprocal still fits', 0x0020_0000n, '', '0x7f7f_8000'],
		['less than that', 0x001f_ffffn, '', '0x7f80_0000 OFC IXC'],
		['less than that, toward zero', 0x001f_ffffn, 'RZ', '0x7f7f_ffff OFC IXC'],
		['less than that, negative, up', 0x801f_ffffn, 'RP', '0xff7f_ffff OFC IXC'],
		['a subnormal with FZ', 0x0020_0000n, 'FZ', '0x7f80_0000 DZC IDC'],
		['2^126, whose reciprocal is subnormal', 0x7e80_0000n, '', '0x007f_c000'],
		['2^126 with FZ', 0xfe80_0000n, 'FZ', '0x8000_0000 UFC'],
		['2^127', 0x7f00_0000n, '', '0x003f_e000'],
		['a signalling NaN', 0x7f80_0001n, '', '0x7fc0_0001 IOC']
	])('of %s', (_, operand, modes, expected) => {
		expect(ask('recipEstimate', 32, [operand], modes)).toBe(expected);
	});

	it('in double', () => {
		expect(ask('recipEstimate', 64, [0x3ff0_0000_0000_0000n])).toBe('0x3fef_f000_0000_0000');
		expect(ask('recipEstimate', 64, [0x0004_0000_0000_0000n])).toBe('0x7fef_f000_0000_0000');
	});

	it('as a fraction (URECPE)', () => {
		expect(ask('unsignedRecipEstimate', 32, [0x8000_0000n])).toBe('0xff80_0000');
		expect(ask('unsignedRecipEstimate', 32, [0xc000_0000n])).toBe('0xaa80_0000');
		expect(ask('unsignedRecipEstimate', 32, [0xffff_ffffn])).toBe('0x8000_0000');
		expect(ask('unsignedRecipEstimate', 32, [0x7fff_ffffn])).toBe('0xffff_ffff');
	});
});

describe('the estimate of 1/√x', () => {
	it.each([
		['1', one, '', '0x3f7f_8000'],
		['2', 0x4000_0000n, '', '0x3f34_8000'],
		['4', 0x4080_0000n, '', '0x3eff_8000'],
		['the smallest, 2^-149', 1n, '', '0x64b4_8000'],
		['-0', minus, '', '0xff80_0000 DZC'],
		['-1', one | minus, '', '0x7fc0_0000 IOC'],
		['-infinity', infinity | minus, '', '0x7fc0_0000 IOC'],
		['infinity', infinity, '', '0x0000_0000'],
		['a negative subnormal with FZ', minus | 1n, 'FZ', '0xff80_0000 DZC IDC']
	])('of %s', (_, operand, modes, expected) => {
		expect(ask('rsqrtEstimate', 32, [operand], modes)).toBe(expected);
	});

	it('as a fraction (URSQRTE)', () => {
		expect(ask('unsignedRsqrtEstimate', 32, [0x4000_0000n])).toBe('0xff80_0000');
		expect(ask('unsignedRsqrtEstimate', 32, [0x8000_0000n])).toBe('0xb480_0000');
		expect(ask('unsignedRsqrtEstimate', 32, [0xffff_ffffn])).toBe('0x8000_0000');
		expect(ask('unsignedRsqrtEstimate', 32, [0x3fff_ffffn])).toBe('0xffff_ffff');
	});
});

describe('a power of two near 1/x (FRECPX)', () => {
	it.each([
		['1', one, '', '0x4000_0000'],
		['-1.5', 0xbfc0_0000n, '', '0xc000_0000'],
		['0', 0n, '', '0x7f00_0000'],
		['a subnormal', 1n, '', '0x7f00_0000'],
		['a subnormal with FZ', 1n, 'FZ', '0x7f00_0000 IDC'],
		['infinity', infinity, '', '0x0000_0000'],
		['2^127 with FZ', 0x7f00_0000n, 'FZ', '0x0080_0000'],
		['a signalling NaN with DN', 0x7f80_0001n, 'DN', '0x7fc0_0000 IOC']
	])('of %s', (_, operand, modes, expected) => {
		expect(ask('recpX', 32, [operand], modes)).toBe(expected);
	});
});

describe("the steps of Newton's method", () => {
	it.each([
		['1 and 1', [one, one], '', '0x3f80_0000', '0x3f80_0000'],
		['2 and 1', [0x4000_0000n, one], '', '0x0000_0000', '0x3f00_0000'],
		['2 and 1, down', [0x4000_0000n, one], 'RM', '0x8000_0000', '0x3f00_0000'],
		['3 and 1', [0x4040_0000n, one], '', '0xbf80_0000', '0x0000_0000'],
		['0 and infinity', [0n, infinity | minus], '', '0x4000_0000', '0x3fc0_0000'],
		['infinity and 1', [infinity, one], '', '0xff80_0000', '0xff80_0000'],
		['a NaN, which is negated first', [0x7fc0_0001n, one], '', '0xffc0_0001', '0xffc0_0001'],
		['a NaN as the second', [one, 0x7fc0_0001n], '', '0x7fc0_0001', '0x7fc0_0001'],
		['1 and the smallest, down', [one, 1n], 'RM', '0x3fff_ffff IXC', '0x3fbf_ffff IXC']
	])('%s', (_, operands, modes, reciprocal, root) => {
		expect(ask('recipStep', 32, operands, modes)).toBe(reciprocal);
		expect(ask('rsqrtStep', 32, operands, modes)).toBe(root);
	});
});
