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

	it('of seeds 1 to 5', () => {
		const verdicts = programs.compare([1, 2, 3, 4, 5]);
		expect(verdicts.filter(({ kind }) => kind === 'different')).toEqual([]);
		expect(verdicts.filter(({ kind }) => kind === 'same').length).toBeGreaterThanOrEqual(3);
	});
});
