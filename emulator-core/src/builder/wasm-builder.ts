import { cpuState } from '../layout.ts';
import type { Access, Builder, Operand, SlowCall, Value, Width } from './builder.ts';
import type { VectorBuilder } from './vector-builder.ts';
import { FunctionWriter, type WasmValue } from './function-writer.ts';
import { op, sizedOp } from './opcodes.ts';
import { I32, I64, unsigned, type ValueType } from './wasm-module.ts';

export const typeOf = (width: Width): ValueType => (width === 32 ? I32 : I64);

/** Immediates of a load or store: alignment hint 0, byte offset. */
export function memarg(opcode: number, offset = 0): number[] {
	const code = [opcode, 0];
	unsigned(code, offset);
	return code;
}

/**
 * The half of the Builder that every engine shares: arithmetic and flags. What an operand is, where
 * registers live, how memory is reached and where an instruction ends is each engine's own.
 */
export abstract class WasmBuilder implements Omit<Builder, keyof VectorBuilder> {
	protected readonly f: FunctionWriter;

	constructor(writer: FunctionWriter) {
		this.f = writer;
	}

	abstract imm(field: Operand, width: Width, shift?: number): Value;
	abstract simm(field: Operand, width: Width, shift?: number): Value;
	abstract join(fields: readonly Operand[], width: Width): Value;
	abstract bitMask(n: Operand, immr: Operand, imms: Operand, width: Width): Value;
	abstract x(field: Operand, width: Width): Value;
	abstract setX(field: Operand, value: Value): void;
	abstract xsp(field: Operand, width: Width): Value;
	abstract setXsp(field: Operand, value: Value): void;
	abstract setLink(value: Value): void;
	abstract v(field: Operand, half: 0 | 1): Value;
	abstract setV(field: Operand, low: Value, high: Value): void;
	abstract setVHigh(field: Operand, value: Value): void;
	abstract pc(): Value;
	abstract load(va: Value, access: Access): Value[];
	abstract store(va: Value, values: readonly Value[], access: Access): void;
	abstract branchBy(words: Operand): void;
	abstract branchTo(address: Value): void;
	abstract slow(call: SlowCall, ...args: Value[]): Value;
	abstract readSystemRegister(key: Operand, rt: Operand): void;
	abstract writeSystemRegister(key: Operand, rt: Operand): void;
	abstract writePstateField(field: Value, imm: Operand): void;
	abstract needSimd(): void;

	protected w(value: Value): WasmValue {
		return value as unknown as WasmValue;
	}

	protected wrap(value: WasmValue): Value {
		return value as unknown as Value;
	}

	protected make(type: ValueType, code: readonly number[], ...args: Value[]): Value {
		return this.wrap(
			this.f.value(
				type,
				code,
				args.map((a) => this.w(a))
			)
		);
	}

	protected is64(value: Value): boolean {
		return this.w(value).type === I64;
	}

	protected widthOf(value: Value): Width {
		return this.is64(value) ? 64 : 32;
	}

	/** A word of the CPU's state as it is now. */
	protected state(type: ValueType, offset: number): Value {
		const opcode = type === I64 ? op.i64_load : op.i32_load;
		return this.wrap(this.f.value(type, memarg(opcode, offset), [this.f.const32(0)], true));
	}

	protected setState(offset: number, value: Value): void {
		const opcode = this.is64(value) ? op.i64_store : op.i32_store;
		this.f.effect(memarg(opcode, offset), [this.f.const32(0), this.w(value)]);
	}

	#binary(name: keyof typeof sizedOp, a: Value, b: Value): Value {
		const { type } = this.w(a);
		if (type !== this.w(b).type) throw new Error(`${name}: operands of different widths`);
		return this.make(type, [sizedOp[name][type === I64 ? 1 : 0]], a, b);
	}

	#compare(name: keyof typeof sizedOp, a: Value, b: Value): Value {
		const { type } = this.w(a);
		if (type !== this.w(b).type) throw new Error(`${name}: operands of different widths`);
		return this.make(I32, [sizedOp[name][type === I64 ? 1 : 0]], a, b);
	}

	#unary(name: keyof typeof sizedOp, a: Value): Value {
		const { type } = this.w(a);
		return this.make(type, [sizedOp[name][type === I64 ? 1 : 0]], a);
	}

	#amount(a: Value, amount: Value | number): Value {
		if (typeof amount === 'number') return this.constant(amount, this.widthOf(a));
		if (this.is64(a) === this.is64(amount)) return amount;
		return this.is64(a) ? this.zext(amount, 64) : this.truncate(amount);
	}

	constant(value: number | bigint, width: Width): Value {
		if (width === 64) return this.wrap(this.f.const64(value));
		return this.wrap(
			this.f.const32(typeof value === 'number' ? value : Number(BigInt.asIntN(32, value)))
		);
	}

	add(a: Value, b: Value): Value {
		return this.#binary('add', a, b);
	}
	sub(a: Value, b: Value): Value {
		return this.#binary('sub', a, b);
	}
	mul(a: Value, b: Value): Value {
		return this.#binary('mul', a, b);
	}
	and(a: Value, b: Value): Value {
		return this.#binary('and', a, b);
	}
	or(a: Value, b: Value): Value {
		return this.#binary('or', a, b);
	}
	xor(a: Value, b: Value): Value {
		return this.#binary('xor', a, b);
	}
	not(a: Value): Value {
		return this.xor(a, this.constant(-1, this.widthOf(a)));
	}
	neg(a: Value): Value {
		return this.sub(this.constant(0, this.widthOf(a)), a);
	}
	shl(a: Value, amount: Value | number): Value {
		return amount === 0 ? a : this.#binary('shl', a, this.#amount(a, amount));
	}
	lshr(a: Value, amount: Value | number): Value {
		return this.#binary('shr_u', a, this.#amount(a, amount));
	}
	ashr(a: Value, amount: Value | number): Value {
		return this.#binary('shr_s', a, this.#amount(a, amount));
	}
	ror(a: Value, amount: Value | number): Value {
		return this.#binary('rotr', a, this.#amount(a, amount));
	}
	clz(a: Value): Value {
		return this.#unary('clz', a);
	}
	popcount(a: Value): Value {
		return this.#unary('popcnt', a);
	}
	eqz(a: Value): Value {
		return this.make(I32, [sizedOp.eqz[this.is64(a) ? 1 : 0]], a);
	}
	eq(a: Value, b: Value): Value {
		return this.#compare('eq', a, b);
	}
	ltU(a: Value, b: Value): Value {
		return this.#compare('lt_u', a, b);
	}
	ltS(a: Value, b: Value): Value {
		return this.#compare('lt_s', a, b);
	}
	select(condition: Value, a: Value, b: Value): Value {
		return this.make(this.w(a).type, [op.select], a, b, condition);
	}
	if(condition: Value, then: () => void, otherwise?: () => void): void {
		this.f.if(this.w(condition), then, otherwise);
	}
	zext(a: Value, width: Width): Value {
		return width === 64 && !this.is64(a) ? this.make(I64, [op.i64_extend_i32_u], a) : a;
	}
	sext(a: Value, width: Width): Value {
		return width === 64 && !this.is64(a) ? this.make(I64, [op.i64_extend_i32_s], a) : a;
	}
	truncate(a: Value): Value {
		return this.is64(a) ? this.make(I32, [op.i32_wrap_i64], a) : a;
	}
	signExtend(a: Value, bits: 8 | 16 | 32): Value {
		if (!this.is64(a)) {
			if (bits === 32) return a;
			return this.make(I32, [bits === 8 ? op.i32_extend8_s : op.i32_extend16_s], a);
		}
		const code = { 8: op.i64_extend8_s, 16: op.i64_extend16_s, 32: op.i64_extend32_s }[bits];
		return this.make(I64, [code], a);
	}

	/** Schoolbook multiplication of 32-bit halves; the signed one is corrected from the unsigned. */
	mulHigh(a: Value, b: Value, signed: boolean): Value {
		const low = this.constant(0xffff_ffff, 64);
		const [a0, a1] = [this.and(a, low), this.lshr(a, 32)];
		const [b0, b1] = [this.and(b, low), this.lshr(b, 32)];
		const middle = this.add(this.mul(a1, b0), this.lshr(this.mul(a0, b0), 32));
		const cross = this.add(this.mul(a0, b1), this.and(middle, low));
		const high = this.add(this.add(this.mul(a1, b1), this.lshr(middle, 32)), this.lshr(cross, 32));
		if (!signed) return high;
		const ifNegative = (sign: Value, value: Value) => this.and(this.ashr(sign, 63), value);
		return this.sub(this.sub(high, ifNegative(a, b)), ifNegative(b, a));
	}

	div(a: Value, b: Value, signed: boolean): Value {
		const width = this.widthOf(a);
		const result = this.f.variable(typeOf(width));
		const byZero = this.eqz(b);
		const zero = this.constant(0, width);
		this.if(
			byZero,
			() => this.f.set(result, this.w(zero)),
			() => {
				if (!signed) this.f.set(result, this.w(this.#binary('div_u', a, b)));
				else
					this.if(
						this.eq(b, this.constant(-1, width)),
						() => this.f.set(result, this.w(this.neg(a))),
						() => this.f.set(result, this.w(this.#binary('div_s', a, b)))
					);
			}
		);
		return this.wrap(this.f.get(result));
	}

	/** Flags are kept as 64-bit values, so a 32-bit result is sign-extended: bit 31 becomes bit 63. */
	#setNz(result: Value): void {
		const wide = this.sext(result, 64);
		this.setState(cpuState.n, wide);
		this.setState(cpuState.z, wide);
	}

	addSetFlags(a: Value, b: Value, carry?: Value): Value {
		const partial = this.add(a, b);
		const sum = carry ? this.add(partial, this.zext(carry, this.widthOf(a))) : partial;
		this.#setNz(sum);
		const carryOut = this.ltU(partial, a);
		// Only one of the two additions can wrap.
		this.setState(cpuState.c, carry ? this.or(carryOut, this.ltU(sum, partial)) : carryOut);
		const overflow = this.and(this.xor(a, sum), this.xor(b, sum));
		this.setState(cpuState.v_flag, this.sext(overflow, 64));
		return sum;
	}

	subSetFlags(a: Value, b: Value): Value {
		const difference = this.sub(a, b);
		this.#setNz(difference);
		this.setState(cpuState.c, this.eqz(this.ltU(a, b)));
		const overflow = this.and(this.xor(a, b), this.xor(a, difference));
		this.setState(cpuState.v_flag, this.sext(overflow, 64));
		return difference;
	}

	setFlagsLogical(result: Value): void {
		this.#setNz(result);
		this.setState(cpuState.c, this.constant(0, 32));
		this.setState(cpuState.v_flag, this.constant(0, 64));
	}

	setNzcv(bits: Value): void {
		const wide = this.zext(bits, 64);
		this.setState(cpuState.n, this.shl(wide, 60));
		this.setState(cpuState.z, this.xor(this.and(wide, this.constant(4, 64)), this.constant(4, 64)));
		this.setState(cpuState.c, this.truncate(this.and(this.lshr(wide, 1), this.constant(1, 64))));
		this.setState(cpuState.v_flag, this.shl(wide, 63));
	}

	nzcv(): Value {
		const bit = (value: Value, at: number) => this.shl(value, at);
		const sign = (offset: number) => this.truncate(this.lshr(this.state(I64, offset), 63));
		return this.or(
			this.or(bit(sign(cpuState.n), 3), bit(this.condition(0), 2)),
			this.or(bit(this.carry(), 1), sign(cpuState.v_flag))
		);
	}

	clearMonitor(): void {
		this.setState(cpuState.monitorAddress, this.constant(-1, 64));
	}

	carry(): Value {
		return this.state(I32, cpuState.c);
	}

	condition(code: number): Value {
		if (code & 1 && code !== 15) return this.eqz(this.condition(code - 1));
		const zero = () => this.eqz(this.state(I64, cpuState.z));
		const negative = (value: Value) => this.ltS(value, this.constant(0, 64));
		const differs = () => this.xor(this.state(I64, cpuState.n), this.state(I64, cpuState.v_flag));
		switch (code >> 1) {
			case 0:
				return zero();
			case 1:
				return this.carry();
			case 2:
				return negative(this.state(I64, cpuState.n));
			case 3:
				return negative(this.state(I64, cpuState.v_flag));
			case 4:
				return this.and(this.carry(), this.eqz(zero()));
			case 5:
				return this.eqz(negative(differs()));
			case 6:
				return this.and(this.eqz(zero()), this.eqz(negative(differs())));
			default:
				return this.constant(1, 32);
		}
	}
}
