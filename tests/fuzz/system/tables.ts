import type { Random } from '../../conformance/random.ts';
import * as layout from './layout.ts';
import { stage1Descriptor, stage2Descriptor } from './descriptors.ts';

/** log2 of a granule. */
export type Granule = 12 | 14 | 16;
export type Level = 0 | 1 | 2 | 3;
/** The first tables for a granule, by the level at which a walk starts. */
export type Roots = Partial<Record<Level, number>>;
type PerGranule<T> = Readonly<Record<Granule, T>>;

/** Tables of both stages, full of random descriptors, that lead to `layout.data` or nowhere. */
export interface Tables {
	readonly bytes: Uint8Array;
	/** Physical addresses of tables in which all is random, for stage 1. */
	readonly random: PerGranule<readonly number[]>;
	/** Random tables that have the program where it is, read-only and executable at EL1 and EL0. */
	readonly low: PerGranule<Roots>;
	/** The same for TTBR1: at layout.upper and so on. */
	readonly high: PerGranule<Roots>;
	/** EL2's own, with the program as EL2 needs it. */
	readonly el2: PerGranule<Roots>;
	/** Stage 2: with room for 16 first tables side by side. */
	readonly stage2: PerGranule<Roots>;
	/** For tests of the TLB, which change descriptors: see tlb-tests.ts. */
	readonly tlb: TlbTables;
}

/** Tables of 4 KB in which all is known. */
export interface TlbTables {
	/** Roots at level 1. Stage 1 leads to IPAs of 2 GB and more where `behindStage2`, else to the data. */
	readonly stage1: { readonly behindStage2: TlbTree; readonly alone: TlbTree };
	readonly stage2: TlbTree;
}
export interface TlbTree {
	readonly root: number;
	/** Entry 32 leads to `pages`, and so do those behind it. */
	readonly level2: number;
	/** 512 pages. */
	readonly pages: number;
}

const KB = 1024;
export const granules: readonly Granule[] = [12, 14, 16];
const program = { base: 0x4000_0000, size: layout.data.base - 0x4000_0000 };

/** Bits of an address below the index of a level. */
export const shiftOf = (granule: Granule, level: Level) => granule + (granule - 3) * (3 - level);

/** Level 2, where blocks of 2 MB or 32 MB are, or pages of 64 KB. */
const leafLevel = (granule: Granule): Level => (granule === 16 ? 3 : 2);

const AF = 1n << 10n;
const leaves = {
	/** AP: read-only for all. */
	code: 0x7c1n | (3n << 2n),
	/** EL2: read and write; its first two megabytes read-only, since WXN is tried. */
	own: 0x301n | AF | (3n << 2n),
	ownCode: 0x381n | AF | (3n << 2n),
	/** Stage 2's plain read, write and execute of normal memory. */
	plain: 0x7fdn
};

/** What `TlbTables.stage1` map: entry 4 of level 1. */
export const tlbVa = 4 * 2 ** 30;

export function randomTables(random: Random): Tables {
	const bytes = new Uint8Array(layout.results - layout.tables);
	const view = new DataView(bytes.buffer);
	const base = layout.load + layout.tables;
	let free = base;
	const allocate = (size: number, count = 1): number[] => {
		free = Math.ceil(free / size) * size;
		const found = Array.from({ length: count }, (_, n) => free + n * size);
		free += size * count;
		if (free > layout.load + layout.results) throw new Error('the tables run into the results');
		return found;
	};
	const set = (table: number, index: number, value: bigint) =>
		view.setBigUint64(table - base + 8 * index, BigInt.asUintN(64, value), true);
	const fill = (table: number, size: number, one: () => bigint) => {
		for (let n = 0; n < size / 8; n++) set(table, n, one());
	};

	const pools = Object.fromEntries(
		granules.map((granule) => [granule, allocate(2 ** granule, granule === 12 ? 32 : 6)])
	) as unknown as PerGranule<number[]>;
	for (const granule of granules)
		for (const table of pools[granule])
			fill(table, 2 ** granule, () => stage1Descriptor(random, pools[granule]));
	const pools2 = Object.fromEntries(
		granules.map((granule) => [granule, allocate(2 ** granule, granule === 12 ? 8 : 3)])
	) as unknown as PerGranule<number[]>;
	for (const granule of granules)
		for (const table of pools2[granule])
			fill(table, 2 ** granule, () => stage2Descriptor(random, pools2[granule]));

	/**
	 * Tables for one granule that map `program` from `va` on, wherever a walk starts, and anything else at
	 * random. With `masks`, the bits of `va` above the input size may be ones.
	 */
	function trees(
		granule: Granule,
		va: bigint,
		one: () => bigint,
		leaf: (pa: number) => bigint,
		concatenated: boolean,
		masks: boolean
	): Roots {
		const roots: Roots = {};
		const stride = granule - 3;
		const last = leafLevel(granule);
		const first: Level = granule === 12 ? 0 : granule === 14 && !concatenated ? 0 : 1;
		let next: number | undefined;
		for (let level = last; level >= first; level = (level - 1) as Level) {
			const shift = shiftOf(granule, level);
			const make = (wide: boolean): number => {
				const size = 2 ** granule * (wide ? 16 : 1);
				const [table] = allocate(size) as [number];
				fill(table, size, one);
				const step = 2 ** shift;
				const count = next === undefined ? Math.ceil(program.size / step) : 1;
				for (let n = 0; n < count; n++) {
					const whole = (va + BigInt(n * step)) >> BigInt(shift);
					const entry = next === undefined ? leaf(program.base + n * step) : BigInt(next) | 3n;
					const most = stride + (wide ? 4 : 0);
					// Inputs of 32 bits and more.
					const least = masks ? Math.min(Math.max(32 - shift, 1), most) : most;
					for (let bits = least; bits <= most; bits++)
						set(table, Number(whole & ((1n << BigInt(bits)) - 1n)), entry);
				}
				return table;
			};
			const inputs = 44 - shift;
			roots[level] = make(concatenated && inputs > stride);
			next = concatenated && inputs > stride && level > first ? make(false) : roots[level];
		}
		return roots;
	}

	/** 512 pages from `va` on, and 480 entries of level 2 that lead there. */
	function tlbTree(va: number, to: number, attributes: bigint, root: number): TlbTree {
		const [level2, pages] = allocate(4 * KB, 2) as [number, number];
		set(root, Math.floor(va / 2 ** 30), BigInt(level2) | 3n);
		for (let n = 32; n < 512; n++) set(level2, n, BigInt(pages) | 3n);
		for (let n = 0; n < 512; n++) set(pages, n, BigInt(to + n * 4 * KB) | attributes);
		return { root, level2, pages };
	}

	const pageBit = (granule: Granule) => (granule === 16 ? 2n : 0n);
	const perGranule = (make: (granule: Granule) => Roots) =>
		Object.fromEntries(granules.map((g) => [g, make(g)])) as unknown as PerGranule<Roots>;
	const stage1 = (granule: Granule) => () => stage1Descriptor(random, pools[granule]);
	const codeAt = (va: bigint, masks: boolean) =>
		perGranule((g) =>
			trees(g, va, stage1(g), (pa) => BigInt(pa) | leaves.code | pageBit(g), false, masks)
		);
	const ownLeaf = (g: Granule) => (pa: number) =>
		BigInt(pa) |
		(pa < layout.load + layout.tables && g === 12 ? leaves.ownCode : leaves.own) |
		pageBit(g);
	const [root1, root2, stage2Root] = allocate(8 * KB, 3) as [number, number, number];
	const [program2] = allocate(4 * KB) as [number];
	set(stage2Root, 1, BigInt(program2) | 3n);
	for (let n = 0; n < 32; n++)
		set(program2, n, BigInt(program.base + n * 0x20_0000) | leaves.plain);
	const reach = 2 * 2 ** 30 + 64 * 2 ** 20;
	const tlb: TlbTables = {
		stage1: {
			behindStage2: tlbTree(tlbVa, reach, 0xf47n | (3n << 2n), root1),
			alone: tlbTree(tlbVa, layout.data.base, 0xf47n | (3n << 2n), root2)
		},
		stage2: tlbTree(reach, layout.data.base, 0x7ffn, stage2Root)
	};
	return {
		bytes,
		tlb,
		random: pools,
		low: codeAt(BigInt(program.base), false),
		high: codeAt(layout.upper | BigInt(program.base), true),
		el2: perGranule((g) => trees(g, BigInt(program.base), stage1(g), ownLeaf(g), false, false)),
		stage2: perGranule((g) =>
			trees(
				g,
				BigInt(program.base),
				() => stage2Descriptor(random, pools2[g]),
				(pa) => BigInt(pa) | leaves.plain | pageBit(g),
				true,
				false
			)
		)
	};
}
