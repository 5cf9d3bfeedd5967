import type { EmittedLine } from './emit.ts';
import type { MachineBlock } from './machine.ts';

/** A block's finished lines. */
export interface PlacedBlock {
	block: MachineBlock;
	lines: EmittedLine[];
}

interface Edge {
	from: PlacedBlock;
	to: PlacedBlock;
	/** Jumps saved for each run of the function, when `to` comes right behind `from`. */
	gain: number;
}

/**
 * An order of the blocks in which few jumps are executed: chains are made of the most rewarding pairs,
 * then laid down from the entry on. A loop thus ends in its test, whatever the order in the IR.
 * `lines` must name final targets.
 */
export function placeBlocks(blocks: readonly PlacedBlock[]): PlacedBlock[] {
	const placed = new Map(blocks.map((item) => [item.block, item]));
	const chains = new Map(blocks.map((item) => [item, [item]]));
	const edges = blocks
		.flatMap((item) => edgesOf(item, placed))
		.filter(({ from, to }) => from !== to && to !== blocks[0])
		.sort((a, b) => b.gain - a.gain);
	for (const { from, to } of edges) {
		const [head, tail] = [chains.get(from)!, chains.get(to)!];
		if (head === tail || head.at(-1) !== from || tail[0] !== to) continue;
		head.push(...tail);
		for (const item of tail) chains.set(item, head);
	}
	const out: PlacedBlock[] = [];
	const done = new Set<PlacedBlock[]>();
	// Rare chains go to the end, the others stay in the order of the source.
	for (const rare of [false, true])
		for (const [i, item] of blocks.entries()) {
			const chain = chains.get(item)!;
			if (done.has(chain) || (!rare && i > 0 && chain.every(isRare))) continue;
			done.add(chain);
			out.push(...chain);
		}
	return out;
}

const isRare = ({ block }: PlacedBlock) => block.frequency < 0.01;

function edgesOf(from: PlacedBlock, placed: ReadonlyMap<MachineBlock, PlacedBlock>): Edge[] {
	const jump = from.lines.at(-1)?.jump;
	if (!jump) return [];
	const branch = from.lines.at(-2)?.branch?.target;
	const to = placed.get(jump);
	const other = branch && placed.get(branch);
	const runs = from.block.frequency;
	if (!to) return [];
	if (!other) return [{ from, to, gain: runs }];
	// Either way of a condition may follow. Without it only the rarer way executes a jump.
	const [a, b] = [to.block.frequency, other.block.frequency];
	const rarer = (runs * Math.min(a, b)) / (a + b);
	return [
		{ from, to, gain: rarer + a * 1e-3 },
		{ from, to: other, gain: rarer + b * 1e-3 }
	];
}
