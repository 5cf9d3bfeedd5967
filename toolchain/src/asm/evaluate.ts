import { compute, computeUnary, localAlias, type Expression } from './expression.ts';
import type { AsmSymbol } from './symbols.ts';

/**
 * A value as far as the assembler can know it: `add - sub + constant`. With `add` alone it is an
 * address for the linker to fill in.
 */
export interface Linear {
	add?: AsmSymbol;
	sub?: AsmSymbol;
	constant: bigint;
}

/**
 * How much may be taken for known:
 * - `now`: labels read so far, and distances within one subsection;
 * - `guess`: also what the pass before found for labels that come later;
 * - `final`: everything is read, subsections have their places.
 */
export type Knowledge = 'now' | 'guess' | 'final';

/** Reduces an expression; a string says why it has no value yet, or never can. */
export function reduce(expression: Expression, knowledge: Knowledge): Linear | string {
	if (expression.kind === 'constant') return { constant: expression.value };
	if (depth === 0) steps = 0;
	if (depth > deepest || steps++ > mostSteps)
		return 'This is too complex to compute: is a constant defined by itself?';
	depth++;
	const value = reduceTree(expression, knowledge);
	depth--;
	return value;
}

/** Bounds on the work, which constants made of constants could otherwise let grow without end. */
const deepest = 1500;
const mostSteps = 100_000;
let depth = 0;
let steps = 0;

function reduceTree(expression: Expression, knowledge: Knowledge): Linear | string {
	switch (expression.kind) {
		case 'constant':
			return { constant: expression.value };
		case 'symbol':
			return reduceSymbol(expression.symbol, knowledge);
		case 'unary':
			return reduceUnary(expression.operator, reduce(expression.operand, knowledge), knowledge);
		case 'binary': {
			const left = reduce(expression.left, knowledge);
			if (typeof left === 'string') return left;
			const right = reduce(expression.right, knowledge);
			if (typeof right === 'string') return right;
			return combine(expression.operator, left, right, knowledge);
		}
	}
}

/** The value of an expression that must be a plain number; a string says why it is not. */
export function reduceToConstant(expression: Expression, knowledge: Knowledge): bigint | string {
	const value = reduce(expression, knowledge);
	if (typeof value === 'string') return value;
	const symbol = value.add ?? value.sub;
	if (!symbol) return value.constant;
	if (value.add && value.sub)
		return `"${nameOf(value.add)}" and "${nameOf(value.sub)}" are not both known in one section, so their distance is not known`;
	return symbol.isDefined
		? `"${nameOf(symbol)}" is an address, which only the linker knows; a plain number is needed`
		: `"${nameOf(symbol)}" is not defined before this line; a plain number is needed`;
}

/** How a message calls a symbol: numeric labels by their digits. */
export function nameOf(symbol: AsmSymbol): string {
	return symbol.name === '' ? '.' : symbol.name.split('\u0001')[0];
}

function reduceSymbol(symbol: AsmSymbol, knowledge: Knowledge): Linear | string {
	const stands = symbol.equate ?? guessedEquate(symbol, knowledge);
	if (!stands) return { add: symbol, constant: 0n };
	const value = reduce(stands, knowledge);
	if (typeof value === 'string' || (!value.add && !value.sub)) return value;
	// The linker may put another definition in the place of a global alias, but not of a local one.
	if (symbol.isPreemptible) return { add: symbol, constant: 0n };
	return value.add ? { ...value, add: localAlias(value.add) } : value;
}

function guessedEquate(symbol: AsmSymbol, knowledge: Knowledge): Expression | undefined {
	if (knowledge !== 'guess' || symbol.isDefined || !symbol.guess) return undefined;
	return 'kind' in symbol.guess ? symbol.guess : undefined;
}

function reduceUnary(
	operator: string,
	value: Linear | string,
	knowledge: Knowledge
): Linear | string {
	if (typeof value === 'string') return value;
	if (operator === '-') return combine('-', { constant: 0n }, value, knowledge);
	if (value.add || value.sub) return `"${operator}" cannot be applied to an address`;
	return { constant: computeUnary(operator, value.constant) };
}

function combine(
	operator: string,
	left: Linear,
	right: Linear,
	knowledge: Knowledge
): Linear | string {
	if (operator === '+' || operator === '-') {
		const sign = operator === '+' ? 1n : -1n;
		const [rightAdd, rightSub] = operator === '+' ? [right.add, right.sub] : [right.sub, right.add];
		return cancel(
			[left.add, rightAdd],
			[left.sub, rightSub],
			left.constant + sign * right.constant,
			knowledge
		);
	}
	const plain = isPlain(left) && isPlain(right) ? [left.constant, right.constant] : undefined;
	if (!plain && /[=<>]/.test(operator) && !operator.includes('<<') && !operator.includes('>>')) {
		// Addresses can be compared if they lie in one section.
		const difference = combine('-', left, right, knowledge);
		if (typeof difference !== 'string' && isPlain(difference))
			return { constant: compute(operator, difference.constant, 0n)! };
	}
	if (!plain) {
		const symbol = left.add ?? left.sub ?? right.add ?? right.sub!;
		return symbol.isDefined
			? `"${operator}" needs plain numbers, but "${nameOf(symbol)}" is an address`
			: `"${nameOf(symbol)}" is not defined before this line, so "${operator}" cannot be computed`;
	}
	const value = compute(operator, plain[0], plain[1]);
	if (value === undefined) return 'This divides by zero';
	return { constant: BigInt.asIntN(64, value) };
}

function isPlain(value: Linear): boolean {
	return !value.add && !value.sub;
}

/** Strikes out pairs of labels whose distance is known. */
function cancel(
	adds: (AsmSymbol | undefined)[],
	subs: (AsmSymbol | undefined)[],
	constant: bigint,
	knowledge: Knowledge
): Linear | string {
	for (let i = 0; i < adds.length; i++) {
		for (let j = 0; j < subs.length; j++) {
			const distance = adds[i] && subs[j] && distanceOf(adds[i]!, subs[j]!, knowledge);
			if (distance === undefined) continue;
			constant += BigInt(distance);
			adds[i] = subs[j] = undefined;
		}
	}
	const [add, secondAdd] = adds.filter((symbol) => symbol !== undefined);
	const [sub, secondSub] = subs.filter((symbol) => symbol !== undefined);
	if (secondAdd) return `The addresses "${nameOf(add)}" and "${nameOf(secondAdd)}" cannot be added`;
	if (secondSub)
		return `The addresses "${nameOf(sub)}" and "${nameOf(secondSub)}" cannot both be subtracted`;
	const result: Linear = { constant: BigInt.asIntN(64, constant) };
	if (add) result.add = add;
	if (sub) result.sub = sub;
	return result;
}

function distanceOf(a: AsmSymbol, b: AsmSymbol, knowledge: Knowledge): number | undefined {
	if (a === b) return 0;
	const from = placeOf(b, knowledge);
	const to = placeOf(a, knowledge);
	if (!from || !to) return undefined;
	if (from.sub === to.sub) return to.offset - from.offset;
	if (knowledge === 'now' || from.sub.section !== to.sub.section) return undefined;
	return to.sub.base + to.offset - from.sub.base - from.offset;
}

function placeOf(symbol: AsmSymbol, knowledge: Knowledge) {
	if (symbol.sub) return { sub: symbol.sub, offset: symbol.offset };
	if (knowledge === 'guess' && symbol.guess && 'sub' in symbol.guess) return symbol.guess;
	return undefined;
}
