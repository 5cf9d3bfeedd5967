import { describe, expect, it } from 'vitest';
import { symbolsOf } from './symbols.ts';

const base = 0xffff_0000_0008_0000n;
const symbols = symbolsOf({
	names: ['_text', 'handle_exit', 'kvm_handle_wfx'],
	addresses: BigUint64Array.of(base, base + 0x100n, base + 0x180n),
	files: ['arch/arm64/kernel/head.S', 'arch/arm64/kvm/handle_exit.c'],
	lineAddresses: BigUint64Array.of(base, base + 0x100n, base + 0x108n, base + 0x1f0n),
	lineFiles: Uint16Array.of(0, 1, 1, 1),
	lineNumbers: Uint32Array.of(7, 90, 93, 0)
});

describe('a table of symbols', () => {
	it('knows addresses by name', () => {
		expect(symbols.address('handle_exit')).toBe(base + 0x100n);
		expect(symbols.address('nothing')).toBeUndefined();
	});

	it.each([
		['before the first', base - 4n, undefined],
		[
			'the first byte',
			base,
			{ symbol: '_text', offset: 0, file: 'arch/arm64/kernel/head.S', line: 7 }
		],
		[
			'inside a function',
			base + 0x10cn,
			{ symbol: 'handle_exit', offset: 12, file: 'arch/arm64/kvm/handle_exit.c', line: 93 }
		],
		['after the last line', base + 0x200n, { symbol: 'kvm_handle_wfx', offset: 0x80 }]
	])('says where an address lies: %s', (_, pc, place) => {
		expect(symbols.locate(pc)).toEqual(place);
	});
});
