import type { Random } from '../../conformance/random.ts';
import * as layout from './layout.ts';

export const chance = (random: Random, one: number) => random.below(one) === 0;
const big = (random: Random, bits: number) => BigInt(random.below(2 ** bits));

/** An output address: a page of the data, or of what is too far away. */
function output(random: Random): bigint {
	const page = BigInt(layout.data.base) + (big(random, 10) << 12n);
	const aligned = page & (chance(random, 2) ? ~0xffffn : ~0x1f_ffffn);
	const pa = chance(random, 3) ? page : aligned;
	return chance(random, 16) ? pa | (1n << BigInt(36 + random.below(12))) : pa;
}

/** The next table: one of the pool, or what only looks like one, behind a random stage 2. */
function table(random: Random, pool: readonly number[]): bigint {
	return chance(random, 24) ? output(random) & ~0xffffn : BigInt(random.pick(pool));
}

export function stage1Descriptor(random: Random, pool: readonly number[]): bigint {
	const kind = random.below(20);
	if (kind === 0) return 0n;
	if (kind === 1) return ((BigInt(random.word()) << 32n) | BigInt(random.word())) & ~1n;
	if (kind < 11) {
		const restrictions = chance(random, 3) ? big(random, 5) << 59n : 0n;
		return table(random, pool) | restrictions | 3n | (big(random, 10) << 2n);
	}
	const lower =
		(big(random, 8) << 2n) | (chance(random, 8) ? 0n : 1n << 10n) | (big(random, 1) << 11n);
	const upper = chance(random, 2) ? 0n : big(random, 3) << 52n;
	return output(random) | lower | upper | (big(random, 4) << 55n) | (chance(random, 2) ? 1n : 3n);
}

/** Bit 53 is XN[0] from Armv8.2 on, and stays zero. */
export function stage2Descriptor(random: Random, pool: readonly number[]): bigint {
	const kind = random.below(20);
	if (kind === 0) return ((BigInt(random.word()) << 32n) | BigInt(random.word())) & ~1n;
	if (kind < 6) return BigInt(random.pick(pool)) | 3n | (big(random, 5) << 59n);
	const memory = chance(random, 3) ? big(random, 4) : 0b1111n;
	const access = chance(random, 3) ? big(random, 2) : 0b11n;
	const lower =
		(memory << 2n) |
		(access << 6n) |
		(big(random, 2) << 8n) |
		(chance(random, 12) ? 0n : 1n << 10n);
	const upper = chance(random, 2) ? 0n : (big(random, 1) << 54n) | (big(random, 1) << 52n);
	return output(random) | lower | upper | (chance(random, 2) ? 1n : 3n);
}
