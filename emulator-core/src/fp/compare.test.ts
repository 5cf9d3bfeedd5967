import { describe, expect, it } from 'vitest';
import { ask } from './test-parts.ts';

const one = 0x3f80_0000n;
const two = 0x4000_0000n;
const minus = 0x8000_0000n;
const infinity = 0x7f80_0000n;
const quiet = 0x7fc0_0012n;
const signalling = 0x7f80_0034n;

describe('comparisons of', () => {
	it.each([
		['1 and 2', [one, two], '', '0x8', '0x8'],
		['2 and 1', [two, one], '', '0x2', '0x2'],
		['-1 and -2', [one | minus, two | minus], '', '0x2', '0x2'],
		['-1 and 1', [one | minus, one], '', '0x8', '0x8'],
		['+0 and -0', [0n, minus], '', '0x6', '0x6'],
		['-infinity and infinity', [infinity | minus, infinity], '', '0x8', '0x8'],
		['0 and a subnormal', [0n, 1n], '', '0x8', '0x8'],
		['0 and a flushed subnormal', [0n, 1n], 'FZ', '0x6 IDC', '0x6 IDC'],
		['1 and a quiet NaN', [one, quiet], '', '0x3', '0x3 IOC'],
		['1 and a signalling NaN', [one, signalling], '', '0x3 IOC', '0x3 IOC']
	])('%s', (_, operands, modes, compared, signalled) => {
		expect(ask('compare', 32, operands, modes)).toBe(compared);
		expect(ask('compareSignalling', 32, operands, modes)).toBe(signalled);
	});

	it.each([
		['1 and 1', [one, one], '0x1', '0x1', '0x0'],
		['2 and 1', [two, one], '0x0', '0x1', '0x1'],
		['1 and 2', [one, two], '0x0', '0x0', '0x0'],
		['a quiet NaN and itself', [quiet, quiet], '0x0', '0x0 IOC', '0x0 IOC'],
		['a signalling NaN and 1', [signalling, one], '0x0 IOC', '0x0 IOC', '0x0 IOC']
	])('%s, for the vector instructions', (_, operands, equal, atLeast, more) => {
		expect(ask('compareEQ', 32, operands)).toBe(equal);
		expect(ask('compareGE', 32, operands)).toBe(atLeast);
		expect(ask('compareGT', 32, operands)).toBe(more);
	});
});

describe('the larger and the smaller of', () => {
	it.each([
		['1 and 2', [one, two], '', '0x4000_0000', '0x3f80_0000'],
		['-1 and -2', [one | minus, two | minus], '', '0xbf80_0000', '0xc000_0000'],
		['-0 and +0', [minus, 0n], '', '0x0000_0000', '0x8000_0000'],
		['+0 and -0', [0n, minus], '', '0x0000_0000', '0x8000_0000'],
		['a subnormal and -1', [1n, one | minus], '', '0x0000_0001', '0xbf80_0000'],
		['a flushed subnormal and -1', [1n, one | minus], 'FZ', '0x0000_0000 IDC', '0xbf80_0000 IDC'],
		['a quiet NaN and infinity', [quiet, infinity], '', '0x7fc0_0012', '0x7fc0_0012'],
		['1 and a signalling NaN', [one, signalling], '', '0x7fc0_0034 IOC', '0x7fc0_0034 IOC']
	])('%s', (_, operands, modes, larger, smaller) => {
		expect(ask('max', 32, operands, modes)).toBe(larger);
		expect(ask('min', 32, operands, modes)).toBe(smaller);
	});

	it.each([
		['1 and a quiet NaN', [one, quiet], '', '0x3f80_0000', '0x3f80_0000'],
		['a quiet NaN and -infinity', [quiet, infinity | minus], '', '0xff80_0000', '0xff80_0000'],
		['two quiet NaNs', [quiet, quiet | 1n], '', '0x7fc0_0012', '0x7fc0_0012'],
		['a quiet and a signalling NaN', [quiet, signalling], '', '0x7fc0_0034 IOC', '0x7fc0_0034 IOC'],
		['a signalling NaN and 1', [signalling, one], '', '0x7fc0_0034 IOC', '0x7fc0_0034 IOC'],
		['two quiet NaNs with DN', [quiet, quiet], 'DN', '0x7fc0_0000', '0x7fc0_0000']
	])('%s, where numbers win', (_, operands, modes, larger, smaller) => {
		expect(ask('maxNum', 32, operands, modes)).toBe(larger);
		expect(ask('minNum', 32, operands, modes)).toBe(smaller);
	});
});
