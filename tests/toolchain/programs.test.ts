import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	compileGcc,
	compileOurs,
	compileOursFromIr,
	haveGcc,
	haveQemu,
	headersOf,
	levels,
	linkBare,
	makeToolchain,
	runInQemu
} from './compilers.ts';
import { runOnFlatMachine } from './flat-program.ts';

/**
 * One program for each feature of the language and the ABI. Compiled at three levels (four with ALL_LEVELS=1), linked with our
 * own runtime, and run on our own machine, it must print the text in expected/; what -O2 made also runs
 * under qemu-aarch64. The texts are what gcc's builds print: UPDATE_GOLDEN=1 has gcc write them anew.
 * gcc cannot compile those in `ours`: their texts were worked out. What Clang does not make of any short
 * C is beside a program as intermediate code.
 */
const programs = join(import.meta.dirname, 'programs');
const ours = new Set(['odd-widths', 'atomics-wide', 'huge-compare', 'intermediate']);
const folder = mkdtempSync(join(tmpdir(), 'trapline-programs-'));
const headers = headersOf(import.meta.dirname);
const toolchain = makeToolchain();
afterAll(() => rmSync(folder, { recursive: true }));

const names = readdirSync(programs)
	.filter((file) => file.endsWith('.c'))
	.map((file) => file.replace(/\.c$/, ''));

/** -O1 and -Og differ little: programs take turns with them, unless ALL_LEVELS=1 wants both. */
const levelsOf = (name: string) =>
	process.env['ALL_LEVELS']
		? levels
		: ['-O0', '-O2', names.indexOf(name) % 2 === 0 ? '-O1' : '-Og'];

describe.each(names.map((name) => ({ name })))('$name', ({ name }) => {
	const source = join(programs, `${name}.c`);
	const golden = join(import.meta.dirname, 'expected', `${name}.txt`);
	let expected: string;

	beforeAll(() => {
		if (process.env['UPDATE_GOLDEN'] && haveGcc && haveQemu && !ours.has(name)) {
			const program = compileGcc([source], join(folder, `${name}.gcc`), [import.meta.dirname]);
			writeFileSync(golden, runInQemu(program));
		}
		expected = readFileSync(golden, 'utf8');
	});

	it.each(levelsOf(name))('at %s', (opt) => {
		const object = compileOurs(toolchain, name, readFileSync(source), opt, headers);
		const beside = join(programs, `${name}.ll`);
		const more = existsSync(beside) ? [compileOursFromIr(beside, opt)] : [];
		const program = linkBare(toolchain, object, ...more);
		expect(runOnFlatMachine(program)).toBe(expected);
		if (opt !== '-O2' || !haveQemu) return;
		const path = join(folder, name);
		writeFileSync(path, program, { mode: 0o755 });
		expect(runInQemu(path)).toBe(expected);
	});
});
