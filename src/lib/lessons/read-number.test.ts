import { describe, expect, it } from 'vitest';
import { readNumber } from './read-number.ts';

describe('a number as a student types it', () => {
	it.each([
		['42', 42n],
		['0x4008_0000', 0x4008_0000n],
		[' 0xFFFF ', 0xffffn],
		['1 000', 1000n],
		['', undefined],
		['0x', undefined],
		['forty', undefined],
		['-1', undefined],
		['1e3', undefined],
		['0b1', undefined]
	])('%o', (text, number) => {
		expect(readNumber(text)).toBe(number);
	});
});
