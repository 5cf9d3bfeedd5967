import type { MachineBlock, MachineFunction } from './machine.ts';

/** Which block every way from the entry to a block passes last: the tree of immediate dominators. */
export class Dominators {
	/** By block index; the entry is its own, blocks that nothing reaches have -1. */
	readonly #immediate: Int32Array;
	readonly #depth: Int32Array;
	readonly #blocks: readonly MachineBlock[];

	/** By the iteration of Cooper, Harvey and Kennedy over the reverse postorder. */
	constructor(machine: MachineFunction) {
		const { blocks } = machine;
		this.#blocks = blocks;
		this.#immediate = new Int32Array(blocks.length).fill(-1);
		this.#depth = new Int32Array(blocks.length);
		const order = postorder(blocks[0]!).reverse();
		const position = new Int32Array(blocks.length).fill(-1);
		for (const [i, block] of order.entries()) position[block.index] = i;
		const predecessors = blocks.map((): number[] => []);
		for (const block of order)
			for (const next of block.successors) predecessors[next.index]!.push(block.index);
		const immediate = this.#immediate;
		immediate[0] = 0;
		for (let changed = true; changed;) {
			changed = false;
			for (const { index } of order.slice(1)) {
				let found = -1;
				for (let at of predecessors[index]!) {
					if (immediate[at]! < 0) continue;
					while (found >= 0 && found !== at)
						if (position[found]! > position[at]!) found = immediate[found]!;
						else at = immediate[at]!;
					found = at;
				}
				if (found === immediate[index]) continue;
				immediate[index] = found;
				changed = true;
			}
		}
		for (const { index } of order.slice(1))
			this.#depth[index] = this.#depth[immediate[index]!]! + 1;
	}

	isReached(block: MachineBlock): boolean {
		return this.#immediate[block.index]! >= 0;
	}

	/** The block just above; undefined for the entry. */
	above(block: MachineBlock): MachineBlock | undefined {
		return block.index === 0 ? undefined : this.#blocks[this.#immediate[block.index]!];
	}

	/** The lowest block that dominates both. */
	common(a: MachineBlock, b: MachineBlock): MachineBlock {
		while (a !== b)
			if (this.#depth[a.index]! >= this.#depth[b.index]!) a = this.above(a)!;
			else b = this.above(b)!;
		return a;
	}
}

function postorder(entry: MachineBlock): MachineBlock[] {
	const seen = new Set([entry]);
	const out: MachineBlock[] = [];
	const stack = [{ block: entry, next: 0 }];
	while (stack.length > 0) {
		const top = stack.at(-1)!;
		const next = top.block.successors[top.next++];
		if (next === undefined) {
			out.push(top.block);
			stack.pop();
		} else if (!seen.has(next)) {
			seen.add(next);
			stack.push({ block: next, next: 0 });
		}
	}
	return out;
}
