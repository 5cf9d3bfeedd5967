import type {
	Block,
	DebugMark,
	DebugVariable,
	FunctionIr,
	Instruction,
	Local,
	Value
} from '../ir/module.ts';
import { DW_OP } from '../dwarf/die.ts';
import { voidType } from '../ir/types.ts';
import { placeArguments } from './calling-convention.ts';
import { constantOffset, foldAddress } from './constant-address.ts';
import { extension, literal } from './location-expressions.ts';
import type { MachineFunction, MachineInstruction, MarkedPart, Source } from './machine.ts';
import { partsOf, viewOf } from './parts.ts';
import { bitsOf, type Selector } from './selector.ts';

/*
 * Marks keep the places of debug records while a function goes through the back end. They stand among
 * the instructions, first of the IR, then of the machine, but have neither operands nor results and no
 * position of their own: the code must be the same without them. What they name is looked up when all
 * instructions are selected, and never asked for.
 */

/** Puts marks where debug records stand, and behind each store to a variable that has a home in memory. */
export function insertMarks(fn: FunctionIr): void {
	const homes = new Set(
		fn.variables.map(({ assigned }) => assigned && baseOf(assigned.address)).filter(isLocal)
	);
	const records = new Map<Block, DebugVariable[]>();
	for (const record of fn.variables) {
		const here = records.get(record.block);
		if (here) here.push(record);
		else records.set(record.block, [record]);
	}
	for (const block of fn.blocks) {
		const here = records.get(block) ?? [];
		if (here.length === 0 && homes.size === 0) continue;
		const out: Instruction[] = [];
		let next = 0;
		const put = (mark: DebugMark) => out.push(markIn(block, mark));
		for (const [i, insn] of block.instructions.entries()) {
			for (; next < here.length && here[next]!.at <= i; next++)
				put({ kind: 'variable', record: here[next]! });
			out.push(insn);
			const home = homes.size > 0 ? writtenBy(insn) : undefined;
			// Of an alloca it means that the variable has no value yet.
			if (insn.assigned !== undefined && insn.op !== 'alloca')
				put({ kind: 'stored', id: insn.assigned });
			else if (home && homes.has(home)) put({ kind: 'written', home });
		}
		block.instructions = out;
	}
}

const isLocal = (local: Local | undefined) => local !== undefined;

const markIn = (block: Block, mark: DebugMark): Instruction => ({
	op: 'mark',
	type: voidType,
	operands: [],
	block,
	location: -1,
	line: 0,
	mark
});

/** The alloca that an address points into. */
function baseOf(address: Value): Local | undefined {
	let at = address;
	for (let depth = 0; at.kind === 'local' && depth < 100; depth++) {
		if (at.def?.op === 'alloca') return at;
		if (at.def?.op !== 'getelementptr') return undefined;
		at = at.def.operands[0]!;
	}
	return undefined;
}

function writtenBy({ op, operands, callee }: Instruction): Local | undefined {
	if (op === 'store') return baseOf(operands[1]!);
	if (op === 'atomicrmw' || op === 'cmpxchg') return baseOf(operands[0]!);
	const name = callee && 'name' in callee ? callee.name : '';
	return /^llvm\.(?:mem|va_)/.test(name) ? baseOf(operands[0]!) : undefined;
}

/** The machine's mark for one of the IR; its values are found by `resolveMarks`. */
export function selectMark(s: Selector, mark: DebugMark): MachineInstruction | undefined {
	const none = { text: [], defs: [], uses: [], location: -1 };
	if (mark.kind === 'stored') return { ...none, mark };
	if (mark.kind === 'written') {
		const slot = s.slots.get(mark.home);
		return slot === undefined ? undefined : { ...none, mark: { kind: 'written', slot } };
	}
	const { record } = mark;
	const [value] = record.values;
	// In one place for good: the frame says where. And what the optimiser leaves declared may have lost
	// stores that nobody else could see, so that memory is not to be trusted.
	if (record.kind === 'declare')
		if (s.unit.optimize || (value?.kind === 'local' && s.slots.has(value))) return undefined;
	return { ...none, mark: { kind: 'variable', record, values: [] } };
}

/** Finds the registers and constants that the marks name, when all that is asked for is known. */
export function resolveMarks(s: Selector): void {
	for (const { instructions } of s.machine.blocks)
		for (const { mark } of instructions) {
			if (mark?.kind !== 'variable') continue;
			const { values, assigned } = mark.record;
			mark.values = values.map((value) => partsIn(s, value));
			if (assigned) mark.home = homeOf(s, assigned.address);
		}
}

/** A place in the frame that an address always means. */
function homeOf(s: Selector, address: Value): Source | undefined {
	const { source, plus } = throughOffsets(address);
	const slot = source.kind === 'local' ? s.slots.get(source) : undefined;
	return slot === undefined ? undefined : { kind: 'slot', slot, offset: Number(plus) };
}

/** An address without the constants that getelementptr adds to it. */
function throughOffsets(address: Value): { source: Value; plus: bigint } {
	let at = address;
	let plus = 0n;
	while (at.kind === 'local' && at.def?.op === 'getelementptr') {
		const [base, ...indices] = at.def.operands;
		const offset = constantOffset(at.def.source!, indices);
		if (offset === undefined) break;
		plus += offset;
		at = base!;
	}
	return { source: at, plus };
}

function partsIn(s: Selector, value: Value): MarkedPart[] {
	const parts = partsOf(value.type).map(({ bits, offset }, i) => ({
		bits,
		offset: 8 * offset,
		source: value.kind === 'undef' ? undefined : sourceOf(s, value, i)
	}));
	const [only] = parts;
	if (parts.length !== 1 || only!.source || value.kind !== 'local') return parts;
	const found = computed(s, value, mostSteps);
	return found ? [{ ...only!, ...found }] : parts;
}

const mostSteps = 6;

/** A value that was folded into its users, made again from one that was not. */
function computed(
	s: Selector,
	value: Value,
	depth: number
): { source: Source; steps: number[] } | undefined {
	const source = partsOf(value.type).length === 1 ? sourceOf(s, value, 0) : undefined;
	if (source) return { source, steps: [] };
	const def = value.kind === 'local' ? value.def : undefined;
	if (!def || depth === 0) return undefined;
	if (def.op === 'getelementptr') {
		const { source: base, plus } = throughOffsets(value);
		return base === value ? undefined : more(computed(s, base, depth - 1), plus, 'add');
	}
	const [first, second] = def.operands;
	if (def.op === 'zext' || def.op === 'sext') {
		const from = bitsOf(first!);
		// A truth value fills its register.
		if (from === 1 && def.op === 'sext') return undefined;
		const found = computed(s, first!, depth - 1);
		return found && { ...found, steps: [...found.steps, ...extension(from, def.op === 'sext')] };
	}
	const constant = second?.kind === 'int' && bitsOf(def) <= 64 ? second.value : undefined;
	if (constant === undefined || !(def.op in onConstant)) return undefined;
	return more(computed(s, first!, depth - 1), BigInt.asIntN(bitsOf(def), constant), def.op);
}

/** What is right in the low bits, whatever stands above them. */
const onConstant: Record<string, number> = {
	add: DW_OP.plus,
	sub: DW_OP.minus,
	mul: DW_OP.mul,
	and: DW_OP.and,
	or: DW_OP.or,
	xor: DW_OP.xor,
	shl: DW_OP.shl
};

function more(
	found: { source: Source; steps: number[] } | undefined,
	constant: bigint,
	op: string
): { source: Source; steps: number[] } | undefined {
	return found && { ...found, steps: [...found.steps, ...literal(constant), onConstant[op]!] };
}

function sourceOf(s: Selector, value: Value, part: number): Source | undefined {
	const leaf = s.resolve(value, part);
	const { value: found } = leaf;
	if (found.kind === 'local') {
		const slot = s.slots.get(found);
		if (slot !== undefined) return { kind: 'slot', slot, offset: 0 };
		const register = s.asked(found, leaf.part) ?? incomingRegister(s, found, leaf.part);
		return register === undefined ? undefined : { kind: 'register', register };
	}
	const type = partsOf(value.type)[part]!;
	if (found.kind === 'undef') return undefined;
	if (type.float) {
		const bits = found.kind === 'float' ? found.bits : 0n;
		return { kind: 'float', bits, view: viewOf(type) };
	}
	return constantIn(s, found, leaf.part);
}

function constantIn(s: Selector, value: Value, part: number): Source | undefined {
	const constant = s.constantOf(value);
	if (constant !== undefined) {
		const whole = value.kind === 'int' && bitsOf(value) > 64;
		const shifted = whole ? constant >> BigInt(64 * part) : constant;
		return { kind: 'constant', value: BigInt.asUintN(64, shifted) };
	}
	const { symbol, minus, offset } = foldAddress(value, s.unit) ?? { offset: 0n };
	if (symbol === undefined || minus !== undefined) return undefined;
	return { kind: 'symbol', name: symbol, offset, pool: false };
}

/** A parameter that no instruction reads stays where it came in. */
function incomingRegister(s: Selector, local: Local, part: number): number | undefined {
	const index = s.fn.parameters.findIndex((parameter) => parameter.local === local);
	if (index < 0 || bitsOf(local) === 1) return undefined;
	const types = s.fn.parameters.map(({ local: { type }, attributes }) => ({ type, attributes }));
	const place = placeArguments(types).places[index]![part];
	return place && 'register' in place ? place.register : undefined;
}

/** A pass lets the register hold something else than the value that the IR knows it by. */
export function forgetInMarks(machine: MachineFunction, register: number): void {
	renameInMarks(machine, new Map([[register, undefined]]));
}

export function renameInMarks(
	machine: MachineFunction,
	names: ReadonlyMap<number, number | undefined>
): void {
	for (const { instructions } of machine.blocks)
		for (const { mark } of instructions) {
			if (mark?.kind !== 'variable') continue;
			for (const part of mark.values.flat()) {
				const { source } = part;
				if (source?.kind !== 'register' || !names.has(source.register)) continue;
				const register = names.get(source.register);
				part.source = register === undefined ? undefined : { kind: 'register', register };
			}
		}
}

/** Leaves a note where a definition stood that a pass moves behind one or more marks. */
export function noteMove(
	instructions: MachineInstruction[],
	from: number,
	to: number,
	moved: MachineInstruction,
	register: number
): void {
	if (!instructions.slice(from, to).some(({ mark }) => mark)) return;
	moved.late = register;
	const mark = { kind: 'moved', register } as const;
	instructions.splice(from, 0, { text: [], defs: [], uses: [], location: -1, mark });
}
