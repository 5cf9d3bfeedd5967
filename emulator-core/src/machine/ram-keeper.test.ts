import { describe, expect, it } from 'vitest';
import { WrittenPages } from '../bus/written-pages.ts';
import { PageLedger, RamKeeper, type RamImage } from './ram-keeper.ts';

const pages = 600;

function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		return (state ^= state << 5);
	};
}

/** RAM behind one page that is not part of it. */
function make() {
	const memory = new Uint8Array((pages + 1) * 4096);
	const ram = memory.subarray(4096);
	const written = new WrittenPages(memory.length);
	const keeper = new RamKeeper(ram, written);
	const words = new Int32Array(ram.buffer, ram.byteOffset, ram.length / 4);
	return {
		words,
		write: (page: number, word: (i: number) => number) => {
			for (let i = 0; i < 1024; i++) words[1024 * page + i] = word(1024 * page + i);
			written.mark((page + 1) * 4096);
		},
		capture: () => {
			const image = keeper.capture();
			written.settle();
			return image;
		},
		restore: (image: RamImage) => keeper.restore(image, () => undefined)
	};
}

/** What programs leave behind them, by what they write in the nth round. */
const habits: [string, (words: Int32Array, round: number) => (i: number) => number, number][] = [
	['fill it with a byte', (_, n) => () => n * 0x0101_0101, 0.1],
	['count words', (_, n) => (i) => i + n, 0.1],
	['write each address into it', (_, n) => (i) => (i % 2 ? n : i * 4), 0.1],
	['write each address, inverted', (_, n) => (i) => (i % 2 ? ~n : ~(i * 4)), 0.1],
	['add to each word what it holds', (words, n) => (i) => words[i]! + n, 0.1],
	['fill it with pairs', (_, n) => (i) => (i % 2 ? 0x1234_5678 : n), 0.1],
	['write a word of each page', (words, n) => (i) => (i % 1024 === 7 ? n : words[i]!), 0.1]
];

describe('images of RAM', () => {
	it.each(habits)('are small where programs %s', (_, habit, most) => {
		const ram = make();
		const random = randomNumbers(0x5eed_0301);
		for (let page = 0; page < pages; page++) ram.write(page, random);
		const ledger = new PageLedger();
		ledger.add(ram.capture());
		const { bytes } = ledger;
		expect(bytes).toBeGreaterThan(pages * 4096);
		const kept: { image: RamImage; copy: Int32Array }[] = [];
		for (let round = 1; round < 12; round++) {
			const word = habit(ram.words, round);
			for (let page = 0; page < pages; page++) ram.write(page, word);
			const image = ram.capture();
			kept.push({ image, copy: ram.words.slice() });
			ledger.add(image);
		}
		expect((ledger.bytes - bytes) / (11 * pages * 4096)).toBeLessThan(most);
		for (const { image, copy } of kept.reverse()) {
			ram.restore(image);
			expect(ram.words.every((word, i) => word === copy[i])).toBe(true);
			ledger.remove(image);
		}
		expect(ledger.bytes).toBe(bytes);
	});

	it('share pages that hold the same', () => {
		const ram = make();
		const random = randomNumbers(0x5eed_0302);
		for (let page = 0; page < 300; page++) ram.write(page, random);
		const ledger = new PageLedger();
		ledger.add(ram.capture());
		const { bytes } = ledger;
		// The same 300 pages again, behind them.
		for (let page = 300; page < 600; page++) ram.write(page, (i) => ram.words[i - 1024 * 300]!);
		ledger.add(ram.capture());
		expect(ledger.bytes - bytes).toBeLessThan(20_000);
	});

	const seed = 0x5eed_0303;
	it(`come back word for word, whatever was written (seed ${seed})`, () => {
		const ram = make();
		const random = randomNumbers(seed);
		const below = (n: number) => (random() >>> 0) % n;
		const kept: { image: RamImage; copy: Int32Array }[] = [];
		for (let round = 0; round < 60; round++) {
			for (let times = below(40); times > 0; times--) {
				const [page, from, n] = [below(pages), below(pages), random()];
				const [, habit] = habits[below(habits.length)]!;
				const kind = below(4);
				if (kind === 0) ram.write(page, random);
				else if (kind === 1) ram.write(page, () => 0);
				else if (kind === 2) ram.write(page, (i) => ram.words[(i % 1024) + 1024 * from]!);
				else ram.write(page, habit(ram.words, n));
			}
			kept.push({ image: ram.capture(), copy: ram.words.slice() });
			if (below(3) > 0) continue;
			const { image, copy } = kept[below(kept.length)]!;
			ram.restore(image);
			const wrong = copy.findIndex((word, i) => word !== ram.words[i]);
			expect(wrong, `round ${round}`).toBe(-1);
		}
	});
});
