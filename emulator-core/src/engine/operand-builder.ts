import type { FieldBits, Operand, Value, Width } from '../builder/builder.ts';
import { FunctionWriter, type WasmValue } from '../builder/function-writer.ts';
import { op } from '../builder/opcodes.ts';
import { memarg, typeOf } from '../builder/wasm-builder.ts';
import { WasmVectors } from '../builder/wasm-vectors.ts';
import { I32, I64, type ValueType } from '../builder/wasm-module.ts';
import { addressOfRegister } from '../cpu/register-file.ts';
import { FPCR, FPSR } from '../cpu/sysregs/el0.ts';
import { cpuState, memoryPlan } from '../layout.ts';
import { decodedEntry, type Known } from './handler-context.ts';

const fpRegisters = { fpcr: addressOfRegister(FPCR), fpsr: addressOfRegister(FPSR) };

/**
 * What an operand is to the interpreter: bits that are cut out of the instruction's word when the
 * handler runs. And where the registers lie that operands name.
 */
export abstract class OperandBuilder extends WasmVectors {
	protected readonly known: Known;
	/** Address of the decoded instruction: local 0 of every handler. */
	protected readonly entry: WasmValue;
	protected readonly word: WasmValue;
	/** An operand was read that may be SP. */
	protected readsBase = false;

	constructor(params: readonly ValueType[], known: Known) {
		super(new FunctionWriter(params));
		this.known = known;
		this.entry = this.f.param(I32, 0);
		// Made before everything else, so that every branch of the function may use it.
		this.word = this.f.value(I32, memarg(op.i32_load, decodedEntry.word), [this.entry], true);
	}

	#field(field: Operand, width: Width): Value {
		const { shift, width: bits } = field as unknown as FieldBits;
		const word = this.wrap(this.word);
		const shifted = shift === 0 ? word : this.lshr(word, shift);
		const value =
			shift + bits === 32 ? shifted : this.and(shifted, this.constant(2 ** bits - 1, 32));
		return this.zext(value, width);
	}

	imm(field: Operand, width: Width, shift = 0): Value {
		return this.shl(this.#field(field, width), shift);
	}

	simm(field: Operand, width: Width, shift = 0): Value {
		const { shift: at, width: bits } = field as unknown as FieldBits;
		const top = this.shl(this.wrap(this.word), 32 - at - bits);
		return this.shl(this.sext(this.ashr(top, 32 - bits), width), shift);
	}

	join(fields: readonly Operand[], width: Width): Value {
		const bits = (field: Operand) => (field as unknown as FieldBits).width;
		let value = this.#field(fields[0]!, 32);
		for (const field of fields.slice(1))
			value = this.or(this.shl(value, bits(field)), this.#field(field, 32));
		return this.zext(value, width);
	}

	bitMask(n: Operand, immr: Operand, imms: Operand, width: Width): Value {
		const index = this.w(this.shl(this.join([n, immr, imms], 32), 3));
		const opcode = width === 64 ? op.i64_load : op.i32_load;
		return this.wrap(this.f.value(typeOf(width), memarg(opcode, memoryPlan.bitMasks), [index]));
	}

	// Registers: an operand's byte offset in the register file is its number times 8.

	#slot(field: Operand, scale: 3 | 4 = 3): WasmValue {
		const { shift, width } = field as unknown as FieldBits;
		const word = this.wrap(this.word);
		const placed = shift < scale ? this.shl(word, scale - shift) : this.lshr(word, shift - scale);
		return this.w(
			this.and(shift === scale ? word : placed, this.constant((2 ** width - 1) << scale, 32))
		);
	}

	/** As #slot, but 31 means the slot after XZR's. */
	#slotOrSp(field: Operand): WasmValue {
		const number = this.#field(field, 32);
		const isSp = this.lshr(this.add(number, this.constant(1, 32)), 5);
		return this.w(this.shl(this.add(number, isSp), 3));
	}

	#read(slot: WasmValue, width: Width): Value {
		const opcode = width === 64 ? op.i64_load : op.i32_load;
		return this.wrap(this.f.value(typeOf(width), memarg(opcode, cpuState.x), [slot], true));
	}

	#write(slot: WasmValue, value: Value): void {
		this.f.effect(memarg(op.i64_store, cpuState.x), [slot, this.w(this.zext(value, 64))]);
	}

	x(field: Operand, width: Width): Value {
		return this.#read(this.#slot(field), width);
	}

	setX(field: Operand, value: Value): void {
		this.#write(this.#slot(field), value);
		// Whatever was written to XZR's slot is gone again: cheaper than asking which register it was.
		this.setState(cpuState.zr, this.constant(0, 64));
	}

	xsp(field: Operand, width: Width): Value {
		this.readsBase = true;
		if (this.known.stack) return this.state(I64, cpuState.sp);
		return this.#read(this.#slotOrSp(field), width);
	}

	setXsp(field: Operand, value: Value): void {
		if (this.known.stack) this.setState(cpuState.sp, value);
		else this.#write(this.#slotOrSp(field), value);
	}

	setLink(value: Value): void {
		this.setState(cpuState.x + 30 * 8, value);
	}

	v(field: Operand, half: 0 | 1): Value {
		const slot = this.#slot(field, 4);
		return this.wrap(this.f.value(I64, memarg(op.i64_load, cpuState.v + 8 * half), [slot], true));
	}

	setV(field: Operand, low: Value, high: Value): void {
		this.f.effect(memarg(op.i64_store, cpuState.v), [this.#slot(field, 4), this.w(low)]);
		this.setVHigh(field, high);
	}

	setVHigh(field: Operand, value: Value): void {
		this.f.effect(memarg(op.i64_store, cpuState.v + 8), [this.#slot(field, 4), this.w(value)]);
	}

	protected readonly fpRegisters = fpRegisters;

	protected vectorSlot(field: Operand, after = 0): WasmValue {
		if (after === 0) return this.#slot(field, 4);
		const further = this.add(this.#field(field, 32), this.constant(after, 32));
		return this.w(this.shl(this.and(further, this.constant(31, 32)), 4));
	}

	pc(): Value {
		return this.#pcOf(this.entry);
	}

	#pcOf(entry: WasmValue): Value {
		const inPage = this.lshr(this.wrap(entry), 1);
		return this.add(this.state(I64, cpuState.pcBase), this.zext(inPage, 64));
	}
}
