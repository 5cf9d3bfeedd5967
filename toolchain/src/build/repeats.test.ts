import { describe, expect, it } from 'vitest';
import { packRepeats, unpackRepeats } from './repeats.ts';

/** Numbers below `below`, from a seed (a linear congruential generator). */
function numbers(seed: number): (below: number) => number {
	let state = seed >>> 0;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}
const noise = (seed: number, length: number) => {
	const next = numbers(seed);
	return Uint8Array.from({ length }, () => next(256));
};
const text = (words: string) => new TextEncoder().encode(words);
const none = new Uint8Array();

describe('repeats', () => {
	it.each<[string, Uint8Array, Uint8Array]>([
		['nothing', none, none],
		['nothing of something', none, noise(1, 100)],
		['what is new', noise(1, 1000), noise(2, 1000)],
		['what is known', noise(1, 1000), noise(1, 1000)],
		['a part of it, at an odd place', noise(1, 1000).subarray(333, 777), noise(1, 1000)],
		['itself again', new Uint8Array([...noise(3, 99), ...noise(3, 99)]), none],
		['one byte', new Uint8Array(100_000), none],
		['shorter than any repeat', text('abcabcabc'), text('abc')]
	])('gives back %s', (_, bytes, known) => {
		expect(unpackRepeats(packRepeats(bytes, [known]), [known])).toEqual(bytes);
	});

	it('gives back any mixture (seed 20261123)', () => {
		const next = numbers(20_261_123);
		for (let round = 0; round < 60; round++) {
			const known = noise(next(1000), next(3000));
			const parts = Array.from({ length: next(12) }, () => {
				const from = next(3000);
				return next(3) ? known.slice(from, from + next(900)) : noise(next(9), next(200));
			});
			const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
			expect(unpackRepeats(packRepeats(bytes, [known]), [known])).toEqual(bytes);
		}
	});

	it('writes what is known as a place', () => {
		const known = noise(4, 60_000);
		const bytes = new Uint8Array([...text('head'), ...known.subarray(5000), ...text('tail')]);
		expect(packRepeats(bytes, [known]).length).toBeLessThan(40);
	});

	it('writes as a place what stood in the file itself, with nothing known', () => {
		const part = noise(8, 40_000);
		const bytes = new Uint8Array([...part, ...part]);
		expect(packRepeats(bytes, []).length).toBeLessThan(part.length + 40);
	});

	it('refuses damaged bytes, or gives others: it neither hangs nor writes elsewhere', () => {
		const known = noise(5, 500);
		const packed = packRepeats(new Uint8Array([...known, ...noise(6, 50), ...known]), [known]);
		const next = numbers(7);
		for (let round = 0; round < 500; round++) {
			const damaged = packed.slice(0, next(packed.length + 1));
			for (let i = next(4); i-- > 0 && damaged.length > 4;)
				damaged[4 + next(damaged.length - 4)] = next(256);
			try {
				expect(unpackRepeats(damaged, [known]).length).toBe(1050);
			} catch (error) {
				expect(error).toBeInstanceOf(RangeError);
			}
		}
	});
});
