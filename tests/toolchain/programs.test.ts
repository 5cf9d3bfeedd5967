import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	compileGcc,
	compileOurs,
	haveGcc,
	haveQemu,
	headersOf,
	levels,
	linkForQemu,
	makeToolchain,
	runInQemu
} from './compilers.ts';

/**
 * One program for each feature of the language and the ABI. What it prints must be the text in
 * expected/, which is what gcc's build prints: with the cross compiler installed that is checked too, and
 * UPDATE_GOLDEN=1 writes it anew. gcc cannot compile those in `ours`: their texts were worked out.
 */
const programs = join(import.meta.dirname, 'programs');
const ours = new Set(['odd-widths', 'atomics-wide']);
const folder = mkdtempSync(join(tmpdir(), 'trapline-programs-'));
const headers = headersOf(import.meta.dirname);
const toolchain = makeToolchain();
afterAll(() => rmSync(folder, { recursive: true }));

const names = readdirSync(programs).map((file) => file.replace(/\.c$/, ''));

describe.each(names.map((name) => ({ name })))('$name', ({ name }) => {
	const source = join(programs, `${name}.c`);
	const golden = join(import.meta.dirname, 'expected', `${name}.txt`);
	let expected: string;

	beforeAll(() => {
		if (haveGcc && haveQemu && !ours.has(name)) {
			const program = compileGcc(source, join(folder, `${name}.gcc`), [import.meta.dirname]);
			const printed = runInQemu(program);
			if (process.env['UPDATE_GOLDEN'] || !existsSync(golden)) writeFileSync(golden, printed);
			expect(readFileSync(golden, 'utf8')).toBe(printed);
		}
		expected = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
	});

	describe.runIf(haveGcc && haveQemu)('under qemu-aarch64', () => {
		it.each(levels)('at %s', (opt) => {
			const object = compileOurs(toolchain, name, readFileSync(source), opt, headers);
			const program = linkForQemu(object, join(folder, `${name}${opt}`));
			expect(runInQemu(program)).toBe(expected);
		});
	});
});
