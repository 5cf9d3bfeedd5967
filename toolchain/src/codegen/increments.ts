import type { Allocation } from './allocate.ts';
import { noteMove } from './debug-marks.ts';
import { firstVirtual, ref, type MachineFunction, type MachineInstruction } from './machine.ts';

/** `add n, p, #imm`. */
interface Increment {
	to: number;
	from: number;
	by: number;
	/** On all 64 bits. */
	whole: boolean;
}

export function incrementOf({ pure, text, defs, uses }: MachineInstruction): Increment | undefined {
	if (!pure || text.length !== 6 || uses.length !== 1 || defs.length !== 1) return undefined;
	const [op, , , , , immediate] = text;
	if ((op !== 'add ' && op !== 'sub ') || typeof immediate !== 'string') return undefined;
	const amount = /^#(\d+)$/.exec(immediate)?.[1];
	if (amount === undefined) return undefined;
	const by = op === 'add ' ? Number(amount) : -Number(amount);
	return { to: defs[0]!, from: uses[0]!, by, whole: text[1] === ref(defs[0]!, 'x') };
}

/**
 * Moves the step of a loop's counter behind the last use of its old value, within a block: old and new
 * value then need not be alive at once, and may share a register. For this the new one must be the one
 * that a copy makes the old.
 */
export function sinkIncrements(machine: MachineFunction): void {
	const next = new Map<number, Set<number>>();
	for (const { instructions } of machine.blocks)
		for (const { copies } of instructions)
			for (const { destination, source } of copies ?? []) {
				if (source.kind !== 'register' || destination < firstVirtual) continue;
				const list = next.get(destination);
				if (list) list.add(source.register);
				else next.set(destination, new Set([source.register]));
			}
	for (const block of machine.blocks) {
		const { instructions } = block;
		for (let i = instructions.length - 1; i >= 0; i--) {
			const step = incrementOf(instructions[i]!);
			if (!step || !next.get(step.from)?.has(step.to)) continue;
			const last = lastUse(instructions, i, step);
			if (last === undefined) continue;
			const [insn] = instructions.splice(i, 1);
			instructions.splice(last, 0, insn!);
			noteMove(instructions, i, last, insn!, step.to);
		}
	}
}

/** Index of the last use of the old value behind `i`, if the step may follow it. */
function lastUse(
	instructions: readonly MachineInstruction[],
	i: number,
	{ from, to }: Increment
): number | undefined {
	let last: number | undefined;
	for (let j = i + 1; j < instructions.length; j++) {
		const { uses, defs, branch, jump, returns } = instructions[j]!;
		if (uses.includes(from)) {
			if (branch || jump || returns) return undefined;
			last = j;
		}
		if (uses.includes(to) || defs.includes(from)) break;
	}
	if (last === undefined) return undefined;
	// A use of the new value among those of the old one keeps both alive anyway.
	const behind = instructions.slice(i + 1, last + 1);
	const rest = instructions.slice(last + 1);
	if (behind.some((insn) => insn.uses.includes(to))) return undefined;
	const redefined = rest.findIndex((insn) => insn.defs.includes(from));
	const until = redefined < 0 ? rest : rest.slice(0, redefined);
	return until.some((insn) => insn.uses.includes(from)) ? undefined : last;
}

const indexed = /^(?:ldr|ldrb|ldrh|ldrsb|ldrsh|ldrsw|str|strb|strh) $/;

/**
 * After allocation: an access and the step of its base register become one instruction, with post-index
 * `[x0], #8` or pre-index `[x0, #8]!` addressing. Volatile accesses stay as they are: such a form leaves no
 * syndrome for a hypervisor that emulates a device.
 */
export function indexByAccess(machine: MachineFunction, { places }: Allocation): void {
	const place = (register: number) =>
		register < firstVirtual ? register : places[register - firstVirtual]!;
	for (const block of machine.blocks) {
		const { instructions } = block;
		for (let i = instructions.length - 1; i >= 0; i--) {
			const step = incrementOf(instructions[i]!);
			if (!step?.whole || step.by < -256 || step.by > 255) continue;
			const base = place(step.from);
			if (base < 0 || base !== place(step.to)) continue;
			const user = behind(instructions, i, base, step.by) ?? before(instructions, i, base, step.by);
			if (!user) continue;
			const at = instructions.indexOf(user);
			instructions.splice(i, 1);
			user.defs = [...user.defs, step.to];
			if (at > i) noteMove(instructions, i, at - 1, user, step.to);
		}
	}

	/** The nearest earlier instruction that touches the base takes the step over, if it can. */
	function behind(
		instructions: readonly MachineInstruction[],
		i: number,
		base: number,
		by: number
	): MachineInstruction | undefined {
		for (let j = i - 1; j >= 0; j--) {
			const insn = instructions[j]!;
			if (!touches(insn, base)) continue;
			const offset = accessOffset(insn, base);
			if (offset === 0) setText(insn, `], #${by}`);
			else if (offset === by) setText(insn, `, #${by}]!`);
			else return undefined;
			return insn;
		}
		return undefined;
	}

	/** Or the nearest later one. */
	function before(
		instructions: readonly MachineInstruction[],
		i: number,
		base: number,
		by: number
	): MachineInstruction | undefined {
		for (let j = i + 1; j < instructions.length; j++) {
			const insn = instructions[j]!;
			if (!touches(insn, base)) continue;
			if (accessOffset(insn, base) !== 0) return undefined;
			setText(insn, `, #${by}]!`);
			return insn;
		}
		return undefined;
	}

	function touches(
		{ uses, defs, copies, call, branch, jump, inlineAsm }: MachineInstruction,
		base: number
	) {
		if (call || branch || jump || inlineAsm) return true;
		if (uses.some((register) => place(register) === base)) return true;
		if (defs.some((register) => place(register) === base)) return true;
		return copies?.some(({ destination }) => place(destination) === base) ?? false;
	}

	/** The offset of a plain access by this base, where base and data do not share a register. */
	function accessOffset(insn: MachineInstruction, base: number): number | undefined {
		const { text, uses, defs, volatile } = insn;
		const [op, , comma, open, address, end] = text;
		if (volatile || typeof op !== 'string' || !indexed.test(op) || comma !== ', ') return undefined;
		if (open !== '[' || typeof address !== 'number' || text.length !== 6) return undefined;
		if (place(address >> 3) !== base) return undefined;
		const data = op.startsWith('ld') ? defs : uses.slice(0, 1);
		if (data.some((register) => place(register) === base || place(register) < 0)) return undefined;
		if (end === ']') return 0;
		const offset = typeof end === 'string' ? /^, #(-?\d+)\]$/.exec(end)?.[1] : undefined;
		return offset === undefined ? undefined : Number(offset);
	}
}

function setText(insn: MachineInstruction, end: string): void {
	insn.text = [...insn.text.slice(0, -1), end];
}
