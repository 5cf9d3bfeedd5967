/** One field of a register, a syndrome or a descriptor, with what its value means. */
export interface DecodedField {
	/** As Arm spells it; `RES0` where nothing is defined. */
	readonly name: string;
	/** Highest and lowest bit. */
	readonly bits: readonly [high: number, low: number];
	readonly value: bigint;
	/** In words; empty where the value speaks for itself. */
	readonly means: string;
}

/** A bit, or the highest and the lowest one. */
export type Place = number | readonly [high: number, low: number];
export type Places = Readonly<Record<string, Place>>;

/** Words for the values of a field: one for each from 0 on, or made from the value. */
export type Meaning = readonly string[] | ((value: bigint) => string);
export type Meanings = Readonly<Record<string, Meaning>>;

export function bitsOf(place: Place): readonly [high: number, low: number] {
	return typeof place === 'number' ? [place, place] : place;
}

/** The lowest bit of a field: by how much to shift its value. */
export const shiftOf = (place: Place): number => bitsOf(place)[1];

export function fieldValue(word: bigint, place: Place): bigint {
	const [high, low] = bitsOf(place);
	return (word >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
}

export function meaningOf(meaning: Meaning | undefined, value: bigint): string {
	if (meaning === undefined) return '';
	if (typeof meaning === 'function') return meaning(value);
	return meaning[Number(value)] ?? 'reserved';
}

/**
 * Every bit of `word` from `width` - 1 down to 0 in order: the fields at their places, and between them
 * what is reserved.
 */
export function splitFields(
	word: bigint,
	width: number,
	places: Places,
	meanings: Meanings = {}
): DecodedField[] {
	const fields: DecodedField[] = [];
	const add = (name: string, high: number, low: number, meaning: Meaning | undefined) => {
		const value = fieldValue(word, [high, low]);
		fields.push({ name, bits: [high, low], value, means: meaningOf(meaning, value) });
	};
	const reserved = (high: number, low: number) => {
		if (high >= low) add('RES0', high, low, reservedWords);
	};
	let next = width - 1;
	const ordered = Object.entries(places)
		.map(([name, place]) => ({ name, bits: bitsOf(place) }))
		.sort((a, b) => b.bits[0] - a.bits[0]);
	for (const { name, bits } of ordered) {
		const [high, low] = bits;
		reserved(next, high + 1);
		add(name, high, low, meanings[name]);
		next = low - 1;
	}
	reserved(next, 0);
	return fields;
}

const reservedWords = (value: bigint) => (value === 0n ? '' : 'reserved, yet not zero');

/** Hexadecimal in groups of four digits: 0x4008_0000. */
export function hex(value: bigint | number): string {
	const digits = value.toString(16);
	return '0x' + digits.replace(/\B(?=(?:[0-9a-f]{4})+$)/g, '_');
}
