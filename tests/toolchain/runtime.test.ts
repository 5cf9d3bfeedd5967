import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { STB_LOCAL } from '../../toolchain/src/elf/constants.ts';
import { readElf } from '../../toolchain/src/index.ts';
import { runtimeSymbols } from '../../toolchain/src/runtime/runtime.ts';
import {
	compileGcc,
	compileOurs,
	haveGcc,
	haveQemu,
	headersOf,
	linkBare,
	makeToolchain,
	runInQemu,
	runtimeSources
} from './compilers.ts';
import { runOnFlatMachine } from './flat-program.ts';

/**
 * The library that compiled code counts on, against gcc's (what expected/runtime.txt has is gcc's and
 * libgcc's; UPDATE_GOLDEN=1 writes it anew). RUNTIME_OPERANDS=1000000 RUNTIME_SEED=7 tries as many others
 * of that seed, under qemu-aarch64.
 */
const source = join(import.meta.dirname, 'runtime.c');
const golden = join(import.meta.dirname, 'expected/runtime.txt');
const operands = Number(process.env['RUNTIME_OPERANDS'] ?? 0);
const seed = Number(process.env['RUNTIME_SEED'] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'trapline-runtime-'));
const toolchain = makeToolchain();
afterAll(() => rmSync(folder, { recursive: true }));

function program(count: number, seed: number): Uint8Array {
	const text = `#define OPERANDS ${count}\n#define SEED ${seed}\n${readFileSync(source, 'utf8')}`;
	const headers = headersOf(import.meta.dirname);
	const bytes = new TextEncoder().encode(text);
	return linkBare(toolchain, compileOurs(toolchain, 'runtime', bytes, '-O1', headers));
}

function byGcc(count: number, seed: number): string {
	const defines = [`-DOPERANDS=${count}`, `-DSEED=${seed}`];
	const path = compileGcc([source], join(folder, 'gcc'), [import.meta.dirname], defines);
	return runInQemu(path, 500);
}

it('gives what libgcc gives', () => {
	if (process.env['UPDATE_GOLDEN'] && haveGcc && haveQemu) writeFileSync(golden, byGcc(2000, 1));
	expect(runOnFlatMachine(program(2000, 1))).toBe(readFileSync(golden, 'utf8'));
});

describe.runIf(operands > 0 && haveGcc && haveQemu)('random operands', () => {
	it(`${operands} of seed ${seed}`, () => {
		const path = join(folder, 'ours');
		writeFileSync(path, program(operands, seed), { mode: 0o755 });
		expect(runInQemu(path, 500)).toBe(byGcc(operands, seed));
	}, 1_100_000);
});

it('defines what its table says', () => {
	const sources = runtimeSources();
	const files = new Map(sources);
	for (const [file, names] of Object.entries(runtimeSymbols)) {
		const { object, diagnostics } = toolchain.compile(file, files, { opt: '-O2', noBuiltin: true });
		expect(diagnostics).toEqual([]);
		const defined = readElf(object!).symbols.filter(
			({ binding, sectionIndex }) => binding !== STB_LOCAL && sectionIndex !== 0
		);
		expect(defined.map(({ name }) => name).sort()).toEqual([...names].sort());
	}
	const listed = [...sources.keys()].filter((name) => name.endsWith('.c'));
	expect(Object.keys(runtimeSymbols).sort()).toEqual(listed.sort());
});

it('stands back where a program or a library brings its own', () => {
	const own = `long memory; int main(void) { char a[100]; __builtin_memset(a, 1, memory); return a[5]; }
void *memset(void *p, int c, unsigned long n) { memory = 1; *(char *)(p + 5) = 42; return p; }`;
	const bytes = new TextEncoder().encode(own);
	const object = compileOurs(toolchain, 'own', bytes, '-O0', new Map());
	expect(runOnFlatMachine(linkBare(toolchain, object))).toBe('[exit 42]\n');
});
