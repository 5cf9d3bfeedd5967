import type { EmittedFunction, EmittedLine } from './emit.ts';
import { invertBranch } from './emit.ts';
import type { MachineBlock, MachineFunction } from './machine.ts';

/**
 * Last pass over a function: blocks that only jump are stepped over, jumps to the next block are
 * dropped, conditional branches turned round where that saves a jump, unused labels left out.
 */
export function finishFunction(machine: MachineFunction, emitted: EmittedFunction): EmittedLine[] {
	const forward = new Map<MachineBlock, MachineBlock>();
	for (const { block, lines } of emitted.blocks)
		if (lines.length === 1 && lines[0]!.jump && lines[0]!.jump !== block && block.index > 0)
			forward.set(block, lines[0]!.jump);
	const final = (block: MachineBlock) => {
		let at = block;
		for (let hops = 0; forward.has(at) && hops < 1000; hops++) at = forward.get(at)!;
		return at;
	};
	const kept = emitted.blocks.filter(({ block }) => !forward.has(block) || block.named);
	const referenced = new Set<MachineBlock>();
	for (const [i, { lines }] of kept.entries()) {
		const next = kept[i + 1]?.block;
		finishBranches(lines, next, final);
		for (const line of lines) {
			if (line.jump) referenced.add(line.jump);
			if (line.branch) referenced.add(line.branch.target);
		}
	}
	for (const { targets } of machine.tables)
		for (const target of targets) referenced.add(final(target));
	const out: EmittedLine[] = [];
	for (const { block, lines } of kept) {
		if (referenced.has(block) || block.named || mentioned(emitted, block))
			out.push({ text: `${block.label}:`, location: -1, inlineAsm: false });
		out.push(...lines);
	}
	for (const { label, targets } of machine.tables) {
		out.push({ text: `${label}:`, location: -1, inlineAsm: false });
		for (const target of targets)
			out.push({ text: `.word ${final(target).label}-${label}`, location: -1, inlineAsm: false });
	}
	return out;
}

function finishBranches(
	lines: EmittedLine[],
	next: MachineBlock | undefined,
	final: (block: MachineBlock) => MachineBlock
): void {
	for (const line of lines) {
		if (line.jump) line.jump = final(line.jump);
		if (line.branch) line.branch.target = final(line.branch.target);
	}
	const last = lines.at(-1);
	const before = lines.at(-2);
	if (last?.jump && before?.branch && before.branch.target === next && last.jump !== next) {
		before.branch = { ...before.branch, op: invertBranch(before.branch.op), target: last.jump };
		lines.pop();
	} else if (last?.jump && last.jump === next) lines.pop();
	for (const line of lines) {
		if (line.jump) line.text = `b ${line.jump.label}`;
		if (line.branch) {
			const { op, operands, target } = line.branch;
			line.text = operands === '' ? `${op} ${target.label}` : `${op} ${operands}, ${target.label}`;
		}
	}
}

/** Labels named by the text of asm statements (`asm goto`). */
function mentioned(emitted: EmittedFunction, block: MachineBlock): boolean {
	return emitted.blocks.some(({ lines }) =>
		lines.some((line) => line.inlineAsm && line.text.includes(block.label))
	);
}
