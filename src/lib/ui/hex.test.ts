import { describe, expect, it } from 'vitest';
import { hexInFours, parseHex } from './hex.ts';

describe('hexadecimal in fours', () => {
	it.each([
		[0, 1, '0x0'],
		[0x3f9, 1, '0x3f9'],
		[0x4008_0000, 1, '0x4008_0000'],
		[0x1_0000n, 1, '0x1_0000'],
		[0xffff_ffc0_0008_8decn, 1, '0xffff_ffc0_0008_8dec'],
		[0x703, 16, '0x0000_0000_0000_0703']
	])('%s in at least %d digits', (value, digits, text) =>
		expect(hexInFours(value, digits)).toBe(text)
	);
});

describe('what a student types', () => {
	it.each([
		['0x4008_0000', 0x4008_0000n],
		['40080000', 0x4008_0000n],
		['  0XFFFF ffc0 0008 8dec ', 0xffff_ffc0_0008_8decn],
		['0x000000000000000000001', 1n],
		['0', 0n],
		['０ｘ１２＿ａｂ', 0x12abn],
		['\u200b0x1f\ufeff', 0x1fn]
	])('%j is a number', (text, value) =>
		expect(parseHex(text, 64, 'an address')).toEqual({ value })
	);

	it.each([
		['', 'Type an address in hexadecimal, for example 0xffff_ffc0_0008_8000.'],
		['   ', 'Type an address in hexadecimal, for example 0xffff_ffc0_0008_8000.'],
		['-1', 'An address has no sign: it is a plain number of 64 bits.'],
		[
			'memcpy',
			'“memcpy” looks like a name. Only numbers are understood here: give the number itself, such as 0xffff_ffc0_0008_8000.'
		],
		[
			'0x40g0',
			'“g” is no hexadecimal digit. They are 0 to 9 and a to f, with _ between them where you like.'
		],
		[
			'12.5',
			'“.” is no hexadecimal digit. They are 0 to 9 and a to f, with _ between them where you like.'
		],
		['0x', 'There are no digits after 0x.'],
		['\u3000', 'Type an address in hexadecimal, for example 0xffff_ffc0_0008_8000.'],
		['0x1\n0x2', 'There is more than one number here: give one.'],
		['0x0x12', 'There is more than one number here: give one.'],
		[
			'٣',
			'“٣” is no hexadecimal digit. They are 0 to 9 and a to f, with _ between them where you like.'
		],
		[
			'0x1_0000_0000_0000_0000',
			'17 hexadecimal digits are too many: an address has 64 bits, which is at most 16 digits.'
		]
	])('%j is refused in words', (text, wrong) =>
		expect(parseHex(text, 64, 'an address')).toEqual({ wrong })
	);

	it('a long name is cut in the message', () => {
		const parsed = parseHex('kvm_handle_guest_abort_and_more_of_it', 64, 'an address');
		expect(parsed).toEqual({ wrong: expect.stringMatching(/^“kvm_handle_guest_abort_…” looks/) });
	});

	it('32 bits are fewer', () =>
		expect(parseHex('1_9383_0006', 32, 'ESR_EL2')).toEqual({
			wrong: '9 hexadecimal digits are too many: ESR_EL2 has 32 bits, which is at most 8 digits.'
		}));
});
