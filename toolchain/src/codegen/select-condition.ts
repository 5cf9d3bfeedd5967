import type { Instruction, Local, Value } from '../ir/module.ts';
import {
	compare,
	compareFloat,
	comparison,
	floatConditionCount,
	invertCondition
} from './select-compare.ts';
import { bitsOf, type Selector } from './selector.ts';

/** NZCV, as CCMP takes it, under which a condition holds, and under which it does not. */
const flags: Record<string, readonly [holds: number, fails: number]> = {
	eq: [4, 0],
	ne: [0, 4],
	hs: [2, 0],
	lo: [0, 2],
	hi: [2, 0],
	ls: [0, 2],
	ge: [0, 8],
	lt: [8, 0],
	gt: [0, 4],
	le: [4, 0]
};

/** `a` and `b`, or `a` or `b`, however it is written. */
interface Junction {
	and: boolean;
	a: Value;
	b: Value;
}

/**
 * Sets the flags for a truth value that nobody needs in a register, and says under which condition it
 * is true; undefined where it has to be a register. Conjunctions and disjunctions of comparisons
 * become chains of CCMP.
 */
export function condition(s: Selector, value: Value): string | undefined {
	const insn = foldable(s, value);
	if (insn?.op === 'icmp') return compare(s, insn);
	if (insn) return compareFloat(s, insn)[0];
	const only = s.onlyUse(value);
	return only && chain(s, only);
}

/** The same for the operands of an instruction that is selected anyway: AND, OR, SELECT of truths. */
export function chain(s: Selector, insn: Instruction): string | undefined {
	const joined = junction(s, insn);
	if (!joined) return undefined;
	let { a, b } = joined;
	if (!isChainable(s, b)) [a, b] = [b, a];
	const last = s.onlyUse(b, 'icmp');
	if (!last || !isChainable(s, b) || !isCondition(s, a)) return undefined;
	const first = condition(s, a)!;
	const { op, view, operands, holds } = comparison(s, last, true);
	const [yes, no] = flags[holds]!;
	const [when, otherwise] = joined.and ? [first, no] : [invertCondition(first), yes];
	s.plain(`c${op}`, view, ...operands, `#${otherwise}`, when);
	return holds;
}

/** Would `condition` succeed? */
function isCondition(s: Selector, value: Value): boolean {
	if (foldable(s, value)) return true;
	const only = s.onlyUse(value);
	const joined = only && junction(s, only);
	if (!joined) return false;
	const { a, b } = joined;
	return (isChainable(s, b) && isCondition(s, a)) || (isChainable(s, a) && isCondition(s, b));
}

function isChainable(s: Selector, value: Value): boolean {
	const insn = s.onlyUse(value, 'icmp');
	return insn !== undefined && bitsOf(insn.operands[0]!) <= 64;
}

function junction(s: Selector, insn: Instruction): Junction | undefined {
	if (insn.type.kind !== 'int' || insn.type.bits !== 1) return undefined;
	const [first, second, third] = insn.operands as [Value, Value, Value];
	if (insn.op === 'and' || insn.op === 'or') return { and: insn.op === 'and', a: first, b: second };
	if (insn.op !== 'select') return undefined;
	if (s.constantOf(third) === 0n) return { and: true, a: first, b: second };
	if (BigInt.asUintN(1, s.constantOf(second) ?? 0n) === 1n)
		return { and: false, a: first, b: third };
	return undefined;
}

/** The comparison behind a truth value, where it may be redone at its user. */
export function foldable(s: Selector, value: Value): Instruction | undefined {
	if (value.kind !== 'local' || !value.def || s.isAsked(value)) return undefined;
	const { def } = value;
	if (def.op !== 'icmp' && (def.op !== 'fcmp' || floatConditionCount(def) !== 1)) return undefined;
	return value.uses === 1 || isOnlyDecided(s, value, def) ? def : undefined;
}

/** All users choose or branch by it, in its own block: comparing again is no dearer than testing. */
function isOnlyDecided(s: Selector, value: Local, def: Instruction): boolean {
	if (!s.unit.optimize || bitsOf(def.operands[0]!) > 64) return false;
	const users = s.usersOf(value);
	return users.every(
		(user) =>
			user.block === def.block &&
			(user.op === 'br' ||
				(user.op === 'select' &&
					user.operands[0] === value &&
					user.operands[1] !== value &&
					user.operands[2] !== value))
	);
}
