import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { a64 } from '../../emulator-core/src/index.ts';
import { tableDecoder } from '../../emulator-core/src/isa/table.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';
import { randomWord } from './words.ts';

/**
 * Which words are instructions: the table against GNU binutils. objdump knows the architecture's later
 * versions too, so what only it knows is given to GNU as with ARMv8.0-A, which takes none of those.
 */
const random = new Random(8);
const count = Number(process.env['WORDS'] ?? 300_000);

/** What binutils takes for ARMv8.0-A and the table leaves out, by its text. */
const notOurs: readonly (readonly [RegExp, string])[] = [
	[/^sha512/, 'GNU as has SHA-512 under "crypto"; it came with ARMv8.2'],
	[/^(dcps[123]|drps)\b/, 'only a halted CPU has it; elsewhere it is undefined, as here'],
	[/^m(rs|sr) .*\bs0_/, 'op0 = 0 is no system register: unallocated']
];

/** What the table takes and binutils does not. */
const notTheirs: readonly (readonly [RegExp, string])[] = [
	[/^ldar[bh]?\b/, 'Rs and Rt2 should be ones; what are not is left to the CPU'],
	[/^ldpsw\b/, 'the same register twice, or the base loaded too: unpredictable, not undefined']
];

/** Anything at all, or what lies a few bits beside an instruction, or in the space of SIMD. */
function anyWord(): number {
	const kind = random.below(4);
	if (kind === 0) return random.word();
	if (kind === 1) return ((random.word() & 0xf1ff_ffff) | (7 << 25)) >>> 0;
	let word = randomWord(random.pick(tableDecoder().forms), random) ?? 0;
	for (let flips = random.below(4); flips > 0; flips--) word ^= 1 << random.below(32);
	return word >>> 0;
}

/** What objdump writes for each word; undefined where it knows no instruction. */
function listing(folder: string, words: readonly number[]): (string | undefined)[] {
	const path = join(folder, 'words.bin');
	writeFileSync(path, new Uint8Array(new Uint32Array(words).buffer));
	const text = execFileSync(
		'aarch64-linux-gnu-objdump',
		['-D', '-z', '-b', 'binary', '-m', 'aarch64', path],
		{ encoding: 'utf8', maxBuffer: 1 << 29 }
	);
	const lines = [...text.matchAll(/^\s*[\da-f]+:\t[\da-f]{8} \t(.*)$/gm)].map(([, line]) =>
		line!.replace(/\s*(\/\/|;).*$/, '').replace(/\s+/g, ' ')
	);
	expect(lines.length).toBe(words.length);
	return lines.map((line) => (line.startsWith('.inst') ? undefined : line));
}

/** What GNU as makes of each text for ARMv8.0-A: the word, or undefined where it refuses. */
function assembled(folder: string, texts: readonly string[]): (number | undefined)[] {
	const [source, object, binary] = ['s', 'o', 'bin'].map((end) => join(folder, `text.${end}`)) as [
		string,
		string,
		string
	];
	const assemble = (lines: readonly string[]) => {
		writeFileSync(source, ['.arch armv8-a+crc+crypto', ...lines, ''].join('\n'));
		return spawnSync('aarch64-linux-gnu-as', ['-W', '-o', object, source], {
			encoding: 'utf8',
			maxBuffer: 1 << 29
		}).stderr;
	};
	const refused = new Set(
		[...assemble(texts).matchAll(/:(\d+): Error:/g)].map(([, line]) => Number(line) - 2)
	);
	expect(assemble(texts.map((text, i) => (refused.has(i) ? 'nop' : text)))).toBe('');
	execFileSync('aarch64-linux-gnu-objcopy', ['-O', 'binary', '-j', '.text', object, binary]);
	const bytes = readFileSync(binary);
	return texts.map((_, i) => (refused.has(i) ? undefined : bytes.readUInt32LE(4 * i)));
}

describe.runIf(requireTool('aarch64-linux-gnu-objdump'))(
	`what is allocated in ARMv8.0-A (SEED=${random.seed})`,
	() => {
		const folder = mkdtempSync(join(tmpdir(), 'allocated-'));
		afterAll(() => rmSync(folder, { recursive: true }));
		const words = Array.from({ length: count }, anyWord);
		const ours = words.map((word) => tableDecoder().decode(word) >= 0);

		it(`is what GNU binutils knows, in ${count} words`, () => {
			const theirs = listing(folder, words);
			const only = (mine: boolean) =>
				words.flatMap((word, i) =>
					ours[i] === mine && (theirs[i] !== undefined) !== mine ? [{ word, text: theirs[i] }] : []
				);
			const unknownHere = only(false);
			const known = assembled(
				folder,
				unknownHere.map(({ text }) => text!)
			);
			const missing = unknownHere.filter(
				({ word, text }, i) =>
					known[i] === word && !notOurs.some(([pattern]) => pattern.test(text!))
			);
			const show = (word: number) => word.toString(16).padStart(8, '0');
			expect(missing.map(({ word, text }) => `${show(word)}: ${text}`)).toEqual([]);
			const superfluous = only(true)
				.map(({ word }) => ({ word, text: a64.disassemble(word, 0) }))
				.filter(({ text }) => !notTheirs.some(([pattern]) => pattern.test(text)));
			expect(superfluous.map(({ word, text }) => `${show(word)}: ${text}`)).toEqual([]);
		});
	}
);
