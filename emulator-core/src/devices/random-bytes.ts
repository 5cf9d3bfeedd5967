/**
 * Bytes that look random and follow from a seed: xoshiro128** (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators"), its state filled from the seed by steps of splitmix.
 */
export class RandomBytes {
	#words: number[];

	/** `seed` is 32 bits. */
	constructor(seed: number) {
		let state = seed >>> 0;
		this.#words = Array.from({ length: 4 }, () => {
			state = (state + 0x9e37_79b9) >>> 0;
			let mixed = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
			mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
			return (mixed ^ (mixed >>> 16)) >>> 0;
		});
	}

	/** Four words. */
	get state(): number[] {
		return [...this.#words];
	}
	set state(words: readonly number[]) {
		this.#words = [...words];
	}

	/** The next `length` bytes. A word of which not all bytes are wanted is used up all the same. */
	next(length: number): Uint8Array {
		const out = new Uint8Array(length);
		for (let at = 0; at < length; at += 4) {
			const word = this.#nextWord();
			for (let i = 0; i < 4 && at + i < length; i++) out[at + i] = word >>> (8 * i);
		}
		return out;
	}

	#nextWord(): number {
		const [a, b, c, d] = this.#words as [number, number, number, number];
		const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
		const [c2, d2] = [c ^ a, d ^ b];
		this.#words = [a ^ d2, b ^ c2, c2 ^ (b << 9), rotate(d2, 11)].map((word) => word >>> 0);
		return result >>> 0;
	}
}

const rotate = (word: number, by: number) => (word << by) | (word >>> (32 - by));
