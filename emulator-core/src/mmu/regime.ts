import { stage1StartLevel, type GranuleBits } from './lookup.ts';
import type { Level } from './faults.ts';
import type { Stage1, TableRange } from './stage1.ts';
import { stage2Consistent, type Stage2 } from './stage2.ts';

/** The registers that decide a translation. Unsigned 64-bit values. */
export interface TranslationRegisters {
	readonly SCTLR_EL1: bigint;
	readonly TTBR0_EL1: bigint;
	readonly TTBR1_EL1: bigint;
	readonly TCR_EL1: bigint;
	readonly MAIR_EL1: bigint;
	readonly SCTLR_EL2: bigint;
	readonly TTBR0_EL2: bigint;
	readonly TCR_EL2: bigint;
	readonly MAIR_EL2: bigint;
	readonly HCR_EL2: bigint;
	readonly VTCR_EL2: bigint;
	readonly VTTBR_EL2: bigint;
}

/** The same registers as they are kept, where that can be compared without a bigint. */
export interface RawTranslationRegisters extends TranslationRegisters {
	/** A copy of what decides about this regime. */
	copy(regime: RegimeName): Int32Array;
	equals(regime: RegimeName, copy: Int32Array): boolean;
}

export type RegimeName = 'EL1&0' | 'EL2';

/** Physical address size of the CPU: ID_AA64MMFR0_EL1.PARange 4. */
export const physicalBits = 44;

const sizeCodes = [32, 36, 40, 42, 44, 48];

const bit = (value: bigint, n: number) => ((value >> BigInt(n)) & 1n) !== 0n;
const bits = (value: bigint, high: number, low: number) =>
	Number((value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n));

/** The end of the output addresses that a size code of TCR or VTCR allows. */
function outputEnd(code: number): number {
	return 2 ** Math.min(sizeCodes[code] ?? physicalBits, physicalBits);
}
const physicalEnd = 2 ** physicalBits;

const baseMask = 0x0000_ffff_ffff_fffen;

function tableRange(
	ttbr: bigint,
	tsz: number,
	granuleBits: GranuleBits,
	flags: { walksDisabled: boolean; topByteIgnored: boolean }
): TableRange {
	const invalid = tsz < 16 || tsz > 39;
	const inputBits = invalid ? 48 : 64 - tsz;
	const stride = granuleBits - 3;
	const topBits = (inputBits - granuleBits) % stride || stride;
	const align = (1n << BigInt(Math.max(topBits + 3, 4))) - 1n;
	const inputMask = (1n << BigInt(inputBits)) - 1n;
	return {
		table: Number(ttbr & baseMask & ~align),
		granuleBits,
		startLevel: stage1StartLevel(granuleBits, inputBits),
		inputMask,
		signMask: ((1n << (flags.topByteIgnored ? 56n : 64n)) - 1n) ^ inputMask,
		walksDisabled: flags.walksDisabled,
		invalid
	};
}

const tg0 = (code: number): GranuleBits => (code === 1 ? 16 : code === 2 ? 14 : 12);
const tg1 = (code: number): GranuleBits => (code === 3 ? 16 : code === 1 ? 14 : 12);

/** Stage 1 of EL1&0. HCR_EL2.TGE and DC act as if SCTLR_EL1.M were 0. */
export function stage1El1(r: TranslationRegisters): Stage1 {
	const { TCR_EL1: tcr, SCTLR_EL1: sctlr, HCR_EL2: hcr } = r;
	const on = bit(sctlr, 0) && !bit(hcr, 27) && !bit(hcr, 12);
	return {
		el2: false,
		on,
		defaultCacheable: bit(hcr, 12),
		low: tableRange(r.TTBR0_EL1, bits(tcr, 5, 0), tg0(bits(tcr, 15, 14)), {
			walksDisabled: bit(tcr, 7),
			topByteIgnored: bit(tcr, 37)
		}),
		high: tableRange(r.TTBR1_EL1, bits(tcr, 21, 16), tg1(bits(tcr, 31, 30)), {
			walksDisabled: bit(tcr, 23),
			topByteIgnored: bit(tcr, 38)
		}),
		outputEnd: on ? outputEnd(bits(tcr, 34, 32)) : physicalEnd,
		writeNeverExecutes: bit(sctlr, 19),
		mair: r.MAIR_EL1
	};
}

/** Stage 1 of EL2: one table range, one privilege. */
export function stage1El2(r: TranslationRegisters): Stage1 {
	const { TCR_EL2: tcr, SCTLR_EL2: sctlr } = r;
	const on = bit(sctlr, 0);
	return {
		el2: true,
		on,
		defaultCacheable: false,
		low: tableRange(r.TTBR0_EL2, bits(tcr, 5, 0), tg0(bits(tcr, 15, 14)), {
			walksDisabled: false,
			topByteIgnored: bit(tcr, 20)
		}),
		high: undefined,
		outputEnd: on ? outputEnd(bits(tcr, 18, 16)) : physicalEnd,
		writeNeverExecutes: bit(sctlr, 19),
		mair: r.MAIR_EL2
	};
}

/** HCR_EL2.VM; DC implies it. */
export function stage2Enabled(hcr: bigint): boolean {
	return bit(hcr, 0) || bit(hcr, 12);
}

export function stage2Of(r: TranslationRegisters): Stage2 {
	const { VTCR_EL2: vtcr, VTTBR_EL2: vttbr } = r;
	const granuleBits = tg0(bits(vtcr, 15, 14));
	const inputBits = 64 - bits(vtcr, 5, 0);
	const sl0 = bits(vtcr, 7, 6);
	const startLevel = (granuleBits === 12 ? 2 : 3) - sl0;
	const invalid = sl0 === 3 || !stage2Consistent(granuleBits, inputBits, startLevel);
	const level = (invalid ? 0 : startLevel) as Level;
	// The base is aligned to the size of all first tables together.
	const stride = granuleBits - 3;
	const baseBits = invalid ? 4 : inputBits - (granuleBits + stride * (3 - level)) + 3;
	return {
		table: Number(vttbr & baseMask & ~((1n << BigInt(baseBits)) - 1n)),
		inputEnd: 1n << BigInt(inputBits),
		granuleBits,
		startLevel: level,
		outputEnd: outputEnd(bits(vtcr, 18, 16)),
		invalid,
		protectedWalk: bit(r.HCR_EL2, 2)
	};
}

/** Bits of SCTLR_ELx and HCR_EL2 that change what a translation gives. */
const sctlrMask = (1n << 0n) | (1n << 1n) | (1n << 19n);
const vmidMask = 0x00ff_0000_0000_0000n;
const hcrMask = (1n << 0n) | (1n << 2n) | (1n << 12n) | (1n << 27n);

/** What tells one translation context of a regime from another, most telling first. */
export function contextKey(r: TranslationRegisters, regime: RegimeName): readonly bigint[] {
	if (regime === 'EL2') return [r.TTBR0_EL2, r.TCR_EL2, r.SCTLR_EL2 & sctlrMask, r.MAIR_EL2];
	const stage2 = stage2Enabled(r.HCR_EL2);
	return [
		r.TTBR0_EL1,
		stage2 ? r.VTTBR_EL2 : r.VTTBR_EL2 & vmidMask,
		r.TTBR1_EL1,
		r.TCR_EL1,
		r.SCTLR_EL1 & sctlrMask,
		r.MAIR_EL1,
		r.HCR_EL2 & hcrMask,
		stage2 ? r.VTCR_EL2 : 0n
	];
}

/** What tells stage 2 of one VM from another's. */
export function stage2Key(r: TranslationRegisters): readonly bigint[] {
	return [r.VTTBR_EL2, r.VTCR_EL2, r.HCR_EL2 & hcrMask];
}

/** The registers that a context's key was made of; bits that decide nothing are zero. */
export function registersOfKey(key: readonly bigint[], regime: RegimeName): TranslationRegisters {
	const none = {
		SCTLR_EL1: 0n,
		TTBR0_EL1: 0n,
		TTBR1_EL1: 0n,
		TCR_EL1: 0n,
		MAIR_EL1: 0n,
		SCTLR_EL2: 0n,
		TTBR0_EL2: 0n,
		TCR_EL2: 0n,
		MAIR_EL2: 0n,
		HCR_EL2: 0n,
		VTCR_EL2: 0n,
		VTTBR_EL2: 0n
	};
	if (regime === 'EL2') {
		const [TTBR0_EL2, TCR_EL2, SCTLR_EL2, MAIR_EL2] = key as [bigint, bigint, bigint, bigint];
		return { ...none, TTBR0_EL2, TCR_EL2, SCTLR_EL2, MAIR_EL2 };
	}
	const [TTBR0_EL1, VTTBR_EL2, TTBR1_EL1, TCR_EL1, SCTLR_EL1, MAIR_EL1, HCR_EL2, VTCR_EL2] = key;
	return {
		...none,
		TTBR0_EL1: TTBR0_EL1!,
		VTTBR_EL2: VTTBR_EL2!,
		TTBR1_EL1: TTBR1_EL1!,
		TCR_EL1: TCR_EL1!,
		SCTLR_EL1: SCTLR_EL1!,
		MAIR_EL1: MAIR_EL1!,
		HCR_EL2: HCR_EL2!,
		VTCR_EL2: VTCR_EL2!
	};
}

/** Translations of EL1&0 belong to this VMID, whether or not stage 2 is on. */
export function vmidOf(r: TranslationRegisters): number {
	return bits(r.VTTBR_EL2, 55, 48);
}

/** The ASID in use: TCR_EL1.A1 picks the register, AS the width. */
export function asidOf(r: TranslationRegisters): number {
	const ttbr = bit(r.TCR_EL1, 22) ? r.TTBR1_EL1 : r.TTBR0_EL1;
	return bits(ttbr, bit(r.TCR_EL1, 36) ? 63 : 55, 48);
}

/** SCTLR_ELx.A: unaligned data accesses fault. */
export function alignmentChecked(r: TranslationRegisters, regime: RegimeName): boolean {
	return bit(regime === 'EL2' ? r.SCTLR_EL2 : r.SCTLR_EL1, 1);
}
