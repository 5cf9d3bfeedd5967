import { describe, expect, it } from 'vitest';
import { fuzzInstructions } from '../fuzz/isa/fuzz.ts';
import { describeDifference, shrink } from '../fuzz/isa/shrink.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';

const { seed } = new Random(1);
const instructions = 60_000;

/** A short run of `npm run fuzz:isa`. */
describe.runIf(requireTool('qemu-aarch64'))(`the table against qemu-aarch64 (SEED=${seed})`, () => {
	it(`${instructions} random instructions leave the same registers, flags and memory`, () => {
		const found: string[] = [];
		const run = fuzzInstructions({
			seed,
			instructions,
			progress: (_, differences) =>
				found.push(...differences.slice(0, 3).map((each) => describeDifference(shrink(each))))
		});
		expect(found).toEqual([]);
		expect(run.compared).toBe(instructions);
		// Every form of the table that runs at EL0.
		expect(run.forms).toBeGreaterThan(3000);
	});
});
