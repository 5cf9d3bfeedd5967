import type { LineTable } from '../dwarf/line-reader.ts';
import { SHF_ALLOC, SHF_EXECINSTR, SHT_NOBITS } from './constants.ts';
import type { ElfFile, ElfSection } from './reader.ts';
import { SymbolIndex } from './symbols.ts';

/** One word of a section with code, as the page shows it beside its source. */
export interface ListingRow {
	address: bigint;
	word: number;
	/** The instruction, or `.word 0x…` for data among the code. */
	text: string;
	/** The symbols that begin at this address. */
	labels: readonly string[];
	/** The function that the word belongs to, with the offset there: `memcpy+0x10`. */
	within: string;
	/** The source line, where the file has line information. */
	source: { file: string; line: number } | undefined;
	/** Does a new run of that source line begin here? */
	startsLine: boolean;
	/** For a branch or an address: what it points to, as `memcpy+0x10`. */
	target: string | undefined;
}

/** Turns one instruction word at an address into text. */
export type Disassemble = (word: number, pc: bigint) => string;

export interface ListingOptions {
	/** Limits the listing to addresses from here… */
	start?: bigint;
	/** …up to, not including, here. */
	end?: bigint;
	/** Source lines; without it the rows have none. */
	lines?: LineTable;
	/** Symbols, if the caller has an index already. */
	symbols?: SymbolIndex;
}

/** Lists the words of a linked file's code, in order of address. */
export function listing(
	elf: ElfFile,
	disassemble: Disassemble,
	options: ListingOptions = {}
): ListingRow[] {
	const symbols = options.symbols ?? new SymbolIndex(elf);
	const labels = labelsByAddress(symbols);
	const rows: ListingRow[] = [];
	const sections = elf.sections.filter(isCode).sort((a, b) => (a.address < b.address ? -1 : 1));
	let before: ListingRow['source'];
	for (const section of sections) {
		const isData = dataMap(elf, section);
		const view = new DataView(section.data.buffer, section.data.byteOffset);
		const [from, to] = limits(section, options);
		for (let offset = from; offset < to; offset += 4) {
			const address = section.address + BigInt(offset);
			const word = view.getUint32(offset, true);
			const text = isData(address) ? dataText(word) : disassemble(word, address);
			const found = options.lines?.at(address);
			const source = found && found.line > 0 ? { file: found.file, line: found.line } : undefined;
			rows.push({
				address,
				word,
				text,
				labels: labels.get(address) ?? [],
				within: symbols.describe(address),
				source,
				startsLine:
					source !== undefined && (source.line !== before?.line || source.file !== before.file),
				target: targetOf(text, symbols)
			});
			before = source;
		}
	}
	return rows;
}

function isCode({ type, flags }: ElfSection): boolean {
	const wanted = SHF_ALLOC | SHF_EXECINSTR;
	return type !== SHT_NOBITS && (flags & wanted) === wanted;
}

/** The part of a section that was asked for, as offsets of whole words. */
function limits(section: ElfSection, { start, end }: ListingOptions): [number, number] {
	const size = section.data.length & ~3;
	const clamp = (address: bigint) =>
		Math.max(0, Math.min(size, Number(address - section.address))) & ~3;
	return [start === undefined ? 0 : clamp(start), end === undefined ? size : clamp(end)];
}

function labelsByAddress(symbols: SymbolIndex): Map<bigint, string[]> {
	const labels = new Map<bigint, string[]>();
	for (const { name, value } of symbols.all) {
		const known = labels.get(value);
		if (known) known.push(name);
		else labels.set(value, [name]);
	}
	return labels;
}

/** $d and $x say where data lies between the instructions (literals, jump tables). */
function dataMap(elf: ElfFile, section: ElfSection): (address: bigint) => boolean {
	const marks = elf.symbols
		.filter(
			({ name, sectionIndex }) => sectionIndex === section.index && /^\$[xd](\.|$)/.test(name)
		)
		.sort((a, b) => (a.value < b.value ? -1 : 1));
	let next = 0;
	let isData = false;
	let last = -1n;
	return (address) => {
		if (address < last) next = 0;
		last = address;
		while (next < marks.length && marks[next].value <= address)
			isData = marks[next++].name[1] === 'd';
		return isData;
	};
}

function dataText(word: number): string {
	return `.word 0x${word.toString(16).padStart(8, '0')}`;
}

/** The last operand of an instruction, if it is an address that a symbol covers. */
function targetOf(text: string, symbols: SymbolIndex): string | undefined {
	const match = /^(?:b|bl|b\.\w+|cbz|cbnz|tbz|tbnz|adr|adrp)\s.*?(0x[0-9a-f_]+)$/.exec(text);
	if (!match) return undefined;
	const address = BigInt(match[1].replaceAll('_', ''));
	return symbols.at(address) && symbols.describe(address);
}
