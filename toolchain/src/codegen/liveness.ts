import { firstVirtual, type MachineFunction } from './machine.ts';

/**
 * Where each register holds a value that is still needed: sorted, disjoint half-open ranges of
 * positions, two positions an instruction. Operands are read at the even one, results written at the
 * odd one, so that a result may take the register of an operand that ends there.
 */
export interface Liveness {
	/** By register, physical ones included: start, end, start, end, … */
	ranges: number[][];
	/** Positions at which every caller-saved register is destroyed. */
	calls: number[];
	/** Uses and definitions weighted by how often they run. */
	weights: Float64Array;
}

export function computeLiveness(machine: MachineFunction): Liveness {
	const count = firstVirtual + machine.classes.length;
	const liveOut = flowAcrossBlocks(machine, count);
	const ranges: number[][] = Array.from({ length: count }, () => []);
	const weights = new Float64Array(count);
	const calls: number[] = [];
	const bodies = machine.blocks.map(({ instructions }) => instructions.filter(({ mark }) => !mark));
	let end = bodies.reduce((sum, instructions) => sum + 2 * instructions.length, 0);
	// Ranges are built from the end, as end, start, end, start …, and turned round at last.
	const add = (register: number, from: number, to: number) => {
		const list = ranges[register]!;
		const start = list.at(-1);
		if (start !== undefined && to >= start) {
			if (from < start) list[list.length - 1] = from;
		} else list.push(to, from);
	};
	for (const [index, block] of [...machine.blocks.entries()].reverse()) {
		const instructions = bodies[index]!;
		const start = end - 2 * instructions.length;
		const weight = block.frequency;
		for (const register of liveOut.get(block) ?? []) add(register, start, end);
		for (let i = instructions.length - 1; i >= 0; i--) {
			const insn = instructions[i]!;
			const at = start + 2 * i;
			for (const register of insn.defs) {
				const from = insn.early ? at : at + 1;
				const list = ranges[register]!;
				weights[register]! += weight;
				// Alive after this instruction: the value begins here.
				if (list.length > 0 && list.at(-1)! <= at + 1 && list.at(-2)! > at + 1)
					list[list.length - 1] = from;
				else add(register, from, at + 2);
			}
			if (insn.call) calls.push(at + 1);
			else for (const register of insn.clobbers ?? []) add(register, at, at + 2);
			for (const register of insn.uses) {
				weights[register]! += weight;
				add(register, start, at + 1);
			}
		}
		end = start;
	}
	for (const list of ranges) list.reverse();
	return { ranges, calls: calls.reverse(), weights };
}

/** Registers alive at each block's end. Only those that cross a block boundary take part. */
function flowAcrossBlocks(
	machine: MachineFunction,
	count: number
): Map<MachineFunction['blocks'][0], number[]> {
	const number = new Int32Array(count).fill(-1);
	const crossing: number[] = [];
	const lastDefined = new Int32Array(count).fill(-1);
	for (const [index, block] of machine.blocks.entries())
		for (const insn of block.instructions) {
			for (const register of insn.uses)
				if (register >= firstVirtual && lastDefined[register] !== index && number[register]! < 0) {
					number[register] = crossing.length;
					crossing.push(register);
				}
			for (const register of insn.defs) lastDefined[register] = index;
		}
	const words = (crossing.length + 31) >> 5;
	const make = () => machine.blocks.map(() => new Uint32Array(words));
	const [gen, kill, into, out] = [make(), make(), make(), make()];
	for (const [index, block] of machine.blocks.entries())
		for (const insn of block.instructions) {
			for (const register of insn.uses) {
				const n = number[register]!;
				if (n >= 0 && !(kill[index]![n >> 5]! & (1 << (n & 31))))
					gen[index]![n >> 5]! |= 1 << (n & 31);
			}
			for (const register of insn.defs) {
				const n = number[register]!;
				if (n >= 0) kill[index]![n >> 5]! |= 1 << (n & 31);
			}
		}
	for (let changed = words > 0; changed;) {
		changed = false;
		for (let index = machine.blocks.length - 1; index >= 0; index--) {
			const block = machine.blocks[index]!;
			const o = out[index]!;
			const i = into[index]!;
			for (const next of block.successors) {
				const n = into[next.index]!;
				for (let w = 0; w < words; w++) o[w]! |= n[w]!;
			}
			for (let w = 0; w < words; w++) {
				const value = (gen[index]![w]! | (o[w]! & ~kill[index]![w]!)) >>> 0;
				if (value !== i[w]) {
					i[w] = value;
					changed = true;
				}
			}
		}
	}
	return new Map(
		machine.blocks.map((block, index) => [
			block,
			crossing.filter((_, n) => out[index]![n >> 5]! & (1 << (n & 31)))
		])
	);
}
