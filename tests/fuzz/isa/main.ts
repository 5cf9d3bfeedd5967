import { parseArgs } from 'node:util';
import { requireTool } from '../../conformance/oracle.ts';
import { fuzzSystem } from '../system/fuzz.ts';
import { fuzzInstructions } from './fuzz.ts';
import { describeDifference, shrink } from './shrink.ts';

const usage =
	'npm run fuzz:isa -- [--seed N] [--instructions N] [--only REGEX], or --system [--seed N] [--tests N]';

/** The command: compares, prints how far it is, and shows each kind of difference once, shortened. */
export function main(args: string[]): void {
	const { values } = parseArgs({
		args,
		options: {
			seed: { type: 'string', default: String(Date.now() % 1_000_000) },
			instructions: { type: 'string', default: '1000000' },
			only: { type: 'string', default: '' },
			system: { type: 'boolean', default: false },
			tests: { type: 'string', default: '100000' }
		}
	});
	const [seed, instructions] = [Number(values.seed), Number(values.instructions)];
	if (!Number.isInteger(seed) || !(instructions > 0)) throw new Error(usage);
	if (values.system) return system(seed, Number(values.tests));
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

function system(seed: number, tests: number): void {
	if (!requireTool('qemu-system-aarch64')) return;
	console.log(`seed ${seed}, ${tests} tests of translation and traps`);
	let [differing, shown] = [0, 0];
	const outcomes = fuzzSystem({
		seed,
		tests,
		progress: (done, differences) => {
			differing += differences.length;
			for (const difference of differences) if (shown++ < 20) console.log(`\n${difference}\n`);
			console.log(`${done} tests compared, ${differing} differ`);
		}
	});
	for (const [outcome, count] of [...outcomes].sort(([, a], [, b]) => b - a))
		console.log(`${String(count).padStart(8)} ${outcome}`);
	console.log(`${tests} tests compared (seed ${seed}): ${differing} differ`);
	if (differing > 0) process.exitCode = 1;
}
