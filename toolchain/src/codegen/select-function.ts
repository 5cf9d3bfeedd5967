import type { Block, FunctionIr, Instruction, Local } from '../ir/module.ts';
import { lowerFunction } from '../lower/lower-function.ts';
import { insertMarks, resolveMarks, selectMark } from './debug-marks.ts';
import { chooseAnchors, defineAnchors } from './anchors.ts';
import { placeArguments } from './calling-convention.ts';
import { CodegenError } from './codegen-error.ts';
import { analyzeControlFlow, hasNamedOutputs, successors } from './control-flow.ts';
import { Dominators } from './dominators.ts';
import { dropUnused } from './drop-unused.ts';
import { sinkIncrements } from './increments.ts';
import {
	firstVector,
	incomingSlot,
	MachineFunction,
	ref,
	type Copy,
	type MachineBlock,
	type MachineInstruction
} from './machine.ts';
import { partsOf } from './parts.ts';
import { selectInlineAsm, takeNamedOutputs } from './select-asm.ts';
import { selectAtomicRmw, selectCompareExchange, selectFence } from './select-atomic.ts';
import { selectPlainCall, selectReturn } from './select-call.ts';
import { branchOn, selectCompare, selectSelect } from './select-compare.ts';
import {
	selectBitcast,
	selectFloatBinary,
	selectFloatCast,
	selectFloatNegate
} from './select-float.ts';
import { selectBinary, selectExtension } from './select-integer.ts';
import { selectIntrinsic } from './select-intrinsic.ts';
import {
	loadPart,
	selectDynamicAlloca,
	selectGep,
	selectLoad,
	selectStore
} from './select-memory.ts';
import { selectSwitch } from './select-switch.ts';
import { stepPointers } from './step-pointers.ts';
import { varargsFrames } from './select-varargs.ts';
import { shareConstants } from './share-constants.ts';
import { hasEffect, Selector, type UnitContext } from './selector.ts';

const binary = (s: Selector, insn: Instruction) => selectBinary(s, insn);
const floatCast = (s: Selector, insn: Instruction) => selectFloatCast(s, insn);

const rules: Record<string, (s: Selector, insn: Instruction) => void> = {
	add: binary,
	sub: binary,
	mul: binary,
	udiv: binary,
	sdiv: binary,
	urem: binary,
	srem: binary,
	shl: binary,
	lshr: binary,
	ashr: binary,
	and: binary,
	or: binary,
	xor: binary,
	icmp: selectCompare,
	fcmp: selectCompare,
	select: selectSelect,
	trunc: selectExtension,
	zext: selectExtension,
	sext: selectExtension,
	inttoptr: selectExtension,
	ptrtoint: selectExtension,
	bitcast: selectBitcast,
	fadd: selectFloatBinary,
	fsub: selectFloatBinary,
	fmul: selectFloatBinary,
	fdiv: selectFloatBinary,
	frem: selectFloatBinary,
	fneg: selectFloatNegate,
	fptrunc: floatCast,
	fpext: floatCast,
	fptoui: floatCast,
	fptosi: floatCast,
	uitofp: floatCast,
	sitofp: floatCast,
	load: selectLoad,
	store: selectStore,
	getelementptr: selectGep,
	alloca: selectDynamicAlloca,
	atomicrmw: selectAtomicRmw,
	cmpxchg: selectCompareExchange,
	fence: selectFence,
	call: selectCall,
	callbr: (s, insn) => {
		selectInlineAsm(s, insn);
		jump(s, insn.targets![0]!);
	},
	ret: selectReturn,
	br: selectBranch,
	switch: selectSwitch,
	indirectbr: (s, insn) => {
		const target = s.use(insn.operands[0]!);
		s.emit(['br ', ref(target, 'x')], [], [target]);
	},
	unreachable: (s) => void s.emit(['brk #0x1'], [], [])
};

function selectCall(s: Selector, insn: Instruction): void {
	const callee = insn.callee!;
	if ('template' in callee) {
		if (callee.sideEffect || insn.type.kind === 'void' || s.isAsked(insn.result))
			selectInlineAsm(s, insn);
	} else if (callee.kind === 'global' && callee.name.startsWith('llvm.'))
		selectIntrinsic(s, insn, callee.name);
	else selectPlainCall(s, insn);
}

function jump(s: Selector, target: Block): void {
	s.emit([], [], []).jump = s.blockOf.get(target)!;
}

function selectBranch(s: Selector, insn: Instruction): void {
	const [yes, no] = insn.targets as [Block, Block | undefined];
	if (no === undefined || yes === no) return jump(s, yes);
	const condition = insn.operands[0]!;
	const constant = s.constantOf(condition);
	if (constant !== undefined) return jump(s, constant & 1n ? yes : no);
	branchOn(s, condition, s.blockOf.get(yes)!);
	jump(s, no);
}

/**
 * Instruction selection: IR to machine instructions on virtual registers, blocks from last to first
 * so that every use is seen before its definition.
 *
 * @throws CodegenError with the source location of what cannot be translated
 */
export function selectFunction(fn: FunctionIr, unit: UnitContext): MachineFunction {
	if (fn.variables.length > 0) insertMarks(fn);
	lowerFunction(fn);
	const flow = analyzeControlFlow(fn);
	const machine = new MachineFunction(fn.name);
	const s = new Selector(fn, unit, machine, flow);
	for (const block of flow.blocks) {
		const made: MachineBlock = {
			label: unit.blockLabel(fn.name, block.label),
			named: block.addressTaken,
			instructions: [],
			successors: [],
			asmGoto: block.instructions.at(-1)!.op === 'callbr',
			frequency: flow.frequency.get(block) ?? 1,
			index: machine.blocks.length
		};
		s.blockOf.set(block, made);
		machine.blocks.push(made);
	}
	for (const block of flow.blocks)
		s.blockOf.get(block)!.successors = successors(block).map((next) => s.blockOf.get(next)!);
	const dominators = unit.optimize ? new Dominators(machine) : undefined;
	if (dominators) chooseAnchors(s, dominators);
	findSlots(s);
	machine.variableSlots = s.slots;
	const phis = new PhiCopies(s);
	const entry = prepareVarargs(s);
	for (const block of [...flow.order].reverse()) selectBlock(s, block, phis);
	const head = s.blockOf.get(flow.blocks[0]!)!;
	s.group = entry;
	takeParameters(s);
	head.instructions = [...s.group, ...head.instructions];
	resolveMarks(s);
	if (dominators) {
		defineAnchors(s, dominators);
		dropUnused(machine);
		shareConstants(machine, dominators);
		stepPointers(machine);
		sinkIncrements(machine);
	}
	return machine;
}

function selectBlock(s: Selector, block: Block, phis: PhiCopies): void {
	const groups: MachineInstruction[][] = [];
	const { instructions } = block;
	for (let i = instructions.length - 1; i >= 0; i--) {
		const insn = instructions[i]!;
		if (insn.op === 'phi') break;
		if (insn.mark) {
			const mark = selectMark(s, insn.mark);
			if (mark) groups.push([mark]);
			continue;
		}
		if (insn.result && s.slots.has(insn.result)) continue;
		if (!hasEffect(insn) && !s.isAsked(insn.result) && !s.signedLoads.has(insn.result!)) continue;
		s.group = [];
		s.location = insn.location;
		if (i === instructions.length - 1) phis.atEnd(block);
		try {
			const rule = rules[insn.op];
			if (!rule) throw new Error(`'${insn.op}' is not supported by the back end`);
			rule(s, insn);
		} catch (error) {
			if (error instanceof CodegenError) throw error;
			throw new CodegenError((error as Error).message, insn.location);
		}
		if (insn.volatile) for (const made of s.group) made.volatile = true;
		groups.push(s.group);
	}
	s.group = [];
	const [only] = s.flow.predecessors.get(block)!;
	const entering = only?.instructions.at(-1);
	if (entering && hasNamedOutputs(entering)) takeNamedOutputs(s, entering);
	phis.atStart(block);
	groups.push(s.group);
	s.blockOf.get(block)!.instructions = groups.reverse().flat();
}

/** Allocas of fixed size in the entry block live in the frame. */
function findSlots(s: Selector): void {
	for (const insn of s.flow.blocks[0]!.instructions) {
		if (insn.op !== 'alloca' || (insn.align ?? 1) > 16) continue;
		const count = insn.operands[0];
		if (count && count.kind !== 'int') continue;
		const size = insn.source!.size * Number(count?.kind === 'int' ? count.value : 1n);
		s.slots.set(insn.result!, s.machine.slot(Math.max(size, 1), insn.align ?? insn.source!.align));
	}
}

/** The copies that stand for phis, at the ends of the predecessors. */
class PhiCopies {
	readonly #s: Selector;
	/** For targets of indirect branches: the copies go to these, and from them at the block's start. */
	readonly #between = new Map<Local, number[]>();

	constructor(s: Selector) {
		this.#s = s;
		for (const block of s.flow.blocks) {
			const indirect = s.flow.predecessors
				.get(block)!
				.some((from) => from.instructions.at(-1)!.op === 'indirectbr');
			for (const phi of phisOf(block)) {
				if (phi.result!.uses === 0) continue;
				const parts = partsOf(phi.type);
				for (const i of parts.keys()) s.registerFor(phi.result!, i);
				if (indirect)
					this.#between.set(
						phi.result!,
						parts.map((part) => (part.float ? s.freshFloat(part.bits === 128) : s.fresh()))
					);
			}
		}
	}

	atEnd(block: Block): void {
		const next = successors(block);
		const last = block.instructions.at(-1)!;
		if (next.length > 1 && last.op !== 'indirectbr') return;
		this.#s.copies(next.flatMap((to) => this.#copies(to, block)));
	}

	/** Where the only predecessor has several ways out, the copies stand at the start. */
	atStart(block: Block): void {
		const s = this.#s;
		const from = s.flow.predecessors.get(block)!;
		if (from.length === 1) {
			const last = from[0]!.instructions.at(-1)!;
			if (successors(from[0]!).length > 1 && last.op !== 'indirectbr')
				s.copies(this.#copies(block, from[0]!));
		}
		const moves: Copy[] = [];
		for (const phi of phisOf(block))
			for (const [i, register] of (this.#between.get(phi.result!) ?? []).entries())
				moves.push({
					destination: s.registerFor(phi.result!, i),
					source: { kind: 'register', register }
				});
		s.copies(moves);
	}

	#copies(to: Block, from: Block): Copy[] {
		const s = this.#s;
		const out: Copy[] = [];
		for (const phi of phisOf(to)) {
			if (phi.result!.uses === 0) continue;
			const value = phi.operands[phi.targets!.indexOf(from)];
			if (!value) throw new Error('a phi without an entry for its predecessor');
			if (value.kind === 'undef') {
				// Any value will do; but the register must be defined on every way in.
			}
			const between = this.#between.get(phi.result!);
			for (const i of partsOf(phi.type).keys())
				out.push({
					destination: between?.[i] ?? s.registerFor(phi.result!, i),
					source: s.source(value, i)
				});
		}
		return out;
	}
}

function* phisOf(block: Block): Generator<Instruction> {
	for (const insn of block.instructions) {
		if (insn.op !== 'phi') return;
		yield insn;
	}
}

/** Unnamed argument registers go to the save areas that va_arg reads. */
function prepareVarargs(s: Selector): MachineInstruction[] {
	s.group = [];
	if (!s.fn.varargs) return s.group;
	const types = s.fn.parameters.map(({ local, attributes }) => ({ type: local.type, attributes }));
	const { general, vector, stack } = placeArguments(types);
	const generalBytes = 8 * (8 - general);
	const vectorBytes = s.unit.noFloat ? 0 : 16 * (8 - vector);
	const generalSlot = s.machine.slot(Math.max(8, generalBytes), 16);
	const vectorSlot = s.machine.slot(Math.max(16, vectorBytes), 16);
	varargsFrames.set(s, { generalSlot, generalBytes, vectorSlot, vectorBytes, stack });
	for (let i = general; i < 8; i++)
		s.emit(
			['str ', ref(i, 'x'), ', ', { slot: generalSlot, offset: 8 * (i - general), size: 8 }],
			[],
			[i]
		);
	for (let i = vector; i < 8 && vectorBytes > 0; i++)
		s.emit(
			[
				'str ',
				ref(firstVector + i, 'q'),
				', ',
				{ slot: vectorSlot, offset: 16 * (i - vector), size: 16 }
			],
			[],
			[firstVector + i]
		);
	return s.group;
}

function takeParameters(s: Selector): void {
	s.location = -1;
	const types = s.fn.parameters.map(({ local, attributes }) => ({ type: local.type, attributes }));
	const { places } = placeArguments(types);
	const copies: Copy[] = [];
	const later: (() => void)[] = [];
	for (const [i, { local }] of s.fn.parameters.entries())
		for (const [j, part] of partsOf(local.type).entries()) {
			const d = s.asked(local, j);
			const place = places[i]![j];
			if (d === undefined || place === undefined) continue;
			if ('register' in place)
				copies.push({ destination: d, source: { kind: 'register', register: place.register } });
			else
				later.push(() => {
					const address = { kind: 'slot' as const, slot: incomingSlot, offset: place.stack };
					loadPart(s, d, { ...part, offset: 0 }, address);
				});
			if (part.bits === 1) later.push(() => s.alu('and', 'w', d, d, '#0x1'));
		}
	s.copies(copies);
	for (const load of later) load();
}
