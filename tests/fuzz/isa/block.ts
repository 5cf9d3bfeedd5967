import { a64 } from '../../../emulator-core/src/index.ts';
import { randomValues } from '../../conformance/vector-values.ts';
import type { Random } from '../../conformance/random.ts';
import type { Form } from '../../../emulator-core/src/isa/instruction.ts';
import { randomStep, windowBytes, withField, type Step } from './steps.ts';

/** Where a block's registers lie in its slot, before and after. */
export const slot = { v: 0, x: 512, sp: 760, nzcv: 768, fpcr: 776, fpsr: 784, bytes: 800 };

/** Instructions that run one after another, from these registers and this memory. */
export interface Block {
	readonly steps: readonly Step[];
	readonly registers: Uint8Array;
	readonly memory: Uint8Array;
}

export function randomBlock(
	forms: readonly Form[],
	first: number,
	random: Random,
	length: number
): Block {
	const registers = new Uint8Array(slot.bytes);
	const view = new DataView(registers.buffer);
	randomValues(random, new DataView(registers.buffer, slot.v, 512));
	for (let n = 0; n < 32; n++) view.setBigUint64(slot.x + 8 * n, random.value(), true);
	view.setUint32(slot.nzcv, random.below(16) * 2 ** 28, true);
	// Half of the blocks run with FPCR as it comes up; FPSR starts with any flags.
	view.setUint32(slot.fpcr, random.below(2) === 0 ? 0 : random.below(32) * 2 ** 22, true);
	view.setUint32(slot.fpsr, random.below(4) === 0 ? 0x0800_009f : 0, true);
	const memory = new Uint8Array(windowBytes);
	randomValues(random, new DataView(memory.buffer));
	const steps: Step[] = [];
	while (steps.length < length) {
		// Every form has its turn; one in four is drawn, so that neighbours differ.
		const turn = forms[(first + steps.length) % forms.length]!;
		const step = randomStep(random.below(4) === 0 ? random.pick(forms) : turn, random);
		if (step) steps.push(step);
	}
	return { steps, registers, memory };
}

/** MOVZ and MOVK of a number of up to 64 bits. */
export function move(register: number, value: bigint): number[] {
	const words = [(0xd280_0000 | (Number(value & 0xffffn) << 5) | register) >>> 0];
	for (let hw = 1; hw < 4; hw++) {
		const part = Number((value >> BigInt(16 * hw)) & 0xffffn);
		if (part) words.push((0xf280_0000 | (hw << 21) | (part << 5) | register) >>> 0);
	}
	return words;
}

const branchOver = (words: number) => (0x1400_0000 | (words + 1)) >>> 0;
/** What a branch back comes to. */
const landing = a64.assemble('add x20, x20, #1', 0);

/** A step's words; the branch's own distance is still open. `opens` is the place of that word. */
function expand(step: Step, window: number): { words: number[]; opens: number } {
	const words: number[] = [];
	if (step.base) {
		const { register, offset } = step.base;
		const address = BigInt.asUintN(64, BigInt(window + offset));
		words.push(...move(register === 31 ? 27 : register, address));
		if (register === 31) words.push(a64.assemble('mov sp, x27', 0));
	}
	if (step.index) words.push(...move(step.index.register, step.index.value));
	words.push(...(step.before ?? []));
	const opens = words.length;
	if (step.literal) words.push(step.word, branchOver(step.literal.length), ...step.literal);
	else if (step.branch?.skips === 'back')
		words.push(
			branchOver(2),
			landing,
			branchOver(1),
			withField(step.form, step.word, step.branch.field!, -2)
		);
	else if (step.branch && step.branch.field === undefined) words.push(0, 0, step.word);
	else words.push(step.word);
	return { words, opens };
}

/** The block's code for an address; it ends where the next block would begin. */
export function codeOf({ steps }: Block, address: number, window: number): number[] {
	const parts = steps.map((step) => expand(step, window));
	const starts = [0];
	for (const { words } of parts) starts.push(starts.at(-1)! + words.length);
	steps.forEach(({ branch, form, word }, i) => {
		if (!branch || branch.skips === 'back') return;
		const { words, opens } = parts[i]!;
		const target = starts[Math.min(i + 1 + branch.skips, steps.length)]!;
		if (branch.field !== undefined)
			words[opens] = withField(form, word, branch.field, target - starts[i]! - opens);
		else {
			// Any address in RAM takes two words.
			const [low, high] = move((word >>> 5) & 31, BigInt(address + 4 * target));
			words[opens] = low!;
			words[opens + 1] = high!;
		}
	});
	return parts.flatMap(({ words }) => words);
}
