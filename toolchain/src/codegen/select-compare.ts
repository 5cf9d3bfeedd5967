import type { Instruction, Value } from '../ir/module.ts';
import { isAddImmediate, isLogicalImmediate, isPowerOfTwo, log2 } from './immediates.ts';
import { zeroRegister, type MachineBlock, type Piece, ref, type View } from './machine.ts';
import { partsOf, viewOf } from './parts.ts';
import { chain, condition as flagsFor, foldable } from './select-condition.ts';
import { shiftedOperand } from './select-integer.ts';
import { highPart } from './select-wide.ts';
import { bitsOf, type Operand, type Selector } from './selector.ts';

const conditions: Record<string, string> = {
	eq: 'eq',
	ne: 'ne',
	ugt: 'hi',
	uge: 'hs',
	ult: 'lo',
	ule: 'ls',
	sgt: 'gt',
	sge: 'ge',
	slt: 'lt',
	sle: 'le'
};

const swapped: Record<string, string> = {
	eq: 'eq',
	ne: 'ne',
	ugt: 'ult',
	uge: 'ule',
	ult: 'ugt',
	ule: 'uge',
	sgt: 'slt',
	sge: 'sle',
	slt: 'sgt',
	sle: 'sge'
};

/** After FCMP: one condition, or two of which either holds. */
const floatConditions: Record<string, string[]> = {
	oeq: ['eq'],
	ogt: ['gt'],
	oge: ['ge'],
	olt: ['mi'],
	ole: ['ls'],
	one: ['mi', 'gt'],
	ord: ['vc'],
	uno: ['vs'],
	ueq: ['eq', 'vs'],
	ugt: ['hi'],
	uge: ['pl'],
	ult: ['lt'],
	ule: ['le'],
	une: ['ne']
};

const inverse: Record<string, string> = {};
for (const [a, b] of ['eq ne', 'hs lo', 'mi pl', 'vs vc', 'hi ls', 'ge lt', 'gt le'].map((pair) =>
	pair.split(' ')
) as [string, string][]) {
	inverse[a] = b;
	inverse[b] = a;
}
export const floatConditionCount = (insn: Instruction) =>
	floatConditions[insn.predicate!]?.length ?? 0;
export const invertCondition = (condition: string) => inverse[condition]!;

/** An instruction that sets the flags, and the condition under which an icmp then holds. */
export interface Comparison {
	op: 'cmp' | 'cmn';
	view: View;
	operands: Operand[];
	holds: string;
}

/** Sets the flags for an icmp and says under which condition it holds. */
export function compare(s: Selector, insn: Instruction): string {
	const [a, b] = insn.operands as [Value, Value];
	const predicate = insn.predicate!;
	if (bitsOf(a) > 64) return compareWide(s, a, b, predicate);
	if ((predicate === 'eq' || predicate === 'ne') && s.constantOf(b) === 0n) {
		const and = s.onlyUse(a, 'and');
		if (and) {
			const bits = bitsOf(a);
			test(s, and, bits <= 32 ? 'w' : 'x', bits);
			return conditions[predicate]!;
		}
	}
	const { op, view, operands, holds } = comparison(s, insn);
	s.plain(op, view, ...operands);
	return holds;
}

/** The operands of a comparison of up to 64 bits; `conditional`: as CCMP and CCMN take them. */
export function comparison(s: Selector, insn: Instruction, conditional = false): Comparison {
	let [a, b] = insn.operands as [Value, Value];
	let predicate = insn.predicate!;
	if (s.constantOf(a) !== undefined && s.constantOf(b) === undefined) {
		[a, b] = [b, a];
		predicate = swapped[predicate]!;
	}
	const bits = bitsOf(a);
	const width = bits <= 32 ? 32 : 64;
	const view: View = bits <= 32 ? 'w' : 'x';
	const signed = predicate.startsWith('s');
	const holds = conditions[predicate]!;
	const constant = s.constantOf(b);
	if (constant !== undefined) {
		const exact = signed ? BigInt.asIntN(bits, constant) : BigInt.asUintN(bits, constant);
		const wide = BigInt.asIntN(width, exact);
		const register = s.useExtended(a, signed, width);
		const fits = (value: bigint) =>
			conditional ? value >= 0n && value < 32n : isAddImmediate(value);
		if (fits(wide)) return { op: 'cmp', view, operands: [register, `#${wide}`], holds };
		if (fits(-wide)) return { op: 'cmn', view, operands: [register, `#${-wide}`], holds };
		return { op: 'cmp', view, operands: [register, s.constant(wide, width)], holds };
	}
	const folded = bits === width && !conditional ? shiftedOperand(s, b, view) : undefined;
	const operands: Operand[] = folded
		? [s.use(a), ...folded]
		: [s.useExtended(a, signed, width), s.useExtended(b, signed, width)];
	return { op: 'cmp', view, operands, holds };
}

/** TST of an AND that has no other user. */
function test(s: Selector, and: Instruction, view: View, bits: number): void {
	const [a, b] = and.operands as [Value, Value];
	const mask = s.unsignedConstant(b, bits);
	const width = view === 'w' ? 32 : 64;
	if (mask !== undefined && isLogicalImmediate(mask, width))
		s.plain('tst', view, s.use(a), `#0x${mask.toString(16)}`);
	else if (bits < width)
		s.plain('tst', view, s.useExtended(a, false, width), s.useExtended(b, false, width));
	else s.plain('tst', view, s.use(a), s.use(b));
}

/** Part by part: the lowest first, as a subtraction goes. */
function compareWide(s: Selector, a: Value, b: Value, predicate: string): string {
	const signed = predicate.startsWith('s');
	const last = Math.ceil(bitsOf(a) / 64) - 1;
	const isEquality = predicate === 'eq' || predicate === 'ne';
	// a < b and a >= b are the carry and sign of a - b; the others are those with a and b exchanged.
	if (!isEquality && /gt|le/.test(predicate)) {
		[a, b] = [b, a];
		predicate = swapped[predicate]!;
	}
	const tops = [highPart(s, a, signed), highPart(s, b, signed)];
	const rest = Array.from({ length: last }, (_, i) => [s.useOrZero(a, i), s.useOrZero(b, i)]);
	for (const [i, [x, y]] of [...rest, tops].entries()) {
		if (i === 0) s.plain('cmp', 'x', x!, y!);
		else if (isEquality) s.plain('ccmp', 'x', x!, y!, '#0', 'eq');
		else s.emit(['sbcs xzr, ', ref(x!, 'x'), ', ', ref(y!, 'x')], [], [x!, y!]);
	}
	return conditions[predicate]!;
}

/** FCMP; two conditions mean either. */
export function compareFloat(s: Selector, insn: Instruction): string[] {
	const [a, b] = insn.operands as [Value, Value];
	if (a.type.kind !== 'float' && a.type.kind !== 'double')
		throw new Error(`comparing values of type ${a.type.kind} is not supported`);
	const view: View = bitsOf(a) === 32 ? 's' : 'd';
	const right = s.resolve(b).value;
	if (right.kind === 'float' && right.bits === 0n) s.plain('fcmp', view, s.use(a), '#0.0');
	else s.plain('fcmp', view, s.use(a), s.use(b));
	return floatConditions[insn.predicate!]!;
}

/** The value of a comparison that is not only branched on. */
export function selectCompare(s: Selector, insn: Instruction): void {
	const d = s.result(insn);
	if (insn.predicate === 'true' || insn.predicate === 'false') {
		const value = insn.predicate === 'true' ? 1n : 0n;
		s.copies([{ destination: d, source: { kind: 'constant', value } }]);
		return;
	}
	if (insn.op === 'icmp') {
		s.alu('cset', 'w', d, compare(s, insn));
		return;
	}
	const [first, second] = compareFloat(s, insn);
	if (second === undefined) {
		s.alu('cset', 'w', d, first!);
		return;
	}
	const t = s.fresh();
	s.alu('cset', 'w', t, first!);
	s.emit(['csinc ', ref(d, 'w'), ', ', ref(t, 'w'), ', wzr, ', invertCondition(second)], [d], [t]);
}

export function selectSelect(s: Selector, insn: Instruction): void {
	const [condition, yes, no] = insn.operands as [Value, Value, Value];
	const truth = insn.type.kind === 'int' && insn.type.bits === 1 ? chain(s, insn) : undefined;
	if (truth !== undefined) return void s.alu('cset', 'w', s.result(insn), truth);
	// Operands first: making a constant may not come between the flags and their reader, and need not.
	const parts = selectParts(s, insn, yes, no);
	let holds = flagsFor(s, condition);
	if (holds === undefined) {
		s.plain('tst', 'w', s.use(condition), '#1');
		holds = 'ne';
	}
	for (const part of parts) {
		if (part.float && part.view === 'q') selectQuad(s, part, holds);
		else if (part.float) s.alu('fcsel', part.view, part.d, part.yes, part.no, holds);
		else if (part.increment) {
			s.alu('csinc', part.view, part.d, part.no, zeroRegister, invertCondition(holds));
		} else s.alu('csel', part.view, part.d, part.yes, part.no, holds);
	}
}

function selectParts(s: Selector, insn: Instruction, yes: Value, no: Value) {
	return partsOf(insn.type).map((part, i) => {
		const { float, bits } = part;
		const increment = !float && s.constantOf(yes, i) === 1n;
		return {
			d: s.result(insn, i),
			float,
			// Half precision moves as the lower half of single precision's register.
			view: (float ? (bits <= 32 ? 's' : viewOf(part)) : bits <= 32 ? 'w' : 'x') as View,
			increment,
			yes: float ? s.use(yes, i) : increment ? zeroRegister : s.useOrZero(yes, i),
			no: float ? s.use(no, i) : s.useOrZero(no, i)
		};
	});
}

/** FCSEL has no quad: a branch around a move, within one piece of text. */
function selectQuad(
	s: Selector,
	part: { d: number; yes: number; no: number },
	holds: string
): void {
	const label = s.freshLabel();
	const [d, yes, no] = [part.d, part.yes, part.no].map((register) => ref(register, 'v'));
	s.emit(
		['mov ', d!, '.16b, ', yes!, `.16b\n\tb.${holds} ${label}\n\tmov `, d!, '.16b, ', no!].concat([
			`.16b\n${label}:`
		]),
		[part.d],
		[part.yes, part.no]
	).early = true;
}

/** Branches to `target` when the condition is (or is not) true. */
export function branchOn(s: Selector, condition: Value, target: MachineBlock, when = true): void {
	const not = s.onlyUse(condition, 'xor');
	if (not && s.constantOf(not.operands[1]!) === 1n)
		return branchOn(s, not.operands[0]!, target, !when);
	const insn = foldable(s, condition);
	if (insn?.op === 'icmp' && branchOnZero(s, insn, target, when)) return;
	const holds = flagsFor(s, condition);
	if (holds !== undefined)
		return conditional(s, `b.${when ? holds : invertCondition(holds)}`, [], [], target);
	const trunc = s.onlyUse(condition, 'trunc');
	const register = s.use(trunc ? trunc.operands[0]! : condition);
	const far = s.fn.blocks.length > 400;
	if (far) {
		s.plain('tst', 'w', register, '#1');
		return conditional(s, when ? 'b.ne' : 'b.eq', [], [], target);
	}
	conditional(s, when ? 'tbnz' : 'tbz', [ref(register, 'w'), ', #0'], [register], target);
}

/** Comparisons with zero and tests of one bit are a single branch. */
function branchOnZero(
	s: Selector,
	insn: Instruction,
	target: MachineBlock,
	when: boolean
): boolean {
	const [a, b] = insn.operands as [Value, Value];
	const bits = bitsOf(a);
	if (bits > 64) return false;
	const constant = s.constantOf(b);
	if (constant === undefined || s.constantOf(a) !== undefined) return false;
	const view: View = bits <= 32 ? 'w' : 'x';
	const width = bits <= 32 ? 32 : 64;
	const near = s.fn.blocks.length <= 400;
	const zero = BigInt.asUintN(bits, constant) === 0n;
	if ((insn.predicate === 'eq' || insn.predicate === 'ne') && zero) {
		const nonzero = (insn.predicate === 'ne') === when;
		const and = s.onlyUse(a, 'and');
		if (and) {
			const mask = s.unsignedConstant(and.operands[1]!, bits);
			if (mask === undefined || !isPowerOfTwo(mask) || !near) return false;
			const bit = log2(mask);
			const register = s.use(and.operands[0]!);
			conditional(
				s,
				nonzero ? 'tbnz' : 'tbz',
				[ref(register, bit < 32 ? 'w' : 'x'), `, #${bit}`],
				[register],
				target
			);
			return true;
		}
		const register = s.useExtended(a, false, width);
		conditional(s, nonzero ? 'cbnz' : 'cbz', [ref(register, view)], [register], target);
		return true;
	}
	const signTest =
		(insn.predicate === 'slt' && zero) ||
		(insn.predicate === 'sgt' && BigInt.asIntN(bits, constant) === -1n);
	if (!signTest || !near) return false;
	const register = s.use(a);
	const negative = (insn.predicate === 'slt') === when;
	conditional(
		s,
		negative ? 'tbnz' : 'tbz',
		[ref(register, view), `, #${bits - 1}`],
		[register],
		target
	);
	return true;
}

export function conditional(
	s: Selector,
	op: string,
	text: Piece[],
	uses: number[],
	target: MachineBlock
): void {
	s.emit(text, [], uses).branch = { op, target };
}
