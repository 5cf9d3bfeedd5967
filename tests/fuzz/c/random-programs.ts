import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
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

const runtime = '/usr/include/csmith';

/** csmith's headers need little of a C library: these stand in for both compilers alike. */
const standIns: Record<string, string> = {
	'string.h':
		'#include <stddef.h>\nvoid *memcpy(void *, const void *, size_t);\nvoid *memset(void *, int, size_t);\nint strcmp(const char *, const char *);\n',
	'stdio.h': 'int printf(const char *, ...);\n',
	'math.h': 'float fabsf(float);\ndouble fabs(double);\n',
	'assert.h': ''
};

/** Four kinds of programs take turns: plain, with floats, with inlining, large. */
const kinds: readonly (readonly string[])[] = [
	['--max-funcs', '5', '--no-float'],
	['--max-funcs', '4', '--float'],
	['--max-funcs', '5', '--no-float', '--inline-function', '--packed-struct'],
	['--max-funcs', '10', '--no-float', '--max-array-dim', '3']
];

/** Beyond the usual levels: what Clang's vectorizers make of the loops. */
const vectorized = '-O2 with vectors';
/** Instructions on our machine, after which a program is not judged there. */
const fuel = 100_000_000;

export interface Difference {
	seed: number;
	opt: string;
	expected: string;
	printed: string;
	/** Path of the program's source. */
	source: string;
}

export type Verdict =
	{ kind: 'same' | 'slow' | 'undefined' } | { kind: 'different'; difference: Difference };

/** Random C programs, each compiled by gcc and by us at every level, in a folder of their own. */
export class RandomPrograms {
	readonly #toolchain: Toolchain;
	readonly #folder: string;
	readonly #headers: Map<string, Uint8Array>;

	constructor(toolchain: Toolchain, folder: string) {
		this.#toolchain = toolchain;
		this.#folder = folder;
		this.#headers = headersOf(runtime);
		for (const [name, text] of Object.entries(standIns)) {
			this.#headers.set(`include/${name}`, new TextEncoder().encode(text));
			writeFileSync(join(folder, name), text);
		}
	}

	/** The program of a seed; the same for ever with the same csmith. */
	compare(seed: number): Verdict {
		const source = join(this.#folder, `seed${seed}.c`);
		const flags = ['--seed', String(seed), ...kinds[seed % kinds.length]!];
		// csmith leaves a file platform.info where it runs.
		const made = spawnSync('csmith', flags, { timeout: 30_000, cwd: this.#folder });
		// It does not come to an end with every seed.
		if (made.status !== 0) return { kind: 'slow' };
		writeFileSync(source, made.stdout);
		const oracle = compileGcc(source, join(this.#folder, 'oracle'), [this.#folder, runtime]);
		const expected = runInQemu(oracle, 5);
		if (expected.includes('[exit 124]')) return { kind: 'slow' };
		for (const opt of [...levels, vectorized]) {
			const printed = this.#run(seed, source, opt);
			if (printed === expected) continue;
			if (this.#isUndefined(source)) return { kind: 'undefined' };
			return { kind: 'different', difference: { seed, opt, expected, printed, source } };
		}
		return { kind: 'same' };
	}

	/** csmith lets floats become integers that cannot hold them: then each compiler does as it likes. */
	#isUndefined(source: string): boolean {
		const sanitized = [
			'-O0',
			'-fsanitize=float-cast-overflow',
			'-fsanitize-undefined-trap-on-error'
		];
		const path = join(this.#folder, 'sanitized');
		const program = compileGcc(source, path, [this.#folder, runtime], sanitized);
		// How it ends: a breakpoint is SIGTRAP, which `timeout` may pass on by dying of it as well.
		return /\[exit (?:133|null)\]/.test(runInQemu(program, 20));
	}

	/** What one of ours prints under qemu; at -O2 on our machine, too. */
	#run(seed: number, source: string, opt: string): string {
		try {
			const bytes = readFileSync(source);
			const level = opt === vectorized ? '-O2' : opt;
			const more = opt === vectorized ? ['-vectorize-loops', '-vectorize-slp'] : [];
			const object = compileOurs(this.#toolchain, `seed${seed}`, bytes, level, this.#headers, more);
			const program = linkBare(this.#toolchain, object);
			const path = join(this.#folder, 'ours');
			writeFileSync(path, program, { mode: 0o755 });
			const printed = runInQemu(path, 40);
			if (opt !== '-O2' || printed.includes('[exit 124]')) return printed;
			const onOurs = runOnFlatMachine(program, fuel);
			return onOurs === printed || onOurs.includes('[exit 124]')
				? printed
				: `on our machine ${onOurs}`;
		} catch (error) {
			return (error as Error).message;
		}
	}
}
