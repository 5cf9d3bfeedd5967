import type { Block, FunctionIr, Instruction, Local, Value } from '../ir/module.ts';
import { addConstant } from './add-constant.ts';
import { foldAddress, type ConstantAddress } from './constant-address.ts';
import { computeConstant } from './compute-constant.ts';
import type { ControlFlow } from './control-flow.ts';
import {
	ref,
	zeroRegister,
	type Copy,
	type MachineBlock,
	type MachineFunction,
	type MachineInstruction,
	type Piece,
	type Source,
	type View
} from './machine.ts';
import { partIndex, partsOf, viewOf } from './parts.ts';

/** What the selector must know of the rest of the unit. */
export interface UnitContext {
	/** Undefined here and weak: its address may be 0, out of reach of PC-relative addressing. */
	isWeakUndefined(name: string): boolean;
	/** Known alignment of a symbol in bytes, for scaled `:lo12:` offsets; 1 if unknown. */
	alignmentOf(name: string): number;
	/** Assembly label of a block of this unit. */
	blockLabel(fn: string, label: string): string;
	optimize: boolean;
	strictAlign: boolean;
	noFloat: boolean;
}

export type Operand = number | string | readonly [register: number, view: View];

const setsFlags = new Set(['adds', 'adcs', 'subs', 'sbcs', 'ands']);
const noRegisters: number[] = [];

/** Reference to a value's part after looking through what costs no instruction. */
interface Leaf {
	value: Value;
	part: number;
}

/** Instructions are selected only where their value is asked for, or where they do something. */
const effects = new Set(
	'store call callbr fence atomicrmw cmpxchg br switch indirectbr ret unreachable'.split(' ')
);
export const hasEffect = (insn: Instruction) =>
	effects.has(insn.op) ||
	(insn.op === 'load' && (insn.volatile === true || insn.ordering !== undefined));

/**
 * The services all selection rules share. Selection walks each block from its end: a value's users are
 * seen before it, so an instruction that was folded into all its users is never asked for and leaves
 * no code. Rules append to `group` in execution order; groups are put together backwards.
 */
export class Selector {
	readonly fn: FunctionIr;
	readonly unit: UnitContext;
	readonly machine: MachineFunction;
	readonly flow: ControlFlow;
	readonly blockOf = new Map<Block, MachineBlock>();
	group: MachineInstruction[] = [];
	location = -1;
	/** Registers of the values asked for, by part. */
	readonly #registers = new Map<Local, (number | undefined)[]>();
	/** Frame slots of the allocas with fixed size. */
	readonly slots = new Map<Local, number>();
	/** Symbols whose address has a register of its own. */
	readonly anchors = new Map<string, number>();
	/** Loads whose only user extends them: they load straight into the user's register. */
	readonly signedLoads = new Map<Local, { register: number; view: View }>();
	#users: Map<Local, Instruction[]> | undefined;
	#labels = 0;

	constructor(fn: FunctionIr, unit: UnitContext, machine: MachineFunction, flow: ControlFlow) {
		this.fn = fn;
		this.unit = unit;
		this.machine = machine;
		this.flow = flow;
	}

	freshLabel(): string {
		return `.L${this.machine.name}.t${this.#labels++}`;
	}

	// --- instructions -----------------------------------------------------------------------------

	emit(text: Piece[], defs: number[], uses: number[]): MachineInstruction {
		const insn: MachineInstruction = { text, defs, uses, location: this.location };
		this.group.push(insn);
		return insn;
	}

	/** `op d, a, b…`: numbers are registers in `view`, pairs in their own, strings are literal. */
	alu(op: string, view: View, d: number, ...operands: Operand[]): MachineInstruction {
		const insn = this.emit(this.#text(op, view, [d, ...operands]), [d], registersOf(operands));
		insn.pure = !setsFlags.has(op);
		return insn;
	}

	/** An instruction without a result, such as a comparison or a store's siblings. */
	plain(op: string, view: View, ...operands: Operand[]): MachineInstruction {
		// Beside an immediate, register 31 would be the stack pointer.
		if (/^cm[pn]$/.test(op) && operands[0] === zeroRegister && typeof operands[1] === 'string')
			operands[0] = this.constant(0n);
		const insn = this.emit(this.#text(op, view, operands), noRegisters, registersOf(operands));
		insn.compares = op === 'cmp' || op === 'cmn' || op === 'tst' || op === 'fcmp';
		return insn;
	}

	#text(op: string, view: View, operands: readonly Operand[]): Piece[] {
		const text: Piece[] = [op + ' '];
		for (const [i, operand] of operands.entries()) {
			if (i > 0) text.push(', ');
			if (typeof operand === 'number') text.push(ref(operand, view));
			else if (typeof operand === 'string') text.push(operand);
			else text.push(ref(operand[0], operand[1]));
		}
		return text;
	}

	move(d: number, s: number): void {
		this.copies([{ destination: d, source: { kind: 'register', register: s } }]);
	}

	copies(copies: Copy[]): void {
		if (copies.length === 0) return;
		const insn = this.emit(
			[],
			copies.map((copy) => copy.destination),
			copies.flatMap((copy) => (copy.source.kind === 'register' ? [copy.source.register] : []))
		);
		insn.copies = copies;
	}

	fresh(): number {
		return this.machine.register('general');
	}

	freshFloat(wide = false): number {
		return this.machine.register('vector', wide);
	}

	// --- values -----------------------------------------------------------------------------------

	/** Looks through casts and aggregate shuffling that need no code. */
	resolve(value: Value, part = 0): Leaf {
		for (;;) {
			if (value.kind !== 'local') return resolveConstant(value, part);
			const insn = value.def;
			if (!insn) return { value, part };
			const next = this.#lookThrough(insn, part);
			if (!next) return { value, part };
			({ value, part } = next);
		}
	}

	#lookThrough(insn: Instruction, part: number): Leaf | undefined {
		const value = insn.operands[0]!;
		switch (insn.op) {
			case 'freeze':
			case 'addrspacecast':
				return { value, part };
			case 'bitcast': {
				const from = partsOf(value.type);
				const to = partsOf(insn.type);
				const same =
					from.length === to.length &&
					from[part]!.float === to[part]!.float &&
					from[part]!.bits === to[part]!.bits;
				return same ? { value, part } : undefined;
			}
			case 'inttoptr':
			case 'ptrtoint':
			case 'ptrtoaddr':
				return bitsOf(value) >= bitsOf(insn) ? { value, part } : undefined;
			case 'trunc':
				if (insn.type.kind !== 'int' || insn.type.bits === 1) return undefined;
				return { value, part };
			case 'zext': {
				if (insn.type.kind !== 'int' || value.type.kind !== 'int') return undefined;
				if (insn.type.bits > 64) {
					if (part >= 1 && value.type.bits <= 64)
						return { value: { kind: 'int', type: insn.type, value: 0n }, part: 0 };
					if (part !== 0 || value.type.bits > 64) return undefined;
				}
				return this.knownWidth(value) <= value.type.bits ? { value, part: 0 } : undefined;
			}
			case 'extractvalue':
				return { value, part: part + partIndex(value.type, insn.indices!) };
			case 'insertvalue': {
				const first = partIndex(insn.type, insn.indices!);
				const inserted = insn.operands[1]!;
				const count = partsOf(inserted.type).length;
				return part >= first && part < first + count
					? { value: inserted, part: part - first }
					: { value, part };
			}
			case 'getelementptr':
				return insn.operands
					.slice(1)
					.every((index) => (index.kind === 'int' && index.value === 0n) || index.kind === 'zero')
					? { value, part }
					: undefined;
			default:
				return undefined;
		}
	}

	/** A bound of the bits that can be set in the 64-bit register holding a value. */
	knownWidth(value: Value, depth = 0): number {
		const leaf = this.resolve(value);
		value = leaf.value;
		if (value.kind === 'int') return value.value < 0n ? 64 : value.value.toString(2).length;
		if (value.kind === 'null' || value.kind === 'zero' || value.kind === 'undef') return 1;
		if (value.kind !== 'local' || leaf.part !== 0 || value.type.kind !== 'int') return 64;
		const bits = value.type.bits;
		if (bits === 1) return 1;
		const insn = value.def;
		if (!insn) return value.parameter?.attributes.zeroext === true ? bits : 64;
		if (depth > 4) return bits === 32 && insn.op !== 'phi' ? 64 : 64;
		switch (insn.op) {
			case 'load':
			case 'atomicrmw':
				return Math.max(8, bits);
			case 'zext':
				return Math.min(bits, bitsOf(insn.operands[0]!));
			case 'and': {
				const [a, b] = insn.operands.map((operand) => this.knownWidth(operand, depth + 1));
				const least = Math.min(a!, b!);
				return Math.min(least, bits === 32 ? 32 : 64);
			}
			case 'urem':
			case 'udiv':
			case 'lshr':
				return bits <= 32 ? bits : 64;
			case 'or':
			case 'xor': {
				const [a, b] = insn.operands.map((operand) => this.knownWidth(operand, depth + 1));
				return Math.min(Math.max(a!, b!), bits === 32 ? 32 : 64);
			}
			case 'add':
			case 'sub':
			case 'mul':
			case 'shl':
			case 'ashr':
			case 'sdiv':
			case 'srem':
			case 'select':
				return bits === 32 ? 32 : 64;
			default:
				return 64;
		}
	}

	constantOf(value: Value, part = 0): bigint | undefined {
		const leaf = this.resolve(value, part).value;
		if (leaf.kind === 'int') return leaf.value;
		if (leaf.kind === 'null' || leaf.kind === 'zero' || leaf.kind === 'undef') return 0n;
		return undefined;
	}

	/** Constant with exactly `bits` significant, as a non-negative number. */
	unsignedConstant(value: Value, bits: number): bigint | undefined {
		const constant = this.constantOf(value);
		return constant === undefined ? undefined : BigInt.asUintN(bits, constant);
	}

	/** The register that holds a value; bits above its width are unspecified. */
	use(value: Value, part = 0): number {
		const leaf = this.resolve(value, part);
		if (leaf.value.kind === 'local' && !this.slots.has(leaf.value))
			return this.registerFor(leaf.value, leaf.part);
		return this.materialize(leaf);
	}

	/** As `use`, with the zero register for zero. */
	useOrZero(value: Value, part = 0): number {
		const type = partsOf(value.type)[part];
		if (!type?.float && this.constantOf(value, part) === 0n) return zeroRegister;
		return this.use(value, part);
	}

	/** Asks for a local's register. */
	registerFor(local: Local, part: number): number {
		let registers = this.#registers.get(local);
		if (!registers) this.#registers.set(local, (registers = []));
		let register = registers[part];
		if (register === undefined) {
			const type = partsOf(local.type)[part]!;
			register = type.float ? this.freshFloat(type.bits === 128) : this.fresh();
			registers[part] = register;
		}
		return register;
	}

	/** Register somebody asked for, if anybody did. */
	asked(local: Local | undefined, part = 0): number | undefined {
		return local && this.#registers.get(local)?.[part];
	}

	isAsked(local: Local | undefined): boolean {
		return local !== undefined && this.#registers.has(local);
	}

	/** The register to write a result to, asked for or not. */
	result(insn: Instruction, part = 0): number {
		return this.registerFor(insn.result!, part);
	}

	materialize(leaf: Leaf): number {
		const source = this.source(leaf.value, leaf.part);
		if (source.kind === 'register') return source.register;
		const type = partsOf(leaf.value.type)[leaf.part];
		const d = type?.float ? this.freshFloat(type.bits === 128) : this.fresh();
		this.copies([{ destination: d, source }]);
		return d;
	}

	/** A value as the source of a copy: a register, or a constant made at the copy. */
	source(value: Value, part = 0): Source {
		const leaf = this.resolve(value, part);
		const type = partsOf(value.type)[part];
		if (leaf.value.kind === 'local') {
			const slot = this.slots.get(leaf.value);
			if (slot !== undefined) return { kind: 'slot', slot, offset: 0 };
			return { kind: 'register', register: this.registerFor(leaf.value, leaf.part) };
		}
		if (leaf.value.kind === 'float')
			return { kind: 'float', bits: leaf.value.bits, view: viewOf(type!) };
		const constant = this.constantOf(leaf.value);
		if (type?.float) return { kind: 'float', bits: constant ?? 0n, view: viewOf(type) };
		if (constant !== undefined) {
			// Odd 128-bit parts arrive as the whole number.
			const whole = leaf.value.kind === 'int' && bitsOf(leaf.value) > 64;
			const shifted = whole ? constant >> BigInt(64 * leaf.part) : constant;
			const bits = type === undefined ? 64 : type.bits <= 32 ? 32 : 64;
			return { kind: 'constant', value: BigInt.asUintN(bits, shifted) };
		}
		const address = foldAddress(leaf.value, this.unit);
		if (address) return this.addressSource(address);
		return { kind: 'register', register: computeConstant(this, leaf.value) };
	}

	addressSource(address: ConstantAddress): Source {
		const { minus, ...first } = address;
		if (minus !== undefined) {
			// The distance of two symbols: the linker knows it, but no instruction's field holds it.
			const [d, a, b] = [this.fresh(), this.fresh(), this.fresh()];
			this.copies([{ destination: a, source: this.addressSource(first) }]);
			this.copies([{ destination: b, source: this.addressSource({ symbol: minus, offset: 0n }) }]);
			this.alu('sub', 'x', d, a, b);
			return { kind: 'register', register: d };
		}
		if (address.symbol === undefined)
			return { kind: 'constant', value: BigInt.asUintN(64, address.offset) };
		const anchor = this.anchors.get(address.symbol);
		if (anchor !== undefined) {
			if (address.offset === 0n) return { kind: 'register', register: anchor };
			const d = this.fresh();
			addConstant(this, d, anchor, address.offset);
			return { kind: 'register', register: d };
		}
		return {
			kind: 'symbol',
			name: address.symbol,
			offset: address.offset,
			pool: this.unit.isWeakUndefined(address.symbol)
		};
	}

	constant(value: bigint, bits = 64): number {
		const d = this.fresh();
		this.copies([
			{ destination: d, source: { kind: 'constant', value: BigInt.asUintN(bits, value) } }
		]);
		return d;
	}

	/** A register in which an integer narrower than `to` bits is properly extended. */
	useExtended(value: Value, signed: boolean, to: 32 | 64): number {
		const bits = bitsOf(value);
		const constant = this.constantOf(value);
		if (constant !== undefined) {
			const exact = signed ? BigInt.asIntN(bits, constant) : BigInt.asUintN(bits, constant);
			return exact === 0n ? zeroRegister : this.constant(exact, to);
		}
		const s = this.use(value);
		if (bits >= to) return s;
		if (!signed && this.knownWidth(value) <= bits) return s;
		const d = this.fresh();
		this.extend(d, s, bits, signed, to);
		return d;
	}

	extend(d: number, s: number, bits: number, signed: boolean, to: 32 | 64): void {
		const view = signed && to === 64 ? 'x' : 'w';
		if (bits === 32) {
			if (signed) this.alu('sxtw', 'x', d, [s, 'w']);
			else this.alu('mov', 'w', d, s);
		} else if (bits === 8 || bits === 16)
			this.alu(`${signed ? 's' : 'u'}xt${bits === 8 ? 'b' : 'h'}`, view, d, [s, 'w']);
		else if (bits < 32) this.alu(signed ? 'sbfx' : 'ubfx', view, d, s, '#0', `#${bits}`);
		else this.alu(signed ? 'sbfx' : 'ubfx', 'x', d, s, '#0', `#${bits}`);
	}

	/** The instructions that name a truth value. */
	usersOf(value: Local): readonly Instruction[] {
		if (!this.#users) {
			this.#users = new Map();
			for (const { instructions } of this.flow.blocks)
				for (const insn of instructions)
					for (const operand of insn.operands) {
						if (operand.kind !== 'local' || operand.type.kind !== 'int') continue;
						if (operand.type.bits !== 1) continue;
						const list = this.#users.get(operand);
						if (list) list.push(insn);
						else this.#users.set(operand, [insn]);
					}
		}
		return this.#users.get(value) ?? [];
	}

	/** The instruction that makes a value, when this use is its only one: then it may be folded. */
	onlyUse(value: Value, op?: string): Instruction | undefined {
		if (value.kind !== 'local' || !value.def || value.uses !== 1) return undefined;
		if (op !== undefined && value.def.op !== op) return undefined;
		return this.isAsked(value) ? undefined : value.def;
	}
}

export function bitsOf(value: { type: Value['type'] }): number {
	if (value.type.kind === 'int') return value.type.bits;
	return value.type.kind === 'ptr' ? 64 : value.type.size * 8;
}

function resolveConstant(value: Value, part: number): Leaf {
	if (value.kind === 'aggregate') {
		for (const element of value.elements) {
			const count = partsOf(element.type).length;
			if (part < count) return resolveConstant(element, part);
			part -= count;
		}
	}
	if (value.kind === 'zero' || value.kind === 'undef') {
		const type = partsOf(value.type)[part]!;
		return type.float
			? { value: { kind: 'float', type: type.type, bits: 0n }, part: 0 }
			: { value: { kind: 'zero', type: type.type }, part: 0 };
	}
	if (value.kind === 'bytes')
		return { value: { kind: 'int', type: value.type, value: BigInt(value.bytes[part]!) }, part: 0 };
	if (value.kind === 'int' && part > 0)
		return {
			value: { kind: 'int', type: value.type, value: value.value >> BigInt(64 * part) },
			part: 0
		};
	return { value, part };
}

function registersOf(operands: readonly Operand[]): number[] {
	const out: number[] = [];
	for (const operand of operands) {
		if (typeof operand === 'number') out.push(operand);
		else if (typeof operand !== 'string') out.push(operand[0]);
	}
	return out;
}
