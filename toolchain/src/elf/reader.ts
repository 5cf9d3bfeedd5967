import * as elf from './constants.ts';

export interface ElfSection {
	index: number;
	name: string;
	type: number;
	flags: number;
	address: bigint;
	size: number;
	alignment: number;
	entrySize: number;
	link: number;
	info: number;
	/** The bytes in the file; empty for SHT_NOBITS. */
	data: Uint8Array;
}

export interface ElfSegment {
	type: number;
	flags: number;
	virtualAddress: bigint;
	physicalAddress: bigint;
	memorySize: bigint;
	/** The bytes in the file; the rest of `memorySize` is zero. */
	data: Uint8Array;
}

export interface ElfSymbol {
	name: string;
	value: bigint;
	size: bigint;
	binding: number;
	type: number;
	visibility: number;
	/** Index into `sections`, or SHN_UNDEF, SHN_ABS, SHN_COMMON. */
	sectionIndex: number;
}

export interface ElfRelocation {
	/** Index of the section that is patched. */
	section: number;
	offset: bigint;
	type: number;
	/** Index into `symbols`. */
	symbol: number;
	addend: bigint;
}

export interface ElfFile {
	/** ET_REL, ET_EXEC or ET_DYN. */
	type: number;
	entry: bigint;
	sections: ElfSection[];
	segments: ElfSegment[];
	/** Symbol 0 is the empty one, as in the file. */
	symbols: ElfSymbol[];
	relocations: ElfRelocation[];
}

/** What is wrong with a file that is not a sound AArch64 ELF; the message is for the learner. */
export class ElfError extends Error {
	override name = 'ElfError';
}

/** Does the file begin as an ELF file does? */
export function isElf(bytes: Uint8Array): boolean {
	return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * Reads an ELF64 little-endian AArch64 object or executable.
 *
 * @throws {ElfError} when the file is something else, is truncated, or contradicts itself.
 */
export function readElf(bytes: Uint8Array): ElfFile {
	const file = new Bytes(bytes);
	const type = checkHeader(file);
	const sections = readSections(file);
	const symbols = readSymbols(sections);
	return {
		type,
		entry: file.u64(24, 'the entry address'),
		sections,
		segments: readSegments(file),
		symbols,
		relocations: readRelocations(sections, symbols.length)
	};
}

function checkHeader(file: Bytes): number {
	if (!isElf(file.bytes))
		throw new ElfError(
			'This is not an ELF file: it does not begin with the bytes 7f 45 4c 46 ("\\x7fELF").'
		);
	if (file.bytes.length < 64)
		throw new ElfError(
			`This ELF file is cut off: it has ${file.bytes.length} bytes, its header alone needs 64.`
		);
	if (file.bytes[4] !== 2 || file.bytes[5] !== 1)
		throw new ElfError('This ELF file is not 64-bit little-endian, which AArch64 Linux files are.');
	const machine = file.u16(18, 'the machine');
	if (machine !== elf.EM_AARCH64)
		throw new ElfError(
			`This ELF file is for machine ${machine}; the machine here is AArch64, number ${elf.EM_AARCH64}.`
		);
	return file.u16(16, 'the file type');
}

function readSections(file: Bytes): ElfSection[] {
	const offset = file.offset(40, 'the section table');
	if (offset === 0) return [];
	const entrySize = file.u16(58, 'the section table');
	let count = file.u16(60, 'the section table');
	const namesIndex = file.u16(62, 'the section table');
	if (entrySize < 64)
		throw new ElfError(`The section headers have ${entrySize} bytes each; ELF64 needs 64.`);
	// More than 0xfeff sections: the count is in the first header's size.
	if (count === 0) count = Number(file.u64(offset + 32, 'the first section header'));
	file.check(offset, count * entrySize, 'the section table');

	const sections: ElfSection[] = [];
	const nameOffsets: number[] = [];
	for (let index = 0; index < count; index++) {
		const at = offset + index * entrySize;
		const what = `the header of section ${index}`;
		const type = file.u32(at + 4, what);
		const size = file.offset(at + 32, what);
		const hasBytes = type !== elf.SHT_NOBITS && type !== elf.SHT_NULL;
		nameOffsets.push(file.u32(at, what));
		sections.push({
			index,
			name: '',
			type,
			flags: Number(BigInt.asUintN(32, file.u64(at + 8, what))),
			address: file.u64(at + 16, what),
			size,
			link: file.u32(at + 40, what),
			info: file.u32(at + 44, what),
			alignment: file.offset(at + 48, what),
			entrySize: file.offset(at + 56, what),
			data: hasBytes
				? file.slice(file.offset(at + 24, what), size, `the contents of section ${index}`)
				: new Uint8Array()
		});
	}
	const names = sections[namesIndex];
	if (!names)
		throw new ElfError(`The section names should be in section ${namesIndex}: not there.`);
	sections.forEach((section, i) => (section.name = stringAt(names, nameOffsets[i])));
	return sections;
}

function readSegments(file: Bytes): ElfSegment[] {
	const offset = file.offset(32, 'the segment table');
	const entrySize = file.u16(54, 'the segment table');
	const count = file.u16(56, 'the segment table');
	if (count > 0 && entrySize < 56)
		throw new ElfError(`The program headers have ${entrySize} bytes each; ELF64 needs 56.`);
	file.check(offset, count * entrySize, 'the segment table');
	const segments: ElfSegment[] = [];
	for (let index = 0; index < count; index++) {
		const at = offset + index * entrySize;
		const what = `program header ${index}`;
		const fileSize = file.offset(at + 32, what);
		const memorySize = file.u64(at + 40, what);
		const type = file.u32(at, what);
		if (type === elf.PT_LOAD && memorySize < BigInt(fileSize))
			throw new ElfError(
				`Segment ${index} has ${fileSize} bytes in the file but only ${memorySize} in memory.`
			);
		segments.push({
			type,
			flags: file.u32(at + 4, what),
			virtualAddress: file.u64(at + 16, what),
			physicalAddress: file.u64(at + 24, what),
			memorySize,
			data: file.slice(file.offset(at + 8, what), fileSize, `the contents of segment ${index}`)
		});
	}
	return segments;
}

function readSymbols(sections: ElfSection[]): ElfSymbol[] {
	const table = sections.find((section) => section.type === elf.SHT_SYMTAB);
	if (!table) return [];
	const names = sections[table.link];
	if (!names)
		throw new ElfError(
			`The symbol names should be in section ${table.link}, but there are ${sections.length}.`
		);
	const file = new Bytes(table.data);
	const symbols: ElfSymbol[] = [];
	const what = 'the symbol table';
	for (let at = 0; at + 24 <= table.data.length; at += 24) {
		const info = file.bytes[at + 4];
		symbols.push({
			name: stringAt(names, file.u32(at, what)),
			binding: info >> 4,
			type: info & 15,
			visibility: file.bytes[at + 5] & 3,
			sectionIndex: file.u16(at + 6, what),
			value: file.u64(at + 8, what),
			size: file.u64(at + 16, what)
		});
	}
	return symbols;
}

function readRelocations(sections: ElfSection[], symbolCount: number): ElfRelocation[] {
	const relocations: ElfRelocation[] = [];
	for (const table of sections) {
		if (table.type !== elf.SHT_RELA) continue;
		const file = new Bytes(table.data);
		for (let at = 0; at + 24 <= table.data.length; at += 24) {
			const symbol = file.u32(at + 12, table.name);
			if (symbol > 0 && symbol >= symbolCount)
				throw new ElfError(
					`${table.name} names symbol ${symbol}, but the file has ${symbolCount} symbols.`
				);
			relocations.push({
				section: table.info,
				offset: file.u64(at, table.name),
				type: file.u32(at + 8, table.name),
				symbol,
				addend: BigInt.asIntN(64, file.u64(at + 16, table.name))
			});
		}
	}
	return relocations;
}

function stringAt(table: ElfSection, offset: number): string {
	if (offset === 0 && table.data.length === 0) return '';
	const end = table.data.indexOf(0, offset);
	if (offset >= table.data.length || end < 0)
		throw new ElfError(
			`A name should be at byte ${offset} of string table ${table.index}, which has ${table.data.length} bytes.`
		);
	return utf8.decode(table.data.subarray(offset, end));
}

const utf8 = new TextDecoder();

/** Little-endian reads that name what was looked for when the file ends too early. */
class Bytes {
	readonly bytes: Uint8Array;
	readonly #view: DataView;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	check(offset: number, size: number, what: string): void {
		if (offset + size > this.bytes.length)
			throw new ElfError(
				`This ELF file is cut off or damaged: ${what} should be ${size} bytes at ${offset}, but the file has ${this.bytes.length} bytes.`
			);
	}

	slice(offset: number, size: number, what: string): Uint8Array {
		this.check(offset, size, what);
		return this.bytes.subarray(offset, offset + size);
	}

	u16(offset: number, what: string): number {
		this.check(offset, 2, what);
		return this.#view.getUint16(offset, true);
	}

	u32(offset: number, what: string): number {
		this.check(offset, 4, what);
		return this.#view.getUint32(offset, true);
	}

	u64(offset: number, what: string): bigint {
		this.check(offset, 8, what);
		return this.#view.getBigUint64(offset, true);
	}

	/** A 64-bit file offset or size as a number: exact wherever it can be right. */
	offset(offset: number, what: string): number {
		return Number(this.u64(offset, what));
	}
}
