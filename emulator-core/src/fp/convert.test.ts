import { describe, expect, it } from 'vitest';
import { ask } from './test-parts.ts';

const minus = 0x8000_0000_0000_0000n;
const infinity = 0x7ff0_0000_0000_0000n;
const oneAndAHalf = 0x3ff8_0000_0000_0000n;
const twoAndAHalf = 0x4004_0000_0000_0000n;

describe('a double as a single', () => {
	it.each([
		['1.5', oneAndAHalf, '', '0x3fc0_0000'],
		['1 + 2^-24, a tie: to even', 0x3ff0_0000_1000_0000n, '', '0x3f80_0000 IXC'],
		['1 + 2^-24, up', 0x3ff0_0000_1000_0000n, 'RP', '0x3f80_0001 IXC'],
		['1 + 2^-23 + 2^-24, a tie: to even', 0x3ff0_0000_3000_0000n, '', '0x3f80_0002 IXC'],
		['2^128', 0x47f0_0000_0000_0000n, '', '0x7f80_0000 OFC IXC'],
		['2^128, toward zero', 0x47f0_0000_0000_0000n, 'RZ', '0x7f7f_ffff OFC IXC'],
		['2^-149', 0x36a0_0000_0000_0000n, '', '0x0000_0001'],
		['2^-149, flushed', 0x36a0_0000_0000_0000n, 'FZ', '0x0000_0000 UFC'],
		['2^-150, a tie: to even', 0x3690_0000_0000_0000n, '', '0x0000_0000 UFC IXC'],
		['a subnormal double, flushed before', minus | 1n, 'FZ', '0x8000_0000 IDC'],
		['-infinity', minus | infinity, '', '0xff80_0000'],
		['a NaN: the upper part of its payload', 0xfff8_0000_6000_0001n, '', '0xffc0_0003'],
		['a signalling NaN', 0x7ff0_0000_2000_0000n, '', '0x7fc0_0001 IOC'],
		['a NaN with DN', 0xfff8_0000_6000_0000n, 'DN', '0x7fc0_0000']
	])('%s', (_, operand, modes, expected) => {
		expect(ask('toSingle', 64, [operand], modes)).toBe(expected);
	});

	it.each([
		['1 + 2^-60 shows in the last place', 0x3ff0_0000_0000_0001n, '0x3f80_0001 IXC'],
		['an odd one stays', 0x3ff0_0000_2000_0001n, '0x3f80_0001 IXC'],
		['an exact one stays even', 0x3ff0_0000_4000_0000n, '0x3f80_0002'],
		['2^200 is the largest, not infinity', 0x4c70_0000_0000_0000n, '0x7f7f_ffff OFC IXC'],
		['2^-200 is the smallest, not zero', 0x3370_0000_0000_0000n, '0x0000_0001 UFC IXC']
	])('rounded to odd (FCVTXN): %s', (_, operand, expected) => {
		expect(ask('toSingleOdd', 64, [operand], 'RP')).toBe(expected);
	});
});

describe('halves', () => {
	it.each([
		['65504, the largest', 0x40ef_fc00_0000_0000n, '', '0x7bff'],
		['65520, a tie', 0x40ef_fe00_0000_0000n, '', '0x7c00 OFC IXC'],
		['65520 with AHP', 0x40ef_fe00_0000_0000n, 'AHP', '0x7c00 IXC'],
		['131008, the largest with AHP', 0x40ff_fc00_0000_0000n, 'AHP', '0x7fff'],
		['131072 with AHP: no overflow but invalid', 0x4100_0000_0000_0000n, 'AHP', '0x7fff IOC'],
		['-infinity with AHP', minus | infinity, 'AHP', '0xffff IOC'],
		['-NaN with AHP', 0xfff8_0000_0000_0000n, 'AHP DN', '0x8000 IOC'],
		['2^-24, the smallest', 0x3e70_0000_0000_0000n, '', '0x0001'],
		['2^-24 with FZ, which halves do not know', 0x3e70_0000_0000_0000n, 'FZ', '0x0001'],
		['2^-25, a tie', 0x3e60_0000_0000_0000n, '', '0x0000 UFC IXC'],
		['a NaN', 0x7ff0_0400_0000_0000n, '', '0x7e01 IOC']
	])('of the double %s', (_, operand, modes, expected) => {
		expect(ask('toHalf', 64, [operand], modes)).toBe(expected);
	});

	it.each([
		['1', 0x3c00n, '', '0x3f80_0000', '0x3ff0_0000_0000_0000'],
		['the smallest', 0x8001n, 'FZ', '0xb380_0000', '0xbe70_0000_0000_0000'],
		['infinity', 0x7c00n, '', '0x7f80_0000', '0x7ff0_0000_0000_0000'],
		['65536 with AHP', 0x7c00n, 'AHP', '0x4780_0000', '0x40f0_0000_0000_0000'],
		['a signalling NaN', 0x7c01n, '', '0x7fc0_2000 IOC', '0x7ff8_0400_0000_0000 IOC']
	])('to single and double: %s', (_, operand, modes, asSingle, asDouble) => {
		expect(ask('toSingle', 16, [operand], modes)).toBe(asSingle);
		expect(ask('toDouble', 16, [operand], modes)).toBe(asDouble);
	});
});

describe('a number rounded to an integer', () => {
	it.each([
		['2.5', twoAndAHalf, ['2', '3', '2', '2', '3']],
		['-2.5', twoAndAHalf | minus, ['-2', '-2', '-3', '-2', '-3']],
		['1.5', oneAndAHalf, ['2', '2', '1', '1', '2']],
		['-0.25', 0xbfd0_0000_0000_0000n, ['-0', '-0', '-1', '-0', '-0']]
	])('%s: nearest, up, down, toward zero, away', (_, operand, expected) => {
		const patterns: Record<string, string> = {
			'1': '0x3ff0_0000_0000_0000',
			'2': '0x4000_0000_0000_0000',
			'3': '0x4008_0000_0000_0000',
			'-0': '0x8000_0000_0000_0000',
			'-1': '0xbff0_0000_0000_0000',
			'-2': '0xc000_0000_0000_0000',
			'-3': '0xc008_0000_0000_0000'
		};
		const modes = ['TIEEVEN', 'POSINF', 'NEGINF', 'ZERO', 'TIEAWAY'] as const;
		expect(modes.map((mode) => ask(`roundToIntegral_${mode}`, 64, [operand], 'RM'))).toEqual(
			expected.map((number) => patterns[number])
		);
	});

	it('by FPCR, silent (FRINTI) or not (FRINTX)', () => {
		expect(ask('roundToIntegral', 64, [twoAndAHalf], 'RP')).toBe('0x4008_0000_0000_0000');
		expect(ask('roundToIntegralExact', 64, [twoAndAHalf], 'RP')).toBe('0x4008_0000_0000_0000 IXC');
		expect(ask('roundToIntegralExact', 64, [0x4340_0000_0000_0001n])).toBe('0x4340_0000_0000_0001');
		expect(ask('roundToIntegralExact', 64, [minus | 1n], 'FZ')).toBe('0x8000_0000_0000_0000 IDC');
		expect(ask('roundToIntegralExact', 64, [minus | infinity])).toBe('0xfff0_0000_0000_0000');
		expect(ask('roundToIntegral', 32, [0x7f80_0001n])).toBe('0x7fc0_0001 IOC');
	});
});

describe('a number as a fixed-point number', () => {
	it.each([
		['-2.5', 'toSigned32_ZERO', twoAndAHalf | minus, 0n, '0xffff_fffe IXC'],
		['-2.5, nearest', 'toSigned64_TIEEVEN', twoAndAHalf | minus, 0n, '0xffff_ffff_ffff_fffe IXC'],
		['-2.5, away', 'toSigned64_TIEAWAY', twoAndAHalf | minus, 0n, '0xffff_ffff_ffff_fffd IXC'],
		['2.5 with one fraction bit', 'toSigned32_ZERO', twoAndAHalf, 1n, '0x0000_0005'],
		['2.5 with 64', 'toUnsigned64_ZERO', twoAndAHalf, 64n, '0xffff_ffff_ffff_ffff IOC'],
		['0.5 with 64', 'toUnsigned64_ZERO', 0x3fe0_0000_0000_0000n, 64n, '0x8000_0000_0000_0000'],
		['2^31', 'toSigned32_ZERO', 0x41e0_0000_0000_0000n, 0n, '0x7fff_ffff IOC'],
		['2^31 - 0.5, down', 'toSigned32_NEGINF', 0x41df_ffff_ffe0_0000n, 0n, '0x7fff_ffff IXC'],
		[
			'2^31 - 0.5, up: saturated, so not inexact',
			'toSigned32_POSINF',
			0x41df_ffff_ffe0_0000n,
			0n,
			'0x7fff_ffff IOC'
		],
		['-2^31', 'toSigned32_ZERO', 0xc1e0_0000_0000_0000n, 0n, '0x8000_0000'],
		['-2^63', 'toSigned64_ZERO', 0xc3e0_0000_0000_0000n, 0n, '0x8000_0000_0000_0000'],
		[
			'-0.5 unsigned, toward zero',
			'toUnsigned32_ZERO',
			0xbfe0_0000_0000_0000n,
			0n,
			'0x0000_0000 IXC'
		],
		['-0.5 unsigned, down', 'toUnsigned32_NEGINF', 0xbfe0_0000_0000_0000n, 0n, '0x0000_0000 IOC'],
		['2^64 unsigned', 'toUnsigned64_ZERO', 0x43f0_0000_0000_0000n, 0n, '0xffff_ffff_ffff_ffff IOC'],
		['infinity', 'toSigned64_ZERO', infinity, 0n, '0x7fff_ffff_ffff_ffff IOC'],
		['-infinity unsigned', 'toUnsigned64_ZERO', infinity | minus, 0n, '0x0000_0000_0000_0000 IOC'],
		['a quiet NaN', 'toSigned32_ZERO', 0x7ff8_0000_0000_0000n, 0n, '0x0000_0000 IOC']
	] as const)('%s by %s', (_, operation, operand, fractionBits, expected) => {
		expect(ask(operation, 64, [operand, fractionBits])).toBe(expected);
	});

	it('takes a subnormal for zero where FPCR.FZ says so', () => {
		expect(ask('toSigned32_POSINF', 64, [1n, 0n])).toBe('0x0000_0001 IXC');
		expect(ask('toSigned32_POSINF', 64, [1n, 0n], 'FZ')).toBe('0x0000_0000 IDC');
	});
});

describe('an integer as a floating-point number', () => {
	it.each([
		['-1', 'fromSigned32', 32, 0xffff_ffffn, 0n, '', '0xbf80_0000'],
		['2^32 - 1', 'fromUnsigned32', 32, 0xffff_ffffn, 0n, '', '0x4f80_0000 IXC'],
		['2^32 - 1, toward zero', 'fromUnsigned32', 32, 0xffff_ffffn, 0n, 'RZ', '0x4f7f_ffff IXC'],
		['2^24 + 1, a tie', 'fromSigned64', 32, 0x100_0001n, 0n, '', '0x4b80_0000 IXC'],
		['-2^63', 'fromSigned64', 64, 0x8000_0000_0000_0000n, 0n, '', '0xc3e0_0000_0000_0000'],
		['2^64 - 1', 'fromUnsigned64', 64, 0xffff_ffff_ffff_ffffn, 0n, '', '0x43f0_0000_0000_0000 IXC'],
		['3 with one fraction bit', 'fromSigned32', 64, 3n, 1n, '', '0x3ff8_0000_0000_0000'],
		['1 with 64 fraction bits', 'fromUnsigned64', 32, 1n, 64n, 'FZ', '0x1f80_0000'],
		['0, even when rounding down', 'fromSigned32', 32, 0n, 0n, 'RM', '0x0000_0000']
	] as const)('%s by %s', (_, operation, size, operand, fractionBits, modes, expected) => {
		expect(ask(operation, size, [operand, fractionBits], modes)).toBe(expected);
	});
});
