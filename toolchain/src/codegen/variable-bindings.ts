import type { Source } from './machine.ts';
import type { DebugVariable } from '../ir/module.ts';
import { parseExpression, type Piece } from './location-expressions.ts';

/*
 * What is known of variables at one place of a function, and how the knowledge of two ways that meet
 * becomes one; `variable-locations.ts` follows it through the function.
 */

/** A variable of a function, or of one call of a function that became part of it. */
export interface KnownVariable {
	/** DILocalVariable node. */
	node: number;
	/** A DILocation in its scope. */
	location: number;
	/** In bits; Infinity where the type does not say. */
	size: number;
	/** Its first number in KnownVariables, and how many there are: bits that are told of apart. */
	first: number;
	cells: { from: number; to: number }[];
}

/** By number: the piece that can be read here. */
export type KnownVariables = readonly (Piece | undefined)[];

/** What the records say of some bits of a variable. */
export interface Binding {
	shown: 'value' | 'memory' | 'nothing';
	/** All of these have it, as long as what they need is there. */
	values: readonly Piece[];
	memory: Piece | undefined;
	/** DIAssignID of the last store and of the last assignment; -1: not known. */
	stored: number;
	assigned: number;
}

export interface State {
	bindings: (Binding | undefined)[];
	/** By number of the register. */
	valid: Uint8Array;
}

export const inMemory = (memory: Piece | undefined, id: number): Binding => ({
	shown: memory ? 'memory' : 'nothing',
	values: [],
	memory,
	stored: id,
	assigned: id
});

/** Memory holds an assignment now, which in C may be done already, or not yet. */
export function storedTo(
	binding: Binding | undefined,
	memory: Piece | undefined,
	id: number
): Binding {
	if (!binding) return { shown: 'nothing', values: [], memory, stored: id, assigned: -1 };
	const { shown, values, assigned } = binding;
	if (assigned === id) return { ...inMemory(memory, id), values };
	// The value before the store may still be in a register.
	const rest = values.length > 0 ? 'value' : 'nothing';
	return { shown: shown === 'memory' ? rest : shown, values, memory, stored: id, assigned };
}

export const copyOf = ({ bindings, valid }: State): State => ({
	bindings: [...bindings],
	valid: valid.slice()
});

/** Keeps in `into` what `from` agrees on; was it less than before? */
export function meet(into: State, from: State): boolean {
	let changed = false;
	for (const [i, valid] of into.valid.entries())
		if (valid === 1 && from.valid[i] === 0) {
			into.valid[i] = 0;
			changed = true;
		}
	for (const [cell, a] of into.bindings.entries()) {
		const b = from.bindings[cell];
		if (!a || isSame(a, b)) continue;
		const less = b && meetBindings(a, b);
		if (isSame(a, less)) continue;
		into.bindings[cell] = less;
		changed = true;
	}
	return changed;
}

const isSame = (a: Binding, b: Binding | undefined) =>
	a === b ||
	(b !== undefined &&
		a.shown === b.shown &&
		a.stored === b.stored &&
		a.assigned === b.assigned &&
		isSamePiece(a.memory, b.memory) &&
		a.values.length === b.values.length &&
		a.values.every((value) => has(b.values, value)));

const has = (list: readonly Piece[], piece: Piece) =>
	list.some((other) => isSamePiece(piece, other));

function meetBindings(a: Binding, b: Binding): Binding {
	const values = a.values.filter((value) => has(b.values, value));
	const memory = isSamePiece(a.memory, b.memory) ? a.memory : undefined;
	const isKept = a.shown === b.shown && (a.shown === 'memory' ? memory : values.length > 0);
	return {
		shown: isKept ? a.shown : 'nothing',
		values,
		memory,
		stored: a.stored === b.stored ? a.stored : -1,
		assigned: a.assigned === b.assigned ? a.assigned : -1
	};
}

/** Copies of one value that are followed. */
export const mostCopies = 8;

/** Would a copy from here have the piece's value? */
export function isCopiedFrom({ copied, from, to }: Piece, source: Source): boolean {
	if (!copied) return false;
	if ('register' in copied)
		return source.kind === 'register' && source.register === copied.register;
	return (
		source.kind === 'constant' &&
		to - from <= 64 &&
		BigInt.asUintN(to - from, source.value) === BigInt.asUintN(to - from, copied.constant)
	);
}

export function isSamePiece(a: Piece | undefined, b: Piece | undefined): boolean {
	if (a === b) return true;
	if (!a || !b || a.from !== b.from || a.to !== b.to) return false;
	return keyOf(a) === keyOf(b);
}

/** For a debugger it is the same, whichever value is meant to be there. */
export const isSamePlace = (a: Piece, b: Piece) =>
	a.from === b.from && a.to === b.to && itemsKey(a) === itemsKey(b);

const keys = new WeakMap<Piece, string>();

function keyOf(piece: Piece): string {
	let key = keys.get(piece);
	if (key === undefined) keys.set(piece, (key = `${itemsKey(piece)}, ${piece.needs.join(' ')}`));
	return key;
}

const itemsKey = ({ items }: Piece) =>
	items
		.map((item) => (typeof item === 'number' ? item : `${item.symbol}+${item.offset}`))
		.join(' ');

/** The bits that a record tells of. */
export function extentOf(
	{ expression }: DebugVariable,
	size: number
): { from: number; to: number } {
	const at = /DW_OP_LLVM_fragment, (\d+), (\d+)/.exec(expression);
	if (!at) return { from: 0, to: size };
	return { from: Number(at[1]), to: Number(at[1]) + Number(at[2]) };
}

/** The number of bytes that an address expression adds; undefined if it does anything else. */
export function offsetIn(expression: string): number | undefined {
	const words = parseExpression(expression)?.words;
	if (words?.length === 0) return 0;
	return words?.length === 2 && words[0] === 'DW_OP_plus_uconst' ? Number(words[1]) : undefined;
}
