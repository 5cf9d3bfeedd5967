import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { haveCsmith, haveGcc, haveQemu, makeToolchain } from '../../toolchain/compilers.ts';
import { RandomPrograms } from './random-programs.ts';

/** Programs that are compiled and run together. */
const batch = 12;

/**
 * Random programs of csmith, from `--seed` on, `--programs` of them: our compiler at -O0, -O1, -O2, -Og
 * and with vectors against gcc, under qemu-aarch64 and on our machine. A program that differs is kept, and
 * the run goes on. Gives the exit status.
 */
export function main(args: string[]): number {
	const { values } = parseArgs({
		args,
		options: {
			seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
			programs: { type: 'string', default: '100' }
		}
	});
	if (!haveCsmith || !haveGcc || !haveQemu) {
		console.error(
			'This needs csmith, aarch64-linux-gnu-gcc and qemu-aarch64 (packages of Debian).'
		);
		return 2;
	}
	const first = Number(values.seed);
	const count = Number(values.programs);
	if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || first < 0 || count < 1) {
		console.error('--seed takes a number from 0 on, --programs how many to try, from 1 on.');
		return 2;
	}
	const folder = mkdtempSync(join(tmpdir(), 'trapline-fuzz-c-'));
	const programs = new RandomPrograms(makeToolchain(), folder);
	console.log(`seeds ${first} to ${first + count - 1}, in ${folder}`);
	const counts = { same: 0, slow: 0, undefined: 0, different: 0 };
	const seeds = Array.from({ length: count }, (_, i) => first + i);
	for (let at = 0; at < count; at += batch) {
		const verdicts = programs.compare(seeds.slice(at, at + batch));
		for (const verdict of verdicts) {
			counts[verdict.kind]++;
			if (verdict.kind !== 'different') continue;
			const { opt, expected, printed, source } = verdict.difference;
			console.log(`seed ${verdict.seed} at ${opt}: ${source}\n  gcc  ${expected}  ours ${printed}`);
		}
		console.log(`to seed ${verdicts.at(-1)!.seed}: ${JSON.stringify(counts)}`);
	}
	console.log(
		`${count} programs: ${counts.same} the same at every level, ${counts.different} different, ` +
			`${counts.slow} too slow to judge, ${counts.undefined} undefined`
	);
	return counts.different > 0 ? 1 : 0;
}
