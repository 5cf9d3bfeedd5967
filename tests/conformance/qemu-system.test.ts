import { describe, expect, it } from 'vitest';
import { fuzzSystem } from '../fuzz/system/fuzz.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';

const { seed } = new Random(1);
const tests = 3500;

/** A short run of `npm run fuzz:isa -- --system`; the tables, registers and instructions are random. */
describe.runIf(requireTool('qemu-system-aarch64'))(
	`translation and traps against qemu-system-aarch64 (SEED=${seed})`,
	() => {
		it(`${tests} random tests end alike: syndrome, addresses, registers`, () => {
			const found: string[] = [];
			const outcomes = fuzzSystem({
				seed,
				tests,
				atATime: 1750,
				progress: (_, differences) => found.push(...differences.slice(0, 3))
			});
			expect(found).toEqual([]);
			// Stage-2 faults of data and fetches, stage-1 faults, traps of registers and of SIMD.
			for (const outcome of [
				"access, EC 0x24, EL1's 0x0",
				"access, EC 0x20, EL1's 0x0",
				"access, EC 0x16, EL1's 0x24",
				"access, EC 0x16, EL1's 0x25",
				"register, EC 0x18, EL1's 0x0",
				"access, EC 0x7, EL1's 0x0",
				// Chains of exceptions, breakpoints, steps, watchpoints.
				"chain, EC 0x16, EL1's 0x15",
				"debug, EC 0x16, EL1's 0x30",
				"debug, EC 0x32, EL1's 0x0",
				"debug, EC 0x16, EL1's 0x34"
			])
				expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(5);
		});
	}
);
