import { describe, expect, it } from 'vitest';
import { firstDifference } from '../fuzz/gic/fuzz.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';

const { seed } = new Random(1);

/** A short run of `node tests/fuzz/gic.js`: tests/fuzz/gic/README.md says what is compared, and what is not. */
describe.runIf(requireTool('qemu-system-aarch64'))(
	`the interrupt controller against qemu-system-aarch64 (SEED=${seed})`,
	() => {
		it.each([0, 1, 2, 3])('answers two CPUs and their guests alike, sequence %i', (n) => {
			const { compared, story } = firstDifference(seed + n, 600);
			expect(story).toBeUndefined();
			expect(compared).toBeGreaterThan(3000);
		});
	}
);
