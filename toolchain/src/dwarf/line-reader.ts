import { SHT_NOBITS } from '../elf/constants.ts';
import { ElfError, type ElfFile } from '../elf/reader.ts';
import { DW_LNCT, DW_LNE, DW_LNS } from './line-program.ts';

/** A place in the sources. */
export interface SourceLine {
	/** The path as the compiler was given it; relative ones are relative to its directory. */
	file: string;
	/** From 1; 0: code that belongs to no line. */
	line: number;
	/** From 1; 0: unknown. */
	column: number;
}

/** Code of one line that lies together: addresses from `start` up to, not including, `end`. */
export interface LineRange extends SourceLine {
	start: bigint;
	end: bigint;
	/** A good place to stop before the line. */
	isStatement: boolean;
	prologueEnd: boolean;
}

/** Addresses to source lines and back, from .debug_line of a linked file. */
export class LineTable {
	/** Sorted by address; ranges do not overlap. */
	readonly ranges: readonly LineRange[];
	/** Every file that has code, in the order of the sections. */
	readonly files: readonly string[];
	readonly #byLine = new Map<string, LineRange[]>();

	constructor(ranges: LineRange[]) {
		this.ranges = ranges.sort((a, b) => (a.start < b.start ? -1 : Number(a.start > b.start)));
		this.files = [...new Set(ranges.map((range) => range.file))];
		for (const range of this.ranges) {
			const key = `${range.line}:${range.file}`;
			const known = this.#byLine.get(key);
			if (known) known.push(range);
			else this.#byLine.set(key, [range]);
		}
	}

	/** The source line of the instruction at `pc`. */
	at(pc: bigint): LineRange | undefined {
		let low = 0;
		let high = this.ranges.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.ranges[middle].start <= pc) low = middle + 1;
			else high = middle;
		}
		const range = this.ranges[low - 1];
		return range && pc < range.end ? range : undefined;
	}

	/** The code of a line, by address. The file may be given by the end of its path. */
	rangesOf(file: string, line: number): readonly LineRange[] {
		return this.#resolve(file).flatMap((name) => this.#byLine.get(`${line}:${name}`) ?? []);
	}

	/** Where to stop before a line runs: the first address of each run of its statements. */
	addressesOf(file: string, line: number): bigint[] {
		const ranges = this.rangesOf(file, line).filter((range) => range.isStatement);
		return ranges
			.filter((range, i) => i === 0 || ranges[i - 1].end !== range.start)
			.map((range) => range.start);
	}

	/** The lines of a file that have code, ascending: where a breakpoint can be. */
	linesOf(file: string): number[] {
		const names = new Set(this.#resolve(file));
		const lines = this.ranges.filter((r) => names.has(r.file) && r.line > 0).map((r) => r.line);
		return [...new Set(lines)].sort((a, b) => a - b);
	}

	#resolve(file: string): string[] {
		if (this.files.includes(file)) return [file];
		return this.files.filter((name) => name.endsWith('/' + file) || file.endsWith('/' + name));
	}
}

/**
 * Reads .debug_line (DWARF 2 to 5) of a linked file. Without such a section the table is empty.
 *
 * @throws {ElfError} when the section is damaged.
 */
export function readLineTable(elf: ElfFile): LineTable {
	const section = (name: string) =>
		elf.sections.find((found) => found.name === name && found.type !== SHT_NOBITS)?.data;
	const data = section('.debug_line');
	if (!data) return new LineTable([]);
	const strings = { line: section('.debug_line_str'), str: section('.debug_str') };
	const ranges: LineRange[] = [];
	let at = 0;
	while (at + 4 <= data.length) {
		const reader = new Reader(data, at, data.length);
		const length = reader.unsigned(4);
		if (length === 0xffff_ffff)
			throw new ElfError('.debug_line is in the 64-bit DWARF format, which is not supported here.');
		const end = at + 4 + length;
		if (end > data.length) throw damaged(at);
		readUnit(new Reader(data, at + 4, end), strings, ranges);
		at = end;
	}
	return new LineTable(ranges);
}

interface Header {
	version: number;
	instructionLength: number;
	defaultIsStatement: boolean;
	lineBase: number;
	lineRange: number;
	opcodeBase: number;
	operandCounts: number[];
	files: string[];
}

interface Strings {
	line: Uint8Array | undefined;
	str: Uint8Array | undefined;
}

function readUnit(reader: Reader, strings: Strings, ranges: LineRange[]): void {
	const version = reader.unsigned(2);
	if (version < 2 || version > 5)
		throw new ElfError(
			`.debug_line has DWARF version ${version}; versions 2 to 5 can be read here.`
		);
	if (version === 5) reader.skip(2); // size of addresses and of segment selectors
	const headerLength = reader.unsigned(4);
	const programStart = reader.at + headerLength;
	const header: Header = {
		version,
		instructionLength: reader.unsigned(1),
		defaultIsStatement: (version >= 4 && reader.skip(1), reader.unsigned(1) !== 0),
		lineBase: (reader.unsigned(1) << 24) >> 24,
		lineRange: reader.unsigned(1),
		opcodeBase: reader.unsigned(1),
		operandCounts: [],
		files: []
	};
	if (header.lineRange === 0) throw damaged(reader.at);
	for (let i = 1; i < header.opcodeBase; i++) header.operandCounts[i] = reader.unsigned(1);
	header.files = version === 5 ? readFiles5(reader, strings) : readFiles(reader);
	reader.at = programStart;
	runProgram(reader, header, ranges);
}

/** Up to version 4: directories and files end with an empty name and count from 1. */
function readFiles(reader: Reader): string[] {
	const directories = [''];
	for (let name = reader.string(); name !== ''; name = reader.string()) directories.push(name);
	const files = [''];
	for (let name = reader.string(); name !== ''; name = reader.string()) {
		const directory = directories[reader.uleb()] ?? '';
		reader.uleb();
		reader.uleb();
		files.push(join(directory, name));
	}
	return files;
}

function readFiles5(reader: Reader, strings: Strings): string[] {
	const directories = readEntries(reader, strings).map(({ path }) => path);
	return readEntries(reader, strings).map(({ path, directory }) =>
		directory === 0 ? path : join(directories[directory] ?? '', path)
	);
}

function readEntries(reader: Reader, strings: Strings): { path: string; directory: number }[] {
	const formats: [content: number, form: number][] = [];
	const formatCount = reader.unsigned(1);
	for (let i = 0; i < formatCount; i++) formats.push([reader.uleb(), reader.uleb()]);
	const count = reader.uleb();
	const entries: { path: string; directory: number }[] = [];
	for (let i = 0; i < count; i++) {
		const entry = { path: '', directory: 0 };
		for (const [content, form] of formats) {
			const value = readForm(reader, form, strings);
			if (content === DW_LNCT.path) entry.path = String(value);
			if (content === DW_LNCT.directory_index) entry.directory = Number(value);
		}
		if (formats.length === 0) throw damaged(reader.at);
		entries.push(entry);
	}
	return entries;
}

/** The forms that a line table header may use. */
function readForm(reader: Reader, form: number, strings: Strings): string | number {
	switch (form) {
		case 0x08: // DW_FORM_string
			return reader.string();
		case 0x1f: // DW_FORM_line_strp
			return stringIn(strings.line, reader.unsigned(4));
		case 0x0e: // DW_FORM_strp
			return stringIn(strings.str, reader.unsigned(4));
		case 0x0b: // DW_FORM_data1
			return reader.unsigned(1);
		case 0x05: // DW_FORM_data2
			return reader.unsigned(2);
		case 0x06: // DW_FORM_data4
			return reader.unsigned(4);
		case 0x0f: // DW_FORM_udata
			return reader.uleb();
		case 0x1e: // DW_FORM_data16: an MD5 sum
			reader.skip(16);
			return 0;
		case 0x09: // DW_FORM_block
			reader.skip(reader.uleb());
			return 0;
		default:
			throw new ElfError(`.debug_line uses form 0x${form.toString(16)}, which it should not.`);
	}
}

function stringIn(section: Uint8Array | undefined, offset: number): string {
	if (!section) throw damaged(offset);
	return new Reader(section, offset, section.length).string();
}

function join(directory: string, name: string): string {
	return directory === '' || name.startsWith('/') ? name : `${directory}/${name}`;
}

interface State {
	address: bigint;
	file: number;
	line: number;
	column: number;
	isStatement: boolean;
	prologueEnd: boolean;
}

function runProgram(reader: Reader, header: Header, ranges: LineRange[]): void {
	const start = (): State => ({
		address: 0n,
		file: 1,
		line: 1,
		column: 0,
		isStatement: header.defaultIsStatement,
		prologueEnd: false
	});
	let state = start();
	let last: State | undefined;

	const advance = (operation: number) =>
		(state.address += BigInt(operation * header.instructionLength));
	const row = () => {
		if (last && last.address < state.address) pushRange(ranges, header, last, state.address);
		last = { ...state };
		state.prologueEnd = false;
	};

	while (!reader.done) {
		const opcode = reader.unsigned(1);
		if (opcode >= header.opcodeBase) {
			const special = opcode - header.opcodeBase;
			advance(Math.floor(special / header.lineRange));
			state.line += header.lineBase + (special % header.lineRange);
			row();
			continue;
		}
		if (opcode === 0) {
			const length = reader.uleb();
			const next = reader.at + length;
			const extended = length > 0 ? reader.unsigned(1) : 0;
			if (extended === DW_LNE.set_address) state.address = reader.address(length - 1);
			if (extended === DW_LNE.end_sequence) {
				row();
				state = start();
				last = undefined;
			}
			reader.at = next;
			continue;
		}
		switch (opcode) {
			case DW_LNS.copy:
				row();
				break;
			case DW_LNS.advance_pc:
				advance(reader.uleb());
				break;
			case DW_LNS.advance_line:
				state.line += reader.sleb();
				break;
			case DW_LNS.set_file:
				state.file = reader.uleb();
				break;
			case DW_LNS.set_column:
				state.column = reader.uleb();
				break;
			case DW_LNS.negate_stmt:
				state.isStatement = !state.isStatement;
				break;
			case DW_LNS.const_add_pc:
				advance(Math.floor((255 - header.opcodeBase) / header.lineRange));
				break;
			case DW_LNS.fixed_advance_pc:
				state.address += BigInt(reader.unsigned(2));
				break;
			case DW_LNS.set_prologue_end:
				state.prologueEnd = true;
				break;
			default:
				for (let i = 0; i < (header.operandCounts[opcode] ?? 0); i++) reader.uleb();
		}
	}
}

/** Sections that the linker dropped keep their rows, at address 0: those are left out. */
function pushRange(ranges: LineRange[], header: Header, from: State, end: bigint): void {
	if (from.address === 0n) return;
	ranges.push({
		start: from.address,
		end,
		file: header.files[from.file] ?? '?',
		line: from.line,
		column: from.column,
		isStatement: from.isStatement,
		prologueEnd: from.prologueEnd
	});
}

function damaged(at: number): ElfError {
	return new ElfError(`.debug_line is damaged or cut off near byte ${at}.`);
}

class Reader {
	readonly #bytes: Uint8Array;
	readonly #end: number;
	at: number;

	constructor(bytes: Uint8Array, at: number, end: number) {
		this.#bytes = bytes;
		this.at = at;
		this.#end = end;
	}

	get done(): boolean {
		return this.at >= this.#end;
	}

	skip(count: number): void {
		this.at += count;
		if (this.at > this.#end) throw damaged(this.at);
	}

	unsigned(bytes: 1 | 2 | 4): number {
		let value = 0;
		if (this.at + bytes > this.#end) throw damaged(this.at);
		for (let i = bytes - 1; i >= 0; i--) value = value * 256 + this.#bytes[this.at + i];
		this.at += bytes;
		return value;
	}

	address(bytes: number): bigint {
		if (bytes !== 8) throw damaged(this.at);
		const low = this.unsigned(4);
		return (BigInt(this.unsigned(4)) << 32n) | BigInt(low);
	}

	uleb(): number {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = this.unsigned(1);
			value += (byte & 127) * 2 ** shift;
			if (byte < 128) return value;
			if (shift > 56) throw damaged(this.at);
		}
	}

	sleb(): number {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = this.unsigned(1);
			value += (byte & 127) * 2 ** shift;
			if (byte < 128) return byte & 64 ? value - 2 ** (shift + 7) : value;
			if (shift > 42) throw damaged(this.at);
		}
	}

	string(): string {
		const end = this.#bytes.indexOf(0, this.at);
		if (end < 0 || end >= this.#end) throw damaged(this.at);
		const text = new TextDecoder().decode(this.#bytes.subarray(this.at, end));
		this.at = end + 1;
		return text;
	}
}
