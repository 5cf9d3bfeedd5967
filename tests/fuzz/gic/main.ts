import { parseArgs } from 'node:util';
import { requireTool } from '../../conformance/oracle.ts';
import { firstDifference } from './fuzz.ts';

const usage = 'node tests/fuzz/gic.js [--seed N] [--runs N] [--steps N]';

/** The command: so many random sequences from a seed on; shows the first difference of each. */
export function main(args: string[]): void {
	const { values } = parseArgs({
		args,
		options: {
			seed: { type: 'string', default: String(Date.now() % 1_000_000) },
			runs: { type: 'string', default: '100' },
			steps: { type: 'string', default: '600' }
		}
	});
	const [seed, runs, steps] = [values.seed, values.runs, values.steps].map(Number);
	if (![seed, runs, steps].every((n) => Number.isInteger(n) && n! >= 0)) throw new Error(usage);
	if (!requireTool('qemu-system-aarch64')) return;
	console.log(`seeds ${seed} to ${seed! + runs! - 1}, ${steps} steps each`);
	let [compared, differing] = [0, 0];
	for (let n = 0; n < runs!; n++) {
		const found = firstDifference(seed! + n, steps!);
		compared += found.compared;
		if (found.story !== undefined) console.log(`\n${found.story}\n`);
		if (found.story !== undefined) differing++;
	}
	console.log(`${compared} answers of the GIC compared: ${differing} of ${runs} runs differ`);
	if (differing > 0) process.exitCode = 1;
}
