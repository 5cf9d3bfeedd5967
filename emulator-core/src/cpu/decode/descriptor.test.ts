import { describe, expect, it } from 'vitest';
import type { Level, Stage } from '../../mmu/index.ts';
import { decodeDescriptor } from './descriptor.ts';

const words = (desc: bigint, level: Level, stage: Stage, options = {}) =>
	Object.fromEntries(
		decodeDescriptor(desc, level, stage, options).fields.map((f) => [f.name, f.means])
	);

describe('a page-table descriptor taken apart', () => {
	it('is a page of stage 2, as KVM maps memory', () => {
		expect(decodeDescriptor(0x0000_0000_8001_27ffn, 3, 2)).toEqual({
			desc: 0x8001_27ffn,
			kind: 'page',
			address: 0x8001_2000n,
			summary: 'page at 0x8001_2000: read and write, execution; Normal, write-back',
			fields: [
				{ name: 'ignored', bits: [63, 59], value: 0n, means: '' },
				{ name: 'software', bits: [58, 55], value: 0n, means: 'left to software' },
				{ name: 'XN', bits: [54, 54], value: 0n, means: 'may be executed' },
				{ name: 'ignored', bits: [53, 53], value: 0n, means: '' },
				{ name: 'Contiguous', bits: [52, 52], value: 0n, means: '' },
				{ name: 'ignored', bits: [51, 48], value: 0n, means: '' },
				{ name: 'Address', bits: [47, 12], value: 0x8_0012n, means: '0x8001_2000' },
				{ name: 'ignored', bits: [11, 11], value: 0n, means: '' },
				{ name: 'AF', bits: [10, 10], value: 1n, means: 'accessed' },
				{ name: 'SH', bits: [9, 8], value: 3n, means: 'inner shareable' },
				{ name: 'S2AP', bits: [7, 6], value: 3n, means: 'read and write' },
				{ name: 'MemAttr', bits: [5, 2], value: 15n, means: 'Normal, write-back' },
				{ name: 'type', bits: [1, 1], value: 1n, means: 'page' },
				{ name: 'valid', bits: [0, 0], value: 1n, means: 'valid' }
			]
		});
	});

	it.each<[bigint, Level, Stage, string]>([
		[0n, 3, 2, 'invalid: any access faults'],
		[0x8001_2001n, 3, 1, 'invalid: any access faults'],
		[0x8001_2001n, 0, 1, 'invalid: any access faults'],
		[0x4812_7003n, 1, 2, 'table at 0x4812_7000'],
		[0x0060_0000_0804_0707n, 3, 1, 'page at 0x804_0000: read and write for EL1, no execution'],
		[
			0x0040_0000_0804_00c7n,
			3,
			2,
			'page at 0x804_0000: read and write, no execution; Device-nGnRE; not accessed yet'
		],
		[
			0x0000_0000_4020_0fd1n,
			2,
			1,
			'block at 0x4020_0000: read only for EL1 and EL0, EL1 and EL0 may execute'
		],
		[0x0040_0000_4000_0711n, 1, 1, 'block at 0x4000_0000: read and write for EL1, EL1 may execute']
	])('%#x at level %i of stage %i: %4$s', (desc, level, stage, summary) => {
		expect(decodeDescriptor(desc, level, stage).summary).toBe(summary);
	});

	it('says what memory AttrIndx chooses, if it is given MAIR', () => {
		const mair = 0xff44_0c04_00n;
		const attr = (index: bigint) => words(0x703n | (index << 2n), 3, 1, { mair })['AttrIndx'];
		expect([0n, 1n, 2n, 3n, 4n].map(attr)).toEqual([
			'byte 0 of MAIR: Device-nGnRnE',
			'byte 1 of MAIR: Device-nGnRE',
			'byte 2 of MAIR: Device-GRE',
			'byte 3 of MAIR: Normal, non-cacheable',
			'byte 4 of MAIR: Normal, write-back'
		]);
	});

	it('has EL2’s own formats and other granules', () => {
		expect(words(0x0040_0000_4000_0783n, 3, 1, { regime: 'EL2' })).toMatchObject({
			XN: 'never executed',
			AP: 'read only'
		});
		expect(decodeDescriptor(0x4fff_0403n, 3, 1, { granuleBits: 16 }).address).toBe(0x4fff_0000n);
		expect(decodeDescriptor(0x4000_0001n, 1, 1, { granuleBits: 16 }).kind).toBe('invalid');
		expect(words(0xf800_0000_4000_0003n, 0, 1)).toMatchObject({
			APTable: 'everything below is read-only, and not for EL0',
			PXNTable: 'EL1 executes nothing below'
		});
	});

	it('covers all 64 bits, whatever they are', () => {
		for (const stage of [1, 2] as const)
			for (const level of [0, 1, 2, 3] as const)
				for (const granuleBits of [12, 14, 16] as const)
					for (const regime of ['EL1&0', 'EL2'] as const)
						for (const desc of [0n, 1n, 3n, ~0n, ~1n, ~2n, 0x5555_5555_5555_5555n]) {
							const decoded = decodeDescriptor(desc, level, stage, { granuleBits, regime });
							let whole = 0n;
							let next = 63;
							for (const { bits, value, means } of decoded.fields) {
								expect(bits[0]).toBe(next);
								next = bits[1] - 1;
								whole = (whole << BigInt(bits[0] - bits[1] + 1)) | value;
								expect(means).not.toMatch(/undefined|NaN/);
							}
							expect(whole).toBe(BigInt.asUintN(64, desc));
							expect(decoded.summary).not.toMatch(/undefined|NaN/);
						}
	});
});
