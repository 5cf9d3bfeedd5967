import type { FixupKind } from './assembler.ts';
import type { Scanner } from './scanner.ts';

/** What an operand of one kind needs to know to be printed. */
export interface PrintContext {
	readonly word: number;
	/** Fields of the whole instruction. */
	readonly fields: Readonly<Record<string, number>>;
	/** Widths in bits of the operand's own fields. */
	readonly widths: readonly number[];
	readonly pc: bigint;
	readonly systemRegisterName: (key: number) => string | undefined;
	/** `dc civac`, in lower case. */
	readonly systemOperationName: (key: number) => string | undefined;
}

/** What it needs to be parsed. */
export interface ParseContext {
	readonly widths: readonly number[];
	/** Fields that are already known: by the form, or by operands further left. */
	readonly fields: Record<string, number>;
	/** The number that the symbol of a relocatable operand will be put in by. */
	fixup(kind: FixupKind, expression: string): void;
	readonly systemRegisterKey: (name: string) => number | undefined;
	readonly systemOperationKey: (name: string) => number | undefined;
}

/**
 * A kind of operand: the one place that knows how it is written. `parse` returns the values of the
 * operand's fields in order; it fails through the scanner. `print` gives undefined where these values
 * cannot be written this way, so that another form of the instruction is taken.
 */
export interface OperandKind {
	/** For messages and explanations: 'a 64-bit register'. */
	readonly what: string;
	/**
	 * A quick look at all operands of an instruction, from this one on or before it: false if this
	 * kind cannot be among them. Only for speed; `parse` decides.
	 */
	readonly mayBe?: (operands: string, isFirst: boolean) => boolean;
	print(values: readonly number[], context: PrintContext): string | undefined;
	parse(input: Scanner, context: ParseContext): readonly number[];
}

/** Several fields as one number, the first the most significant. */
export function joined(values: readonly number[], widths: readonly number[]): number {
	return values.reduce((all, value, i) => all * 2 ** widths[i]! + value, 0);
}

export function split(value: number, widths: readonly number[]): number[] {
	const values: number[] = [];
	for (const width of widths.toReversed()) {
		values.unshift(value & (2 ** width - 1));
		value = Math.floor(value / 2 ** width);
	}
	return values;
}

export function signed(value: number, bits: number): number {
	return (value << (32 - bits)) >> (32 - bits);
}

/** Says that a field must have this value; two operands that disagree are an error. */
export function bind(
	input: Scanner,
	context: ParseContext,
	field: string,
	value: number,
	message: string,
	column: number
): void {
	const known = context.fields[field];
	if (known !== undefined && known !== value) input.fail(message, column);
	context.fields[field] = value;
}
