import type { Type } from '../ir/types.ts';
import type { View } from './machine.ts';

/** One register's worth of a value: where it lies in memory and how wide it is. */
export interface Part {
	offset: number;
	/** Width of the value; 128-bit integers are two parts of 64. */
	bits: number;
	float: boolean;
	type: Type;
}

const cache = new Map<Type, Part[]>();

/** A value's registers, in memory order: aggregates are taken apart, 128-bit integers are two. */
export function partsOf(type: Type): Part[] {
	let parts = cache.get(type);
	if (!parts) {
		parts = [];
		collect(type, 0, parts);
		if (type.kind !== 'struct') cache.set(type, parts);
	}
	return parts;
}

function collect(type: Type, offset: number, out: Part[]): void {
	switch (type.kind) {
		case 'int':
			for (let at = 0; at < type.bits; at += 64)
				out.push({
					offset: offset + at / 8,
					bits: Math.min(64, type.bits - at),
					float: false,
					type
				});
			return;
		case 'ptr':
			out.push({ offset, bits: 64, float: false, type });
			return;
		case 'half':
		case 'float':
		case 'double':
		case 'fp128':
			out.push({ offset, bits: type.size * 8, float: true, type });
			return;
		case 'array':
		case 'vector':
			for (let i = 0; i < type.count; i++)
				collect(type.element, offset + i * type.element.size, out);
			return;
		case 'struct':
			for (const [i, member] of type.members.entries())
				collect(member, offset + type.offsets[i]!, out);
			return;
		default:
			return;
	}
}

/** Index of the first part that a member path names. */
export function partIndex(type: Type, path: readonly number[]): number {
	let index = 0;
	let at = type;
	for (const step of path) {
		if (at.kind === 'struct') {
			for (let i = 0; i < step; i++) index += partsOf(at.members[i]!).length;
			at = at.members[step]!;
		} else if (at.kind === 'array' || at.kind === 'vector') {
			index += step * partsOf(at.element).length;
			at = at.element;
		}
	}
	return index;
}

/** Register view for arithmetic on a part. */
export function viewOf(part: Part): View {
	if (part.float)
		return part.bits === 16 ? 'h' : part.bits === 32 ? 's' : part.bits === 64 ? 'd' : 'q';
	return part.bits <= 32 ? 'w' : 'x';
}
