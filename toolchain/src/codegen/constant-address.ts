import type { Value } from '../ir/module.ts';
import type { Type } from '../ir/types.ts';

/** A constant expression reduced to symbol + offset, or to symbol - other + offset. */
export interface ConstantAddress {
	symbol?: string;
	minus?: string;
	offset: bigint;
}

interface Unit {
	blockLabel(fn: string, label: string): string;
}

/**
 * Folds a constant expression for data, where the linker must be able to fill it in.
 *
 * @throws Error when it is none that a relocation could express
 */
export function constantAddress(value: Value, unit: Unit): ConstantAddress {
	const address = foldAddress(value, unit);
	if (address) return address;
	const what = value.kind === 'binary' ? value.op : value.kind === 'cast' ? value.op : value.kind;
	throw new Error(`no relocation can put the result of '${what}' on these addresses into data`);
}

/** Folds a constant expression; undefined where only instructions can compute it. */
export function foldAddress(value: Value, unit: Unit): ConstantAddress | undefined {
	switch (value.kind) {
		case 'int':
			return { offset: value.value };
		case 'null':
		case 'undef':
		case 'zero':
			return { offset: 0n };
		case 'global':
			return { symbol: value.name, offset: 0n };
		case 'blockaddress':
			return { symbol: unit.blockLabel(value.function, value.label), offset: 0n };
		case 'gep': {
			const base = foldAddress(value.operands[0]!, unit);
			const offset = constantOffset(value.source, value.operands.slice(1));
			return base && offset !== undefined ? { ...base, offset: base.offset + offset } : undefined;
		}
		case 'cast': {
			const inner = foldAddress(value.operand, unit);
			if (!inner || value.type.kind !== 'int') return inner;
			const { bits } = value.type;
			if (inner.symbol === undefined)
				return { offset: bits < 64 ? BigInt.asUintN(bits, inner.offset) : inner.offset };
			return [8, 16, 32].includes(bits) || bits >= 64 ? inner : undefined;
		}
		case 'binary':
			return foldBinary(value, unit);
		default:
			return undefined;
	}
}

function foldBinary(value: Value & { kind: 'binary' }, unit: Unit): ConstantAddress | undefined {
	const a = foldAddress(value.operands[0], unit);
	const b = foldAddress(value.operands[1], unit);
	if (!a || !b) return undefined;
	if (value.op === 'add' && (a.symbol === undefined || b.symbol === undefined))
		return { ...a, ...b, offset: a.offset + b.offset };
	if (value.op === 'sub' && b.minus === undefined) {
		const offset = a.offset - b.offset;
		if (b.symbol === undefined) return { ...a, offset };
		if (a.symbol === b.symbol && a.minus === undefined) return { offset };
		if (a.symbol !== undefined && a.minus === undefined)
			return { symbol: a.symbol, minus: b.symbol, offset };
	}
	if (a.symbol === undefined && b.symbol === undefined) {
		if (value.op === 'mul') return { offset: a.offset * b.offset };
		if (value.op === 'and') return { offset: a.offset & b.offset };
		if (value.op === 'or') return { offset: a.offset | b.offset };
		if (value.op === 'xor') return { offset: a.offset ^ b.offset };
		if (value.op === 'shl') return { offset: a.offset << b.offset };
	}
	return undefined;
}

/** Byte offset of getelementptr's constant indices; undefined where one is no number. */
export function constantOffset(source: Type, indices: readonly Value[]): bigint | undefined {
	let type = source;
	let offset = 0n;
	for (const [i, index] of indices.entries()) {
		const at = index.kind === 'int' ? index.value : 0n;
		if (index.kind !== 'int' && index.kind !== 'zero' && index.kind !== 'undef') return undefined;
		if (i === 0) offset += at * BigInt(type.size);
		else if (type.kind === 'struct') {
			offset += BigInt(type.offsets[Number(at)]!);
			type = type.members[Number(at)]!;
		} else if (type.kind === 'array' || type.kind === 'vector') {
			type = type.element;
			offset += at * BigInt(type.size);
		} else throw new Error('getelementptr into a scalar');
	}
	return offset;
}
