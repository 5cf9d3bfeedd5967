import { forgetInMarks } from './debug-marks.ts';
import { incrementOf } from './increments.ts';
import {
	firstVirtual,
	ref,
	type MachineBlock,
	type MachineFunction,
	type MachineInstruction
} from './machine.ts';

/** `to = base + counter * scale`. */
interface Scaled {
	insn: MachineInstruction;
	to: number;
	counter: number;
	scale: bigint;
}

/**
 * In loops of one block an address that is computed anew from the counter each time, by a multiplication
 * or a shift, becomes a pointer that is stepped: the step then often costs nothing, as part of the access.
 */
export function stepPointers(machine: MachineFunction): void {
	const predecessors = new Map<MachineBlock, MachineBlock[]>(
		machine.blocks.map((block) => [block, []])
	);
	for (const block of machine.blocks)
		for (const next of block.successors) predecessors.get(next)!.push(block);
	for (const body of machine.blocks) {
		const around = predecessors.get(body)!;
		if (around.length !== 2) continue;
		const back = around.find((block) => isWayBack(block, body, predecessors.get(block)!));
		const entry = around.find((block) => block !== back);
		if (!back || !entry || entry.successors.length !== 1 || entry === body) continue;
		for (const scaled of scaledIn(machine, body, back)) step(machine, scaled, entry, body, back);
	}
}

/** The split edge from the end of a loop to its start: copies and a jump. */
function isWayBack(
	block: MachineBlock,
	body: MachineBlock,
	from: readonly MachineBlock[]
): boolean {
	return (
		from.length === 1 &&
		from[0] === body &&
		block.successors.length === 1 &&
		block.instructions.every(({ copies, jump, mark }) => copies || jump || mark)
	);
}

function scaledIn(machine: MachineFunction, body: MachineBlock, back: MachineBlock): Scaled[] {
	const inside = [...body.instructions, ...back.instructions];
	const defined = new Set(inside.flatMap(({ defs }) => defs));
	const constant = (register: number) => {
		const source = machine.remade.get(register);
		return source?.kind === 'constant' ? BigInt.asIntN(64, source.value) : undefined;
	};
	const out: Scaled[] = [];
	for (const insn of body.instructions) {
		const { text, uses, defs, pure } = insn;
		if (!pure || defs.length !== 1 || defs[0]! < firstVirtual) continue;
		// Whole registers only: the view of the result is its lowest bits.
		if (typeof text[1] !== 'number' || text[1] !== ref(defs[0]!, 'x')) continue;
		if (text[0] === 'madd ' && uses.length === 3) {
			const [a, b, base] = uses as [number, number, number];
			for (const [counter, factor] of [
				[a, b],
				[b, a]
			] as const) {
				const scale = constant(factor);
				if (scale === undefined || defined.has(base) || defined.has(factor) || base === counter)
					continue;
				out.push({ insn, to: defs[0]!, counter, scale });
				break;
			}
		} else if (text[0] === 'add ' && uses.length === 2) {
			const shift = /^lsl #(\d+)$/.exec(String(text[7] ?? ''))?.[1];
			const [base, counter] = uses as [number, number];
			if (shift === undefined || defined.has(base) || base === counter) continue;
			if (text[5] !== ref(counter, 'x')) continue;
			out.push({ insn, to: defs[0]!, counter, scale: 1n << BigInt(shift) });
		}
	}
	return out;
}

function step(
	machine: MachineFunction,
	{ insn, to, counter, scale }: Scaled,
	entry: MachineBlock,
	body: MachineBlock,
	back: MachineBlock
): void {
	const next = sourceOf(back, counter);
	const increment = body.instructions
		.map(incrementOf)
		.find((found) => found?.to === next && found?.from === counter);
	// The counter must be set on the way in, by a copy that makes nothing else of it.
	if (!increment?.whole || !setsByCopy(entry, counter)) return;
	const by = BigInt(increment.by) * scale;
	if (by <= -256n || by >= 256n) return;
	const outside = machine.blocks.some(
		(block) => block !== body && block.instructions.some(({ uses }) => uses.includes(to))
	);
	if (outside || !isAddressOnly(body, to)) return;
	const at = body.instructions.indexOf(insn);
	body.instructions.splice(at, 1);
	const last = body.instructions.findLastIndex(({ uses }) => uses.includes(to));
	if (last < 0) return;
	const end = entry.instructions.findIndex(({ jump }) => jump);
	entry.instructions.splice(end, 0, insn);
	body.instructions.splice(last + 1, 0, {
		text: [
			by < 0n ? 'sub ' : 'add ',
			ref(to, 'x'),
			', ',
			ref(to, 'x'),
			', ',
			`#${by < 0n ? -by : by}`
		],
		defs: [to],
		uses: [to],
		location: insn.location,
		pure: true
	});
	// From the step on it is the next round's address.
	forgetInMarks(machine, to);
}

/** Where a block's copies take a register from. */
function sourceOf({ instructions }: MachineBlock, register: number): number | undefined {
	for (const { copies } of instructions)
		for (const { destination, source } of copies ?? [])
			if (destination === register && source.kind === 'register') return source.register;
	return undefined;
}

const setsByCopy = ({ instructions }: MachineBlock, register: number) =>
	instructions.some(({ copies }) => copies?.some(({ destination }) => destination === register)) &&
	instructions.at(-1)!.jump !== undefined;

/** Used once, as the plain base of an access: then the step can be part of it. */
function isAddressOnly({ instructions }: MachineBlock, register: number): boolean {
	const users = instructions.filter(({ uses }) => uses.includes(register));
	if (users.length !== 1) return false;
	const { text, uses, defs } = users[0]!;
	const plain = text.length === 6 && text[3] === '[' && text[4] === ref(register, 'x');
	if (!plain || text[5] !== ']') return false;
	return uses.filter((used) => used === register).length === 1 && !defs.includes(register);
}
