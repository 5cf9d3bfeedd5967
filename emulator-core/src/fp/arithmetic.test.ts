import { describe, expect, it } from 'vitest';
import { ask } from './test-parts.ts';

const one = 0x3ff0_0000_0000_0000n;
const two = 0x4000_0000_0000_0000n;
const half = 0x3fe0_0000_0000_0000n;
const three = 0x4008_0000_0000_0000n;
const epsilon = 0x3cb0_0000_0000_0000n; // 2^-52: the last place of 1
const tie = 0x3ca0_0000_0000_0000n; // 2^-53
const minus = 0x8000_0000_0000_0000n;
const infinity = 0x7ff0_0000_0000_0000n;
const largest = 0x7fef_ffff_ffff_ffffn;
const smallestNormal = 0x0010_0000_0000_0000n;
const smallest = 1n;
const quiet = 0x7ff8_0000_0000_0123n;
const signalling = 0x7ff0_0000_0000_0456n;

describe('the sum', () => {
	it.each([
		['1 + 2', [one, two], '', '0x4008_0000_0000_0000'],
		['1 + 2^-53, a tie: to even', [one, tie], '', '0x3ff0_0000_0000_0000 IXC'],
		['1 + 2^-53, up', [one, tie], 'RP', '0x3ff0_0000_0000_0001 IXC'],
		['1 + 2^-53, down', [one, tie], 'RM', '0x3ff0_0000_0000_0000 IXC'],
		['1 + 2^-53, toward zero', [one, tie], 'RZ', '0x3ff0_0000_0000_0000 IXC'],
		['-1 - 2^-53, up', [one | minus, tie | minus], 'RP', '0xbff0_0000_0000_0000 IXC'],
		['-1 - 2^-53, down', [one | minus, tie | minus], 'RM', '0xbff0_0000_0000_0001 IXC'],
		['(1 + 2^-52) + 2^-53, a tie: to even', [one | 1n, tie], '', '0x3ff0_0000_0000_0002 IXC'],
		['1 + a little more than 2^-53', [one, tie + 1n], '', '0x3ff0_0000_0000_0001 IXC'],
		['1 + the smallest, up', [one, smallest], 'RP', '0x3ff0_0000_0000_0001 IXC'],
		['1 - the smallest, toward zero', [one, smallest | minus], 'RZ', '0x3fef_ffff_ffff_ffff IXC'],
		['1 - 1', [one, one | minus], '', '0x0000_0000_0000_0000'],
		['1 - 1, down', [one, one | minus], 'RM', '0x8000_0000_0000_0000'],
		['+0 + -0', [0n, minus], '', '0x0000_0000_0000_0000'],
		['+0 + -0, down', [0n, minus], 'RM', '0x8000_0000_0000_0000'],
		['-0 + -0', [minus, minus], '', '0x8000_0000_0000_0000'],
		[
			'largest + its last place',
			[largest, 0x7ca0_0000_0000_0000n],
			'',
			'0x7ff0_0000_0000_0000 OFC IXC'
		],
		['largest + largest, toward zero', [largest, largest], 'RZ', '0x7fef_ffff_ffff_ffff OFC IXC'],
		['largest + largest, down', [largest, largest], 'RM', '0x7fef_ffff_ffff_ffff OFC IXC'],
		[
			'-largest - largest, down',
			[largest | minus, largest | minus],
			'RM',
			'0xfff0_0000_0000_0000 OFC IXC'
		],
		['infinity + 1', [infinity, one], '', '0x7ff0_0000_0000_0000'],
		['infinity - infinity', [infinity, infinity | minus], '', '0x7ff8_0000_0000_0000 IOC'],
		['subnormals add up exactly', [0xf_ffff_ffff_ffffn, 1n], '', '0x0010_0000_0000_0000'],
		['with FZ a subnormal is zero', [one, smallest], 'FZ', '0x3ff0_0000_0000_0000 IDC'],
		[
			'and so is a tiny sum',
			[smallestNormal | 1n, smallestNormal | minus],
			'FZ',
			'0x0000_0000_0000_0000 UFC'
		],
		[
			'its sign stays',
			[smallestNormal, smallestNormal | minus | 1n],
			'FZ',
			'0x8000_0000_0000_0000 UFC'
		]
	])('%s', (_, operands, modes, expected) => {
		expect(ask('add', 64, operands, modes)).toBe(expected);
	});

	it.each([
		['a quiet NaN goes on', [quiet, one], '', '0x7ff8_0000_0000_0123'],
		['the first of two', [quiet | 7n | minus, quiet], '', '0xfff8_0000_0000_0127'],
		[
			'a signalling one before a quiet one, and quiet',
			[quiet, signalling],
			'',
			'0x7ff8_0000_0000_0456 IOC'
		],
		['DN: only the default NaN', [quiet | minus, one], 'DN', '0x7ff8_0000_0000_0000'],
		['DN: a signalling NaN still raises IOC', [one, signalling], 'DN', '0x7ff8_0000_0000_0000 IOC'],
		[
			'FZ: the other operand is looked at all the same',
			[quiet, smallest],
			'FZ',
			'0x7ff8_0000_0000_0123 IDC'
		]
	])('NaNs: %s', (_, operands, modes, expected) => {
		expect(ask('add', 64, operands, modes)).toBe(expected);
	});

	it('takes a NaN away without turning its sign', () => {
		expect(ask('sub', 64, [one, quiet])).toBe('0x7ff8_0000_0000_0123');
		expect(ask('sub', 64, [one, infinity])).toBe('0xfff0_0000_0000_0000');
		expect(ask('sub', 64, [infinity, infinity])).toBe('0x7ff8_0000_0000_0000 IOC');
		expect(ask('sub', 64, [0n, 0n])).toBe('0x0000_0000_0000_0000');
	});

	it('is the same in single', () => {
		expect(ask('add', 32, [0x3f80_0000n, 0x3380_0000n])).toBe('0x3f80_0000 IXC');
		expect(ask('add', 32, [0x3f80_0000n, 0x3380_0000n], 'RP')).toBe('0x3f80_0001 IXC');
		expect(ask('add', 32, [0x7f80_0001n, 0n])).toBe('0x7fc0_0001 IOC');
	});
});

describe('the product', () => {
	it.each([
		['3 * 2', [three, two], '', '0x4018_0000_0000_0000'],
		['(1 + 2^-52)^2', [one | 1n, one | 1n], '', '0x3ff0_0000_0000_0002 IXC'],
		['(1 + 2^-52)^2, up', [one | 1n, one | 1n], 'RP', '0x3ff0_0000_0000_0003 IXC'],
		['smallest * 0.5, a tie: to even', [smallest, half], '', '0x0000_0000_0000_0000 UFC IXC'],
		['smallest * 0.5, up', [smallest, half], 'RP', '0x0000_0000_0000_0001 UFC IXC'],
		['-smallest * 0.5, down', [smallest | minus, half], 'RM', '0x8000_0000_0000_0001 UFC IXC'],
		['3 smallest * 0.5, a tie: to even', [3n, half], '', '0x0000_0000_0000_0002 UFC IXC'],
		['an exact subnormal is no underflow', [smallestNormal, half], '', '0x0008_0000_0000_0000'],
		['with FZ it is zero', [smallestNormal, half], 'FZ', '0x0000_0000_0000_0000 UFC'],
		// 2^-1022 - 2^-1075 rounds to the smallest normal, but it was tiny before.
		[
			'tiny before it is rounded',
			[0x001f_ffff_ffff_ffffn, half],
			'',
			'0x0010_0000_0000_0000 UFC IXC'
		],
		['with FZ that is zero too', [0x001f_ffff_ffff_ffffn, half], 'FZ', '0x0000_0000_0000_0000 UFC'],
		['largest * -2', [largest, two | minus], '', '0xfff0_0000_0000_0000 OFC IXC'],
		['largest * -2, up', [largest, two | minus], 'RP', '0xffef_ffff_ffff_ffff OFC IXC'],
		['infinity * -1', [infinity, one | minus], '', '0xfff0_0000_0000_0000'],
		['infinity * 0', [infinity, 0n], '', '0x7ff8_0000_0000_0000 IOC'],
		['infinity * a flushed subnormal', [infinity, smallest], 'FZ', '0x7ff8_0000_0000_0000 IOC IDC'],
		['0 * -1', [0n, one | minus], '', '0x8000_0000_0000_0000']
	])('%s', (_, operands, modes, expected) => {
		expect(ask('mul', 64, operands, modes)).toBe(expected);
	});

	it('of FMULX is 2 for zero times infinity', () => {
		expect(ask('mulX', 64, [infinity, minus])).toBe('0xc000_0000_0000_0000');
		expect(ask('mulX', 32, [0n, 0x7f80_0000n])).toBe('0x4000_0000');
		expect(ask('mulX', 64, [three, two])).toBe('0x4018_0000_0000_0000');
	});

	it('of FNMUL is negated, a NaN too', () => {
		expect(ask('nMul', 64, [three, two])).toBe('0xc018_0000_0000_0000');
		expect(ask('nMul', 64, [quiet, two])).toBe('0xfff8_0000_0000_0123');
		expect(ask('nMul', 64, [infinity, 0n])).toBe('0xfff8_0000_0000_0000 IOC');
	});
});

describe('the quotient', () => {
	it.each([
		['1 / 2', [one, two], '', '0x3fe0_0000_0000_0000'],
		['1 / 3', [one, three], '', '0x3fd5_5555_5555_5555 IXC'],
		['1 / 3, up', [one, three], 'RP', '0x3fd5_5555_5555_5556 IXC'],
		['-1 / 3, down', [one | minus, three], 'RM', '0xbfd5_5555_5555_5556 IXC'],
		['2 / 3', [two, three], '', '0x3fe5_5555_5555_5555 IXC'],
		['smallest / 2', [smallest, two], 'RP', '0x0000_0000_0000_0001 UFC IXC'],
		['largest / 0.5', [largest, half], '', '0x7ff0_0000_0000_0000 OFC IXC'],
		['-1 / 0', [one | minus, 0n], '', '0xfff0_0000_0000_0000 DZC'],
		['1 / a flushed subnormal', [one, smallest], 'FZ', '0x7ff0_0000_0000_0000 DZC IDC'],
		['0 / 0', [0n, 0n], '', '0x7ff8_0000_0000_0000 IOC'],
		['infinity / 0 divides nothing finite', [infinity, 0n], '', '0x7ff0_0000_0000_0000'],
		['infinity / infinity', [infinity, infinity], '', '0x7ff8_0000_0000_0000 IOC'],
		['1 / -infinity', [one, infinity | minus], '', '0x8000_0000_0000_0000']
	])('%s', (_, operands, modes, expected) => {
		expect(ask('div', 64, operands, modes)).toBe(expected);
	});
});

describe('the square root', () => {
	it.each([
		['4', 0x4010_0000_0000_0000n, '', '0x4000_0000_0000_0000'],
		['2', two, '', '0x3ff6_a09e_667f_3bcd IXC'],
		['2, down', two, 'RM', '0x3ff6_a09e_667f_3bcc IXC'],
		['the smallest, 2^-1074', smallest, '', '0x1e60_0000_0000_0000'],
		['-0', minus, '', '0x8000_0000_0000_0000'],
		['-1', one | minus, '', '0x7ff8_0000_0000_0000 IOC'],
		['-infinity', infinity | minus, '', '0x7ff8_0000_0000_0000 IOC'],
		['infinity', infinity, '', '0x7ff0_0000_0000_0000'],
		['a negative subnormal, flushed', smallest | minus, 'FZ', '0x8000_0000_0000_0000 IDC'],
		['a signalling NaN', signalling, '', '0x7ff8_0000_0000_0456 IOC']
	])('of %s', (_, operand, modes, expected) => {
		expect(ask('sqrt', 64, [operand], modes)).toBe(expected);
	});
});

describe('the fused multiply-add', () => {
	it.each([
		// (1 + 2^-52)^2 = 1 + 2^-51 + 2^-104: what two roundings would lose.
		[
			'keeps what the product would lose',
			[(one + 2n) | minus, one | 1n, one | 1n],
			'',
			'0x3970_0000_0000_0000'
		],
		['1 + 2^-52 * 0.5', [one, epsilon, half], '', '0x3ff0_0000_0000_0000 IXC'],
		['1 + 2^-52 * 0.5, up', [one, epsilon, half], 'RP', '0x3ff0_0000_0000_0001 IXC'],
		['1 + smallest * smallest, up', [one, smallest, smallest], 'RP', '0x3ff0_0000_0000_0001 IXC'],
		['-6 + 3 * 2', [0xc018_0000_0000_0000n, three, two], '', '0x0000_0000_0000_0000'],
		['-6 + 3 * 2, down', [0xc018_0000_0000_0000n, three, two], 'RM', '0x8000_0000_0000_0000'],
		['-0 + -0 * 1', [minus, minus, one], '', '0x8000_0000_0000_0000'],
		['infinity + 0 * infinity', [infinity, 0n, infinity], '', '0x7ff8_0000_0000_0000 IOC'],
		[
			'infinity + -infinity * 1',
			[infinity, infinity | minus, one],
			'',
			'0x7ff8_0000_0000_0000 IOC'
		],
		[
			'largest * largest - infinity',
			[infinity | minus, largest, largest],
			'',
			'0xfff0_0000_0000_0000'
		],
		['the addend NaN goes first', [quiet, quiet | 8n, quiet | 16n], '', '0x7ff8_0000_0000_0123'],
		[
			'but a signalling factor before it',
			[quiet, one, signalling],
			'',
			'0x7ff8_0000_0000_0456 IOC'
		],
		['a quiet addend with 0 * infinity', [quiet, 0n, infinity], '', '0x7ff8_0000_0000_0000 IOC'],
		[
			'a signalling addend with 0 * infinity',
			[signalling, 0n, infinity],
			'',
			'0x7ff8_0000_0000_0456 IOC'
		]
	])('%s', (_, operands, modes, expected) => {
		expect(ask('mulAdd', 64, operands, modes)).toBe(expected);
	});
});
