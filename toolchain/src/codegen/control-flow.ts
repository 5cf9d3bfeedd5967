import type { Block, FunctionIr, Instruction } from '../ir/module.ts';

/** The blocks that run, in textual order, with what the later passes ask about them. */
export interface ControlFlow {
	blocks: Block[];
	/** Reverse postorder: a definition's block comes before those of its uses. */
	order: Block[];
	predecessors: Map<Block, Block[]>;
	/** How often a block runs for each run of the function, as far as its loops tell. */
	frequency: Map<Block, number>;
}

export const terminator = (block: Block) => block.instructions.at(-1)!;

export function successors(block: Block): Block[] {
	return [...new Set(terminator(block).targets ?? [])];
}

/**
 * Drops blocks that nothing reaches, splits the edges on which phi copies have no block of their own
 * (several ways out at one end, several ways in at the other), and finds the loops.
 */
export function analyzeControlFlow(fn: FunctionIr): ControlFlow {
	const reachable = new Set(postorder(fn.blocks[0]!));
	let blocks = fn.blocks.filter((block) => reachable.has(block) || block.addressTaken);
	blocks = splitCriticalEdges(blocks, findPredecessors(blocks));
	for (const [index, block] of blocks.entries()) block.index = index;
	const order = postorder(blocks[0]!).reverse();
	const inOrder = new Set(order);
	order.push(...blocks.filter((block) => !inOrder.has(block)));
	const predecessors = findPredecessors(blocks);
	const loops = findLoops(order, predecessors);
	return { blocks, order, predecessors, frequency: estimate(order, predecessors, loops) };
}

function postorder(entry: Block): Block[] {
	const seen = new Set<Block>([entry]);
	const out: Block[] = [];
	const stack: { block: Block; next: Block[] }[] = [{ block: entry, next: successors(entry) }];
	while (stack.length > 0) {
		const top = stack.at(-1)!;
		// From the last: the first successor then comes first in the reverse.
		const next = top.next.pop();
		if (next === undefined) {
			out.push(top.block);
			stack.pop();
		} else if (!seen.has(next)) {
			seen.add(next);
			stack.push({ block: next, next: successors(next) });
		}
	}
	return out;
}

function findPredecessors(blocks: readonly Block[]): Map<Block, Block[]> {
	const found = new Map<Block, Block[]>(blocks.map((block) => [block, []]));
	for (const block of blocks) for (const next of successors(block)) found.get(next)!.push(block);
	return found;
}

const startsWithPhi = (block: Block) => block.instructions[0]?.op === 'phi';

/** `asm goto` with results in registers chosen by name, which are fetched on each way out. */
export function hasNamedOutputs({ op, callee }: Instruction): boolean {
	return op === 'callbr' && 'constraints' in callee! && /(?:^|,)=&?\{[^@]/.test(callee.constraints);
}

function splitCriticalEdges(blocks: Block[], predecessors: Map<Block, Block[]>): Block[] {
	const out: Block[] = [];
	let count = 0;
	for (const block of blocks) {
		out.push(block);
		const last = terminator(block);
		// An indirect branch cannot be split: the selector gives its targets' phis a register between.
		if (last.op === 'indirectbr' || successors(block).length < 2) continue;
		for (const next of successors(block)) {
			if (!startsWithPhi(next) && !hasNamedOutputs(last)) continue;
			if (predecessors.get(next)!.length < 2 && last.op !== 'callbr') continue;
			const middle: Block = {
				label: `split${count++}.${block.label}`,
				instructions: [],
				addressTaken: false,
				index: -1
			};
			middle.instructions.push({ ...last, op: 'br', operands: [], targets: [next], block: middle });
			last.targets = last.targets!.map((target) => (target === next ? middle : target));
			redirectPhis(next, block, middle);
			out.push(middle);
		}
	}
	return out;
}

function redirectPhis(block: Block, from: Block, to: Block): void {
	for (const phi of block.instructions) {
		if (phi.op !== 'phi') return;
		phi.targets = phi.targets!.map((target) => (target === from ? to : target));
	}
}

/** The natural loops by their heads: what reaches a back edge without passing the head. */
function findLoops(
	order: readonly Block[],
	predecessors: Map<Block, Block[]>
): Map<Block, Set<Block>> {
	const position = new Map(order.map((block, index) => [block, index]));
	const loops = new Map<Block, Set<Block>>();
	for (const head of order) {
		const ends = predecessors
			.get(head)!
			.filter((block) => position.get(block)! >= position.get(head)!);
		if (ends.length === 0) continue;
		const body = new Set<Block>([head]);
		const work = [...ends];
		while (work.length > 0) {
			const block = work.pop()!;
			if (body.has(block) || position.get(block)! < position.get(head)!) continue;
			body.add(block);
			work.push(...(predecessors.get(block) ?? []));
		}
		loops.set(head, body);
	}
	return loops;
}

/** Each loop is taken to go round this often. */
const rounds = 8;

/**
 * Runs of each block: what flows in, shared out among the ways on. A way out of a loop gets one share
 * in `rounds`, one that ends in `unreachable` next to nothing.
 */
function estimate(
	order: readonly Block[],
	predecessors: Map<Block, Block[]>,
	loops: Map<Block, Set<Block>>
): Map<Block, number> {
	const position = new Map(order.map((block, index) => [block, index]));
	const frequency = new Map<Block, number>();
	const innermost = new Map<Block, Set<Block>>();
	for (const body of loops.values()) for (const block of body) innermost.set(block, body);
	const share = (from: Block, to: Block) => {
		const ways = successors(from);
		const body = innermost.get(from);
		const weigh = (way: Block) =>
			isDeadEnd(way) ? 1e-3 : body && !body.has(way) ? 1 / (rounds - 1) : 1;
		return weigh(to) / ways.reduce((sum, way) => sum + weigh(way), 0);
	};
	for (const block of order) {
		let sum = block === order[0] ? 1 : 0;
		for (const from of predecessors.get(block)!)
			if (position.get(from)! < position.get(block)!)
				sum += frequency.get(from)! * share(from, block);
		// What an indirect branch alone may reach has no flow of its own.
		if (sum === 0) sum = 1e-3;
		frequency.set(block, Math.min(loops.has(block) ? rounds * sum : sum, 1e9));
	}
	return frequency;
}

const isDeadEnd = (block: Block) => terminator(block).op === 'unreachable';
