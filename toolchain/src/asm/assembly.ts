import * as elf from '../elf/constants.ts';
import type { A64Assembler } from './a64.ts';
import { Cursor } from './cursor.ts';
import { AsmError, type AsmDiagnostic, type Place } from './diagnostics.ts';
import { reduce, reduceToConstant } from './evaluate.ts';
import { readExpression, type Expression } from './expression.ts';
import { rangeProblem, type DataKind, type Fixup, type WantedRelocation } from './fixups.ts';
import { FrameNotes } from './frames.ts';
import { Input } from './input.ts';
import { LineNotes } from './line-notes.ts';
import type { Macro } from './macros.ts';
import { defaultAttributes, Section, type Literal, type Subsection } from './sections.ts';
import { AsmSymbol, SymbolTable } from './symbols.ts';

export interface AsmOptions {
	/** Encodes instructions. */
	a64: A64Assembler;
	/** The name for messages and line tables, until a line marker says another. */
	file?: string;
	/** What .incbin and .include may name. */
	files?: ReadonlyMap<string, Uint8Array>;
	/** Makes a line table of the .s file itself where the text has no .loc: for hand-written code. */
	lineTable?: boolean;
	/** The directory that file names are relative to, for debuggers. */
	directory?: string;
}

interface Condition {
	active: boolean;
	/** Has a branch of it been taken already? */
	taken: boolean;
	hasElse: boolean;
	readonly place: Place;
}

/** After so many errors the rest would be noise. */
const mostErrors = 100;

/** The state of one pass over the text: what directives and instructions read and change. */
export class Assembly {
	readonly options: AsmOptions;
	readonly input: Input;
	readonly symbols = new SymbolTable();
	readonly sections: Section[] = [];
	readonly fixups: Fixup[] = [];
	readonly wantedRelocations: WantedRelocation[] = [];
	readonly diagnostics: AsmDiagnostic[] = [];
	readonly macros = new Map<string, Macro>();
	/** `.req` names. */
	readonly aliases = new Map<string, string>();
	readonly conditions: Condition[] = [];
	readonly lineNotes = new LineNotes();
	readonly frameNotes = new FrameNotes();
	/** $x and $d: where code and data begin in code sections. */
	readonly mapping: { sub: Subsection; offset: number; name: '$x' | '$d' }[] = [];
	readonly sectionStack: { current: Subsection; previous: Subsection }[] = [];
	/** Encoded instruction words by the text of their line; only those that never change. */
	readonly encodedLines = new Map<string, CachedLine>();
	current: Subsection;
	previous: Subsection;
	/** Are statements to be obeyed, or skipped because of a condition? */
	active = true;
	expansions = 0;
	/** Since `.altmacro`: macros.ts says what that changes. */
	isAlternate = false;
	/** Names that LOCAL has made. */
	localNames = 0;
	errors = 0;
	/** Something was sized by a label that came later: another pass is needed. */
	dependsOnLater = false;
	/** An operand named a symbol not met yet: should it turn out a constant, the next pass knows it. */
	mayBeConstantLater = false;
	/** Lines that macros and repetitions have made, all together. */
	expandedLines = 0;
	/** Going on makes no sense: the text grows without end, or errors hide each other. */
	isGivenUp = false;
	isFirstPass: boolean;
	sourceFileName: string | undefined;

	constructor(lines: readonly string[], options: AsmOptions, before?: Assembly) {
		this.options = options;
		this.isFirstPass = before === undefined;
		this.input = new Input(lines, options.file ?? '<assembly>');
		this.current = this.section('.text').subsection(0);
		this.section('.data');
		this.section('.bss');
		this.previous = this.current;
		if (before) this.#learnFrom(before);
	}

	/** Reports an error about the current statement, or about `place`. */
	report(error: AsmError | string, place?: Place, severity: 'error' | 'warning' = 'error'): void {
		const message = typeof error === 'string' ? error : error.message;
		const at =
			place ??
			(typeof error === 'string' ? this.input.place() : this.input.place(error.start, error.end));
		const { expansion } = this.input.top;
		const within =
			expansion && !place
				? `${message} (in the expansion of ${expansion.name}: ${this.input.line.trim()})`
				: message;
		this.diagnostics.push({ severity, ...at, message: within });
		if (severity === 'error' && ++this.errors >= mostErrors) this.isGivenUp = true;
	}

	/** The section of that name; `flags` and `type` count when it is mentioned for the first time. */
	section(
		name: string,
		wanted?: { type: number; flags: number; entrySize: number },
		group?: Section['group']
	): Section {
		const signature = group?.signature.name;
		const known = this.sections.find(
			(section) => section.name === name && section.group?.signature.name === signature
		);
		if (known) return known;
		const { type, flags, entrySize } = wanted ?? defaultAttributes(name);
		const section = new Section(name, type, flags, entrySize, this.sections.length);
		section.group = group;
		this.sections.push(section);
		return section;
	}

	switchTo(sub: Subsection): void {
		this.previous = this.current;
		this.current = sub;
	}

	expression(cursor: Cursor): Expression {
		return readExpression(cursor, this);
	}

	/** An expression whose value is needed at once: a count, a condition. */
	constant(cursor: Cursor): bigint {
		cursor.skipSpace();
		const start = cursor.at;
		const value = reduceToConstant(this.expression(cursor), 'now');
		if (typeof value === 'string') throw new AsmError(value, start, cursor.at);
		return value;
	}

	/**
	 * An expression that decides about a size and may name later labels: the pass before knows them.
	 */
	size(cursor: Cursor): number {
		cursor.skipSpace();
		const start = cursor.at;
		const value = this.sizeOf(this.expression(cursor));
		if (typeof value === 'string') throw new AsmError(value, start, cursor.at);
		return Number(value);
	}

	sizeOf(expression: Expression): bigint | string {
		const value = reduceToConstant(expression, 'now');
		if (typeof value !== 'string') return value;
		this.dependsOnLater = true;
		const guess = reduceToConstant(expression, 'guess');
		return typeof guess === 'string' && this.isFirstPass ? 0n : guess;
	}

	/** Reads a small constant that must lie between two bounds. */
	boundedConstant(cursor: Cursor, what: string, from: number, to: number): number {
		cursor.skipSpace();
		const start = cursor.at;
		const value = this.constant(cursor);
		if (value < from || value > to)
			throw new AsmError(
				`${what} must be between ${from} and ${to}, not ${value}`,
				start,
				cursor.at
			);
		return Number(value);
	}

	/** Defines a label at the place reached. */
	defineLabel(symbol: AsmSymbol): void {
		if (symbol.isDefined) {
			throw new AsmError(
				`"${symbol.name}" is defined a second time: a label, constant or common symbol has that name already`
			);
		}
		symbol.sub = this.current;
		symbol.offset = this.current.size;
	}

	/** Appends a number or an address of 1, 2, 4 or 8 bytes. */
	emitValue(expression: Expression, bytes: number): void {
		this.markData();
		const sub = this.current;
		if (expression.kind === 'constant') {
			const problem = rangeProblem(expression.value, bytes);
			if (problem) throw new AsmError(problem);
			sub.bigNumber(expression.value, bytes);
			return;
		}
		const value = reduce(expression, 'now');
		if (typeof value !== 'string' && !value.add && !value.sub) {
			const problem = rangeProblem(value.constant, bytes);
			if (problem) throw new AsmError(problem);
			sub.bigNumber(value.constant, bytes);
			return;
		}
		const kind = `data${bytes}` as DataKind;
		this.fixups.push({ sub, offset: sub.size, kind, expression, place: this.input.place() });
		sub.fill(bytes, 0);
	}

	/** To be called before data is appended. */
	markData(): void {
		const sub = this.current;
		if (sub.section.type === elf.SHT_NOBITS) {
			throw new AsmError(
				`${sub.section.name} holds no contents, only room: use .skip or .zero here, or another section`
			);
		}
		if (sub.state !== 'data') this.#mark(sub, 'data');
	}

	/** To be called before an instruction is appended. */
	markCode(): void {
		const sub = this.current;
		if (sub.state !== 'code') {
			if (sub.section.type === elf.SHT_NOBITS)
				throw new AsmError(`${sub.section.name} holds no contents: instructions belong into .text`);
			this.#mark(sub, 'code');
		}
		if ((sub.size & 3) !== 0)
			throw new AsmError(
				`This instruction would be at ${sub.section.name}+${sub.size}, but instructions lie at multiples of 4: put .align 2 after the data before it`
			);
		this.lineNotes.beforeInstruction(this);
	}

	#mark(sub: Subsection, state: 'code' | 'data'): void {
		sub.state = state;
		if (state === 'code') sub.section.alignment = Math.max(sub.section.alignment, 4);
		if (sub.section.isCode)
			this.mapping.push({ sub, offset: sub.size, name: state === 'code' ? '$x' : '$d' });
	}

	/** Appends a value to the literals that the next .ltorg emits; returns its label. */
	literal(expression: Expression, size: number): AsmSymbol {
		const value = reduce(expression, 'now');
		const canShare = typeof value !== 'string' && !value.sub && value.add?.name !== '';
		const key = canShare
			? `${size} ${value.constant} ${value.add?.name ?? ''}`
			: `${size} alone ${this.current.literals.length}`;
		const known = this.current.literals.find((literal) => literal.key === key);
		if (known) return known.label;
		const label = new AsmSymbol('');
		const place = this.input.place();
		this.current.literals.push({ size, key, label, value: expression, place });
		return label;
	}

	/** Emits the waiting literals: the small ones first, each size aligned. */
	flushLiterals(sub = this.current): void {
		const waiting = sub.literals.splice(0);
		const before = this.current;
		this.current = sub;
		for (const size of [4, 8, 16])
			this.#emitLiterals(
				waiting.filter((l) => l.size === size),
				size
			);
		this.current = before;
	}

	#emitLiterals(literals: Literal[], size: number): void {
		if (literals.length === 0) return;
		const sub = this.current;
		sub.section.alignment = Math.max(sub.section.alignment, size);
		const padding = -(sub.base + sub.size) & (size - 1);
		if (padding > 0) sub.fill(padding, 0);
		for (const { label, value, place } of literals) {
			this.markData();
			label.sub = sub;
			label.offset = sub.size;
			if (value.kind === 'constant') {
				sub.bigNumber(value.value, size);
				continue;
			}
			const kind = `data${Math.min(size, 8)}` as DataKind;
			this.fixups.push({ sub, offset: sub.size, kind, expression: value, place });
			sub.fill(size, 0);
		}
	}

	/** This pass's own section for one of the pass before. */
	#same({ name, type, flags, entrySize, group }: Section): Section {
		const own = group && { ...group, signature: this.symbols.get(group.signature.name) };
		return this.section(name, { type, flags, entrySize }, own);
	}

	/** Takes over where the pass before has found labels and subsections. */
	#learnFrom(before: Assembly): void {
		for (const section of before.sections) {
			const mine = this.#same(section);
			for (const sub of section.subsections) mine.subsection(sub.number).base = sub.base;
		}
		for (const symbol of before.symbols.all) {
			if (!symbol.sub && symbol.equate?.kind !== 'constant') continue;
			this.symbols.get(symbol.name).guess = symbol.sub
				? {
						sub: this.#same(symbol.sub.section).subsection(symbol.sub.number),
						offset: symbol.offset
					}
				: symbol.equate;
		}
	}
}

/** An instruction whose word never changes; with `symbol`, a reference is to be put in each time. */
export interface CachedLine {
	readonly word: number;
	readonly kind: Fixup['kind'] | undefined;
	readonly symbol: AsmSymbol | undefined;
	/** Where the line names the symbol. */
	readonly from: number;
	readonly to: number;
}
