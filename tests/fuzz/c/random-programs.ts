import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Toolchain } from '../../../toolchain/src/index.ts';
import {
	compileGcc,
	compileOurs,
	headersOf,
	levels,
	linkBare,
	runInQemu
} from '../../toolchain/compilers.ts';
import { runOnFlatMachine } from '../../toolchain/flat-program.ts';
import { csmithHeaders, entryOf, generateProgram, standIns } from './csmith.ts';

/** How each program is compiled: the usual levels, and what Clang's vectorizers make of the loops. */
const variants: readonly { opt: string; level: string; flags: readonly string[] }[] = [
	...levels.map((level) => ({ opt: level, level, flags: [] })),
	{ opt: '-O2 with vectors', level: '-O2', flags: ['-vectorize-loops', '-vectorize-slp'] }
];
/** Instructions on our machine, after which the programs that are left are not judged there. */
const fuel = 1_000_000_000;
/** Seconds of the processor's time, after which a program of gcc's is not judged. */
const patience = 2;

export interface Difference {
	seed: number;
	opt: string;
	expected: string;
	printed: string;
	/** Path of the source: the seed's alone, or of all that were compiled with it. */
	source: string;
}

export type Verdict = { seed: number } & (
	{ kind: 'same' | 'slow' | 'undefined' } | { kind: 'different'; difference: Difference }
);

interface Program {
	seed: number;
	text: string;
	source: string;
	/** What gcc's build prints. */
	expected: string;
}

/**
 * Random C programs, each compiled by gcc and by us at every level, in a folder of their own. Starting
 * compilers, linkers and emulators takes most of the time, so programs are judged by the dozen: one file
 * with all of them for each level, one program that runs them all. Only what is not as it should be is done
 * again alone.
 */
export class RandomPrograms {
	readonly #toolchain: Toolchain;
	readonly #folder: string;
	readonly #headers: Map<string, Uint8Array>;

	constructor(toolchain: Toolchain, folder: string) {
		this.#toolchain = toolchain;
		this.#folder = folder;
		this.#headers = headersOf(csmithHeaders);
		for (const [name, text] of Object.entries(standIns)) {
			this.#headers.set(`include/${name}`, new TextEncoder().encode(text));
			writeFileSync(join(folder, name), text);
		}
	}

	compare(seeds: readonly number[]): Verdict[] {
		const programs = this.#judgeable(seeds);
		const verdicts = new Map<number, Verdict>();
		for (const seed of seeds) verdicts.set(seed, { seed, kind: 'slow' });
		for (const { seed } of programs) verdicts.set(seed, { seed, kind: 'same' });
		for (const { program, opt, printed } of this.#deviations(programs)) {
			const { seed } = program;
			if (verdicts.get(seed)!.kind !== 'same') continue;
			verdicts.set(
				seed,
				this.#isUndefined(program)
					? { seed, kind: 'undefined' }
					: {
							seed,
							kind: 'different',
							difference: { ...program, opt, printed }
						}
			);
		}
		for (const { seed, source } of programs)
			if (verdicts.get(seed)!.kind === 'same') rmSync(source);
		return [...verdicts.values()];
	}

	/** The seeds' programs with gcc's results, without those that do not end. */
	#judgeable(seeds: readonly number[]): Program[] {
		const made: Program[] = [];
		for (const seed of seeds) {
			const text = generateProgram(seed, this.#folder);
			if (text === undefined) continue;
			const source = join(this.#folder, `seed${seed}.c`);
			writeFileSync(source, text);
			made.push({ seed, text, source, expected: '' });
		}
		const oracle = this.#gcc(made, 'oracle', []);
		for (const [i, program] of made.entries())
			program.expected = runInQemu(oracle, patience, [String(i)]);
		return made.filter(({ expected }) => expected.endsWith('[exit 0]\n'));
	}

	/** One program of gcc's that runs the one of several whose number it is told. */
	#gcc(programs: readonly Program[], name: string, flags: readonly string[]): string {
		const entries = programs.map(({ seed }) => entryOf(seed));
		const main = join(this.#folder, 'main.c');
		const body = 'int main(int argc, char **argv) { return all[atoi(argv[1])](1, 0); }\n';
		writeFileSync(main, `int atoi(const char *);\n${declared(entries)}${body}`);
		const sources = [main, ...programs.map(({ source }) => source)];
		return compileGcc(sources, join(this.#folder, name), [this.#folder, csmithHeaders], flags);
	}

	/** csmith lets floats become integers that cannot hold them: then each compiler does as it likes. */
	#isUndefined(program: Program): boolean {
		const flags = ['-O0', '-fsanitize=float-cast-overflow', '-fsanitize-undefined-trap-on-error'];
		const sanitized = this.#gcc([program], 'sanitized', flags);
		// How it ends: by SIGTRAP.
		return /\[exit (?:133|null)\]/.test(runInQemu(sanitized, 20, ['0']));
	}

	/** What is not as gcc's, each found again alone if it can be. */
	*#deviations(programs: readonly Program[]) {
		if (programs.length === 0) return;
		// Clang's -Og is all but its -O1, and one way with vectors is enough: these take turns.
		const left = variants[Math.floor(programs[0]!.seed / 12) % 2 === 0 ? 3 : 4];
		const found = this.#wrong(
			programs,
			variants.filter((variant) => variant !== left)
		);
		let alone = 0;
		for (const { program, variant } of found)
			for (const { printed } of this.#wrong([program], [variant])) {
				alone++;
				yield { program, opt: variant.opt, printed };
			}
		const [first] = found;
		if (!first || alone > 0) return;
		// Wrong in company only: behind the first one that is, nothing counts.
		const source = join(this.#folder, `seeds${programs[0]!.seed}.c`);
		writeFileSync(source, programs.map(({ text }) => text).join('\n'));
		const { program, variant, printed } = first;
		yield { program: { ...program, source }, opt: variant.opt, printed };
	}

	#wrong(programs: readonly Program[], these: typeof variants) {
		const runs = these.flatMap((variant) => programs.map((program) => ({ program, variant })));
		const outputs = this.#outputs(programs, these);
		return runs.flatMap(({ program, variant }, i) => {
			const expected = program.expected.replace('[exit 0]\n', '');
			const bad = outputs.find((output) => output(i) !== undefined && output(i) !== expected);
			return bad ? [{ program, variant, printed: bad(i)! }] : [];
		});
	}

	/**
	 * What our builds print, under qemu and on our machine: for the number of a run its text, undefined
	 * where there was not enough fuel.
	 */
	#outputs(
		programs: readonly Program[],
		these: typeof variants
	): ((run: number) => string | undefined)[] {
		try {
			const linked = this.#link(programs, these);
			const path = join(this.#folder, 'ours');
			writeFileSync(path, linked, { mode: 0o755 });
			const underQemu = sections(runInQemu(path, 120));
			const onOurs = sections(runOnFlatMachine(linked, fuel));
			return [(i) => underQemu(i) ?? 'nothing in two minutes', onOurs];
		} catch (error) {
			return [() => (error as Error).message];
		}
	}

	#link(programs: readonly Program[], these: typeof variants): Uint8Array {
		const text = new TextEncoder().encode(programs.map((program) => program.text).join('\n'));
		const objects = these.map(({ level, flags }, i) => {
			const names = programs.flatMap(({ seed }) => [
				'-D',
				`${entryOf(seed)}=${entryOf(seed)}_${i}`
			]);
			const more = [...flags, ...names];
			return compileOurs(this.#toolchain, 'programs', text, level, this.#headers, more);
		});
		const entries = these.flatMap((_, i) => programs.map(({ seed }) => `${entryOf(seed)}_${i}`));
		const main = `${declared(entries)}int putchar(int);
int main(void) { for (int i = 0; i < ${entries.length}; i++) { putchar('='); putchar(10); all[i](1, 0); } return 0; }
`;
		const bytes = new TextEncoder().encode(main);
		const first = compileOurs(this.#toolchain, 'main', bytes, '-O1', new Map());
		return linkBare(this.#toolchain, first, ...objects);
	}
}

function declared(entries: readonly string[]): string {
	const each = entries.map((name) => `int ${name}(int, char **);\n`).join('');
	return `${each}static int (*const all[])(int, char **) = { ${entries.join(', ')} };\n`;
}

/** What each run of a program of several printed; undefined from where it was cut short. */
function sections(printed: string): (run: number) => string | undefined {
	const parts = printed.split('=\n').slice(1);
	const end = parts.length - 1;
	const cut = printed.endsWith('[exit 124]\n');
	return (run) => {
		if (run < end) return parts[run]!;
		if (cut) return undefined;
		return run === end
			? parts[run]!.replace('[exit 0]\n', '')
			: `nothing, for ${printed.slice(-100)}`;
	};
}
