import { a64 } from '../../../emulator-core/src/index.ts';
import { codeOf, slot } from './block.ts';
import { compareWithQemu, registerAt, type Difference } from './compare.ts';
import { windowBytes } from './steps.ts';

/**
 * The shortest block found, and the fewest registers other than zero, that still end differently. All
 * candidates of a round run in one program.
 */
export function shrink(difference: Difference): Difference {
	let best = difference;
	for (;;) {
		const { block } = best;
		const shorter = block.steps.map((_, i) => ({ ...block, steps: block.steps.toSpliced(i, 1) }));
		const found = compareWithQemu(shorter)[0];
		if (!found) break;
		best = found;
	}
	for (let at = 0; at < slot.bytes; at += 8) {
		const registers = best.block.registers.slice();
		if (registers.subarray(at, at + 8).every((byte) => byte === 0)) continue;
		registers.fill(0, at, at + 8);
		best = compareWithQemu([{ ...best.block, registers }])[0] ?? best;
	}
	const still = compareWithQemu([{ ...best.block, memory: new Uint8Array(windowBytes) }])[0];
	return still ?? best;
}

/** A difference as assembly with its inputs. */
export function describeDifference({ block, lines }: Difference): string {
	const { registers, memory } = block;
	const view = new DataView(registers.buffer, registers.byteOffset);
	const inputs: string[] = [];
	for (let at = 0; at < slot.bytes; at += 8) {
		const value = view.getBigUint64(at, true);
		if (value !== 0n && at !== slot.x + 8 * 31)
			inputs.push(`\t${registerAt(at)} = 0x${value.toString(16).padStart(16, '0')}`);
	}
	const used = memory.some((byte) => byte !== 0);
	const window = 0x4100_0000;
	return [
		...lines,
		'after',
		...codeOf(block, 0x4000_0000, window).map((word) => {
			const bits = word.toString(16).padStart(8, '0');
			return `\t${a64.disassemble(word, 0x4000_0000)}\t// ${bits}`;
		}),
		'with all zero but',
		...inputs,
		...(used
			? [`\tmemory at 0x${window.toString(16)}: ${Buffer.from(memory).toString('hex')}`]
			: [])
	].join('\n');
}
