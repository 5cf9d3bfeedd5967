import type { Value, Width } from './builder.ts';

/**
 * The values of the WordsBuilder: expressions over what an instruction reads. Beside its tree, a value
 * knows where each of its bits comes from, as long as bits are only moved: then two shifts can be said
 * as the field that they cut out, and a dozen masks and shifts as "its bytes reversed".
 */

/** Something that the instruction reads: a register, or what a load brings. */
export interface Source {
	/** Which register, whatever the width: `X1`. */
	readonly key: string;
	/** How its low 32 or all 64 bits are called. */
	readonly names: Readonly<Record<Width, string>>;
	readonly load?: LoadedUnit;
	/** Half of this V register. */
	readonly vector?: number;
	/** A floating-point number of so many bits. */
	readonly number?: number;
}

/** A unit that a load brings in, zero-extended. */
export interface LoadedUnit {
	readonly address: Value;
	readonly bytes: number;
	/** `acquire`, `exclusive` … */
	readonly how: readonly string[];
}

/** One bit: known, or bit `at` of a source, or undefined where it is computed. */
export type Bit = 0 | 1 | { readonly source: Source; readonly at: number } | undefined;

export type Operation =
	| 'constant'
	| 'source'
	| 'move'
	| 'add'
	| 'sub'
	| 'mul'
	| 'mulHighSigned'
	| 'mulHighUnsigned'
	| 'divSigned'
	| 'divUnsigned'
	| 'and'
	| 'or'
	| 'xor'
	| 'not'
	| 'neg'
	| 'shl'
	| 'lshr'
	| 'ashr'
	| 'ror'
	| 'zext'
	| 'sext'
	| 'clz'
	| 'popcount'
	| 'eqz'
	| 'eq'
	| 'ltU'
	| 'ltS'
	| 'select'
	| 'condition'
	| 'carry'
	| 'nzcv'
	| 'stored';

/** An address is always hexadecimal, a distance decimal; another number is either, by its size. */
export type Style = 'address' | 'distance' | 'number';

export interface Node {
	readonly op: Operation;
	readonly width: Width;
	readonly args: readonly Node[];
	/** Of a constant, unsigned; of a condition, its code. */
	readonly value: bigint;
	/** How a constant is written. */
	readonly style: Style;
	readonly source?: Source | undefined;
	/** Worked out when first asked for: most values are never looked into. */
	readonly bits: () => readonly Bit[];
	/** How many nodes there are below, counted as the tree would be printed. */
	readonly size: number;
}

export const nodeOf = (value: Value) => value as unknown as Node;
export const valueOf = (node: Node) => node as unknown as Value;

const unsigned = (value: bigint, width: Width) => BigInt.asUintN(width, value);
const signed = (value: bigint, width: Width) => BigInt.asIntN(width, value);

const unknown = (width: Width) => () => new Array<Bit>(width).fill(undefined);

function once<T>(make: () => T): () => T {
	let made: T | undefined;
	return () => (made ??= make());
}

const leaf = { args: [], value: 0n, style: 'number', size: 1 } as const;

export function constant(value: bigint, width: Width, style: Style = 'number'): Node {
	value = unsigned(value, width);
	const bits = () =>
		Array.from({ length: width }, (_, i) => Number((value >> BigInt(i)) & 1n) as 0 | 1);
	return { ...leaf, op: 'constant', width, value, style, bits: once(bits) };
}

/** `known`: how many low bits come from the source; those above are zero. */
export function fromSource(source: Source, width: Width, known: number = width): Node {
	const bits = () =>
		Array.from({ length: width }, (_, at): Bit => (at < known ? { source, at } : 0));
	return { ...leaf, op: 'source', width, source, bits: once(bits) };
}

export function node(
	op: Operation,
	width: Width,
	args: readonly Node[],
	bits: () => readonly Bit[] = unknown(width),
	value = 0n
): Node {
	const size = args.reduce((sum, arg) => Math.min(sum + arg.size, 1e6), 1);
	return { op, width, args, value, style: 'number', bits: once(bits), size };
}

export const isConstant = ({ op }: Node) => op === 'constant';
const isZero = (a: Node) => isConstant(a) && a.value === 0n;

/** What an operation makes of constants. */
const arithmetic: Partial<Record<Operation, (a: bigint, b: bigint, width: Width) => bigint>> = {
	add: (a, b) => a + b,
	sub: (a, b) => a - b,
	mul: (a, b) => a * b,
	and: (a, b) => a & b,
	or: (a, b) => a | b,
	xor: (a, b) => a ^ b,
	shl: (a, b) => a << b,
	lshr: (a, b) => a >> b,
	ashr: (a, b, width) => signed(a, width) >> b,
	eq: (a, b) => (a === b ? 1n : 0n),
	ltU: (a, b) => (a < b ? 1n : 0n),
	ltS: (a, b, width) => (signed(a, width) < signed(b, width) ? 1n : 0n)
};

const truths: readonly Operation[] = ['eq', 'ltU', 'ltS'];

export function binary(op: Operation, a: Node, b: Node): Node {
	const { width } = a;
	// Shifts take their amount modulo the width.
	if (isConstant(b) && ['shl', 'lshr', 'ashr', 'ror'].includes(op))
		b = constant(b.value % BigInt(width), width, 'distance');
	const fold = arithmetic[op];
	if (fold && isConstant(a) && isConstant(b)) {
		const value = fold(a.value, b.value, width);
		const style = a.style === 'number' ? b.style : a.style;
		return constant(value, truths.includes(op) ? 32 : width, style);
	}
	if ((op === 'add' || op === 'or' || op === 'xor') && isZero(a)) return b;
	const neutral = ['add', 'sub', 'xor', 'shl', 'lshr', 'ashr', 'ror'].includes(op);
	if (neutral && isZero(b)) return a;
	if (op === 'sub' && isZero(a)) return node('neg', width, [b]);
	if (op === 'add' && b.op === 'neg') return node('sub', width, [a, b.args[0]!]);
	// Offsets one after another are one offset.
	if (op === 'add' && isConstant(b) && a.op === 'add' && isConstant(a.args[1]!))
		return binary('add', a.args[0]!, constant(a.args[1].value + b.value, width, b.style));
	return node(op, truths.includes(op) ? 32 : width, [a, b], () => movedBits(op, a, b));
}

/** Where the bits of a result come from. */
function movedBits(op: Operation, a: Node, b: Node): readonly Bit[] {
	const { width } = a;
	if (op === 'and' || op === 'or' || op === 'xor')
		return a.bits().map((bit, i) => combined(op, bit, b.bits()[i]));
	if (!isConstant(b)) return unknown(width)();
	const n = Number(b.value);
	const bits = a.bits();
	switch (op) {
		case 'shl':
			return bits.map((_, i) => (i < n ? 0 : bits[i - n]));
		case 'lshr':
			return bits.map((_, i) => (i + n < width ? bits[i + n] : 0));
		case 'ashr':
			return bits.map((_, i) => bits[Math.min(i + n, width - 1)]);
		case 'ror':
			return bits.map((_, i) => bits[(i + n) % width]);
		default:
			return unknown(width)();
	}
}

function combined(op: 'and' | 'or' | 'xor', a: Bit, b: Bit): Bit {
	const absorbing = op === 'and' ? 0 : op === 'or' ? 1 : undefined;
	const neutral = op === 'and' ? 1 : 0;
	if (absorbing !== undefined && (a === absorbing || b === absorbing)) return absorbing;
	if (a === neutral) return b;
	if (b === neutral) return a;
	return op !== 'xor' && sameBit(a, b) ? a : undefined;
}

export function sameBit(a: Bit, b: Bit): boolean {
	if (typeof a !== 'object' || typeof b !== 'object') return a !== undefined && a === b;
	return a.source.key === b.source.key && a.at === b.at;
}

export function unary(op: 'not' | 'neg' | 'clz' | 'popcount' | 'eqz', a: Node): Node {
	if (isConstant(a) && op === 'not') return constant(~a.value, a.width);
	if (isConstant(a) && op === 'neg') return constant(-a.value, a.width);
	if (isConstant(a) && op === 'eqz') return constant(a.value === 0n ? 1n : 0n, 32);
	return node(op, op === 'eqz' ? 32 : a.width, [a]);
}

/** The low bits of `a` in another width, or sign-extended from `from` bits. */
export function move(a: Node, width: Width, from: number, isSigned: boolean): Node {
	if (isConstant(a)) {
		const low = BigInt.asUintN(from, a.value);
		return constant(isSigned ? BigInt.asIntN(from, low) : low, width);
	}
	const bits = () => {
		const below = a.bits();
		const above = isSigned ? below[from - 1] : 0;
		return Array.from({ length: width }, (_, i) => (i < from ? below[i] : above));
	};
	const wider = width > a.width;
	return node(wider ? (isSigned ? 'sext' : 'zext') : 'move', width, [a], bits);
}

/** The registers that a value reads, by key. */
export function sourcesOf(a: Node, into = new Set<Source>(), seen = new Set<Node>()): Set<Source> {
	if (seen.has(a)) return into;
	seen.add(a);
	if (a.source) {
		into.add(a.source);
		if (a.source.load) sourcesOf(nodeOf(a.source.load.address), into, seen);
	}
	for (const arg of a.args) sourcesOf(arg, into, seen);
	return into;
}
