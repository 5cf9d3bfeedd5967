import type { Code } from 'checks';
import { codeWords, readElf, readLineTable, SymbolIndex } from 'toolchain';

/** Names, source lines and instructions of a linked ELF file, as the checks ask for them. */
export function symbolsOf(elf: Uint8Array): Code {
	const file = readElf(elf);
	const index = new SymbolIndex(file);
	const lines = readLineTable(file);
	return {
		address: (name) => index.named(name)?.value,
		word: codeWords(file),
		locate(pc) {
			const found = index.at(pc);
			if (!found) return undefined;
			const line = lines.at(pc);
			return {
				symbol: found.symbol.name,
				offset: Number(found.offset),
				...(line && { file: line.file, line: line.line })
			};
		}
	};
}
