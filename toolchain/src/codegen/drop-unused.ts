import { firstVirtual, type MachineFunction, type MachineInstruction } from './machine.ts';

/**
 * Drops what only makes values that nobody reads: halves of wide integers, flags' companions. Comparisons
 * that would set the flags as they are already go, too.
 */
export function dropUnused(machine: MachineFunction): void {
	const uses = new Int32Array(firstVirtual + machine.classes.length);
	for (const { instructions } of machine.blocks)
		for (const insn of instructions) for (const register of insn.uses) uses[register]!++;
	for (const block of [...machine.blocks].reverse()) {
		const kept: MachineInstruction[] = [];
		for (const insn of [...block.instructions].reverse()) {
			if (isPure(insn) && insn.defs.every((register) => isUnread(register))) {
				for (const register of insn.uses) uses[register]!--;
				continue;
			}
			kept.push(insn);
		}
		block.instructions = dropComparisons(kept.reverse());
	}

	function isUnread(register: number): boolean {
		return register >= firstVirtual && uses[register] === 0;
	}
}

const isPure = ({ pure, copies, defs }: MachineInstruction) => (pure || copies) && defs.length > 0;

/** Within a block: the same comparison of the same values again. */
function dropComparisons(instructions: readonly MachineInstruction[]): MachineInstruction[] {
	let last: MachineInstruction | undefined;
	return instructions.filter((insn) => {
		if (insn.mark) return true;
		if (insn.compares) {
			if (last && isSame(last, insn)) return false;
			last = insn;
		} else if (!keepsFlags(insn) || insn.defs.some((register) => last?.uses.includes(register)))
			last = undefined;
		return true;
	});
}

const isSame = (a: MachineInstruction, b: MachineInstruction) =>
	a.text.length === b.text.length && a.text.every((piece, i) => piece === b.text[i]);

/** Known to leave the flags alone. */
function keepsFlags({ pure, copies, text: [op] }: MachineInstruction): boolean {
	if (pure || copies) return true;
	return typeof op === 'string' && /^(?:ldr|ldur|str|stur|ldp|stp)/.test(op) && !op.includes('\n');
}
