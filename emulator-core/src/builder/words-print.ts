import { hex } from '../fields.ts';
import { conditionWords } from './words-conditions.ts';
import {
	isConstant,
	sameBit,
	type Bit,
	type Node,
	type Source,
	type Style
} from './words-value.ts';
import type { Width } from './builder.ts';

/** Values of the WordsBuilder as text that a reader of C understands. */

/** Larger trees are called by what they compute. */
const LARGEST = 16;

/** As assembly writes them: offsets in decimal, other numbers in hexadecimal unless they are small. */
function number(value: bigint, width: Width, style: Style): string {
	const signed = BigInt.asIntN(width, value);
	const most = style === 'distance' ? 0xffffn : 9n;
	return signed <= most && signed > -4096n ? String(signed) : hex(value);
}

/** An operand of a bitwise operation. */
function mask(value: bigint, width: Width): string {
	const inverse = BigInt.asUintN(width, ~value);
	const small = (bits: bigint) => (bits < 10n ? String(bits) : hex(bits));
	return inverse.toString(16).length < value.toString(16).length
		? '~' + small(inverse)
		: small(value);
}

/** How tightly a text holds together: an atom, something with a sign before it, an operation, words. */
type Grip = 'atom' | 'prefix' | 'product' | 'operation';
interface Text {
	readonly text: string;
	readonly grip: Grip;
}
const grips: readonly Grip[] = ['atom', 'prefix', 'product', 'operation'];
const atom = (text: string): Text => ({ text, grip: 'atom' });
const operation = (text: string): Text => ({ text, grip: 'operation' });

/** With parentheses, unless it holds together at least as tightly as `needed`. */
function held({ text, grip }: Text, needed: Grip): string {
	return grips.indexOf(grip) <= grips.indexOf(needed) ? text : `(${text})`;
}

const symbols: Partial<Record<Node['op'], string>> = {
	add: '+',
	sub: '-',
	mul: '*',
	and: '&',
	or: '|',
	xor: '^',
	shl: '<<',
	lshr: '>>',
	ashr: '>>'
};

export class Printer {
	readonly #named: string | undefined;
	#inBrackets = false;

	/** `named` says what is computed where spelling it out would say less: `the CRC-32 checksum`. */
	constructor(named: string | undefined) {
		this.#named = named;
	}

	value(a: Node): string {
		return this.#named !== undefined && a.args.length > 0 ? this.#call(a) : this.#print(a).text;
	}

	/** `[X2 + 16]`. */
	memory(address: Node): string {
		this.#inBrackets = true;
		const text = `[${this.value(address)}]`;
		this.#inBrackets = false;
		return text;
	}

	/** A value that ends up in `source`, as an assignment: `X2 += 4`, `bits 31:16 of X0 = 0x1234`. */
	assignment(source: Source, a: Node): string {
		const to = source.names[a.width];
		const [left, right] = a.args;
		const symbol = symbols[a.op];
		if (a.size > 3 && a.size <= LARGEST) {
			const inserted = this.#insertion(source, a);
			if (inserted) return inserted;
		}
		const moved = left && !isPlain(left) && describeBits(a.bits(), a.width) !== undefined;
		if (symbol && a.op !== 'ashr' && left?.source?.key === source.key && !moved)
			return this.#inPlace(to, a.op, symbol, right!);
		return `${to} = ${this.value(a)}`;
	}

	#inPlace(to: string, op: Node['op'], symbol: string, by: Node): string {
		if (op === 'add' && isConstant(by)) {
			const step = BigInt.asIntN(by.width, by.value);
			if (step < 0n) return `${to} -= ${number(-step, by.width, by.style)}`;
		}
		return `${to} ${symbol}= ${this.#operand(op, by, 'operation')}`;
	}

	/** Some bits of a register, the others as they were. */
	#insertion(source: Source, { bits: bitsOf, width, args }: Node): string | undefined {
		if (args.length === 0) return undefined;
		const bits = bitsOf();
		const kept = (bit: Bit, i: number) =>
			typeof bit === 'object' && bit.source.key === source.key && bit.at === i;
		const low = bits.findIndex((bit, i) => !kept(bit, i));
		const high = bits.findLastIndex((bit, i) => !kept(bit, i));
		if (low < 0 || (low === 0 && high === width - 1)) return undefined;
		const field = bits.slice(low, high + 1);
		const from = describeBits(field, width);
		return from && `${fieldName(high, low, source.names[width])} = ${from.text}`;
	}

	#print(a: Node): Text {
		const moves = a.args.length > 0 && (a.op === 'move' || a.args.some((arg) => !isPlain(arg)));
		const described =
			moves || a.op === 'zext' || a.op === 'sext' ? describeBits(a.bits(), a.width) : undefined;
		if (described) return described;
		if (a.size > LARGEST) return operation(this.#call(a));
		const [x, y] = a.args;
		switch (a.op) {
			case 'constant':
				return atom(
					a.style === 'address' ? hex(a.value) : number(a.value, a.width, this.#styleOf(a))
				);
			case 'source':
				return atom(a.source!.names[a.width]);
			case 'carry':
				return atom('C');
			case 'nzcv':
				return atom('NZCV');
			case 'not':
				return { text: '~' + this.#hold(x!, 'prefix'), grip: 'prefix' };
			case 'neg':
				return { text: '-' + this.#hold(x!, 'prefix'), grip: 'prefix' };
			case 'zext':
				if (x!.op === 'carry') return atom('C');
				return { text: `(unsigned) ${this.#hold(x!, 'prefix')}`, grip: 'prefix' };
			case 'sext':
				return { text: `(signed) ${this.#hold(x!, 'prefix')}`, grip: 'prefix' };
			case 'move':
				return operation(`the low bits of ${this.#hold(x!, 'atom')}`);
			case 'ashr':
				return operation(`(signed) ${this.#hold(x!, 'prefix')} >> ${this.#hold(y!, 'prefix')}`);
			case 'ror':
				return operation(`${this.#hold(x!, 'atom')} rotated right by ${this.#hold(y!, 'atom')}`);
			case 'clz':
				return operation(`the number of leading zeros of ${this.#hold(x!, 'atom')}`);
			case 'popcount':
				return operation(`the number of ones in ${this.#hold(x!, 'atom')}`);
			case 'mulHighSigned':
				return operation(
					`bits 127:64 of (signed) ${this.#hold(x!, 'prefix')} * (signed) ${this.#hold(y!, 'prefix')}`
				);
			case 'mulHighUnsigned':
				return operation(
					`bits 127:64 of ${this.#hold(x!, 'prefix')} * ${this.#hold(y!, 'prefix')}`
				);
			case 'divSigned':
			case 'divUnsigned': {
				const cast = a.op === 'divSigned' ? '(signed) ' : '';
				const divisor = this.#hold(y!, 'prefix');
				return operation(
					`${cast}${this.#hold(x!, 'prefix')} / ${cast}${divisor}, or 0 if ${divisor} is 0`
				);
			}
			case 'select': {
				const [condition, yes, no] = a.args as [Node, Node, Node];
				// The value that says more comes first: 1 if equal, else 0.
				const swap = (isConstant(yes) && yes.value === 0n) || no.size > yes.size;
				const [first, second] = swap ? [no, yes] : [yes, no];
				return operation(
					`${this.value(first)} if ${this.truth(condition, !swap)}, else ${this.value(second)}`
				);
			}
			case 'condition':
			case 'eqz':
			case 'eq':
			case 'ltU':
			case 'ltS':
			case 'stored':
				return operation(this.truth(a, true));
			default:
				return this.#binary(a);
		}
	}

	#binary({ op, args, width }: Node): Text {
		const [x, y] = args as [Node, Node];
		const grip: Grip = op === 'mul' ? 'product' : 'operation';
		if (op === 'add' && isConstant(y)) {
			const offset = BigInt.asIntN(width, y.value);
			const sign = offset < 0n ? '-' : '+';
			const size = number(offset < 0n ? -offset : offset, width, this.#styleOf(y));
			return { text: `${this.#hold(x, 'product')} ${sign} ${size}`, grip };
		}
		if (op === 'add' && isConstant(x) && x.value === 0n) return this.#print(y);
		// Sums need no parentheses on their left.
		const sum = (op === 'add' || op === 'sub') && x.op === 'add';
		const left = sum ? this.value(x) : this.#operand(op, x, op === 'mul' ? 'prefix' : 'product');
		return { text: `${left} ${symbols[op]} ${this.#operand(op, y, 'product')}`, grip };
	}

	/** One side of an operation: bitwise ones write their constants as masks. */
	#operand(op: Node['op'], a: Node, needed: Grip): string {
		const bitwise = op === 'and' || op === 'or' || op === 'xor';
		return bitwise && isConstant(a) ? mask(a.value, a.width) : this.#hold(a, needed);
	}

	#styleOf(a: Node): Style {
		return this.#inBrackets ? 'distance' : a.style;
	}

	#hold(a: Node, needed: Grip): string {
		return held(this.#print(a), needed);
	}

	/** Says that a 32-bit 0 or 1 is 1, or (`wanted` false) that it is 0. */
	truth(a: Node, wanted: boolean): string {
		const [x, y] = a.args;
		switch (a.op) {
			case 'condition':
				return conditionWords(Number(a.value), wanted);
			case 'eqz': {
				if (isTruth(x!)) return this.truth(x!, !wanted);
				const bit = singleBit(x!);
				if (bit) return `${bit} is ${wanted ? 0 : 1}`;
				return `${this.value(x!)} ${wanted ? '==' : '!='} 0`;
			}
			case 'eq':
				return `${this.value(x!)} ${wanted ? '==' : '!='} ${this.value(y!)}`;
			case 'ltU':
			case 'ltS': {
				const cast = a.op === 'ltS' ? '(signed) ' : '';
				return `${cast}${this.value(x!)} ${wanted ? '<' : '>='} ${cast}${this.value(y!)}`;
			}
			default: {
				const bit = singleBit(a);
				if (bit) return `${bit} is ${wanted ? 1 : 0}`;
				return `${this.value(a)} ${wanted ? '!=' : '=='} 0`;
			}
		}
	}

	/** Not spelled out: the name of what is computed, of what it is computed from. */
	#call(a: Node): string {
		const names = new Set<string>();
		const visit = (node: Node, seen = new Set<Node>()) => {
			if (seen.has(node)) return;
			seen.add(node);
			if (node.source) names.add(node.source.names[node.width]);
			node.args.forEach((arg) => visit(arg, seen));
		};
		visit(a);
		return `${this.#named ?? 'a function'} of ${[...names].join(' and ')}`;
	}
}

/** Nothing to look into: a register, a number, a load. */
const isPlain = (a: Node) => a.args.length === 0;
const isTruth = ({ op }: Node) => ['condition', 'eqz', 'eq', 'ltU', 'ltS'].includes(op);

function singleBit({ bits, width }: Node): string | undefined {
	const [low, ...rest] = bits();
	if (typeof low !== 'object' || rest.some((bit) => bit !== 0)) return undefined;
	return fieldName(low.at, low.at, low.source.names[low.at > 31 ? 64 : width]);
}

const fieldName = (high: number, low: number, of: string) =>
	high === low ? `bit ${low} of ${of}` : `bits ${high}:${low} of ${of}`;

/** Bits that are only moved, in words; undefined where they are computed or there is no name for it. */
function describeBits(bits: readonly Bit[], width: Width): Text | undefined {
	const n = bits.length;
	if (bits.every((bit) => typeof bit === 'number')) {
		const value = bits.reduce<bigint>(
			(sum, bit, i) => sum | (BigInt(bit as number) << BigInt(i)),
			0n
		);
		return atom(n < width ? hexOrSmall(value) : number(value, width, 'number'));
	}
	const low = bits.findIndex((bit) => bit !== 0);
	const first = bits[low];
	if (typeof first !== 'object') return undefined;
	const { source } = first;
	const of = source.names[width];
	if (!bits.every((bit) => typeof bit !== 'object' || bit.source.key === source.key))
		return undefined;

	let end = low;
	const runs = (i: number) => sameBit(bits[i], { source, at: first.at + i - low });
	while (end < n && runs(end)) end++;
	const top = bits[end - 1];
	const rest = bits.slice(end);
	const isUnsigned = rest.every((bit) => bit === 0);
	const isSigned = !isUnsigned && rest.every((bit) => sameBit(bit, top));
	if (isUnsigned || isSigned)
		return field(source, width, {
			...{ at: low, from: first.at, length: end - low, last: n - 1 },
			isSigned,
			whole: rest.length === 0
		});
	if (n !== width || bits.some((bit) => typeof bit !== 'object')) return undefined;
	const at = bits.map((bit) => (bit as { at: number }).at);
	const by = at[0]!;
	if (at.every((each, i) => each === (i + by) % width))
		return operation(`${of} rotated right by ${by}`);
	return permuted(at, width, of);
}

/** Bits of a source at a place, zeros or copies of the sign above. */
function field(
	source: Source,
	width: Width,
	run: { at: number; from: number; length: number; last: number; isSigned: boolean; whole: boolean }
): Text {
	const { at, from, length, last, isSigned, whole } = run;
	const high = from + length - 1;
	const of = source.names[high > 31 ? 64 : width];
	const cast = isSigned ? '(signed) ' : '';
	const own = source.load ? 8 * source.load.bytes : source.number;
	if (from === 0 && at === 0 && length === own)
		return { text: cast + source.names[64], grip: cast ? 'prefix' : 'atom' };
	// A plain shift reaches the register's end.
	if (at > 0 && from === 0 && whole) return operation(`${of} << ${at}`);
	if (at === 0 && from > 0 && high === width - 1 && last === width - 1)
		return operation(`${cast}${of} >> ${from}`);
	const isWord = from === 0 && length === 32;
	const isAll = from === 0 && length === last + 1 && last + 1 === width;
	const extended = isWord && !whole ? (isSigned ? '(signed) ' : '(unsigned) ') : cast;
	const name = isAll ? source.names[width] : isWord ? source.names[32] : fieldName(high, from, of);
	const text = extended + name;
	if (at > 0) return operation(`${isWord ? text : `(${text})`} << ${at}`);
	return { text, grip: isWord || isAll ? (extended ? 'prefix' : 'atom') : 'operation' };
}

function permuted(at: readonly number[], width: Width, of: string): Text | undefined {
	const flip = at[0]!;
	if (!at.every((each, i) => each === (i ^ flip))) return undefined;
	if (flip === width - 1) return operation(`${of} with its bits in reverse order`);
	if (flip === width - 8) return operation(`${of} with its bytes in reverse order`);
	if (flip === 8) return operation(`${of} with the two bytes of each halfword exchanged`);
	if (flip === 24) return operation(`${of} with the bytes of each word in reverse order`);
	return undefined;
}

const hexOrSmall = (value: bigint) => (value < 10n ? String(value) : hex(value));
