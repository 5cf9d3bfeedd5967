/** What -O0 promises to whoever steps through C: lines in their order, and each variable in its place. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { a64 } from 'emulator-core';
import { createToolchain, extractHeaders, type Toolchain } from '../index.ts';
import type { Assembly } from './compile-module.ts';

const gen = join(dirname(createRequire(import.meta.url).resolve('@yowasp/clang')), '..', 'gen');

let toolchain: Toolchain;
beforeAll(() => {
	toolchain = createToolchain({
		llvm: new WebAssembly.Module(readFileSync(join(gen, 'llvm.core.wasm'))),
		headers: extractHeaders(readFileSync(join(gen, 'llvm-resources.tar'))),
		assembler: a64
	});
});

function compile(source: string, flags = {}): Assembly {
	const files = new Map([['a.c', new TextEncoder().encode(source)]]);
	const made = toolchain.compileToAssembly('a.c', files, { opt: '-O0', ...flags });
	expect(made.diagnostics).toEqual([]);
	return made.assembly!;
}

/** The source lines of the code as it lies, each as often as it begins anew. */
function linesOf(source: string): number[] {
	const { text, sources } = compile(source);
	const isCode = text.split('\n').map((line) => /^\t(?!\.)/.test(line));
	const lines = sources.flatMap((at, i) => (at && isCode[i] ? [at.line] : []));
	return lines.filter((line, i) => line !== lines[i - 1]);
}

describe('the lines of code at -O0', () => {
	it('are those of the statements, each of which is one place', () => {
		const source = `int f(int a, int b);
int g(int a)
{
	int b =
		a + 1;
	f(a,
	  f(b,
	    3));
	b = f(1, 2) |
	    f(3, 4) |
	    f(5, 6);
	return f(
		a, b);
}
`;
		expect(linesOf(source)).toEqual([3, 4, 6, 9, 12]);
	});

	it('go through a condition of several lines in order', () => {
		const source = `int f(int a);
int g(int a, int b)
{
	if (f(a) ||
	    f(b) ||
	    f(3))
		return 1;
	return 2;
}
`;
		expect(linesOf(source)).toEqual([3, 4, 5, 6, 7, 8, 9]);
	});

	it('go back only for loops', () => {
		const source = `int f(int a);
void g(int a)
{
	for (int i = 0; i < a; i++) {
		f(i);
		f(a);
	}
	while (f(a))
		a--;
	do {
		a++;
	} while (f(a) &&
		 f(3));
}
`;
		expect(linesOf(source)).toEqual([3, 4, 5, 6, 4, 8, 9, 8, 11, 12, 14]);
	});
});

describe('variables at -O0', () => {
	it('each have a place in the frame for the whole of the function', () => {
		const source = `int f(int a);
int g(int a, long b)
{
	int c = a + 1;
	for (int i = 0; i < a; i++) {
		unsigned char d = f(c);
		c += d;
	}
	return c;
}
`;
		const { variables } = compile(source, { variables: true });
		expect(variables.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'i', 'd']);
		expect(new Set(variables.map(({ base, offset }) => `${base}+${offset}`)).size).toBe(5);
		expect(compile(source).variables).toEqual([]);
	});
});
