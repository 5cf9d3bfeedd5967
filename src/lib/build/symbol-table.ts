import { readElf, readLineTable, SymbolIndex } from 'toolchain';
import type { SymbolTable } from '../machine/protocol.ts';

/** A program's symbols and lines as data that can be posted to another Worker. */
export function symbolTable(elf: Uint8Array): SymbolTable {
	const file = readElf(elf);
	const symbols = new SymbolIndex(file).all;
	const { ranges, files } = readLineTable(file);
	const number = new Map(files.map((name, i) => [name, i]));
	// Ranges have ends, rows do not: a gap becomes a row without a line.
	const rows: { at: bigint; file: number; line: number }[] = [];
	ranges.forEach((range, i) => {
		rows.push({ at: range.start, file: number.get(range.file)!, line: range.line });
		if (ranges[i + 1]?.start !== range.end) rows.push({ at: range.end, file: 0, line: 0 });
	});
	return {
		names: symbols.map(({ name }) => name),
		addresses: BigUint64Array.from(symbols, ({ value }) => value),
		files,
		lineAddresses: BigUint64Array.from(rows, ({ at }) => at),
		lineFiles: Uint16Array.from(rows, ({ file }) => file),
		lineNumbers: Uint32Array.from(rows, ({ line }) => line)
	};
}
