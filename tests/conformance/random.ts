/** A small seeded generator (mulberry32), so that a failing run can be repeated. */
export class Random {
	readonly seed: number;
	#state: number;

	/** The seed is the environment's SEED, or the given one. */
	constructor(seed: number) {
		this.seed = Number(process.env['SEED'] ?? seed);
		this.#state = this.seed >>> 0;
	}

	/** 32 random bits, unsigned. */
	word(): number {
		this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return (t ^ (t >>> 14)) >>> 0;
	}

	/** A whole number from 0 to `limit` - 1. */
	below(limit: number): number {
		return Math.floor((this.word() / 2 ** 32) * limit);
	}

	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)]!;
	}

	/** 64 bits, often one of the values at which arithmetic turns. */
	value(): bigint {
		const edges = [
			0n,
			1n,
			2n ** 63n,
			2n ** 63n - 1n,
			2n ** 64n - 1n,
			0x8000_0000n,
			0x7fff_ffffn,
			0xffff_ffffn
		];
		const random = (BigInt(this.word()) << 32n) | BigInt(this.word());
		switch (this.below(4)) {
			case 0:
				return this.pick(edges);
			case 1:
				return BigInt.asUintN(64, BigInt.asIntN(64, random) >> BigInt(this.below(63)));
			default:
				return random;
		}
	}
}
