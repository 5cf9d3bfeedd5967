import type { EmittedFunction, EmittedLine } from './emit.ts';
import { invertBranch } from './emit.ts';
import type { MachineBlock, MachineFunction } from './machine.ts';
import { placeBlocks } from './place-blocks.ts';

/**
 * Last pass over a function: blocks that only jump are stepped over, the others put in an order that
 * saves jumps (with `optimize`), jumps to the next block dropped, conditional branches turned round where
 * that saves a jump, unused labels left out.
 */
export function finishFunction(
	machine: MachineFunction,
	emitted: EmittedFunction,
	optimize = false
): EmittedLine[] {
	const forward = new Map<MachineBlock, MachineBlock>();
	for (const { block, lines } of emitted.blocks)
		if (lines.length === 1 && lines[0]!.jump && lines[0]!.jump !== block && block.index > 0)
			forward.set(block, lines[0]!.jump);
	const final = (block: MachineBlock) => {
		let at = block;
		for (let hops = 0; forward.has(at) && hops < 1000; hops++) at = forward.get(at)!;
		return at;
	};
	for (const { lines } of emitted.blocks)
		for (const line of lines) {
			if (line.jump) line.jump = final(line.jump);
			if (line.branch) line.branch.target = final(line.branch.target);
		}
	const remaining = emitted.blocks.filter(({ block }) => !forward.has(block) || block.named);
	const kept = optimize ? placeBlocks(remaining) : remaining;
	const referenced = new Set<MachineBlock>();
	for (const [i, { lines }] of kept.entries()) {
		const next = kept[i + 1]?.block;
		finishBranches(lines, next);
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

function finishBranches(lines: EmittedLine[], next: MachineBlock | undefined): void {
	const last = lines.at(-1);
	const before = lines.at(-2);
	const turn = (branch: NonNullable<EmittedLine['branch']>, target: MachineBlock) => ({
		...branch,
		op: invertBranch(branch.op),
		target
	});
	if (last?.jump && before?.branch) {
		const { target } = before.branch;
		if (target === last.jump) lines.splice(-2, 1);
		else if (last.jump !== next && (target === next || last.jump.frequency > target.frequency)) {
			before.branch = turn(before.branch, last.jump);
			last.jump = target;
		}
	}
	if (last?.jump && last.jump === next) lines.pop();
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
