import type { Value } from '../ir/module.ts';
import type { Type } from '../ir/types.ts';

/** A constant expression reduced to symbol + offset, or to symbol - other + offset. */
export interface ConstantAddress {
	symbol?: string;
	minus?: string;
	offset: bigint;
}

/**
 * Folds a constant expression.
 *
 * @throws Error when it is none the assembler could express
 */
export function constantAddress(
	value: Value,
	unit: { blockLabel(fn: string, label: string): string }
): ConstantAddress {
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
			const base = constantAddress(value.operands[0]!, unit);
			return {
				...base,
				offset: base.offset + constantOffset(value.source, value.operands.slice(1))
			};
		}
		case 'cast': {
			const inner = constantAddress(value.operand, unit);
			const narrow = value.type.kind === 'int' && value.type.bits < 64;
			if (narrow && value.type.kind === 'int' && inner.symbol === undefined)
				return { offset: BigInt.asUintN(value.type.bits, inner.offset) };
			return inner;
		}
		case 'binary':
			return binary(value, unit);
		default:
			throw new Error(`a constant of kind ${value.kind} has no address`);
	}
}

function binary(
	value: Value & { kind: 'binary' },
	unit: { blockLabel(fn: string, label: string): string }
): ConstantAddress {
	const a = constantAddress(value.operands[0], unit);
	const b = constantAddress(value.operands[1], unit);
	if (
		value.op === 'add' &&
		b.minus === undefined &&
		(a.symbol === undefined || b.symbol === undefined)
	)
		return { ...a, ...b, offset: a.offset + b.offset };
	if (value.op === 'sub' && b.minus === undefined) {
		const offset = a.offset - b.offset;
		if (b.symbol === undefined) return { ...a, offset };
		if (a.symbol === b.symbol) return { offset };
		if (a.symbol !== undefined) return { symbol: a.symbol, minus: b.symbol, offset };
	}
	if (a.symbol === undefined && b.symbol === undefined) {
		if (value.op === 'mul') return { offset: a.offset * b.offset };
		if (value.op === 'and') return { offset: a.offset & b.offset };
		if (value.op === 'or') return { offset: a.offset | b.offset };
		if (value.op === 'xor') return { offset: a.offset ^ b.offset };
		if (value.op === 'shl') return { offset: a.offset << b.offset };
	}
	throw new Error(`the constant expression '${value.op}' of these addresses cannot be linked`);
}

/** Byte offset of getelementptr's constant indices. */
export function constantOffset(source: Type, indices: readonly Value[]): bigint {
	let type = source;
	let offset = 0n;
	for (const [i, index] of indices.entries()) {
		const at = index.kind === 'int' ? index.value : 0n;
		if (index.kind !== 'int' && index.kind !== 'zero' && index.kind !== 'undef')
			throw new Error('getelementptr with an index that is no number');
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
