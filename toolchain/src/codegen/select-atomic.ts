import type { Instruction, Value } from '../ir/module.ts';
import { ref, type Piece, type View } from './machine.ts';
import { wideAtomicRmw, wideCompareExchange } from './select-atomic-wide.ts';
import { bitsOf, type Selector } from './selector.ts';

export const acquires = (ordering: string) => ordering !== 'monotonic' && ordering !== 'release';
export const releases = (ordering: string) => ordering !== 'monotonic' && ordering !== 'acquire';

const suffix = (bits: number) => (bits === 8 ? 'b' : bits === 16 ? 'h' : '');

function checkWidth(bits: number): void {
	if (![8, 16, 32, 64].includes(bits))
		throw new Error(`atomic operations on ${bits} bits are not supported`);
}

/** Registers of one exclusive loop stay in registers: a spill inside could break the reservation. */
export function pinned(s: Selector, register: number): number {
	const copy = s.fresh();
	s.machine.pinned.add(copy);
	s.move(copy, register);
	return copy;
}

export function pinnedFresh(s: Selector): number {
	const register = s.fresh();
	s.machine.pinned.add(register);
	return register;
}

const operations: Record<string, string> = {
	add: 'add',
	sub: 'sub',
	and: 'and',
	or: 'orr',
	xor: 'eor'
};

/** A load-exclusive/store-exclusive loop around the operation. */
export function selectAtomicRmw(s: Selector, insn: Instruction): void {
	const [pointer, operand] = insn.operands as [Value, Value];
	const bits = bitsOf(insn);
	if (bits === 128 && insn.type.kind === 'int') return wideAtomicRmw(s, insn);
	if (insn.type.kind === 'float' || insn.type.kind === 'double') return floatAtomicRmw(s, insn);
	if (insn.type.kind !== 'int' && insn.type.kind !== 'ptr')
		throw new Error(`atomic operations on type ${insn.type.kind} are not supported`);
	checkWidth(bits);
	const view: View = bits === 64 ? 'x' : 'w';
	const op = insn.predicate!;
	const signed = op === 'max' || op === 'min';
	const value = pinned(s, bits < 32 ? s.useExtended(operand, signed, 32) : s.use(operand));
	const base = pinned(s, s.use(pointer));
	const old = pinnedFresh(s);
	const next = op === 'xchg' ? value : pinnedFresh(s);
	const status = pinnedFresh(s);
	const label = s.freshLabel();
	const [o, v, n, w] = [ref(old, view), ref(value, view), ref(next, view), ref(status, 'w')];
	const load = `${acquires(insn.ordering!) ? 'ldaxr' : 'ldxr'}${suffix(bits)} `;
	const store = `${releases(insn.ordering!) ? 'stlxr' : 'stxr'}${suffix(bits)} `;
	const text: Piece[] = [`${label}:\n\t${load}`, o, ', [', ref(base, 'x'), ']\n\t'];
	const simple = operations[op];
	if (simple) text.push(`${simple} `, n, ', ', o, ', ', v, '\n\t');
	else if (op === 'nand') text.push('and ', n, ', ', o, ', ', v, '\n\tmvn ', n, ', ', n, '\n\t');
	else if (op !== 'xchg') {
		const condition = { max: 'gt', min: 'lt', umax: 'hi', umin: 'lo' }[op];
		if (condition === undefined) throw new Error(`atomicrmw ${op} is not supported`);
		if (signed && bits < 32) text.push(`sxt${suffix(bits)} `, o, ', ', o, '\n\t');
		text.push('cmp ', o, ', ', v, '\n\tcsel ', n, ', ', o, ', ', v, `, ${condition}\n\t`);
	}
	text.push(store, w, ', ', n, ', [', ref(base, 'x'), ']\n\tcbnz ', w, `, ${label}`);
	const defs = next === value ? [old, status] : [old, next, status];
	s.emit(text, defs, [value, base]).early = true;
	const d = s.asked(insn.result);
	if (d === undefined) return;
	if (signed && bits < 32) s.alu(`uxt${suffix(bits)}`, 'w', d, old);
	else s.move(d, old);
}

const floatOperations: Record<string, string> = {
	fadd: 'fadd',
	fsub: 'fsub',
	fmax: 'fmaxnm',
	fmin: 'fminnm'
};

/** The same loop, with the operation done in vector registers. */
function floatAtomicRmw(s: Selector, insn: Instruction): void {
	const [pointer, operand] = insn.operands as [Value, Value];
	const op = floatOperations[insn.predicate!];
	if (op === undefined) throw new Error(`atomicrmw ${insn.predicate} on floats is not supported`);
	const [view, float]: [View, View] = insn.type.kind === 'double' ? ['x', 'd'] : ['w', 's'];
	const value = s.freshFloat();
	const sum = s.freshFloat();
	const before = s.freshFloat();
	for (const register of [value, sum, before]) s.machine.pinned.add(register);
	s.move(value, s.use(operand));
	const base = pinned(s, s.use(pointer));
	const [old, status] = [pinnedFresh(s), pinnedFresh(s)];
	const label = s.freshLabel();
	const [o, w, b] = [ref(old, view), ref(status, 'w'), ref(base, 'x')];
	const [v, n, f] = [ref(value, float), ref(sum, float), ref(before, float)];
	const load = acquires(insn.ordering!) ? 'ldaxr ' : 'ldxr ';
	const store = releases(insn.ordering!) ? 'stlxr ' : 'stxr ';
	const text: Piece[] = [`${label}:\n\t${load}`, o, ', [', b, ']\n\tfmov ', f, ', ', o];
	text.push(`\n\t${op} `, n, ', ', f, ', ', v, '\n\tfmov ', o, ', ', n, `\n\t${store}`);
	text.push(w, ', ', o, ', [', b, ']\n\tcbnz ', w, `, ${label}`);
	s.emit(text, [old, status, sum, before], [value, base]).early = true;
	const d = s.asked(insn.result);
	if (d !== undefined) s.move(d, before);
}

/** Part 0 of the result is what was there, part 1 whether it was replaced. */
export function selectCompareExchange(s: Selector, insn: Instruction): void {
	const [pointer, expected, desired] = insn.operands as [Value, Value, Value];
	const bits = bitsOf(expected);
	if (bits === 128 && expected.type.kind === 'int') return wideCompareExchange(s, insn);
	checkWidth(bits);
	const view: View = bits === 64 ? 'x' : 'w';
	const want = pinned(s, bits < 32 ? s.useExtended(expected, false, 32) : s.use(expected));
	const value = pinned(s, s.use(desired));
	const base = pinned(s, s.use(pointer));
	const old = pinnedFresh(s);
	const status = pinnedFresh(s);
	const label = s.freshLabel();
	const load = `${acquires(insn.ordering!) ? 'ldaxr' : 'ldxr'}${suffix(bits)} `;
	const store = `${releases(insn.ordering!) ? 'stlxr' : 'stxr'}${suffix(bits)} `;
	const text: Piece[] = [
		`${label}:\n\t${load}`,
		ref(old, view),
		', [',
		ref(base, 'x'),
		']\n\tcmp ',
		ref(old, view),
		', ',
		ref(want, view),
		`\n\tb.ne ${label}d\n\t${store}`,
		ref(status, 'w'),
		', ',
		ref(value, view),
		', [',
		ref(base, 'x'),
		']\n\tcbnz ',
		ref(status, 'w'),
		`, ${label}\n${label}d:`
	];
	s.emit(text, [old, status], [want, value, base]).early = true;
	// The flags are still those of the comparison: equal if and only if the store was made.
	const done = s.asked(insn.result, 1);
	if (done !== undefined) s.alu('cset', 'w', done, 'eq');
	const d = s.asked(insn.result, 0);
	if (d !== undefined) s.move(d, old);
}

export function selectFence(s: Selector, insn: Instruction): void {
	s.emit([insn.ordering === 'acquire' ? 'dmb ishld' : 'dmb ish'], [], []);
}
