import { arrayType, doubleType, fp128Type, structType, type Type } from '../ir/types.ts';

export type VectorType = Type & { kind: 'vector' };

export const isVector = (type: Type): type is VectorType => type.kind === 'vector';

/** Truth values, of which memory holds eight in a byte. */
export const isBits = (type: VectorType) => type.element.kind === 'int' && type.element.bits === 1;

/** What a vector travels as. Sizes that are no V register's travel lane by lane: Clang passes none. */
export function carrierOf(type: VectorType): Type {
	if (!isBits(type) && type.size === 16) return fp128Type;
	if (!isBits(type) && type.size === 8) return doubleType;
	return arrayType(type.count, type.element);
}

export function holdsVector(type: Type): boolean {
	if (type.kind === 'array') return isVector(type.element) || holdsVector(type.element);
	return (
		type.kind === 'struct' && type.members.some((member) => isVector(member) || holdsVector(member))
	);
}

export function carried(type: Type): Type {
	if (isVector(type)) return carrierOf(type);
	if (!holdsVector(type)) return type;
	if (type.kind === 'array') return arrayType(type.count, carried(type.element));
	if (type.kind === 'struct') return structType(type.members.map(carried), false);
	return type;
}
