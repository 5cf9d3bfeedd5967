import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RandomPrograms } from '../fuzz/c/random-programs.ts';
import { haveCsmith, haveGcc, haveQemu, makeToolchain } from './compilers.ts';

/** A few programs of csmith; `npm run fuzz:c -- --seed N --programs N` goes on for as long as you like. */
describe.runIf(haveCsmith && haveGcc && haveQemu)('random programs print what gcc prints', () => {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-random-'));
	const programs = new RandomPrograms(makeToolchain(), folder);
	afterAll(() => rmSync(folder, { recursive: true }));

	it.each([1, 2, 3])('seed %i', (seed) => {
		const verdict = programs.compare(seed);
		expect(verdict.kind === 'different' ? verdict.difference : undefined).toBeUndefined();
	});
});
