import type { Attributes } from '../ir/module.ts';
import { alignTo, type Type } from '../ir/types.ts';
import { firstVector } from './machine.ts';
import { partsOf, type Part } from './parts.ts';

/** Where AAPCS64 puts one part of an argument: a register, or an offset in the argument area. */
export type Place = { register: number } | { stack: number };

export interface ArgumentPlaces {
	/** By argument, by part. */
	places: Place[][];
	/** Bytes of the argument area used, a multiple of 8. */
	stack: number;
	/** Registers used by then: where va_start's save areas begin. */
	general: number;
	vector: number;
}

/** Result of aggregates in memory: its address comes in X8. */
export const indirectResult = 8;

/** AAPCS64 on the types Clang has already lowered: scalars, arrays of one kind, and pointers. */
export function placeArguments(
	types: readonly { type: Type; attributes: Attributes }[]
): ArgumentPlaces {
	let general = 0;
	let vector = 0;
	let stack = 0;
	const places = types.map(({ type, attributes }) => {
		const parts = partsOf(type);
		if (attributes.sret) return [{ register: indirectResult }];
		if (parts.length === 0) return [];
		const float = parts[0]!.float;
		const free = 8 - (float ? vector : general);
		// 16-byte aligned integers start in an even register.
		if (!float && type.kind === 'int' && type.bits > 64 && general % 2 === 1) general++;
		const room = float ? free : 8 - general;
		if (parts.length <= room) {
			return parts.map(() => ({ register: float ? firstVector + vector++ : general++ }));
		}
		// What did not fit closes its bank for good.
		if (float) vector = 8;
		else general = 8;
		const align = Math.max(8, attributes.alignstack ?? type.align);
		stack = alignTo(stack, align);
		const at = stack;
		stack += alignTo(type.size, 8);
		return parts.map((part) => ({ stack: at + part.offset }));
	});
	return { places, stack, general, vector };
}

/** Registers of a result, by part: X0-X7 or V0-V7. */
export function placeResult(parts: readonly Part[]): number[] {
	let general = 0;
	let vector = 0;
	return parts.map((part) => (part.float ? firstVector + vector++ : general++));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** X0-X17, V0-V7, V16-V31; X18 is a scratch of ours. X30 is destroyed by the call itself. */
export const callerSaved: readonly number[] = [
	...range(0, 19),
	...range(firstVector, firstVector + 8),
	...range(firstVector + 16, firstVector + 32)
];
export const calleeSavedGeneral: readonly number[] = range(19, 29);
export const calleeSavedVector: readonly number[] = range(firstVector + 8, firstVector + 16);
