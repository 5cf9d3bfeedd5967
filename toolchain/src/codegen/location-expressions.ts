import { DW_OP, type ExpressionItem } from '../dwarf/die.ts';
import { slebBytes, ulebBytes } from '../dwarf/leb128.ts';
import { remadePlace, type Allocation } from './allocate.ts';
import { callerSaved } from './calling-convention.ts';
import type { Frame } from './frame.ts';
import {
	firstVector,
	firstVirtual,
	incomingSlot,
	type MachineFunction,
	type MarkedPart,
	type Source
} from './machine.ts';

/** Where some bits of a variable are, for as long as the registers that it needs keep their values. */
export interface Piece {
	/** Bits of the variable: from the first up to, not including, the second. */
	from: number;
	to: number;
	items: readonly ExpressionItem[];
	/** Registers, most of them virtual. */
	needs: readonly number[];
	/** In memory, so far from the canonical frame address; `items` say the same. */
	memory?: number;
	/** In registers that a call destroys. */
	fragile?: boolean;
	/** The whole of what is in this register, or this constant: a copy of it is as good. */
	copied?: { register: number } | { constant: bigint };
}

/** Where the allocator put a register: a physical one, so far from the frame address, or made anew. */
type Place = { register: number } | { memory: number } | { made: Source } | undefined;

const DW_REG_V0 = 64;

/** Puts values and DIExpressions into DWARF's words, with registers assigned. */
export class LocationExpressions {
	readonly #machine: MachineFunction;
	readonly #places: Int32Array;
	readonly #frame: Frame;

	constructor(machine: MachineFunction, allocation: Allocation, frame: Frame) {
		this.#machine = machine;
		this.#places = allocation.places;
		this.#frame = frame;
	}

	/** Distance of a slot from the canonical frame address. */
	slotOffset(slot: number): number {
		if (slot === incomingSlot) return 0;
		return this.#machine.slots[slot]!.offset - this.#frame.size;
	}

	/** Memory of the frame, as the place of bits `from` to `to`. */
	memory(offset: number, from: number, to: number): Piece {
		return { from, to, items: frameOffset(offset), needs: [], memory: offset };
	}

	/** Another register that holds the same as a piece. */
	copyOf({ from, to }: Piece, register: number): Piece | undefined {
		const found = this.#value({ kind: 'register', register }, to - from);
		return found && this.#finish([{ from, to, ...found }])![0];
	}

	/**
	 * What a debug record says; `isAddress`: its value is where the variable is. `size` is the
	 * variable's, in bits. Undefined: that it is nowhere, or nowhere that can be told.
	 */
	pieces(
		values: readonly MarkedPart[][],
		expression: string,
		isAddress: boolean,
		size: number
	): Piece[] | undefined {
		const parsed = parseExpression(expression);
		if (!parsed || values.length === 0) return undefined;
		const { fragment } = parsed;
		let { words } = parsed;
		const from = fragment?.offset ?? 0;
		const to = from + (fragment?.size ?? size);
		if (words.length === 2 && words[0] === 'DW_OP_LLVM_arg' && values.length === 1) words = [];
		if (words.length === 0 && !isAddress) return this.#finish(this.#plain(values[0]!, from, to));
		const isImplicit = words.at(-1) === 'DW_OP_stack_value';
		if (isImplicit) words = words.slice(0, -1);
		else if (!isAddress) {
			if (words.at(-1) !== 'DW_OP_deref') return undefined;
			words = words.slice(0, -1);
		}
		return this.#finish(this.#computed(values, words, isImplicit, from, to));
	}

	#finish(pieces: Piece[] | undefined): Piece[] | undefined {
		const isFragile = (register: number) => {
			const place = this.#place(register);
			return place !== undefined && 'register' in place && callerSaved.includes(place.register);
		};
		return pieces?.map((piece) => ({ ...piece, fragile: piece.needs.some(isFragile) }));
	}

	/** The value itself, part by part. */
	#plain(parts: readonly MarkedPart[], from: number, to: number): Piece[] | undefined {
		const out: Piece[] = [];
		for (const { source, steps, bits, offset } of parts) {
			const end = parts.length === 1 ? to : Math.min(to, from + offset + bits);
			// A truth value is 0 or 1 in the whole of its register; of others the rest is unknown.
			if (!source || (bits < end - from - offset && bits !== 1)) continue;
			const found = steps ? this.#stepped(source, steps) : this.#value(source, bits);
			if (found) out.push({ ...found, from: from + offset, to: end });
		}
		return out.length > 0 ? out : undefined;
	}

	#stepped(source: Source, steps: readonly number[]): Omit<Piece, 'from' | 'to'> | undefined {
		const needs: number[] = [];
		const items = this.#pushed(source, needs, steps);
		return items && { items: [...items, DW_OP.stack_value], needs };
	}

	#value(source: Source, bits: number): Omit<Piece, 'from' | 'to'> | undefined {
		switch (source.kind) {
			case 'register': {
				const place = this.#place(source.register);
				if (!place) return undefined;
				if ('made' in place) return this.#value(place.made, bits);
				const needs = [source.register];
				const copied = { register: source.register };
				if ('memory' in place)
					return { items: frameOffset(place.memory), needs, memory: place.memory, copied };
				return { items: registerName(place.register), needs, copied };
			}
			case 'constant': {
				const constant = BigInt.asUintN(bits, source.value);
				const signed = bits === 1 ? constant : BigInt.asIntN(bits, constant);
				const copied = { constant };
				return { items: [...literal(signed), DW_OP.stack_value], needs: [], copied };
			}
			case 'float': {
				const bytes = littleEndian(source.bits, bits / 8);
				return { items: [DW_OP.implicit_value, bytes.length, ...bytes], needs: [] };
			}
			default: {
				const items = this.#pushed(source, []);
				return items && { items: [...items, DW_OP.stack_value], needs: [] };
			}
		}
	}

	#computed(
		values: readonly MarkedPart[][],
		words: readonly string[],
		isImplicit: boolean,
		from: number,
		to: number
	): Piece[] | undefined {
		const needs: number[] = [];
		const pushed = values.map(([part, more]) =>
			part?.source && !more ? this.#pushed(part.source, needs, part.steps) : undefined
		);
		const isWhole = values.every(([part]) => part!.bits === 64);
		const items: ExpressionItem[] = [];
		if (!words.includes('DW_OP_LLVM_arg')) {
			if (!pushed[0]) return undefined;
			items.push(...pushed[0]);
		}
		for (let i = 0; i < words.length; i++) {
			const word = words[i]!;
			const number = () => BigInt(words[++i] ?? 0);
			if (word === 'DW_OP_LLVM_arg') {
				const value = pushed[Number(words[++i])];
				if (!value) return undefined;
				items.push(...value);
			} else if (word === 'DW_OP_LLVM_convert') {
				const steps = words.slice(i + 1, i + 6);
				if (steps[2] !== word) return undefined;
				// No C says that; the optimiser does where it has turned a condition round.
				if (steps[0] === '1' && steps[1]!.startsWith('DW_ATE_signed')) return undefined;
				items.push(...conversion(Number(steps[0]), steps[1]!, Number(steps[3])));
				i += 5;
			} else if (word === 'DW_OP_plus_uconst')
				items.push(DW_OP.plus_uconst, ...ulebBytes(Number(number())));
			else if (word === 'DW_OP_constu') items.push(...literal(BigInt.asIntN(64, number())));
			else if (word === 'DW_OP_consts') items.push(...literal(number()));
			else if (word in onLowBits) items.push(onLowBits[word]!);
			else if (word in onAllBits && isWhole) items.push(onAllBits[word]!);
			else return undefined;
		}
		if (!isImplicit) return [{ from, to, items, needs, ...frameMemory(items) }];
		return [{ from, to: Math.min(to, from + 64), items: [...items, DW_OP.stack_value], needs }];
	}

	/** Pushes a value and does the steps; what it needs is added to `needs`. */
	#pushed(
		source: Source,
		needs: number[],
		steps: readonly number[] = []
	): ExpressionItem[] | undefined {
		const items = this.#push(source, needs);
		return items && [...items, ...steps];
	}

	#push(source: Source, needs: number[]): ExpressionItem[] | undefined {
		switch (source.kind) {
			case 'register': {
				const place = this.#place(source.register);
				if (!place) return undefined;
				if ('made' in place) return this.#push(place.made, needs);
				needs.push(source.register);
				if ('memory' in place) return [...frameOffset(place.memory), DW_OP.deref];
				return place.register < firstVector ? [DW_OP.breg0 + place.register, 0] : undefined;
			}
			case 'constant':
				return literal(BigInt.asIntN(64, source.value));
			case 'symbol':
				return source.pool
					? undefined
					: [DW_OP.addr, { symbol: source.name, offset: source.offset }];
			case 'slot':
				return frameOffset(this.slotOffset(source.slot) + source.offset);
			default:
				return undefined;
		}
	}

	#place(register: number): Place {
		if (register < firstVirtual) return { register };
		const made = this.#machine.remade.get(register);
		if (made) return { made };
		const place = this.#places[register - firstVirtual]!;
		if (place >= 0) return { register: place };
		if (place === remadePlace || !this.#machine.slots[-1 - place]) return undefined;
		return { memory: this.slotOffset(-1 - place) };
	}
}

interface ParsedExpression {
	words: string[];
	fragment?: { offset: number; size: number };
}

export function parseExpression(expression: string): ParsedExpression | undefined {
	const words = expression
		.slice(expression.indexOf('(') + 1, -1)
		.split(', ')
		.filter((word) => word !== '');
	const at = words.indexOf('DW_OP_LLVM_fragment');
	if (at < 0) return { words };
	const [offset, size] = [Number(words[at + 1]), Number(words[at + 2])];
	// Of bit-fields nothing is told.
	if (offset % 8 !== 0 || size % 8 !== 0) return undefined;
	return { words: words.slice(0, at), fragment: { offset, size } };
}

/** What needs no more than the low bits of its operands to be right in its own. */
const onLowBits: Record<string, number> = {
	DW_OP_deref: DW_OP.deref,
	DW_OP_plus: DW_OP.plus,
	DW_OP_minus: DW_OP.minus,
	DW_OP_mul: DW_OP.mul,
	DW_OP_and: DW_OP.and,
	DW_OP_or: DW_OP.or,
	DW_OP_xor: DW_OP.xor,
	DW_OP_not: DW_OP.not,
	DW_OP_neg: DW_OP.neg,
	DW_OP_shl: DW_OP.shl
};

const onAllBits: Record<string, number> = {
	DW_OP_shr: DW_OP.shr,
	DW_OP_shra: DW_OP.shra,
	DW_OP_eq: DW_OP.eq,
	DW_OP_ne: DW_OP.ne
};

function conversion(from: number, encoding: string, to: number): number[] {
	return to <= from ? [] : extension(from, encoding.startsWith('DW_ATE_signed'));
}

/** Makes all 64 bits of a value right whose low bits are. */
export function extension(from: number, signed: boolean): number[] {
	if (from >= 64) return [];
	const shift = literal(BigInt(64 - from));
	return [...shift, DW_OP.shl, ...shift, signed ? DW_OP.shra : DW_OP.shr];
}

const frameOffset = (offset: number) => [DW_OP.fbreg, ...slebBytes(offset)];

/** Is the address no more than one in the frame? */
function frameMemory(items: readonly ExpressionItem[]): { memory?: number } {
	const [op, ...rest] = items;
	if (op !== DW_OP.fbreg) return {};
	let value = 0;
	let shift = 0;
	for (const [i, byte] of rest.entries()) {
		if (typeof byte !== 'number') return {};
		value += (byte & 127) * 2 ** shift;
		shift += 7;
		if (byte < 128)
			return i === rest.length - 1 ? { memory: byte & 64 ? value - 2 ** shift : value } : {};
	}
	return {};
}

function registerName(register: number): number[] {
	if (register < firstVector) return [DW_OP.reg0 + register];
	return [DW_OP.regx, ...ulebBytes(DW_REG_V0 + register - firstVector)];
}

export function literal(value: bigint): number[] {
	if (value >= 0n && value < 32n) return [DW_OP.lit0 + Number(value)];
	if (BigInt.asIntN(48, value) === value) return [DW_OP.consts, ...slebBytes(Number(value))];
	return [DW_OP.const8u, ...littleEndian(value, 8)];
}

const littleEndian = (value: bigint, count: number) =>
	Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

/** One expression for a whole variable of several pieces; bits that are nowhere are left out. */
export function joinPieces(pieces: readonly Piece[], size: number): readonly ExpressionItem[] {
	const joined: Piece[] = [];
	for (const piece of pieces) {
		const last = joined.at(-1);
		const follows =
			last?.memory !== undefined &&
			piece.memory !== undefined &&
			last.needs.length === 0 &&
			piece.needs.length === 0 &&
			last.to === piece.from &&
			last.memory + (last.to - last.from) / 8 === piece.memory;
		if (follows) joined[joined.length - 1] = { ...last, to: piece.to };
		else joined.push(piece);
	}
	const [first] = joined;
	if (joined.length === 1 && first && first.from === 0 && first.to >= size) return first.items;
	const out: ExpressionItem[] = [];
	let at = 0;
	for (const { from, to, items } of joined) {
		if (from > at) out.push(DW_OP.piece, ...ulebBytes((from - at) / 8));
		out.push(...items, DW_OP.piece, ...ulebBytes((to - from) / 8));
		at = to;
	}
	if (at < size) out.push(DW_OP.piece, ...ulebBytes((size - at) / 8));
	return out;
}
