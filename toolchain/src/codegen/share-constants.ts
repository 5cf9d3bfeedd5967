import { renameInMarks } from './debug-marks.ts';
import { Dominators } from './dominators.ts';
import { moveConstant } from './immediates.ts';
import {
	firstVirtual,
	type MachineBlock,
	type MachineFunction,
	type MachineInstruction,
	type Source
} from './machine.ts';

/** Instructions that make a value, for the choice between making it again and keeping it. */
export function costOf(source: Source): number {
	switch (source.kind) {
		case 'constant':
			return moveConstant(source.value, 'x', 'w').length;
		case 'float':
			return source.bits === 0n ? 1 : 1 + moveConstant(source.bits, 'x', 'w').length;
		case 'symbol':
			return 2;
		default:
			return 1;
	}
}

interface Maker {
	block: MachineBlock;
	insn: MachineInstruction;
	register: number;
}

/**
 * Constants that several instructions need, or one in a loop, are made once, in the least frequent block
 * that dominates them all. The allocator may still drop such a register and have the value made where it
 * is used, so nothing is lost where registers are few.
 */
export function shareConstants(machine: MachineFunction, dominators: Dominators): void {
	const once = singleDefinitions(machine);
	const groups = new Map<string, Maker[]>();
	for (const block of machine.blocks) {
		if (!dominators.isReached(block)) continue;
		const end = bodyEnd(block);
		for (const insn of block.instructions.slice(0, end)) {
			const register = insn.copies?.length === 1 ? insn.copies[0]!.destination : -1;
			if (register < firstVirtual || !once.has(register) || machine.pinned.has(register)) continue;
			const key = keyOf(machine, register, insn.copies![0]!.source);
			if (key === undefined) continue;
			const group = groups.get(key);
			if (group) group.push({ block, insn, register });
			else groups.set(key, [{ block, insn, register }]);
		}
	}
	const renamed = new Map<number, number>();
	const dropped = new Set<MachineInstruction>();
	const shared: { register: number; source: Source; block: MachineBlock }[] = [];
	for (const makers of groups.values()) {
		const { source } = makers[0]!.insn.copies![0]!;
		const cost = costOf(source);
		const block = cheapest(
			makers.map((maker) => maker.block),
			dominators
		);
		const before = makers.reduce((sum, maker) => sum + maker.block.frequency, 0);
		if (block === undefined || (before - block.frequency) * cost < 0.5) continue;
		const { register } = makers[0]!;
		for (const maker of makers) {
			dropped.add(maker.insn);
			renamed.set(maker.register, register);
		}
		shared.push({ register, source, block });
	}
	if (shared.length === 0) return;
	for (const block of machine.blocks) {
		block.instructions = block.instructions.filter((insn) => !dropped.has(insn));
		for (const insn of block.instructions) rename(insn, renamed);
	}
	renameInMarks(machine, renamed);
	for (const { register, source, block } of shared) define(machine, block, register, source);
}

/** Puts the definition of a shared value before its first use in the block, or at its end. */
export function define(
	machine: MachineFunction,
	block: MachineBlock,
	register: number,
	source: Source
): void {
	const { instructions } = block;
	const use = instructions.findIndex((insn) => insn.uses.includes(register));
	const end = bodyEnd(block);
	instructions.splice(use >= 0 ? Math.min(use, end) : end, 0, {
		text: [],
		defs: [register],
		uses: [],
		location: -1,
		copies: [{ destination: register, source }]
	});
	machine.remade.set(register, source);
}

/** The least frequent of the blocks that dominate all of `blocks`; undefined if none will do. */
export function cheapest(
	blocks: readonly MachineBlock[],
	dominators: Dominators
): MachineBlock | undefined {
	let at: MachineBlock | undefined = blocks.reduce((a, b) => dominators.common(a, b));
	let best: MachineBlock | undefined;
	for (; at; at = dominators.above(at))
		if (!at.asmGoto && (!best || at.frequency < 0.9 * best.frequency)) best = at;
	return best;
}

/** Index of the first instruction that may leave the block. */
function bodyEnd(block: MachineBlock): number {
	const end = block.instructions.findIndex(
		({ branch, jump, returns, text: [first] }) =>
			branch || jump || returns || (typeof first === 'string' && /^(?:b\.|br |brk )/.test(first))
	);
	return end < 0 ? block.instructions.length : end;
}

function singleDefinitions(machine: MachineFunction): Set<number> {
	const once = new Set<number>();
	const again = new Set<number>();
	for (const { instructions } of machine.blocks)
		for (const { defs } of instructions)
			for (const register of defs)
				if (once.has(register)) again.add(register);
				else once.add(register);
	for (const register of again) once.delete(register);
	return once;
}

function keyOf(machine: MachineFunction, register: number, source: Source): string | undefined {
	switch (source.kind) {
		case 'constant':
			return `${machine.classOf(register)} ${source.value}`;
		case 'float':
			return `${source.view} ${source.bits}`;
		case 'slot':
			return `slot ${source.slot} ${source.offset}`;
		case 'page':
			return `page ${source.of}`;
		case 'symbol':
			return source.pool ? undefined : `symbol ${source.name} ${source.offset}`;
		default:
			return undefined;
	}
}

function rename(insn: MachineInstruction, names: ReadonlyMap<number, number>): void {
	if (!insn.uses.some((register) => names.has(register))) return;
	insn.uses = insn.uses.map((register) => names.get(register) ?? register);
	insn.text = insn.text.map((piece) => {
		const name = typeof piece === 'number' ? names.get(piece >> 3) : undefined;
		return name === undefined ? piece : name * 8 + ((piece as number) & 7);
	});
	if (!insn.copies) return;
	insn.copies = insn.copies.map(({ destination, source }) => ({
		destination,
		source:
			source.kind === 'register'
				? { kind: 'register', register: names.get(source.register) ?? source.register }
				: source
	}));
}
