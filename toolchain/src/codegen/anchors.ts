import type { Instruction, Value } from '../ir/module.ts';
import { foldAddress } from './constant-address.ts';
import type { Dominators } from './dominators.ts';
import type { MachineBlock } from './machine.ts';
import { cheapest, define } from './share-constants.ts';
import type { Selector } from './selector.ts';

/** Uses of one symbol in a function. */
interface Uses {
	blocks: MachineBlock[];
	/** Instructions executed to make its address each time anew. */
	apart: number;
	/** And what is left to do when its address is in a register. */
	together: number;
}

/**
 * Symbols whose address is worth a register of its own, an anchor, from which all their uses count their
 * offsets: tables in loops, structures whose members are accessed one by one. Must run before selection;
 * `defineAnchors` then puts the definitions where the uses turned out to be.
 */
export function chooseAnchors(s: Selector, dominators: Dominators): void {
	const found = new Map<string, Uses>();
	let calls = false;
	for (const block of s.flow.blocks) {
		if (!dominators.isReached(s.blockOf.get(block)!)) return;
		for (const insn of block.instructions) {
			if (insn.op === 'call') calls ||= !isAsmOrIntrinsic(insn);
			for (const [i, value] of insn.operands.entries()) {
				if (insn.callee && 'template' in insn.callee) continue;
				const from = insn.op === 'phi' ? insn.targets![i]! : block;
				note(s, found, insn, value, s.blockOf.get(from)!);
			}
		}
	}
	for (const [symbol, { blocks, apart, together }] of found) {
		const block = cheapest(blocks, dominators);
		if (!block) continue;
		// Alive across calls it takes a register that must be saved.
		const gain = apart - together - 2 * block.frequency;
		if (gain > (calls ? 1.5 : 0.5)) s.anchors.set(symbol, s.fresh());
	}
}

export function defineAnchors(s: Selector, dominators: Dominators): void {
	for (const [symbol, register] of s.anchors) {
		const blocks = s.machine.blocks.filter(({ instructions }) =>
			instructions.some(({ uses }) => uses.includes(register))
		);
		if (blocks.length === 0) continue;
		const source = { kind: 'symbol', name: symbol, offset: 0n, pool: false } as const;
		define(s.machine, cheapest(blocks, dominators)!, register, source);
	}
}

function isAsmOrIntrinsic({ callee }: Instruction): boolean {
	if (!callee || 'template' in callee) return true;
	return callee.kind === 'global' && callee.name.startsWith('llvm.');
}

function note(
	s: Selector,
	found: Map<string, Uses>,
	insn: Instruction,
	value: Value,
	block: MachineBlock
): void {
	if (value.kind !== 'global' && value.kind !== 'gep' && value.kind !== 'cast') return;
	const address = foldAddress(value, s.unit);
	if (!address) return;
	const { symbol, minus, offset } = address;
	if (symbol === undefined || minus !== undefined || s.unit.isWeakUndefined(symbol)) return;
	// `:lo12:` of an access folds into it, where the alignment is known.
	const accessed =
		insn.op === 'load' ? insn.type : insn.op === 'store' ? insn.operands[0]!.type : undefined;
	const isAddress = accessed && value === insn.operands[insn.op === 'load' ? 0 : 1];
	const folds = isAddress && s.unit.alignmentOf(symbol) >= accessed.size;
	let uses = found.get(symbol);
	if (!uses) found.set(symbol, (uses = { blocks: [], apart: 0, together: 0 }));
	uses.blocks.push(block);
	uses.apart += block.frequency * (folds ? 1 : 2);
	if (!isAddress && offset !== 0n) uses.together += block.frequency;
}
