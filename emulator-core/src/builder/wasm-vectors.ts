import { fpOperations, type FpOperationName, type FpSize } from '../fp/index.ts';
import { cpuState } from '../layout.ts';
import type { Builder, Operand, SlowCall, Value } from './builder.ts';
import { blockOperationNames, type BlockOperationName } from '../vectors/block-operations.ts';
import type { WasmValue } from './function-writer.ts';
import {
	laneOperationNames,
	laneOperations,
	type LaneBits,
	type LaneOperationName
} from '../vectors/lane-operations.ts';
import { op } from './opcodes.ts';
import { fastFp } from './wasm-fp.ts';
import type { Vector, VectorBits } from './vector-builder.ts';
import { memarg, WasmBuilder } from './wasm-builder.ts';
import { I32, I64, unsigned, V128, type ValueType } from './wasm-module.ts';

/** Opcodes of the SIMD proposal, behind the prefix 0xfd. */
const simd = {
	load: 0,
	load32Zero: 92,
	load64Zero: 93,
	store: 11,
	constant: 12,
	shuffle: 13,
	swizzle: 14,
	splat: { 8: 15, 16: 16, 32: 17, 64: 18 },
	extract: { 8: 22, 16: 25, 32: 27, 64: 29 },
	replace: { 8: 23, 16: 26, 32: 28, 64: 30 },
	shl: { 8: 107, 16: 139, 32: 171, 64: 203 },
	ashr: { 8: 108, 16: 140, 32: 172, 64: 204 },
	lshr: { 8: 109, 16: 141, 32: 173, 64: 205 },
	/** Low and high half, signed; the unsigned ones are two further. */
	extend: { 8: 135, 16: 167, 32: 199 }
} as const;

function prefixed(opcode: number, ...immediates: number[]): number[] {
	const code = [0xfd];
	unsigned(code, opcode);
	return [...code, ...immediates];
}

const simdMemarg = (opcode: number, offset: number) => {
	const code = prefixed(opcode, 0);
	unsigned(code, offset);
	return code;
};

/** The vector half of the Builder, as WebAssembly's v128. Where V registers lie is each engine's own. */
export abstract class WasmVectors extends WasmBuilder implements Builder {
	/** Address of the low byte of V(n + after), less cpuState.v. */
	protected abstract vectorSlot(field: Operand, after?: number): WasmValue;
	/** Where the values of FPCR and FPSR lie in the machine's memory. */
	protected abstract readonly fpRegisters: { readonly fpcr: number; readonly fpsr: number };
	/** Calls TypeScript for what can take no exception. */
	protected abstract compute(call: SlowCall, ...args: Value[]): void;

	#v(value: Vector): WasmValue {
		return value as unknown as WasmValue;
	}
	#wrap(value: WasmValue): Vector {
		return value as unknown as Vector;
	}
	#make(code: readonly number[], ...args: (Vector | Value)[]): Vector {
		return this.#wrap(this.f.value(V128, code, args as unknown as WasmValue[]));
	}

	vector(field: Operand, bits: VectorBits, after = 0): Vector {
		const slot = this.vectorSlot(field, after);
		const whole = { 128: simd.load, 64: simd.load64Zero, 32: simd.load32Zero, 16: 0, 8: 0 }[bits];
		if (bits >= 32)
			return this.#wrap(this.f.value(V128, simdMemarg(whole, cpuState.v), [slot], true));
		const load = bits === 8 ? op.i64_load8_u : op.i64_load16_u;
		const lane = this.wrap(this.f.value(I64, memarg(load, cpuState.v), [slot], true));
		return this.withLane(this.vectorConstant(0n, 0n), 64, 0, lane);
	}

	setVector(field: Operand, value: Vector, bits: VectorBits, after = 0): void {
		const slot = this.vectorSlot(field, after);
		if (bits === 128)
			return this.f.effect(simdMemarg(simd.store, cpuState.v), [slot, this.#v(value)]);
		const low = this.w(this.lane(value, bits, 0));
		this.f.effect(memarg(op.i64_store, cpuState.v), [slot, low]);
		this.f.effect(memarg(op.i64_store, cpuState.v + 8), [slot, this.f.const64(0)]);
	}

	vectorConstant(low: bigint, high: bigint): Vector {
		const bytes = new DataView(new ArrayBuffer(16));
		bytes.setBigUint64(0, BigInt.asUintN(64, low), true);
		bytes.setBigUint64(8, BigInt.asUintN(64, high), true);
		return this.#make(prefixed(simd.constant, ...new Uint8Array(bytes.buffer)));
	}

	lanes(operation: LaneOperationName, bits: LaneBits, ...args: Vector[]): Vector {
		const { wasm, operands } = laneOperations[operation];
		if (args.length !== operands)
			throw new Error(`${operation} takes ${operands} vectors, not ${args.length}`);
		const opcode = wasm?.[bits];
		if (opcode !== undefined) return this.#make(prefixed(opcode), ...args);
		return this.#computed('lanes', laneOperationNames.indexOf(operation), bits, args);
	}

	block(operation: BlockOperationName, ...args: Vector[]): Vector {
		return this.#computed('block', blockOperationNames.indexOf(operation), 128, args);
	}

	/** TypeScript finds the operands in cpuState.vectors and leaves the result there. */
	#computed(call: 'lanes' | 'block', number: number, bits: number, args: Vector[]): Vector {
		args.forEach((arg, i) =>
			this.f.effect(simdMemarg(simd.store, cpuState.vectors + 16 * i), [
				this.f.const32(0),
				this.#v(arg)
			])
		);
		this.compute(call, this.constant(number, 32), this.constant(bits, 32));
		const code = simdMemarg(simd.load, cpuState.vectors);
		return this.#wrap(this.f.value(V128, code, [this.f.const32(0)], true));
	}

	fp(operation: FpOperationName, bits: FpSize, ...args: Value[]): Value {
		const { number, operands } = fpOperations[operation];
		if (args.length !== operands.length)
			throw new Error(`${operation} takes ${operands.length} operands, not ${args.length}`);
		const given = args.map((arg) => this.zext(arg, 64));
		const slow = () => {
			given.forEach((arg, i) => this.setState(cpuState.vectors + 8 * i, arg));
			this.compute('fp', this.constant(number, 32), this.constant(bits, 32));
			return this.state(I64, cpuState.vectors);
		};
		// Uses of their own keep the operands in locals: both ways need them.
		for (const arg of given) this.w(arg).uses++;
		const register = (at: number) => () =>
			this.f.value(I32, memarg(op.i32_load, at), [this.f.const32(0)], true);
		const { fpcr, fpsr } = this.fpRegisters;
		const fast = fastFp(
			this.f,
			operation,
			bits,
			given.map((arg) => this.w(arg)),
			register(fpcr),
			register(fpsr)
		);
		if (!fast) return slow();
		const result = this.f.variable(I64);
		this.f.set(result, fast.value);
		this.f.if(this.f.value(I32, [op.i32_eqz], [fast.holds]), () =>
			this.f.set(result, this.w(slow()))
		);
		return this.wrap(this.f.get(result));
	}

	fpLanes(
		operation: FpOperationName,
		bits: 32 | 64,
		count: number,
		...args: (Vector | { readonly all: Value })[]
	): Vector {
		let result = this.vectorConstant(0n, 0n);
		for (let i = 0; i < count; i++) {
			const given = args.map((arg) => ('all' in arg ? arg.all : this.lane(arg, bits, i)));
			result = this.withLane(result, bits, i, this.fp(operation, bits, ...given));
		}
		return fpOperations[operation].result === 'truth' ? this.lanes('neg', bits, result) : result;
	}

	shiftLanes(how: 'shl' | 'lshr' | 'ashr', bits: LaneBits, a: Vector, amount: Value): Vector {
		const code = prefixed(simd[how][bits]);
		if (how === 'shl') return this.#make(code, a, amount);
		// WebAssembly takes the amount modulo the bits, so the last step, which may be the last bit's, is its own.
		const one = this.constant(1, 32);
		return this.#make(code, this.#make(code, a, this.sub(amount, one)), one);
	}

	extendLanes(bits: 8 | 16 | 32, isSigned: boolean, half: 0 | 1, a: Vector): Vector {
		return this.#make(prefixed(simd.extend[bits] + half + (isSigned ? 0 : 2)), a);
	}

	shuffle(a: Vector, b: Vector, bytes: readonly number[]): Vector {
		if (bytes.length !== 16 || bytes.some((byte) => byte < 0 || byte > 31))
			throw new RangeError(`a shuffle takes 16 numbers from 0 to 31, not ${bytes.join(' ')}`);
		return this.#make(prefixed(simd.shuffle, ...bytes), a, b);
	}

	lookUp(table: Vector, indices: Vector): Vector {
		return this.#make(prefixed(simd.swizzle), table, indices);
	}

	splat(bits: LaneBits, value: Value): Vector {
		const scalar = bits === 64 ? this.zext(value, 64) : this.truncate(value);
		return this.#make(prefixed(simd.splat[bits]), scalar);
	}

	lane(a: Vector, bits: LaneBits, index: number): Value {
		const type: ValueType = bits === 64 ? I64 : I32;
		const code = prefixed(simd.extract[bits], index);
		return this.zext(this.wrap(this.f.value(type, code, [this.#v(a)])), 64);
	}

	withLane(a: Vector, bits: LaneBits, index: number, value: Value): Vector {
		const scalar = bits === 64 ? this.zext(value, 64) : this.truncate(value);
		return this.#make(prefixed(simd.replace[bits], index), a, scalar);
	}

	#elementAddress(field: Operand, bits: LaneBits, index: Value, after: number): WasmValue {
		const inside = this.shl(this.truncate(index), Math.log2(bits / 8));
		return this.w(this.add(this.wrap(this.vectorSlot(field, after)), inside));
	}

	element(field: Operand, bits: LaneBits, index: Value, after = 0): Value {
		const load = {
			8: op.i64_load8_u,
			16: op.i64_load16_u,
			32: op.i64_load32_u,
			64: op.i64_load
		}[bits];
		const at = this.#elementAddress(field, bits, index, after);
		return this.wrap(this.f.value(I64, memarg(load, cpuState.v), [at], true));
	}

	setElement(field: Operand, bits: LaneBits, index: Value, value: Value, after = 0): void {
		const store = { 8: op.i64_store8, 16: op.i64_store16, 32: op.i64_store32, 64: op.i64_store };
		const at = this.#elementAddress(field, bits, index, after);
		this.f.effect(memarg(store[bits], cpuState.v), [at, this.w(this.zext(value, 64))]);
	}
}
