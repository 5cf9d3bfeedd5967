import { hypAddress, type Code } from 'checks';
import { codeWords, readElf, readLineTable, SymbolIndex, type LineTable } from 'toolchain';
import type { World } from './protocol.ts';

/** Where an address belongs in a program's sources. */
export interface Place {
	readonly symbol: string;
	/** Bytes from the symbol. */
	readonly offset: number;
	readonly file?: string;
	readonly line?: number;
}

/** A kernel's names, lines and instructions, by its own virtual addresses. */
export interface Program extends Code {
	locate(pc: bigint): Place | undefined;
	/** First address and the one behind the last of the function around `pc`. */
	bounds(pc: bigint): readonly [start: bigint, end: bigint] | undefined;
	/** Where a function or an object of this name lies, in bytes. */
	named(name: string): { readonly value: bigint; readonly size: bigint } | undefined;
	/** Names of functions and data. */
	readonly names: readonly string[];
	/** Where the code of a source line begins, by the line's number and the end of the file's path. */
	readonly lines: Pick<LineTable, 'files' | 'addressesOf' | 'rangesOf' | 'linesOf'>;
	/** The kernel's own address for one that `world` executes; undefined outside its code. */
	ownAddress(pc: bigint, world: World): bigint | undefined;
}

/** The kernel is loaded at the same place within 2 MB wherever it runs, and is smaller than that. */
const block = 0x20_0000n;
/** The addresses of EL2 lack these bits of the kernel's: asm/memory.h, VA_BITS. */
const highBits = BigInt.asUintN(64, -1n << 39n);

/** A mark at the edge of a section says less than the function that begins there. */
const isMark = (name: string) => /_(start|end|begin)$/.test(name);

/** @param elf the kernel, linked, with its symbols and lines */
export function programOf(elf: Uint8Array): Program {
	const file = readElf(elf);
	const index = new SymbolIndex(file);
	const lines = readLineTable(file);
	const word = codeWords(file);
	const symbols = index.all.filter(
		({ name, value }, i, all) =>
			!(isMark(name) && (all[i + 1]?.value === value || all[i - 1]?.value === value))
	);
	const addresses = BigUint64Array.from(symbols, ({ value }) => value);

	const locate = (pc: bigint): Place | undefined => {
		const symbol = symbols[lastAtOrBelow(addresses, pc)];
		if (symbol === undefined) return undefined;
		const row = lines.at(pc);
		const place = { symbol: symbol.name, offset: Number(pc - symbol.value) };
		return row ? { ...place, file: row.file, line: row.line } : place;
	};
	const text = (pc: bigint) => (word(pc) === undefined ? undefined : pc);
	const link = index.named('_text')?.value ?? 0n;

	return {
		address: (name) => index.named(name)?.value,
		word,
		named: (name) => index.named(name),
		names: symbols.map(({ name }) => name),
		lines,
		locate,
		bounds(pc) {
			const at = lastAtOrBelow(addresses, pc);
			if (at < 0) return undefined;
			const start = addresses[at]!;
			const next = addresses.subarray(at).find((address) => address > start);
			return [start, next ?? start + block];
		},
		ownAddress(pc, world) {
			if (text(pc) !== undefined) return pc;
			if (world === 'hyp' && hypAddress(pc) === pc) {
				const own = text(pc | highBits);
				if (own !== undefined) return own;
			}
			// Before the MMU is on, at the physical address. Programs lie low as well: only these do not.
			const low = pc >= 0x4000_0000n && pc < 1n << 38n;
			return low ? text(link - (link % block) + (pc % block)) : undefined;
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
