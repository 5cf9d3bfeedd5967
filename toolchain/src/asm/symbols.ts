import * as elf from '../elf/constants.ts';
import type { Place } from './diagnostics.ts';
import type { Expression } from './expression.ts';
import type { Subsection } from './sections.ts';

/** A label, an equate, a common symbol, or a name that only the linker will know. */
export class AsmSymbol {
	readonly name: string;
	/** A label: where it is. */
	sub: Subsection | undefined;
	offset = 0;
	/** An equate (.set): what it stands for. */
	equate: Expression | undefined;
	/** .comm: bytes and alignment. */
	common: { size: bigint; alignment: bigint } | undefined;
	/** What the pass before knew, for a symbol that this pass has not met yet. */
	guess: { sub: Subsection; offset: number } | Expression | undefined;
	binding: number | undefined;
	type = elf.STT_NOTYPE;
	visibility = elf.STV_DEFAULT;
	size: Expression | undefined;
	/** Where .size said so. */
	sizePlace: Place | undefined;
	/** Named by a relocation or a directive: it belongs into the symbol table. */
	used = false;
	/** How often the text names it. */
	mentions = 0;
	/** .weakref: another symbol stands for this one, which is weak if it is never named itself. */
	isWeakTarget = false;
	/** It is such another. */
	isWeakReference = false;

	constructor(name: string) {
		this.name = name;
	}

	get isDefined(): boolean {
		return this.sub !== undefined || this.equate !== undefined || this.common !== undefined;
	}

	/** May the linker put another definition in its place, so that references must go through it? */
	get isPreemptible(): boolean {
		return this.binding === elf.STB_GLOBAL || this.binding === elf.STB_WEAK;
	}

	/** `.L…` labels and those without a name stay out of the symbol table. */
	get isTemporary(): boolean {
		return this.name === '' || this.name.startsWith('.L') || this.name.includes('\u0001');
	}
}

/** All symbols of one file, and the numeric labels' counts. */
export class SymbolTable {
	readonly #symbols = new Map<string, AsmSymbol>();
	readonly #numeric = new Map<string, number>();

	/** The symbol of that name, created when it is named for the first time. */
	get(name: string): AsmSymbol {
		let symbol = this.#symbols.get(name);
		if (!symbol) {
			symbol = new AsmSymbol(name);
			this.#symbols.set(name, symbol);
		}
		symbol.mentions++;
		return symbol;
	}

	find(name: string): AsmSymbol | undefined {
		return this.#symbols.get(name);
	}

	/** Begins a new instance of numeric label `digits` and returns its symbol. */
	nextNumeric(digits: string): AsmSymbol {
		const count = (this.#numeric.get(digits) ?? 0) + 1;
		this.#numeric.set(digits, count);
		return this.get(`${digits}\u0001${count}`);
	}

	/** `1b` (the last one so far, undefined if there is none) or `1f` (the next). */
	numeric(digits: string, direction: 'b' | 'f'): AsmSymbol | undefined {
		const count = this.#numeric.get(digits) ?? 0;
		if (direction === 'b') return count > 0 ? this.get(`${digits}\u0001${count}`) : undefined;
		return this.get(`${digits}\u0001${count + 1}`);
	}

	get all(): IterableIterator<AsmSymbol> {
		return this.#symbols.values();
	}
}
