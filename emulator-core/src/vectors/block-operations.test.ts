import { describe, expect, it } from 'vitest';
import { blockAt, type Block } from './block.ts';
import { blockOperations, type BlockOperationName } from './block-operations.ts';

const run = (name: BlockOperationName, ...args: Block[]): Block => {
	const given = [0, 1, 2].map((i) => {
		const copy = blockAt(new ArrayBuffer(16), 0);
		if (args[i]) copy.words.set(args[i].words);
		return copy;
	});
	blockOperations[name].compute(given[0]!, given[1]!, given[2]!);
	return given[0]!;
};
const bytes = (hex: string): Block => {
	const block = blockAt(new ArrayBuffer(16), 0);
	block.bytes.set(hex.match(/../g)!.map((byte) => parseInt(byte, 16)));
	return block;
};
const words = (values: readonly number[]): Block => {
	const block = blockAt(new ArrayBuffer(16), 0);
	block.words.set(values);
	return block;
};
const hexOf = ({ bytes: all }: Block) =>
	[...all].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const hexOfWords = (all: readonly number[]) =>
	all.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ');
const sum = (a: Block, b: Block) => words([...a.words].map((word, i) => word + b.words[i]!));

describe('AES (FIPS 197, appendix C.1)', () => {
	// The key schedule of 000102...0f (appendix A's method; the last words are those of C.1's k_sch).
	const keys = [
		'000102030405060708090a0b0c0d0e0f',
		'd6aa74fdd2af72fadaa678f1d6ab76fe',
		'b692cf0b643dbdf1be9bc5006830b3fe',
		'b6ff744ed2c2c9bf6c590cbf0469bf41',
		'47f7f7bc95353e03f96c32bcfd058dfd',
		'3caaa3e8a99f9deb50f3af57adf622aa',
		'5e390f7df7a69296a7553dc10aa31f6b',
		'14f9701ae35fe28c440adf4d4ea9c026',
		'47438735a41c65b9e016baf4aebf7ad2',
		'549932d1f08557681093ed9cbe2c974e',
		'13111d7fe3944a17f307a78b4d2b30c5'
	].map(bytes);
	const plain = '00112233445566778899aabbccddeeff';
	const secret = '69c4e0d86a7b0430d8cdb78070b4c55a';
	const xor = (a: Block, b: Block) => words([...a.words].map((word, i) => word ^ b.words[i]!));

	it('shifts and substitutes after it has added the key, and mixes columns', () => {
		const shifted = run('aesEncrypt', bytes(plain), keys[0]!);
		expect(hexOf(shifted)).toBe('6353e08c0960e104cd70b751bacad0e7');
		expect(hexOf(run('aesMix', shifted))).toBe('5f72641557f5bc92f7be3b291db9f91a');
	});

	it('encrypts', () => {
		let state = bytes(plain);
		for (let i = 0; i < 9; i++) state = run('aesMix', run('aesEncrypt', state, keys[i]!));
		state = xor(run('aesEncrypt', state, keys[9]!), keys[10]!);
		expect(hexOf(state)).toBe(secret);
	});

	it('decrypts, with the keys of the equivalent inverse cipher', () => {
		let state = bytes(secret);
		for (let i = 10; i > 1; i--) {
			const key = i === 10 ? keys[10]! : run('aesInverseMix', keys[i]!);
			state = run('aesInverseMix', run('aesDecrypt', state, key));
		}
		state = xor(run('aesDecrypt', state, run('aesInverseMix', keys[1]!)), keys[0]!);
		expect(hexOf(state)).toBe(plain);
	});
});

/** The one block of the message "abc" as words. */
const abc = [0x6162_6380, ...new Array<number>(14).fill(0), 24];
const blocksOf = (all: readonly number[]) => [0, 4, 8, 12].map((i) => words(all.slice(i, i + 4)));

/** A root of a small number: the first 32 bits of its fraction. */
const fractionOf = (root: number) => Math.floor((root % 1) * 2 ** 32) | 0;
const primes = Array.from({ length: 400 }, (_, n) => n)
	.filter((n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0))
	.slice(0, 64);

describe('SHA-1 of "abc" (FIPS 180-4)', () => {
	it('is a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d', () => {
		const w = blocksOf(abc);
		for (let i = 4; i < 20; i++)
			w.push(
				run('sha1Schedule1', run('sha1Schedule0', w[i - 4]!, w[i - 3]!, w[i - 2]!), w[i - 1]!)
			);
		const start = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
		const phases = [
			['sha1Choose', 2],
			['sha1Parity', 3],
			['sha1Majority', 5],
			['sha1Parity', 10]
		] as const;
		let state = words(start.slice(0, 4));
		let e = words([start[4]!]);
		for (let i = 0; i < 20; i++) {
			const [name, under] = phases[Math.floor(i / 5)]!;
			const k = words(new Array<number>(4).fill(Math.floor(Math.sqrt(under) * 2 ** 30)));
			const a = state.words[0]!;
			state = run(name, state, e, sum(w[i]!, k));
			// SHA1H.
			e = words([(a << 30) | (a >>> 2)]);
		}
		const result = [...state.words, e.words[0]!].map((word, i) => word + start[i]!);
		expect(hexOfWords(result)).toBe('a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d');
	});
});

describe('SHA-256 of "abc" (FIPS 180-4)', () => {
	it('is ba7816bf ... f20015ad', () => {
		const w = blocksOf(abc);
		for (let i = 4; i < 16; i++)
			w.push(
				run('sha256Schedule1', run('sha256Schedule0', w[i - 4]!, w[i - 3]!), w[i - 2]!, w[i - 1]!)
			);
		const k = primes.map((prime) => fractionOf(Math.cbrt(prime)));
		const start = primes.slice(0, 8).map((prime) => fractionOf(Math.sqrt(prime)));
		let abcd = words(start.slice(0, 4));
		let efgh = words(start.slice(4));
		for (let i = 0; i < 16; i++) {
			const wk = sum(w[i]!, words(k.slice(4 * i).slice(0, 4)));
			const next = run('sha256AToD', abcd, efgh, wk);
			efgh = run('sha256EToH', efgh, abcd, wk);
			abcd = next;
		}
		const result = [...abcd.words, ...efgh.words].map((word, i) => word + start[i]!);
		expect(hexOfWords(result)).toBe(
			'ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad'
		);
	});
});

describe('the product without carries', () => {
	it('of polynomials', () => {
		// (x + 1)(x^2 + 1) = x^3 + x^2 + x + 1, and the two largest: only even powers stay.
		expect(hexOfWords([...run('polynomialProduct', words([3]), words([5])).words])).toBe(
			'0000000f 00000000 00000000 00000000'
		);
		const ones = words([-1, -1, 7, 7]);
		expect(hexOfWords([...run('polynomialProduct', ones, ones).words])).toBe(
			'55555555 55555555 55555555 55555555'
		);
		const top = words([0, 1 << 31]);
		expect(hexOfWords([...run('polynomialProduct', top, top).words])).toBe(
			'00000000 00000000 00000000 40000000'
		);
	});
});
