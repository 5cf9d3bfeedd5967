/** LLVM's types, as far as Clang uses them for AArch64, with size and alignment in bytes. */
export type Type =
	| { kind: 'void' | 'label' | 'metadata' | 'token' | 'opaque'; size: 0; align: 1 }
	| { kind: 'int'; bits: number; size: number; align: number }
	| { kind: 'ptr'; size: 8; align: 8 }
	| { kind: 'float'; size: 4; align: 4 }
	| { kind: 'half'; size: 2; align: 2 }
	| { kind: 'double'; size: 8; align: 8 }
	| { kind: 'fp128'; size: 16; align: 16 }
	| { kind: 'array' | 'vector'; count: number; element: Type; size: number; align: number }
	| { kind: 'struct'; members: Type[]; offsets: number[]; size: number; align: number }
	| { kind: 'function'; result: Type; params: Type[]; varargs: boolean; size: 0; align: 1 };

export const voidType: Type = { kind: 'void', size: 0, align: 1 };
export const labelType: Type = { kind: 'label', size: 0, align: 1 };
export const metadataType: Type = { kind: 'metadata', size: 0, align: 1 };
export const ptrType: Type = { kind: 'ptr', size: 8, align: 8 };
export const floatType: Type = { kind: 'float', size: 4, align: 4 };
export const doubleType: Type = { kind: 'double', size: 8, align: 8 };
export const halfType: Type = { kind: 'half', size: 2, align: 2 };
export const fp128Type: Type = { kind: 'fp128', size: 16, align: 16 };

const intTypes = new Map<number, Type>();

/** Odd widths are stored in the next power of two bytes, as LLVM's data layout has it. */
export function intType(bits: number): Type {
	let type = intTypes.get(bits);
	if (!type) {
		let size = 1;
		while (size * 8 < bits) size *= 2;
		type = { kind: 'int', bits, size, align: Math.min(size, 16) };
		intTypes.set(bits, type);
	}
	return type;
}

export const alignTo = (value: number, align: number) => Math.ceil(value / align) * align;

export function arrayType(count: number, element: Type): Type {
	return { kind: 'array', count, element, size: count * element.size, align: element.align };
}

export function vectorType(count: number, element: Type): Type {
	const bits = element.kind === 'int' ? element.bits : 8 * element.size;
	const bytes = Math.ceil((count * bits) / 8);
	// LLVM rounds the space of odd vectors up to their alignment, the next power of two.
	let align = 1;
	while (align < bytes) align *= 2;
	return { kind: 'vector', count, element, size: align, align };
}

export function structType(members: Type[], packed: boolean): Type & { kind: 'struct' } {
	const type = { kind: 'struct' as const, members, offsets: [], size: 0, align: 1 };
	layOut(type, members, packed);
	return type;
}

/** Fills in a struct whose name was used before its members were known. */
export function layOut(type: Type & { kind: 'struct' }, members: Type[], packed: boolean): void {
	let offset = 0;
	let align = 1;
	type.members = members;
	type.offsets = members.map((member) => {
		if (!packed) {
			offset = alignTo(offset, member.align);
			align = Math.max(align, member.align);
		}
		const at = offset;
		offset += member.size;
		return at;
	});
	type.align = align;
	type.size = alignTo(offset, align);
}
