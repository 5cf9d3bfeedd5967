import * as elf from './constants.ts';

export interface ObjectRelocation {
	/** Byte offset in the section that is patched. */
	offset: number;
	/** One of R_AARCH64. */
	type: number;
	/** Index into `ObjectFile.symbols`. */
	symbol: number;
	addend: bigint;
}

export interface ObjectSection {
	name: string;
	/** SHT_PROGBITS, SHT_NOBITS, SHT_NOTE … */
	type: number;
	/** SHF_… bits. */
	flags: number;
	/** In bytes, a power of two. */
	alignment: number;
	/** Size of one entry of a mergeable section, else 0. */
	entrySize: number;
	/** Size in bytes; equals `data.length` except for SHT_NOBITS, which has no data. */
	size: number;
	data: Uint8Array;
	relocations: ObjectRelocation[];
	/** SHT_GROUP: its signature, an index into `ObjectFile.symbols`, and its sections. */
	group?: { signature: number; isComdat: boolean; sections: number[] };
	/** Index of the section that it follows (SHF_LINK_ORDER). */
	linkedTo?: number;
}

export interface ObjectSymbol {
	name: string;
	/** Index into `ObjectFile.sections`, or where a symbol without a section lives. */
	section: number | 'undefined' | 'absolute' | 'common';
	/** Offset in the section; the alignment of a common symbol. */
	value: bigint;
	size: bigint;
	/** STB_… */
	binding: number;
	/** STT_… */
	type: number;
	/** STV_… */
	visibility: number;
}

export interface ObjectFile {
	sections: ObjectSection[];
	/** In any order: the writer puts local symbols first, as the format demands. */
	symbols: ObjectSymbol[];
}

const headerSize = 64;
const sectionHeaderSize = 64;
const symbolSize = 24;
const relaSize = 24;

/** Writes an ELF64 little-endian relocatable object for AArch64. */
export function writeObject(object: ObjectFile): Uint8Array {
	const order = localsFirst(object.symbols);
	const numberOf = new Uint32Array(object.symbols.length);
	order.forEach((index, position) => (numberOf[index] = position + 1));

	const relocated = object.sections.filter((section) => section.relocations.length > 0);
	const firstRela = object.sections.length + 1;
	const symtabIndex = firstRela + relocated.length;

	const strtab = new StringTable();
	const shstrtab = new StringTable();
	const headers: SectionHeader[] = object.sections.map((section) => ({
		name: shstrtab.add(section.name),
		type: section.type,
		flags: section.flags,
		link: section.group ? symtabIndex : (section.linkedTo ?? -1) + 1,
		info: section.group ? numberOf[section.group.signature] : 0,
		alignment: section.alignment,
		entrySize: section.entrySize,
		size: section.size,
		data:
			section.type === elf.SHT_NOBITS
				? undefined
				: section.group
					? groupWords(section.group)
					: section.data
	}));
	for (const section of relocated) {
		const data = relaTable(section.relocations, numberOf);
		headers.push({
			name: shstrtab.add('.rela' + section.name),
			type: elf.SHT_RELA,
			flags: elf.SHF_INFO_LINK,
			link: symtabIndex,
			info: object.sections.indexOf(section) + 1,
			alignment: 8,
			entrySize: relaSize,
			size: data.length,
			data
		});
	}
	const symbols = symbolTable(object.symbols, order, strtab);
	const firstGlobal = 1 + order.filter((i) => object.symbols[i].binding === elf.STB_LOCAL).length;
	headers.push({
		name: shstrtab.add('.symtab'),
		type: elf.SHT_SYMTAB,
		flags: 0,
		link: symtabIndex + 1,
		info: firstGlobal,
		alignment: 8,
		entrySize: symbolSize,
		size: symbols.length,
		data: symbols
	});
	const stringSection = (name: string, table: StringTable) => {
		const nameOffset = shstrtab.add(name);
		const data = table.bytes();
		headers.push({
			name: nameOffset,
			type: elf.SHT_STRTAB,
			flags: 0,
			link: 0,
			info: 0,
			alignment: 1,
			entrySize: 0,
			size: data.length,
			data
		});
	};
	stringSection('.strtab', strtab);
	stringSection('.shstrtab', shstrtab);
	return layOut(headers);
}

/** A word of flags, then the numbers of the sections. */
function groupWords({ isComdat, sections }: NonNullable<ObjectSection['group']>): Uint8Array {
	const words = [isComdat ? elf.GRP_COMDAT : 0, ...sections.map((index) => index + 1)];
	const bytes = new Uint8Array(4 * words.length);
	const view = new DataView(bytes.buffer);
	words.forEach((word, i) => view.setUint32(4 * i, word, true));
	return bytes;
}

interface SectionHeader {
	name: number;
	type: number;
	flags: number;
	link: number;
	info: number;
	alignment: number;
	entrySize: number;
	size: number;
	data: Uint8Array | undefined;
}

function localsFirst(symbols: ObjectSymbol[]): number[] {
	const isLocal = (index: number) => symbols[index].binding === elf.STB_LOCAL;
	const all = [...symbols.keys()];
	return [...all.filter(isLocal), ...all.filter((index) => !isLocal(index))];
}

function symbolTable(symbols: ObjectSymbol[], order: number[], strtab: StringTable): Uint8Array {
	const bytes = new Uint8Array((order.length + 1) * symbolSize);
	const view = new DataView(bytes.buffer);
	let at = symbolSize;
	for (const index of order) {
		const symbol = symbols[index];
		view.setUint32(at, symbol.name === '' ? 0 : strtab.add(symbol.name), true);
		view.setUint8(at + 4, (symbol.binding << 4) | symbol.type);
		view.setUint8(at + 5, symbol.visibility);
		view.setUint16(at + 6, sectionIndex(symbol.section), true);
		view.setBigUint64(at + 8, BigInt.asUintN(64, symbol.value), true);
		view.setBigUint64(at + 16, symbol.size, true);
		at += symbolSize;
	}
	return bytes;
}

function sectionIndex(section: ObjectSymbol['section']): number {
	if (section === 'undefined') return elf.SHN_UNDEF;
	if (section === 'absolute') return elf.SHN_ABS;
	if (section === 'common') return elf.SHN_COMMON;
	return section + 1;
}

function relaTable(relocations: ObjectRelocation[], numberOf: Uint32Array): Uint8Array {
	const bytes = new Uint8Array(relocations.length * relaSize);
	const view = new DataView(bytes.buffer);
	let at = 0;
	for (const { offset, type, symbol, addend } of relocations) {
		view.setBigUint64(at, BigInt(offset), true);
		view.setUint32(at + 8, type, true);
		view.setUint32(at + 12, numberOf[symbol], true);
		view.setBigInt64(at + 16, BigInt.asIntN(64, addend), true);
		at += relaSize;
	}
	return bytes;
}

/** File header, then each section's bytes in order, then the section headers. */
function layOut(headers: SectionHeader[]): Uint8Array {
	let end = headerSize;
	const offsets = headers.map((header) => {
		if (!header.data) return end;
		const offset = alignUp(end, header.alignment);
		end = offset + header.data.length;
		return offset;
	});
	const tableOffset = alignUp(end, 8);
	const bytes = new Uint8Array(tableOffset + (headers.length + 1) * sectionHeaderSize);
	const view = new DataView(bytes.buffer);

	bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // magic, 64-bit, little-endian, version 1
	view.setUint16(16, elf.ET_REL, true);
	view.setUint16(18, elf.EM_AARCH64, true);
	view.setUint32(20, 1, true);
	view.setBigUint64(40, BigInt(tableOffset), true);
	view.setUint16(52, headerSize, true);
	view.setUint16(58, sectionHeaderSize, true);
	view.setUint16(60, headers.length + 1, true);
	view.setUint16(62, headers.length, true);

	headers.forEach((header, index) => {
		if (header.data) bytes.set(header.data, offsets[index]);
		const at = tableOffset + (index + 1) * sectionHeaderSize;
		view.setUint32(at, header.name, true);
		view.setUint32(at + 4, header.type, true);
		view.setBigUint64(at + 8, BigInt(header.flags >>> 0), true);
		view.setBigUint64(at + 24, BigInt(offsets[index]), true);
		view.setBigUint64(at + 32, BigInt(header.size), true);
		view.setUint32(at + 40, header.link, true);
		view.setUint32(at + 44, header.info, true);
		view.setBigUint64(at + 48, BigInt(header.alignment), true);
		view.setBigUint64(at + 56, BigInt(header.entrySize), true);
	});
	return bytes;
}

function alignUp(value: number, alignment: number): number {
	return Math.ceil(value / alignment) * alignment;
}

class StringTable {
	#offsets = new Map<string, number>();
	#size = 1;

	add(text: string): number {
		const known = this.#offsets.get(text);
		if (known !== undefined) return known;
		const offset = this.#size;
		this.#offsets.set(text, offset);
		this.#size += utf8.encode(text).length + 1;
		return offset;
	}

	bytes(): Uint8Array {
		const bytes = new Uint8Array(this.#size);
		for (const [text, offset] of this.#offsets) bytes.set(utf8.encode(text), offset);
		return bytes;
	}
}

const utf8 = new TextEncoder();
