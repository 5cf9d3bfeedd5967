import type { Symbols } from 'checks';
import type { SymbolTable } from './protocol.ts';

/** Looks names and addresses up in a table that came as plain data. */
export function symbolsOf(table: SymbolTable): Symbols {
	const byName = new Map(table.names.map((name, i) => [name, table.addresses[i]!]));
	return {
		address: (name) => byName.get(name),
		locate(pc) {
			const at = lastAtOrBelow(table.addresses, pc);
			if (at < 0) return undefined;
			const found = { symbol: table.names[at]!, offset: Number(pc - table.addresses[at]!) };
			const row = lastAtOrBelow(table.lineAddresses, pc);
			const line = row < 0 ? 0 : table.lineNumbers[row]!;
			return line === 0 ? found : { ...found, file: table.files[table.lineFiles[row]!]!, line };
		}
	};
}

/** Index of the last entry that is not above `value`, or -1. */
function lastAtOrBelow(sorted: BigUint64Array, value: bigint): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (sorted[middle]! <= value) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}
