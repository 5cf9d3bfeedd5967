import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { a64 } from '../../emulator-core/src/index.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';
import { sampleWords } from './words.ts';

const pc = 0x8_0000;
const random = new Random(20261122);
// MSR (immediate) of a field that no PSTATE has is decided by the CPU: it has no text.
const words = sampleWords(random, 12).filter((word) => !a64.disassemble(word, 0).startsWith('.'));

describe(`the assembler and the disassembler (SEED=${random.seed})`, () => {
	it('assembles what it has disassembled, for every form', () => {
		const wrong = words.filter((word) => {
			const text = a64.disassemble(word, pc);
			return a64.assemble(text, pc) !== word;
		});
		// Not every encoding is the one that an assembler chooses: then the text must still be the same.
		const texts = wrong
			.map((word) => a64.disassemble(word, pc))
			.filter((text) => a64.disassemble(a64.assemble(text, pc), pc) !== text);
		expect(texts).toEqual([]);
		expect(wrong.length).toBeLessThan(words.length / 50);
	});
});

describe('bad operands', () => {
	const pieces = [
		...['x0', 'w1', 'sp', 'xzr', 'q1', 'v0', '.d', '#', '1', '0x', '1f', '#0x10', '9'.repeat(30)],
		...['[', ']', '!', ',', ' ', '(', ')', 'lsl', 'uxtw', ':lo12:', 'sym', "'", '"', '\\', '~'],
		...['-', '+', '<<', '/', '0', '%', '*', 'é', 'c7', 'sy', 'eq', 's3_0_c1_c0_0', '']
	];

	it('are an error with a column, or a word, and never a crash', () => {
		for (let i = 0; i < 20_000; i++) {
			const mnemonic = random.pick(a64.mnemonics);
			const operands = Array.from({ length: random.below(9) }, () => random.pick(pieces)).join('');
			const symbol = () => (random.below(2) ? undefined : BigInt(random.below(100)));
			const result = a64.encode(mnemonic, operands, { symbol });
			if ('error' in result) {
				expect(result.error).not.toBe('');
				expect(result.column).toBeGreaterThanOrEqual(0);
				expect(result.column).toBeLessThanOrEqual(operands.length);
			} else expect(result.word >>> 0).toBe(result.word);
		}
	});
});

describe.runIf(requireTool('aarch64-linux-gnu-objdump'))(
	`GNU binutils as the oracle (SEED=${random.seed})`,
	() => {
		const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
		const file = (name: string) => join(folder, name);

		it('disassembles as objdump does', () => {
			// Hints and system registers of later architectures have names there that are not ours.
			const sample = words.filter((word) => word >>> 12 !== 0xd5032);
			writeFileSync(file('words.bin'), new Uint8Array(new Uint32Array(sample).buffer));
			const listing = execFileSync(
				'aarch64-linux-gnu-objdump',
				['-D', '-b', 'binary', '-m', 'aarch64', file('words.bin')],
				{ encoding: 'utf8', maxBuffer: 1 << 28 }
			);
			const theirs = [...listing.matchAll(/^\s*[\da-f]+:\t([\da-f]{8}) \t(.*)$/gm)].map((m) =>
				m[2]!
					.replace(/\s*(\/\/|;).*$/, '')
					.replace(/\s+/g, ' ')
					.replace(/ $/, '')
			);
			expect(theirs.length).toBe(sample.length);
			const differences = sample.flatMap((word, i) => {
				const ours = a64.disassemble(word, 4 * i);
				// objdump refuses LDPSW with a base that is loaded too, which is unpredictable.
				const refused = ours.startsWith('ldpsw') && theirs[i]!.startsWith('.inst');
				const same = ours === theirs[i] || refused || differentName(ours, theirs[i]!);
				return same ? [] : [`${word.toString(16)}: ${ours} | ${theirs[i]}`];
			});
			expect(differences).toEqual([]);
		});

		it('encodes as GNU as does', () => {
			const sample = words.filter(
				(word) =>
					!/c\d+_c\d+|^(sys|hint|udf|msr (uao|pan|dit|ssbs|tco))/.test(a64.disassemble(word, 0))
			);
			const lines = sample.map((word, i) => `${a64.disassemble(word, 4 * i)}`);
			// A target is written as a distance from here, so that the assembler needs no relocation.
			const source = lines.map((line, i) =>
				line.replace(/0x([\da-f]+)$/, (all, digits: string) =>
					/^(b|bl|b\.\w+|cbn?z|tbn?z|adr|ldr|ldrsw|prfm) /.test(line)
						? `.${relative(BigInt('0x' + digits) - BigInt(4 * i))}`
						: all
				)
			);
			const kept = source.map((line) => (line.startsWith('adrp') ? 'nop' : line));
			writeFileSync(file('source.s'), '.arch armv8-a+crc+crypto\n' + kept.join('\n') + '\n');
			execFileSync('aarch64-linux-gnu-as', ['-W', '-o', file('source.o'), file('source.s')]);
			execFileSync('aarch64-linux-gnu-objcopy', [
				...['-O', 'binary', '-j', '.text', file('source.o'), file('source.bin')]
			]);
			const bytes = readFileSync(file('source.bin'));
			const differences = kept.flatMap((line, i) => {
				if (line === 'nop') return [];
				const theirs = bytes.readUInt32LE(4 * i);
				const ours = a64.assemble(lines[i]!, 4 * i);
				return ours === theirs ? [] : [`${line}: ${ours.toString(16)} | ${theirs.toString(16)}`];
			});
			expect(differences).toEqual([]);
		});
	}
);

function relative(distance: bigint): string {
	const signed = BigInt.asIntN(64, distance);
	return (signed < 0n ? '-' : '+') + (signed < 0n ? -signed : signed);
}

/** A system register, operation or field that only one of the two has a name for. */
function differentName(ours: string, theirs: string): boolean {
	const generic = (text: string) => /^(mrs|msr|sys|sysl|at|dc|ic|tlbi|cfp|dvp|cpp)\b/.test(text);
	return generic(ours) && generic(theirs);
}
