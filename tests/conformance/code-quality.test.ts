import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measure, ourObject, programs, type Measured } from '../bench/code/compare.ts';
import { makeToolchain } from '../toolchain/compilers.ts';

/**
 * The code of our compiler at -O2 against gcc's: the same results, in at most 2.5 times the instructions.
 * What gcc's code does is kept in gcc.json; `npm run bench:code` measures both and prints a table.
 */
const kept = readFileSync(join(import.meta.dirname, '../bench/code/gcc.json'), 'utf8');
const gcc = JSON.parse(kept) as Record<string, Measured>;
const toolchain = makeToolchain();

it('knows what gcc makes of each program', () => {
	expect(Object.keys(gcc).sort()).toEqual([...programs].sort());
});

describe.each(programs.map((name) => ({ name })))('$name', ({ name }) => {
	it('does what it does by gcc, in not many more instructions', () => {
		const ours = measure(toolchain, name, ourObject(toolchain, name));
		const theirs = gcc[name]!;
		expect(ours.result).toBe(theirs.result);
		expect(ours.instructions / theirs.instructions).toBeLessThan(2.5);
	});
});
