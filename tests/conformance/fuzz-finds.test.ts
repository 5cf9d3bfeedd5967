import { describe, expect, it } from 'vitest';
import { a64 } from '../../emulator-core/src/index.ts';
import { tableDecoder } from '../../emulator-core/src/isa/table.ts';
import { randomBlock, slot } from '../fuzz/isa/block.ts';
import { compareWithQemu } from '../fuzz/isa/compare.ts';
import { describeDifference, shrink } from '../fuzz/isa/shrink.ts';
import { formsAtEl0 } from '../fuzz/isa/steps.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';

/** EL0 may not read this here; Linux lets it. So there is one difference, and we know where. */
const odd = a64.assemble('mrs x9, cntfrq_el0', 0);

describe.runIf(requireTool('qemu-aarch64'))('the comparison with QEMU', () => {
	it('finds an instruction that differs among hundreds, and leaves it alone with nothing around it', () => {
		const random = new Random(11);
		const forms = formsAtEl0(/(?:)/);
		const blocks = Array.from({ length: 24 }, (_, n) => randomBlock(forms, 10 * n, random, 10));
		expect(compareWithQemu(blocks)).toEqual([]);

		const form = tableDecoder().forms[tableDecoder().decode(odd)]!;
		const { steps, registers, memory } = blocks[17]!;
		// All zero but X0, so that there is little to shorten.
		const changed = {
			registers: registers
				.slice()
				.fill(0, 0, slot.x)
				.fill(0, slot.x + 8),
			memory: memory.slice().fill(0),
			steps: steps.with(4, { word: odd, form })
		};
		const differences = compareWithQemu(blocks.with(17, changed));
		expect(differences).toHaveLength(1);
		expect(differences[0]!.block).toEqual(changed);

		const least = shrink(differences[0]!);
		expect(least.block.steps.map(({ word }) => word)).toEqual([odd]);
		expect(least.block.registers.every((byte) => byte === 0)).toBe(true);
		const text = describeDifference(least);
		expect(text).toMatch(/mrs\s+x9, cntfrq_el0/);
		// A trap of MRS to EL1.
		expect(text).toContain('ESR_EL1 0x6');
	});
});
