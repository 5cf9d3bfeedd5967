import type { Random } from '../../conformance/random.ts';
import { chance } from './descriptors.ts';
import * as layout from './layout.ts';
import { granules, shiftOf, type Granule, type Level, type Tables } from './tables.ts';
import type { QemuCpu } from './run.ts';

export const bit = (random: Random, n: number, one = 2) =>
	chance(random, one) ? 1n << BigInt(n) : 0n;
export const bits = (random: Random, list: readonly number[], one = 2) =>
	list.reduce((value, n) => value | bit(random, n, one), 0n);

/** How a test sees memory: registers, where its program lies, and addresses to try. */
export interface Regime {
	readonly registers: Partial<layout.Loaded>;
	/** The address of something that lies so far behind layout.load. */
	readonly here: (offset: number) => bigint;
	/** EL1's vectors, as VBAR_EL1 has them: without a tag. */
	readonly vectors: bigint;
	/** An address that the random tables may map, or one that nothing maps. */
	readonly target: () => bigint;
}

const tg0 = { 12: 0n, 14: 2n, 16: 1n } as const;
const tg1 = { 12: 2n, 14: 1n, 16: 3n } as const;
const startLevel = (granule: Granule, inputBits: number) =>
	(4 - Math.ceil((inputBits - granule) / (granule - 3))) as Level;
const granulesOf = (cpu: QemuCpu) => granules.filter((g) => cpu === 'neoverse-n1' || g !== 14);
/** One test in five meets every type of memory, the others Normal memory only. */
const mair = (random: Random) =>
	chance(random, 5) ? 0xff44_0c04_00bb_ff44n : 0xffff_ffff_ffff_ffffn;

/** Even a block of a gigabyte leads to the data, never into the program. */
function address(random: Random, size: number, wide: boolean): bigint {
	if (chance(random, 32)) return (random.value() & ~0x3fc0_0000n) | 0x400_0000n;
	const page = BigInt(random.below(512));
	let va = (1n << 26n) | (BigInt(random.below(2)) << 21n) | (page << 12n);
	va |= BigInt(random.below(2 ** 18)) << 30n;
	if (wide && chance(random, 2)) va |= BigInt(random.below(2)) << 29n;
	if (!chance(random, 12)) va &= (1n << BigInt(size)) - 1n;
	va |= BigInt(
		chance(random, 4)
			? random.below(4096)
			: chance(random, 6)
				? 4088 + random.below(8)
				: 8 * random.below(512)
	);
	if (chance(random, 10)) va |= BigInt(random.below(256)) << 56n;
	return va;
}

/** An address of the data itself: what is tried while stage 1 is off. */
const dataAddress = (random: Random) =>
	BigInt((layout.data.base + random.below(layout.data.size)) & (chance(random, 3) ? ~0 : ~7));

/** Output sizes: beyond 44 bits the CPUs differ. */
const sizeCode = (random: Random, cpu: QemuCpu) => random.below(cpu === 'cortex-a57' ? 8 : 5);

/**
 * Stage 1 of EL1 and EL0. The program lies in one half, what is tried mostly in the other. `off`: the MMU
 * is off; `flat`: it does not translate, for this or another reason.
 */
export function regimeOfEl1(
	random: Random,
	tables: Tables,
	cpu: QemuCpu,
	{ off, flat }: { readonly off: boolean; readonly flat: boolean }
): Regime {
	const [own, other] = [random.pick(granulesOf(cpu)), random.pick(granulesOf(cpu))];
	const low = chance(random, 3);
	const ownBits = 32 + random.below(17);
	const otherBits = chance(random, 40)
		? random.pick([20, 24, 49, 50, 64, 1])
		: 25 + random.below(24);
	const [t0, t1] = low ? [ownBits, otherBits] : [otherBits, ownBits];
	const [g0, g1] = low ? [own, other] : [other, own];
	const roots = (low ? tables.low : tables.high)[own];
	const random0 = () => random.pick(tables.random[other]);
	const code = roots[startLevel(own, ownBits)]!;
	const asids = () => BigInt(random.below(256)) << 48n;
	const tcr =
		BigInt(64 - t0) |
		(BigInt(64 - t1) << 16n) |
		bit(random, low ? 23 : 7, 24) |
		bit(random, 22) |
		(tg0[g0] << 14n) |
		(tg1[g1] << 30n) |
		(BigInt(sizeCode(random, cpu)) << 32n) |
		bits(random, [36, 37, 38]);
	const sctlr =
		0x30d0_0800n |
		(off ? 0n : 1n) |
		bit(random, 1, 6) |
		bits(random, [2, 3, 4, 9, 12, 14, 15, 16, 18, 26]) |
		bit(random, 19, 5);
	const tagged = ((tcr >> (low ? 37n : 38n)) & 1n) !== 0n && chance(random, 4);
	const tag = (value: bigint) =>
		tagged ? BigInt.asUintN(56, value) | (BigInt(random.below(256)) << 56n) : value;
	const inHalf = (value: bigint, upper: boolean, size: number) =>
		BigInt.asUintN(64, upper ? value | (-1n << BigInt(size)) : value);
	return {
		registers: {
			SCTLR_EL1: sctlr,
			TCR_EL1: tcr,
			TTBR0_EL1: BigInt(low ? code : random0()) | asids(),
			TTBR1_EL1: BigInt(low ? random0() : code) | asids(),
			MAIR_EL1: mair(random)
		},
		vectors: BigInt(layout.load + layout.vectorsEl1) | (flat || low ? 0n : layout.upper),
		here: (offset) =>
			flat
				? BigInt(layout.load + offset)
				: tag(BigInt(layout.load + offset) | (low ? 0n : layout.upper)),
		target: () => {
			if (flat && !chance(random, 4)) return dataAddress(random);
			const elsewhere = !chance(random, 6);
			const [size, granule] = elsewhere ? [otherBits, other] : [ownBits, own];
			const known = Math.min(Math.max(size, 25), 48);
			const upper = (elsewhere === low) !== chance(random, 24);
			return inHalf(address(random, known, granule === 16), upper, known);
		}
	};
}

/** Stage 1 of EL2. */
export function regimeOfEl2(random: Random, tables: Tables, cpu: QemuCpu): Regime {
	const granule = random.pick(granulesOf(cpu));
	const size = 31 + random.below(18);
	const root = tables.el2[granule][startLevel(granule, size)]!;
	return {
		registers: {
			MAIR_EL2: mair(random),
			TCR_EL2:
				0x8080_0000n |
				BigInt(64 - size) |
				(tg0[granule] << 14n) |
				(BigInt(sizeCode(random, cpu)) << 16n) |
				bit(random, 20),
			TTBR0_EL2: BigInt(root),
			SCTLR_EL2:
				0x30c5_0831n |
				bit(random, 1, 6) |
				bits(random, [2, 12]) |
				(granule === 12 ? bit(random, 19, 4) : 0n)
		},
		vectors: 0n,
		here: (offset) => BigInt(layout.load + offset),
		target: () => address(random, size, granule === 16)
	};
}

/** Stage 2: VTCR_EL2 and VTTBR_EL2. */
export function stage2(random: Random, tables: Tables, cpu: QemuCpu): Partial<layout.Loaded> {
	const granule = random.pick(granulesOf(cpu));
	// More bits of IPA than VTCR_EL2.PS has are CONSTRAINED UNPREDICTABLE.
	const ps = sizeCode(random, cpu);
	const most = [32, 36, 40, 42, 44][Math.min(ps, 4)]!;
	const size = 31 + random.below(most - 30);
	const roots = Object.keys(tables.stage2[granule]).map(Number) as Level[];
	// QEMU 7.2 asks PS where the Arm ARM (AArch64.TranslationTableWalk) asks PAMax, which is 44 here.
	const allowed = roots.filter(
		(level) => level > (granule === 12 ? 0 : 1) || most > (granule === 14 ? 40 : 42)
	);
	const fits = allowed.filter((level) => {
		const top = size - shiftOf(granule, level);
		return top >= 1 && top <= granule - 3 + 4;
	});
	// A start level that does not go with the size faults.
	const level = chance(random, 40) ? random.pick(allowed) : random.pick(fits);
	const sl0 = (granule === 12 ? 2 : 3) - level;
	return {
		VTCR_EL2:
			0x8000_0000n |
			BigInt(64 - size) |
			(BigInt(sl0) << 6n) |
			(tg0[granule] << 14n) |
			(BigInt(ps) << 16n),
		VTTBR_EL2: BigInt(tables.stage2[granule][level]!) | (BigInt(random.below(256)) << 48n)
	};
}
