import type { Block, Instruction, Local, Value } from '../ir/module.ts';
import { intType, ptrType, type Type } from '../ir/types.ts';

export const i1 = intType(1);
export const i8 = intType(8);
export const i32 = intType(32);
export const i64 = intType(64);
export const i128 = intType(128);

export const intValue = (type: Type, value: bigint | number): Value => ({
	kind: 'int',
	type,
	value: BigInt(value)
});

/** Zero of any type that one lane may have. */
export function zeroOf(type: Type): Value {
	if (type.kind === 'int') return intValue(type, 0);
	if (type.kind === 'ptr') return { kind: 'null', type };
	return { kind: 'float', type, bits: 0n };
}

let names = 0;

export const freshLocal = (type: Type): Local => ({
	kind: 'local',
	name: `lowered.${names++}`,
	type,
	uses: 0,
	index: -1
});

/** Makes instructions in the place of one that is being lowered, with its source location. */
export class Builder {
	readonly #at: Instruction;
	readonly #put: (insn: Instruction) => void;

	/** `put` takes each instruction, which may be lowered in its turn. */
	constructor(at: Instruction, put: (insn: Instruction) => void) {
		this.#at = at;
		this.#put = put;
	}

	get block(): Block {
		return this.#at.block;
	}

	emit(op: string, type: Type, operands: Value[], more: Partial<Instruction> = {}): Local {
		const { block, location, line } = this.#at;
		const result = more.result ?? freshLocal(type);
		const insn: Instruction = { op, type, operands, block, location, line, ...more, result };
		result.type = type;
		result.def = insn;
		this.#put(insn);
		return result;
	}

	/** An instruction without a result. */
	effect(op: string, type: Type, operands: Value[], more: Partial<Instruction> = {}): void {
		const { block, location, line } = this.#at;
		this.#put({ op, type, operands, block, location, line, ...more });
	}

	/** Gives a result's name another value: costs no instruction. */
	define(result: Local | undefined, value: Value): void {
		if (result) this.emit('freeze', value.type, [value], { result });
	}

	cast(op: string, value: Value, type: Type): Value {
		return this.emit(op, type, [value]);
	}

	/** zext, sext or nothing. */
	extend(value: Value, type: Type, signed: boolean): Value {
		const same = value.type.kind === 'int' && type.kind === 'int' && value.type.bits === type.bits;
		return same ? value : this.emit(signed ? 'sext' : 'zext', type, [value]);
	}

	icmp(predicate: string, a: Value, b: Value): Local {
		return this.emit('icmp', i1, [a, b], { predicate });
	}

	select(condition: Value, yes: Value, no: Value): Local {
		return this.emit('select', yes.type, [condition, yes, no]);
	}

	/** `base` plus a constant number of bytes. */
	offset(base: Value, bytes: number): Value {
		if (bytes === 0) return base;
		return this.emit('getelementptr', ptrType, [base, intValue(i64, bytes)], { source: i8 });
	}

	load(type: Type, pointer: Value, align: number, more: Partial<Instruction> = {}): Local {
		return this.emit('load', type, [pointer], { align, ...more });
	}

	store(value: Value, pointer: Value, align: number, more: Partial<Instruction> = {}): void {
		this.effect('store', value.type, [value, pointer], { align, ...more });
	}

	call(name: string, type: Type, args: Value[], more: Partial<Instruction> = {}): Local {
		const callee: Value = { kind: 'global', type: ptrType, name };
		return this.emit('call', type, args, { callee, arguments: args.map(() => ({})), ...more });
	}

	/** Puts members together and names the whole `result`. */
	aggregate(type: Type, members: readonly Value[], result?: Local): Local {
		let whole: Value = { kind: 'undef', type };
		for (const [i, member] of members.entries())
			whole = this.emit('insertvalue', type, [whole, member], {
				indices: [i],
				...(result && i === members.length - 1 ? { result } : {})
			});
		return whole as Local;
	}
}
