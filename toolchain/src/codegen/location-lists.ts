import { DW_AT, DW_FORM, expressionText, type Attribute } from '../dwarf/die.ts';
import type { Scope } from './debug-scopes.ts';
import type { EmittedLine } from './emit.ts';
import { joinPieces, type Piece } from './location-expressions.ts';
import { isSamePlace, type KnownVariable } from './variable-bindings.ts';

/** A run of lines on which a variable is in one place. */
interface Range {
	from: number;
	to: number;
	pieces: readonly Piece[];
	/** Ends in a call that destroys the place: in the caller's frame it is gone already. */
	inCall: boolean;
}

/** .debug_loclists of one unit (DWARF version 5). */
export class LocationLists {
	readonly #text: string[] = [];
	#lists = 0;

	/** Where a variable is while its scope's lines are executed; nothing where that is never known. */
	attribute(
		variable: KnownVariable,
		scope: Scope,
		lines: readonly EmittedLine[],
		label: (line: number) => string
	): Attribute[] {
		const ranges = scope.ranges.flatMap(([from, to]) => rangesIn(variable, lines, from, to));
		const [first] = ranges;
		if (!first) return [];
		if (isEverywhere(ranges, scope, lines) && first.pieces.every(({ needs }) => needs.length === 0))
			return [[DW_AT.location, DW_FORM.exprloc, expressionText(joined(first, variable))]];
		const list = `.Ldwarf_locations${this.#lists++}`;
		const base = label(-1);
		this.#text.push(`${list}:`, '.byte 6', `.8byte ${base}`); // DW_LLE_base_address
		for (const range of ranges) {
			const end = `${label(range.to)} - ${base}${range.inCall ? ' - 1' : ''}`;
			this.#text.push(
				'.byte 4', // DW_LLE_offset_pair
				`.uleb128 ${label(range.from)} - ${base}, ${end}`,
				expressionText(joined(range, variable))
			);
		}
		this.#text.push('.byte 0');
		return [[DW_AT.location, DW_FORM.sec_offset, list]];
	}

	section(): string[] {
		if (this.#lists === 0) return [];
		return [
			'.section .debug_loclists,"",@progbits',
			'.4byte .Ldwarf_locations_end - .Ldwarf_locations_start',
			'.Ldwarf_locations_start:',
			'.2byte 5',
			'.byte 8, 0', // bytes of an address, of a segment selector
			'.4byte 0', // no table of offsets
			...this.#text,
			'.Ldwarf_locations_end:'
		];
	}
}

const joined = ({ pieces }: Range, { size }: KnownVariable) => joinPieces(pieces, size);

const isCallOf = ({ text }: EmittedLine) => /^blr? /.test(text);
const isLabel = ({ text }: EmittedLine) => text.endsWith(':');

function rangesIn(
	{ first, cells }: KnownVariable,
	lines: readonly EmittedLine[],
	from: number,
	to: number
): Range[] {
	const out: Range[] = [];
	let open: Range | undefined;
	let last: EmittedLine | undefined;
	for (let i = from; i < to; i++) {
		const line = lines[i]!;
		if (isLabel(line)) continue;
		const before = last;
		last = line;
		if (before && line.known === before.known) {
			if (open) open.to = i + 1;
			continue;
		}
		const pieces = cells
			.map((_, cell) => line.known?.[first + cell])
			.filter((piece) => piece !== undefined);
		const isCall = before !== undefined && isCallOf(before);
		if (open && isSameList(open.pieces, pieces)) {
			open.to = i + 1;
			continue;
		}
		if (open) open.inCall = isCall && open.pieces.some(({ fragile }) => fragile);
		open = pieces.length > 0 ? { from: i, to: i + 1, pieces, inCall: false } : undefined;
		if (open) out.push(open);
	}
	if (open && last && isCallOf(last)) open.inCall = open.pieces.some(({ fragile }) => fragile);
	return out;
}

const isSameList = (a: readonly Piece[], b: readonly Piece[]) =>
	a.length === b.length && a.every((piece, i) => isSamePlace(piece, b[i]!));

function isEverywhere(
	ranges: readonly Range[],
	scope: Scope,
	lines: readonly EmittedLine[]
): boolean {
	if (ranges.length !== scope.ranges.length) return false;
	return ranges.every(({ from, to, pieces }, i) => {
		const [start, end] = scope.ranges[i]!;
		const isWhole = lines
			.slice(start, end)
			.every((line, at) => (start + at >= from && start + at < to) || isLabel(line));
		return isWhole && isSameList(pieces, ranges[0]!.pieces);
	});
}
