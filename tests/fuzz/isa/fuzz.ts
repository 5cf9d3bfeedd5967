import { Random } from '../../conformance/random.ts';
import { randomBlock } from './block.ts';
import { compareWithQemu, type Difference } from './compare.ts';
import { formsAtEl0 } from './steps.ts';

export interface FuzzOptions {
	readonly seed: number;
	/** Random instructions to compare; registers are loaded and stored besides. */
	readonly instructions: number;
	/** Names of the table's rows. */
	readonly only?: RegExp;
	readonly blocksAtATime?: number;
	/** Called after each program: instructions compared so far. */
	readonly progress?: (done: number, differences: readonly Difference[]) => void;
}

const length = 10;

/** Random blocks of the whole table, in programs of some thousand blocks. */
export function fuzzInstructions(options: FuzzOptions): { compared: number; forms: number } {
	const { seed, instructions, only = /(?:)/, blocksAtATime = 2000, progress } = options;
	const forms = formsAtEl0(only);
	if (forms.length === 0) throw new Error(`No row of the table has a name like ${only.source}.`);
	const random = new Random(seed);
	let compared = 0;
	while (compared < instructions) {
		const count = Math.min(blocksAtATime, Math.ceil((instructions - compared) / length));
		const blocks = Array.from({ length: count }, (_, n) =>
			randomBlock(forms, compared + n * length, random, length)
		);
		const differences = compareWithQemu(blocks);
		compared += count * length;
		progress?.(compared, differences);
	}
	return { compared, forms: forms.length };
}
