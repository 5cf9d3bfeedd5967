import { describe, expect, it } from 'vitest';
import { indexBits, tableIndex, walkGeometry, type StageGeometry } from './geometry.ts';
import {
	registersOfKey,
	stage1El1,
	stage1El2,
	stage2Enabled,
	stage2Of,
	type TranslationRegisters
} from './regime.ts';

/** The teaching kernel's guest, once its MMU is on: 39-bit addresses, 40-bit IPAs, pages of 4 KB. */
const guest = {
	SCTLR_EL1: 0x34d5_d81dn,
	TCR_EL1: 0x2_b519_3519n,
	TTBR0_EL1: 0x0003_0000_800d_8000n,
	TTBR1_EL1: 0x800b_c000n,
	MAIR_EL1: 0xff_440c_0400n,
	HCR_EL2: 0x8078_663bn,
	VTCR_EL2: 0x2_3558n,
	VTTBR_EL2: 0x0001_0000_4827_c000n,
	SCTLR_EL2: 0x100fn,
	TCR_EL2: 0x8082_3519n,
	TTBR0_EL2: 0x4820_c000n
};

/** Any register left out is zero. */
function geometry(given: Partial<TranslationRegisters>, va: bigint, el: 0 | 1 | 2) {
	const r = { ...registersOfKey([0n, 0n, 0n, 0n], 'EL2'), ...given };
	const behind = el !== 2 && stage2Enabled(r.HCR_EL2);
	return walkGeometry(va, el === 2 ? stage1El2(r) : stage1El1(r), behind ? stage2Of(r) : undefined);
}

describe('the geometry of a walk', () => {
	it('is that of both stages for a guest', () => {
		expect(geometry(guest, 0x40_26e4n, 0)).toEqual({
			stage1: {
				register: 'TTBR0_EL1',
				table: 0x800d_8000n,
				granuleBits: 12,
				inputBits: 39,
				startLevel: 1
			},
			stage2: {
				register: 'VTTBR_EL2',
				table: 0x4827_c000n,
				granuleBits: 12,
				inputBits: 40,
				startLevel: 1
			},
			mair: 0xff_440c_0400n
		});
		const kernel = geometry(guest, 0xffff_ffc0_000c_e000n, 1).stage1!;
		expect([kernel.register, kernel.table]).toEqual(['TTBR1_EL1', 0x800b_c000n]);
	});

	it('leaves out a stage that is off', () => {
		const early = geometry({ ...guest, SCTLR_EL1: 0x00c5_0078n }, 0x800b_b000n, 1);
		expect(early.stage1).toBeUndefined();
		expect(early.stage2?.table).toBe(0x4827_c000n);
		expect(geometry({ ...guest, HCR_EL2: 0x8000_0000n }, 0n, 1).stage2).toBeUndefined();
		const hyp = geometry(guest, 0n, 2);
		expect([hyp.stage1?.register, hyp.stage2]).toEqual(['TTBR0_EL2', undefined]);
		expect(geometry({}, 0n, 1)).toEqual({
			stage1: undefined,
			stage2: undefined,
			mair: 0n
		});
	});

	it('cuts an IPA into a first index of ten bits, two tables side by side, then nines', () => {
		const { stage2 } = geometry(guest, 0n, 1) as { stage2: StageGeometry };
		expect([1, 2, 3].map((level) => indexBits(stage2, level as 1))).toEqual([
			[39, 30],
			[29, 21],
			[20, 12]
		]);
		const ipa = 0x80_83fb_105en;
		expect([1, 2, 3].map((level) => tableIndex(stage2, level as 1, ipa))).toEqual([514, 31, 433]);
	});

	it('cuts by the granule', () => {
		const large: StageGeometry = {
			register: 'TTBR0_EL1',
			table: 0n,
			granuleBits: 16,
			inputBits: 42,
			startLevel: 2
		};
		expect(indexBits(large, 2)).toEqual([41, 29]);
		expect(indexBits(large, 3)).toEqual([28, 16]);
	});
});
