import type { Random } from '../../conformance/random.ts';
import * as layout from './layout.ts';

/** Tables of both stages, full of random descriptors, that lead to `layout.data` or nowhere. */
export interface Tables {
	readonly bytes: Uint8Array;
	/** Physical addresses of what may stand in TTBR0_EL1, for both granules. */
	readonly stage1: { readonly '4K': readonly number[]; readonly '64K': readonly number[] };
	readonly ttbr1: number;
	/** Roots of stage 2: from level 1 and level 2 with 4 KB, from level 2 with 64 KB. */
	readonly stage2: {
		readonly level1: readonly number[];
		readonly level2: readonly number[];
		readonly '64K': readonly number[];
	};
}

const KB = 1024;
const chance = (random: Random, one: number) => random.below(one) === 0;
const big = (random: Random, bits: number) => BigInt(random.below(2 ** bits));

/** An output address: a page of the data, or of what is too far away. */
function output(random: Random): bigint {
	const page = BigInt(layout.data.base) + (big(random, 10) << 12n);
	const aligned = page & (chance(random, 2) ? ~0xffffn : ~0x1f_ffffn);
	const pa = chance(random, 3) ? page : aligned;
	return chance(random, 16) ? pa | (1n << BigInt(36 + random.below(12))) : pa;
}

function stage1Descriptor(random: Random, pages: readonly number[]): bigint {
	const kind = random.below(20);
	if (kind === 0) return 0n;
	if (kind === 1) return ((BigInt(random.word()) << 32n) | BigInt(random.word())) & ~1n;
	if (kind < 11) {
		const restrictions = chance(random, 3) ? big(random, 5) << 59n : 0n;
		return BigInt(random.pick(pages)) | restrictions | 3n | (big(random, 10) << 2n);
	}
	const lower =
		(big(random, 8) << 2n) | (chance(random, 8) ? 0n : 1n << 10n) | (big(random, 1) << 11n);
	const upper = chance(random, 2) ? 0n : big(random, 3) << 52n;
	return output(random) | lower | upper | (big(random, 4) << 55n) | (chance(random, 2) ? 1n : 3n);
}

function stage2Descriptor(random: Random, pages: readonly number[]): bigint {
	const kind = random.below(20);
	if (kind === 0) return ((BigInt(random.word()) << 32n) | BigInt(random.word())) & ~1n;
	if (kind < 6) return BigInt(random.pick(pages)) | 3n | (big(random, 5) << 59n);
	const memory = chance(random, 3) ? big(random, 4) : 0b1111n;
	const access = chance(random, 3) ? big(random, 2) : 0b11n;
	const lower =
		(memory << 2n) |
		(access << 6n) |
		(big(random, 2) << 8n) |
		(chance(random, 12) ? 0n : 1n << 10n);
	const upper = chance(random, 2) ? 0n : big(random, 3) << 52n;
	return output(random) | lower | upper | (chance(random, 2) ? 1n : 3n);
}

/** Stage 2's plain read, write and execute of normal memory. */
const plain = 0x7fcn;

export function randomTables(random: Random): Tables {
	const bytes = new Uint8Array(layout.results - layout.tables);
	const view = new DataView(bytes.buffer);
	const base = layout.load + layout.tables;
	let free = base;
	const allocate = (size: number, count: number) => {
		free = Math.ceil(free / size) * size;
		return Array.from({ length: count }, (_, n) => free + n * size).map(
			(at) => ((free += size), at)
		);
	};
	const set = (table: number, index: number, value: bigint) =>
		view.setBigUint64(table - base + 8 * index, BigInt.asUintN(64, value), true);
	const fill = (table: number, size: number, one: () => bigint) => {
		for (let n = 0; n < size / 8; n++) set(table, n, one());
	};

	const small = allocate(4 * KB, 32);
	for (const page of small) fill(page, 4 * KB, () => stage1Descriptor(random, small));
	const [ttbr1, ttbr1Next] = allocate(4 * KB, 2) as [number, number];
	set(ttbr1, 1, BigInt(ttbr1Next) | 3n);
	// Read-only and executable at EL1 and EL0.
	for (let n = 0; n < 8; n++)
		set(ttbr1Next, n, BigInt(0x4000_0000 + n * 0x20_0000) | 0x7c1n | (3n << 2n));

	const last = allocate(4 * KB, 8);
	for (const page of last) fill(page, 4 * KB, () => stage2Descriptor(random, last));
	/** The gigabyte at 0x4000_0000: the program itself as it is, the data at random. */
	const gigabyte = (table: number) => {
		for (let n = 0; n < 32; n++) set(table, n, BigInt(0x4000_0000 + n * 0x20_0000) | plain | 1n);
		for (let n = 32; n < 512; n++) set(table, n, stage2Descriptor(random, last));
	};
	const level1 = allocate(8 * KB, 12);
	for (const root of level1) {
		fill(root, 4 * KB, () => stage2Descriptor(random, last));
		set(root, 1, BigInt(root + 4 * KB) | 3n);
		gigabyte(root + 4 * KB);
	}
	const level2 = allocate(16 * KB, 6);
	for (const root of level2) {
		fill(root, 16 * KB, () => stage2Descriptor(random, last));
		gigabyte(root + 4 * KB);
	}

	const large = allocate(64 * KB, 5);
	for (const page of large) fill(page, 64 * KB, () => stage1Descriptor(random, large));
	const roots64 = allocate(64 * KB, 4);
	const last64 = allocate(64 * KB, 4);
	roots64.forEach((root, n) => {
		const leaf = last64[n]!;
		fill(root, 64 * KB, () => stage2Descriptor(random, last64));
		fill(leaf, 64 * KB, () => stage2Descriptor(random, last64));
		set(root, 2, BigInt(leaf) | 3n);
		for (let page = 0; page < 1024; page++)
			set(leaf, page, BigInt(0x4000_0000 + page * 64 * KB) | plain | 3n);
	});
	if (free > layout.load + layout.results) throw new Error('the tables run into the results');
	return {
		bytes,
		stage1: { '4K': small, '64K': large },
		ttbr1,
		stage2: { level1, level2, '64K': roots64 }
	};
}
