import type { Builder, FieldBits, Operand } from '../builder/builder.ts';

type TokenName<T extends string> = T extends `${infer Name}:${number}` ? Name : never;
/** The names of the fields in a pattern: `'sf:1 0 Rd:5'` gives `'sf' | 'Rd'`. */
export type FieldNames<P extends string> = P extends `${infer Head} ${infer Tail}`
	? TokenName<Head> | FieldNames<Tail>
	: TokenName<P>;

type Numbers<Names extends string> = Readonly<Record<Names, number>>;

/** Another way to write some encodings of a row, in Arm's order of preference. */
export interface Alias<Names extends string = string> {
	readonly asm: string;
	/** Fields that this way of writing leaves out, with the values they must have. */
	readonly with?: Readonly<Partial<Record<Names, number>>>;
	/** Whether the disassembler prefers this form; always, if left out. */
	readonly when?: (fields: Numbers<Names>) => boolean;
	/** The assembler accepts it, the disassembler never writes it. */
	readonly inputOnly?: boolean;
}

type Asm<V extends string> = string | ((variant: Numbers<V>) => string | undefined);

interface Definition<Names extends string, V extends Names> {
	/** Fields that are plain numbers in `sem`: the engine makes one handler for each combination. */
	variants?: readonly V[];
	/** Assembly form: see isa/template.ts. Undefined for a combination that is not allocated. */
	asm: Asm<V>;
	/** Which encodings are allocated, where that depends on more than the variants. True if all fields are 0. */
	where?: (fields: Numbers<Names>) => boolean;
	aliases?: readonly Alias<Names>[] | ((variant: Numbers<V>) => readonly Alias<Names>[]);
	/** What it is for, where `sem` does not show it: 'the function returns'. See isa/say.ts. */
	note?: string | ((fields: Numbers<Names>) => string | undefined);
	/** The whole sentence, where `sem` goes ways of its own: LD4's bytes through shuffles. */
	says?: (fields: Numbers<Names>) => string;
	/** What it computes, where words cannot spell that out: 'the CRC-32'. */
	named?: string;
	sem: (b: Builder, fields: { readonly [K in Names]: K extends V ? number : Operand }) => void;
}

/** A row of the instruction table, with its types forgotten. */
export interface Instruction {
	readonly name: string;
	readonly pattern: string;
	readonly fields: readonly FieldBits[];
	/** The bits that the pattern fixes, and their values. */
	readonly mask: number;
	readonly value: number;
	/** Bits that the pattern ignores; the assembler writes them as ones. */
	readonly ignored: number;
	readonly variants: readonly FieldBits[];
	readonly asm: (variant: Numbers<string>) => string | undefined;
	readonly where: (fields: Numbers<string>) => boolean;
	readonly aliases: (variant: Numbers<string>) => readonly Alias[];
	readonly note: (fields: Numbers<string>) => string | undefined;
	readonly says: ((fields: Numbers<string>) => string) | undefined;
	readonly named: string | undefined;
	readonly sem: (b: Builder, fields: Readonly<Record<string, number | Operand>>) => void;
}

/**
 * One row. `pattern` lists the bits from 31 down to 0: fixed bits (0, 1, x for ignored) and fields
 * `name:width`, separated by single blanks.
 */
export function insn<const P extends string, const V extends FieldNames<P> = never>(
	name: string,
	pattern: P,
	definition: Definition<FieldNames<P>, V>
): Instruction {
	const fields: FieldBits[] = [];
	let [mask, value, ignored, at] = [0, 0, 0, 32];
	for (const token of pattern.split(' ')) {
		const [field, width] = token.split(':');
		if (width !== undefined) {
			at -= Number(width);
			fields.push({ name: field!, shift: at, width: Number(width) });
		} else
			for (const bit of token) {
				at--;
				if (bit === 'x') ignored |= 1 << at;
				else mask |= 1 << at;
				if (bit === '1') value |= 1 << at;
			}
	}
	if (at !== 0) throw new Error(`${name}: the pattern has ${32 - at} bits, not 32: ${pattern}`);
	const { asm, aliases, note } = definition;
	return {
		name,
		pattern,
		fields,
		mask: mask >>> 0,
		value: value >>> 0,
		ignored: ignored >>> 0,
		variants: (definition.variants ?? []).map((v) => fields.find((f) => f.name === v)!),
		asm: typeof asm === 'function' ? (asm as Instruction['asm']) : () => asm,
		where: (definition.where as Instruction['where'] | undefined) ?? everywhere,
		aliases:
			typeof aliases === 'function'
				? (aliases as Instruction['aliases'])
				: () => (aliases ?? []) as readonly Alias[],
		note: typeof note === 'function' ? (note as Instruction['note']) : () => note,
		says: definition.says as Instruction['says'],
		named: definition.named,
		sem: definition.sem as unknown as Instruction['sem']
	};
}

/** `where` of the rows that are allocated whatever their operands. */
export const everywhere = () => true;

/** The value of a field in an instruction word. */
export function fieldOf(field: FieldBits, word: number): number {
	return (word >>> field.shift) & (0xffff_ffff >>> (32 - field.width));
}

/** All fields of a row by name. */
export function fieldsOf(row: Instruction, word: number): Record<string, number> {
	const fields: Record<string, number> = {};
	for (const field of row.fields) fields[field.name] = fieldOf(field, word);
	return fields;
}

/** A row with its variants fixed: what has one handler and one way to be written. */
export interface Form {
	readonly row: Instruction;
	readonly variant: Numbers<string>;
	readonly mask: number;
	readonly value: number;
	readonly asm: string;
	readonly aliases: readonly Alias[];
}

/** The forms of a row, by the number that its variant fields make, the first the most significant. */
export function formsOf(row: Instruction): (Form | undefined)[] {
	const bits = row.variants.reduce((n, f) => n + f.width, 0);
	return Array.from({ length: 2 ** bits }, (_, combination) => {
		const variant: Record<string, number> = {};
		let [rest, mask, value] = [combination, row.mask, row.value];
		for (const field of row.variants.toReversed()) {
			const v = rest & (2 ** field.width - 1);
			rest >>>= field.width;
			variant[field.name] = v;
			mask |= (2 ** field.width - 1) << field.shift;
			value |= v << field.shift;
		}
		const asm = row.asm(variant);
		if (asm === undefined || !row.where(fieldsOf(row, value))) return undefined;
		return {
			row,
			variant,
			mask: mask >>> 0,
			value: value >>> 0,
			asm,
			aliases: row.aliases(variant)
		};
	});
}
