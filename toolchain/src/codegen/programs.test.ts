import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { a64 } from 'emulator-core';
import { createToolchain, extractHeaders, type Toolchain } from '../index.ts';

/**
 * C programs through Clang, our back end and our assembler, linked with the system's C library and run
 * under qemu-aarch64: what they print must be what gcc's build of them prints.
 * CSMITH=1-20 also runs the random programs of those seeds.
 */
const gen = join(dirname(createRequire(import.meta.url).resolve('@yowasp/clang')), '..', 'gen');
const programs = join(import.meta.dirname, 'programs');
const gcc = 'aarch64-linux-gnu-gcc';
const oracleFlags = [
	'-static',
	'-w',
	'-O1',
	'-fwrapv',
	'-fno-strict-aliasing',
	'-ffp-contract=off'
];
const found = (tool: string) => spawnSync('which', [tool]).status === 0;
const isReady = found(gcc) && found('qemu-aarch64');

/** Use vector registers, whose instructions the table does not have yet: assembled by GNU as. */
const floating = new Set(['language']);

let toolchain: Toolchain;
const folder = mkdtempSync(join(tmpdir(), 'trapline-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
	toolchain = createToolchain({
		llvm: new WebAssembly.Module(readFileSync(join(gen, 'llvm.core.wasm'))),
		headers: extractHeaders(readFileSync(join(gen, 'llvm-resources.tar'))),
		assembler: a64
	});
});

function run(program: string): string {
	const { stdout, status } = spawnSync('timeout', ['20', 'qemu-aarch64', program]);
	return `${stdout.toString()}[exit ${status}]`;
}

function build(
	name: string,
	source: Uint8Array,
	opt: string,
	includes = new Map<string, Uint8Array>()
) {
	const files = new Map([[`${name}.c`, source], ...includes]);
	const flags = { opt, freestanding: false, includes: ['include'], warnings: ['-w'] };
	const path = join(folder, `${name}${opt}`);
	if (floating.has(name) || name.startsWith('seed')) {
		const { assembly, diagnostics } = toolchain.compileToAssembly(`${name}.c`, files, flags);
		expect(diagnostics).toEqual([]);
		writeFileSync(`${path}.s`, assembly!.text);
		execFileSync('aarch64-linux-gnu-as', ['-o', `${path}.o`, `${path}.s`]);
	} else {
		const { object, diagnostics } = toolchain.compile(`${name}.c`, files, flags);
		expect(diagnostics).toEqual([]);
		writeFileSync(`${path}.o`, object!);
	}
	execFileSync(gcc, ['-static', '-o', path, `${path}.o`]);
	return path;
}

describe.runIf(isReady || process.env['CI'])(
	'programs compiled by us and by gcc print the same',
	() => {
		const names = readdirSync(programs).map((file) => file.replace(/\.c$/, ''));
		describe.each(names.map((name) => ({ name })))('$name', ({ name }) => {
			const source = join(programs, `${name}.c`);
			let expected: string;
			beforeAll(() => {
				const path = join(folder, `${name}.gcc`);
				execFileSync(gcc, [...oracleFlags, '-o', path, source]);
				expected = run(path);
			});
			it.each(['-O0', '-O1', '-O2', '-Og'])('at %s', (opt) => {
				expect(run(build(name, readFileSync(source), opt))).toBe(expected);
			});
		});
	}
);

const [first, last] = (process.env['CSMITH'] ?? '').split('-').map(Number);
const runtime = '/usr/include/csmith';

describe.runIf(first && existsSync(runtime))('random programs of csmith', () => {
	/** csmith's headers need little of a C library: these stand in for both compilers alike. */
	const stand: Record<string, string> = {
		'string.h':
			'#include <stddef.h>\nvoid *memcpy(void *, const void *, size_t);\nvoid *memset(void *, int, size_t);\nint strcmp(const char *, const char *);\n',
		'stdio.h': 'int printf(const char *, ...);\n',
		'math.h': 'float fabsf(float);\ndouble fabs(double);\n',
		'assert.h': ''
	};
	const headers = new Map<string, Uint8Array>();
	beforeAll(() => {
		for (const name of readdirSync(runtime).filter((file) => file.endsWith('.h')))
			headers.set(`include/${name}`, readFileSync(join(runtime, name)));
		for (const [name, text] of Object.entries(stand)) {
			headers.set(`include/${name}`, new TextEncoder().encode(text));
			writeFileSync(join(folder, name), text);
		}
	});
	const seeds = Array.from({ length: (last ?? first!) - first! + 1 }, (_, i) => first! + i);
	it.each(seeds)('seed %i', (seed) => {
		const source = execFileSync(
			'csmith',
			['--seed', String(seed), '--max-funcs', '5', '--no-float'],
			// It leaves a file platform.info where it runs.
			{ timeout: 30_000, cwd: folder }
		);
		const name = `seed${seed}`;
		writeFileSync(join(folder, `${name}.c`), source);
		const path = join(folder, `${name}.gcc`);
		execFileSync(gcc, [
			...oracleFlags,
			`-I${folder}`,
			`-I${runtime}`,
			'-o',
			path,
			join(folder, `${name}.c`)
		]);
		const expected = run(path);
		for (const opt of ['-O0', '-O1', '-O2'])
			expect([opt, run(build(name, source, opt, headers))]).toEqual([opt, expected]);
	});
});
