import * as elf from './constants.ts';
import type { ElfFile, ElfSymbol } from './reader.ts';

/** Symbols by name and by address. */
export class SymbolIndex {
	readonly #byName = new Map<string, ElfSymbol>();
	readonly #sorted: ElfSymbol[];

	constructor(file: ElfFile) {
		for (const symbol of file.symbols) {
			if (symbol.name === '' || symbol.sectionIndex === elf.SHN_UNDEF) continue;
			const known = this.#byName.get(symbol.name);
			// A global symbol hides a static one of the same name.
			if (!known || known.binding === elf.STB_LOCAL) this.#byName.set(symbol.name, symbol);
		}
		this.#sorted = file.symbols.filter(
			(symbol) =>
				symbol.name !== '' &&
				!symbol.name.startsWith('$') && // $x and $d mark code and data, they name nothing
				symbol.sectionIndex !== elf.SHN_UNDEF &&
				symbol.sectionIndex !== elf.SHN_ABS &&
				symbol.type !== elf.STT_SECTION &&
				symbol.type !== elf.STT_FILE
		);
		this.#sorted.sort((a, b) => compare(a.value, b.value) || rank(a) - rank(b));
	}

	/** The symbol of that name, an undefined one excepted. */
	named(name: string): ElfSymbol | undefined {
		return this.#byName.get(name);
	}

	/**
	 * The symbol that an address belongs to: the last one at or before it, functions and objects
	 * before bare labels. A symbol with a size does not reach beyond it.
	 */
	at(address: bigint): { symbol: ElfSymbol; offset: bigint } | undefined {
		for (let i = this.#lastAtOrBefore(address); i >= 0; i--) {
			const symbol = this.#sorted[i];
			const offset = address - symbol.value;
			if (symbol.size === 0n || offset < symbol.size) return { symbol, offset };
		}
		return undefined;
	}

	/** `name+0x10` or, where no symbol covers it, the address alone. */
	describe(address: bigint): string {
		const found = this.at(address);
		if (!found) return `0x${address.toString(16)}`;
		return found.offset === 0n
			? found.symbol.name
			: `${found.symbol.name}+0x${found.offset.toString(16)}`;
	}

	/** Every symbol that has an address, in ascending order. */
	get all(): readonly ElfSymbol[] {
		return this.#sorted;
	}

	#lastAtOrBefore(address: bigint): number {
		let low = 0;
		let high = this.#sorted.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#sorted[middle].value <= address) low = middle + 1;
			else high = middle;
		}
		return low - 1;
	}
}

function compare(a: bigint, b: bigint): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}

/** Orders symbols of one address, the most telling last. */
function rank(symbol: ElfSymbol): number {
	const kind = symbol.type === elf.STT_FUNC || symbol.type === elf.STT_OBJECT ? 2 : 0;
	return kind + (symbol.binding === elf.STB_LOCAL ? 0 : 1);
}
