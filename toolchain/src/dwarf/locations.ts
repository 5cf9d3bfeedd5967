import { ByteReader } from './byte-reader.ts';
import type { DebugInfo, Entry } from './debug-info.ts';
import { lookupAddress } from './call-frames.ts';
import { DW_AT, DW_OP } from './die.ts';

/** The stopped machine, as far as variables need it. */
export interface StoppedMachine {
	pc: bigint;
	/** PC is the return address of a call that is under way: this is a caller's frame. */
	calling?: boolean;
	/** X0 to X30; 31 is SP. */
	register(number: number): bigint;
	/** The 16 bytes of V0 to V31; without it, what lies there is not known. */
	vector?(number: number): Uint8Array;
	/** Bytes at a virtual address; undefined where nothing can be read. */
	memory(address: bigint, count: number): Uint8Array | undefined;
}

/** A variable's bytes, and where in memory they are if they are there as one. */
export interface Found {
	bytes: Uint8Array | undefined;
	address: bigint | undefined;
}

const nowhere: Found = { bytes: undefined, address: undefined };

/** Where part of a value is. */
type Place =
	| { kind: 'memory'; address: bigint }
	| { kind: 'register'; number: number }
	| { kind: 'value'; bytes: Uint8Array }
	| { kind: 'nothing' };

/** More than any variable has that is not in memory as a whole. */
const mostBytes = 65536;

/** Reads a variable of `size` bytes; nothing is found where the location says nothing at this PC. */
export function readVariable(
	info: DebugInfo,
	entry: Entry,
	machine: StoppedMachine,
	size: number
): Found {
	const location = info.locationAt(entry, lookupAddress(machine));
	if (!location) return nowhere;
	const places = new Evaluation(info, entry, machine).run(location);
	const [first] = places;
	if (!first) return nowhere;
	if (places.length === 1 && first.size === undefined) {
		const address = first.place.kind === 'memory' ? first.place.address : undefined;
		return { bytes: bytesAt(machine, first.place, size), address };
	}
	if (size > mostBytes) return nowhere;
	const bytes = new Uint8Array(size);
	let at = 0;
	for (const { place, size: count = 0 } of places) {
		if (at + count > size) return nowhere;
		const part = bytesAt(machine, place, count);
		// A value with a hole in it is none.
		if (!part) return nowhere;
		bytes.set(part, at);
		at += count;
	}
	return at === size ? { bytes, address: undefined } : nowhere;
}

function bytesAt(machine: StoppedMachine, place: Place, count: number): Uint8Array | undefined {
	switch (place.kind) {
		case 'memory':
			return machine.memory(place.address, count);
		case 'register': {
			const bytes =
				place.number < 32
					? littleEndianBytes(machine.register(place.number))
					: machine.vector?.(place.number - 64);
			return bytes && bytes.length >= count ? bytes.subarray(0, count) : undefined;
		}
		case 'value':
			return place.bytes.length >= count ? place.bytes.subarray(0, count) : undefined;
		default:
			return undefined;
	}
}

function littleEndianBytes(value: bigint): Uint8Array {
	const bytes = new Uint8Array(8);
	new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
	return bytes;
}

/** The stack machine of DWARF, as far as this toolchain uses it. */
class Evaluation {
	readonly #info: DebugInfo;
	readonly #entry: Entry;
	readonly #machine: StoppedMachine;
	/** A frame's base must not count from itself. */
	#inBase = false;

	constructor(info: DebugInfo, entry: Entry, machine: StoppedMachine) {
		this.#info = info;
		this.#entry = entry;
		this.#machine = machine;
	}

	/** The pieces of a location; one without a size is the whole. */
	run(expression: Uint8Array): { place: Place; size?: number }[] {
		const reader = new ByteReader(expression, 0, 'A location');
		const out: { place: Place; size?: number }[] = [];
		const stack: bigint[] = [];
		let place: Place | undefined;
		while (!reader.done) {
			const op = Number(reader.unsigned(1));
			if (op === DW_OP.piece) {
				const top = stack.pop();
				place ??=
					top === undefined ? { kind: 'nothing' } : { kind: 'memory', address: unsigned(top) };
				out.push({ place, size: reader.uleb() });
				place = undefined;
				stack.length = 0;
			} else if (op >= DW_OP.reg0 && op < DW_OP.reg0 + 32)
				place = { kind: 'register', number: op - DW_OP.reg0 };
			else if (op === DW_OP.regx) place = { kind: 'register', number: reader.uleb() };
			else if (op === DW_OP.implicit_value)
				place = { kind: 'value', bytes: reader.bytes(reader.uleb()) };
			else if (op === DW_OP.stack_value) {
				const top = stack.pop();
				if (top === undefined) return [];
				place = { kind: 'value', bytes: littleEndianBytes(top) };
			} else if (!this.#operation(op, reader, stack)) return [];
		}
		const top = stack.pop();
		if (place) out.push({ place });
		else if (top !== undefined) out.push({ place: { kind: 'memory', address: unsigned(top) } });
		return out;
	}

	/** False: the stack cannot be what it should. */
	#operation(op: number, reader: ByteReader, stack: bigint[]): boolean {
		const value = this.#pushed(op, reader);
		if (value !== undefined) {
			stack.push(value);
			return true;
		}
		const top = stack.pop();
		if (top === undefined) return false;
		const one = this.#unary(op, top, reader);
		if (one !== undefined) {
			stack.push(one);
			return true;
		}
		const below = stack.pop();
		const two = below === undefined ? undefined : binary(op, unsigned(below), unsigned(top));
		if (two === undefined) return false;
		stack.push(two);
		return true;
	}

	#pushed(op: number, reader: ByteReader): bigint | undefined {
		if (op >= DW_OP.lit0 && op < DW_OP.lit0 + 32) return BigInt(op - DW_OP.lit0);
		if (op >= DW_OP.breg0 && op < DW_OP.breg0 + 32)
			return this.#machine.register(op - DW_OP.breg0) + reader.sleb();
		switch (op) {
			case DW_OP.addr:
			case DW_OP.const8u:
				return reader.unsigned(8);
			case DW_OP.consts:
				return reader.sleb();
			case DW_OP.call_frame_cfa:
				return this.#info.frames.frameAddress(this.#machine);
			case DW_OP.fbreg: {
				const offset = reader.sleb();
				const base = this.#frameBase();
				return base === undefined ? undefined : base + offset;
			}
			default:
				return undefined;
		}
	}

	#frameBase(): bigint | undefined {
		const base = this.#info.subprogramOf(this.#entry)?.attributes.get(DW_AT.frame_base);
		if (!(base instanceof Uint8Array) || this.#inBase) return undefined;
		this.#inBase = true;
		const [found] = this.run(base);
		this.#inBase = false;
		return found?.place.kind === 'memory' ? found.place.address : undefined;
	}

	#unary(op: number, top: bigint, reader: ByteReader): bigint | undefined {
		switch (op) {
			case DW_OP.plus_uconst:
				return top + BigInt(reader.uleb());
			case DW_OP.neg:
				return -top;
			case DW_OP.not:
				return ~top;
			case DW_OP.deref: {
				const bytes = this.#machine.memory(unsigned(top), 8);
				return bytes && new ByteReader(bytes, 0, 'Memory').unsigned(8);
			}
			default:
				return undefined;
		}
	}
}

const unsigned = (value: bigint) => BigInt.asUintN(64, value);

/** Of two unsigned numbers of 64 bits; the result is cut to as many when it is used. */
function binary(op: number, a: bigint, b: bigint): bigint | undefined {
	switch (op) {
		case DW_OP.plus:
			return unsigned(a + b);
		case DW_OP.minus:
			return unsigned(a - b);
		case DW_OP.mul:
			return unsigned(a * b);
		case DW_OP.and:
			return a & b;
		case DW_OP.or:
			return a | b;
		case DW_OP.xor:
			return a ^ b;
		case DW_OP.shl:
			return b < 64n ? unsigned(a << b) : 0n;
		case DW_OP.shr:
			return b < 64n ? a >> b : 0n;
		case DW_OP.shra:
			return BigInt.asIntN(64, a) >> (b < 64n ? b : 63n);
		case DW_OP.eq:
			return a === b ? 1n : 0n;
		case DW_OP.ne:
			return a === b ? 0n : 1n;
		default:
			return undefined;
	}
}
