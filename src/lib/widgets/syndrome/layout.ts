import { decodeSyndrome, type DecodedField } from 'emulator-core';

/** All 32 bits of an ESR_ELx by their names, high bits first; what is reserved and zero is left out. */
export function syndromeFields(esr: number): DecodedField[] {
	const { ec, name, il, fields } = decodeSyndrome(esr);
	const instruction = il ? '32 bits long' : '16 bits long, or nothing is said of it';
	return [
		{ name: 'EC', bits: [31, 26], value: BigInt(ec), means: name },
		{ name: 'IL', bits: [25, 25], value: il ? 1n : 0n, means: `the instruction is ${instruction}` },
		...fields.filter((field) => field.name !== 'RES0' || field.value !== 0n)
	];
}

/** A named run of bits, high and low inclusive. */
export interface FieldBits {
	readonly name: string;
	readonly bits: readonly [number, number];
}

/** One bit as it is drawn. */
export interface Bit {
	readonly n: number;
	readonly row: number;
	readonly x: number;
	readonly set: boolean;
}

/** A field's bracket below its bits; a field that goes over the end of a row has two. */
export interface Bracket {
	/** Index into the fields. */
	readonly field: number;
	readonly row: number;
	readonly x: number;
	readonly width: number;
	/** Where its name stands, if it stands at this part: the middle, and lines below the bracket. */
	readonly label: { readonly x: number; readonly tier: number } | undefined;
}

export interface Strip {
	readonly width: number;
	readonly cell: number;
	readonly bitsPerRow: 16 | 32;
	readonly bits: readonly Bit[];
	readonly brackets: readonly Bracket[];
	/** How many lines of names each row needs. */
	readonly tiers: readonly number[];
}

const letter = 7.4;
const between = 8;
const widest = 24;

/**
 * A 32-bit register as a strip of bits, its fields bracketed and named, in one row or, where there is
 * little room, in two.
 *
 * @param fields from high to low bits
 * @param room pixels, at least 200
 */
export function bitStrip(value: number, fields: readonly FieldBits[], room: number): Strip {
	const bitsPerRow = room < 560 ? 16 : 32;
	const cell = Math.min(widest, Math.floor((Math.max(room, 200) / bitsPerRow) * 2) / 2);
	const width = cell * bitsPerRow;
	const rowOf = (n: number) => (n >= bitsPerRow ? 0 : 32 / bitsPerRow - 1);
	const xOf = (n: number) => (bitsPerRow - 1 - (n % bitsPerRow)) * cell;

	const bits = Array.from({ length: 32 }, (_, i) => {
		const n = 31 - i;
		return { n, row: rowOf(n), x: xOf(n), set: ((value >>> n) & 1) === 1 };
	});

	const brackets = fields.flatMap(({ bits: [high, low] }, field) => {
		const cut = rowOf(high) === rowOf(low) ? [] : [bitsPerRow];
		const parts = [high, ...cut.map((at) => at - 1)].map((top, i) => {
			const bottom = i === cut.length ? low : bitsPerRow;
			return { field, row: rowOf(top), x: xOf(top), width: (top - bottom + 1) * cell };
		});
		const longest = parts.reduce((a, b) => (b.width > a.width ? b : a));
		return parts.map((part) => ({ ...part, named: part === longest }));
	});

	const rows = 32 / bitsPerRow;
	const tiers: number[] = [];
	const labels = new Map<(typeof brackets)[number], { x: number; tier: number }>();
	for (let row = 0; row < rows; row++) {
		const named = brackets.filter((each) => each.row === row && each.named);
		const placed = placeLabels(
			named.map(({ x, width: w, field }) => ({
				middle: x + w / 2,
				bracket: w,
				name: fields[field]!.name
			})),
			width
		);
		named.forEach((each, i) => labels.set(each, placed[i]!));
		tiers.push(Math.max(0, ...placed.map(({ tier }) => tier + 1)));
	}
	return {
		width,
		cell,
		bitsPerRow,
		bits,
		brackets: brackets.map((each) => ({
			field: each.field,
			row: each.row,
			x: each.x,
			width: each.width,
			label: labels.get(each)
		})),
		tiers
	};
}

interface Box {
	readonly left: number;
	readonly right: number;
	readonly middle: number;
	readonly tier: number;
}

/** More lines of names than this help no reader: then a line may cross a name. */
const deepest = 5;

/**
 * Names under their brackets: each as high as it can stand without touching another or its line. Those
 * that stick out of their brackets least choose first.
 */
function placeLabels(
	wanted: readonly { readonly middle: number; readonly bracket: number; readonly name: string }[],
	width: number
): { x: number; tier: number }[] {
	const boxes = new Map<number, Box>();
	const meets = (a: Box, b: Box) =>
		a.tier === b.tier && a.left < b.right + between && b.left < a.right + between;
	/** The line down to the name of `low` runs through the name of `high`. */
	const crosses = (low: Box, high: Box) =>
		low.tier > high.tier && low.middle > high.left - 3 && low.middle < high.right + 3;
	const order = wanted
		.map(({ name, bracket }, i) => ({ i, out: name.length * letter - bracket }))
		.sort((a, b) => a.out - b.out);
	for (const { i } of order) {
		const { middle, name } = wanted[i]!;
		const half = (name.length * letter) / 2;
		const x = Math.min(Math.max(middle, half), width - half);
		const others = [...boxes.values()];
		const at = (tier: number): Box => ({ left: x - half, right: x + half, middle, tier });
		const free = (tier: number) => !others.some((each) => meets(at(tier), each));
		const clear = (tier: number) =>
			free(tier) && !others.some((each) => crosses(at(tier), each) || crosses(each, at(tier)));
		let tier = 0;
		while (tier < deepest && !clear(tier)) tier++;
		if (!clear(tier)) for (tier = 0; !free(tier);) tier++;
		boxes.set(i, at(tier));
	}
	return wanted.map((_, i) => {
		const { left, right, tier } = boxes.get(i)!;
		return { x: (left + right) / 2, tier };
	});
}
