import { ByteWriter } from './byte-writer.ts';
import { op } from './opcodes.ts';
import { I64, signed, unsigned, type ValueType } from './wasm-module.ts';

/**
 * One SSA value. A pure one that is used once is written where it is used; every other one is
 * computed at the place where it was made and kept in a local.
 */
export interface WasmValue {
	readonly type: ValueType;
	/** Opcode and immediates that follow the arguments. */
	readonly code: readonly number[];
	readonly args: readonly WasmValue[];
	/** Must be computed where it was made: it reads something that may change later. */
	readonly pinned: boolean;
	uses: number;
	/** Index of its local; -1 until it has one. */
	local: number;
}

/** A local that is assigned more than once: the join of a fast and a slow path. */
export interface Variable {
	readonly type: ValueType;
	readonly local: number;
}

type Item =
	| { kind: 'value'; value: WasmValue }
	| { kind: 'effect'; args: readonly WasmValue[]; code: readonly number[] }
	| { kind: 'set'; variable: Variable; value: WasmValue }
	| { kind: 'if'; condition: WasmValue; then: Item[]; else: Item[] };

/** Collects the values and effects of one function in order, then writes its body. */
export class FunctionWriter {
	readonly #params: number;
	readonly #locals: ValueType[] = [];
	#items: Item[] = [];

	constructor(params: readonly ValueType[]) {
		this.#params = params.length;
	}

	/** A value made of opcode bytes applied to arguments. */
	value(
		type: ValueType,
		code: readonly number[],
		args: readonly WasmValue[] = [],
		pinned = false
	): WasmValue {
		for (const arg of args) arg.uses++;
		const value: WasmValue = { type, code, args, pinned, uses: 0, local: -1 };
		this.#items.push({ kind: 'value', value });
		return value;
	}

	const32(value: number): WasmValue {
		const code: number[] = [op.i32_const];
		signed(code, value | 0);
		return { type: 0x7f, code, args: [], pinned: false, uses: 0, local: -1 };
	}

	/** A number must be a whole one below 2^53; a bigint is taken modulo 2^64. */
	const64(value: number | bigint): WasmValue {
		const code: number[] = [op.i64_const];
		signed(code, value === (Number(value) | 0) ? value : BigInt.asIntN(64, BigInt(value)));
		return { type: I64, code, args: [], pinned: false, uses: 0, local: -1 };
	}

	/** A parameter, which nothing assigns. */
	param(type: ValueType, index: number): WasmValue {
		return { type, code: [], args: [], pinned: false, uses: 0, local: index };
	}

	variable(type: ValueType): Variable {
		return { type, local: this.#newLocal(type) };
	}

	paramVariable(type: ValueType, index: number): Variable {
		return { type, local: index };
	}

	set(variable: Variable, value: WasmValue): void {
		value.uses++;
		this.#items.push({ kind: 'set', variable, value });
	}

	get(variable: Variable): WasmValue {
		const code: number[] = [op.local_get];
		unsigned(code, variable.local);
		return this.value(variable.type, code, [], true);
	}

	effect(code: readonly number[], args: readonly WasmValue[] = []): void {
		for (const arg of args) arg.uses++;
		this.#items.push({ kind: 'effect', args, code });
	}

	if(condition: WasmValue, then: () => void, otherwise?: () => void): void {
		condition.uses++;
		const outer = this.#items;
		const thenItems: Item[] = (this.#items = []);
		then();
		const elseItems: Item[] = (this.#items = []);
		otherwise?.();
		this.#items = outer;
		this.#items.push({ kind: 'if', condition, then: thenItems, else: elseItems });
	}

	/** Locals and code of the body. Control must not reach its end (every path tail-calls or returns). */
	bytes(): Uint8Array {
		code.clear();
		this.#writeItems(this.#items);
		const body = code.take();
		code.clear();
		code.unsigned(this.#locals.length);
		for (const type of this.#locals) {
			code.byte(1);
			code.byte(type);
		}
		code.append(body);
		code.byte(op.end);
		return code.take();
	}

	#newLocal(type: ValueType): number {
		this.#locals.push(type);
		return this.#params + this.#locals.length - 1;
	}

	#writeItems(items: readonly Item[]): void {
		for (const item of items) {
			if (item.kind === 'value') {
				const { value } = item;
				if (value.uses === 0 || (value.uses === 1 && !value.pinned)) continue;
				this.#write(value);
				value.local = this.#newLocal(value.type);
				code.byte(op.local_set);
				code.unsigned(value.local);
			} else if (item.kind === 'set') {
				this.#use(item.value);
				code.byte(op.local_set);
				code.unsigned(item.variable.local);
			} else if (item.kind === 'effect') {
				for (const arg of item.args) this.#use(arg);
				code.append(item.code);
			} else {
				this.#use(item.condition);
				code.byte(op.if);
				code.byte(0x40);
				this.#writeItems(item.then);
				if (item.else.length > 0) {
					code.byte(op.else);
					this.#writeItems(item.else);
				}
				code.byte(op.end);
			}
		}
	}

	#use(value: WasmValue): void {
		if (value.local >= 0) {
			code.byte(op.local_get);
			code.unsigned(value.local);
		} else this.#write(value);
	}

	#write(value: WasmValue): void {
		for (const arg of value.args) this.#use(arg);
		code.append(value.code);
	}
}

/** One function is written at a time. */
const code = new ByteWriter();
