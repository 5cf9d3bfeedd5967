import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { abiProgram } from '../fuzz/c/abi-programs.ts';
import { compileOurs, gcc, haveGcc, linkBare, makeToolchain } from './compilers.ts';
import { runOnFlatMachine } from './flat-program.ts';

/**
 * AAPCS64: functions with random parameters, called from gcc's code into ours and from ours into gcc's.
 * ABI_SEEDS=1-500 tries others.
 */
const [first = 1, last = 3] = (process.env['ABI_SEEDS'] ?? '')
	.split('-')
	.filter(Boolean)
	.map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, i) => first + i);
const folder = mkdtempSync(join(tmpdir(), 'trapline-abi-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(haveGcc)('values handed over between compilers', () => {
	const toolchain = makeToolchain();

	function byGcc(name: string, text: string): Uint8Array {
		writeFileSync(join(folder, `${name}.c`), text);
		const out = join(folder, `${name}.o`);
		const flags = ['-w', '-O1', '-fwrapv', '-fno-pie', '-mno-outline-atomics', '-c', '-o', out];
		execFileSync(gcc, [...flags, join(folder, `${name}.c`)]);
		return readFileSync(out);
	}

	it.each(seeds)('seed %i', (seed) => {
		const { header, caller, callee } = abiProgram(seed);
		writeFileSync(join(folder, 'abi.h'), header);
		const headers = new Map([['include/abi.h', new TextEncoder().encode(header)]]);
		const opt = seed % 2 === 0 ? '-O0' : '-O2';
		const byUs = (name: string, text: string) =>
			compileOurs(toolchain, name, new TextEncoder().encode(text), opt, headers);
		const theirs = [byGcc('caller', caller), byGcc('callee', callee)] as const;
		const ours = [byUs('caller', caller), byUs('callee', callee)] as const;
		const run = (...objects: Uint8Array[]) => runOnFlatMachine(linkBare(toolchain, ...objects));
		const expected = run(...theirs);
		expect(expected).toMatch(/\[exit 0\]\n$/);
		expect(run(theirs[0], ours[1])).toBe(expected);
		expect(run(ours[0], theirs[1])).toBe(expected);
	});
});
