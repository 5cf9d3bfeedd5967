import { parseArgs } from 'node:util';
import { requireTool } from '../../conformance/oracle.ts';
import { fuzzInstructions } from './fuzz.ts';
import { describeDifference, shrink } from './shrink.ts';

const usage = 'npm run fuzz:isa -- [--seed N] [--instructions N] [--only REGEX]';

/** The command: compares, prints how far it is, and shows each kind of difference once, shortened. */
export function main(args: string[]): void {
	const { values } = parseArgs({
		args,
		options: {
			seed: { type: 'string', default: String(Date.now() % 1_000_000) },
			instructions: { type: 'string', default: '1000000' },
			only: { type: 'string', default: '' }
		}
	});
	const [seed, instructions] = [Number(values.seed), Number(values.instructions)];
	if (!Number.isInteger(seed) || !(instructions > 0)) throw new Error(usage);
	if (!requireTool('qemu-aarch64')) return;
	console.log(`seed ${seed}, ${instructions} instructions`);
	const shown = new Set<string>();
	let differing = 0;
	const { compared, forms } = fuzzInstructions({
		seed,
		instructions,
		only: new RegExp(values.only, 'i'),
		progress: (done, differences) => {
			for (const difference of differences) {
				differing++;
				if (shown.size >= 20) continue;
				const least = shrink(difference);
				const kind = least.block.steps.map(({ form }) => form.row.name).join(' ');
				if (shown.has(kind)) continue;
				shown.add(kind);
				console.log(`\n${describeDifference(least)}\n`);
			}
			console.log(`${done} instructions compared, ${differing} blocks differ`);
		}
	});
	console.log(
		`${compared} instructions of ${forms} forms compared (seed ${seed}): ${differing} blocks differ`
	);
	if (differing > 0) process.exitCode = 1;
}
