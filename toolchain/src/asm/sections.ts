import * as elf from '../elf/constants.ts';
import { AsmError, type Place } from './diagnostics.ts';
import type { Expression } from './expression.ts';
import type { AsmSymbol } from './symbols.ts';

/**
 * The pieces that the output is made of. A section consists of numbered subsections, which are laid
 * one after another when everything is read; `.text 1` fills subsection 1 of .text.
 */
export class Section {
	readonly name: string;
	readonly type: number;
	readonly flags: number;
	readonly entrySize: number;
	readonly subsections: Subsection[] = [];
	alignment = 1;
	/** Sections of one signature are kept or dropped together by the linker. */
	group: { signature: AsmSymbol; isComdat: boolean } | undefined;
	/** The section that an `o` section belongs to. */
	linkedTo: Section | undefined;
	/** Position among the sections, in order of first mention. */
	readonly index: number;

	constructor(name: string, type: number, flags: number, entrySize: number, index: number) {
		this.name = name;
		this.type = type;
		this.flags = flags;
		this.entrySize = entrySize;
		this.index = index;
	}

	get isCode(): boolean {
		return (this.flags & elf.SHF_EXECINSTR) !== 0;
	}

	subsection(number: number): Subsection {
		let found = this.subsections.find((sub) => sub.number === number);
		if (!found) {
			found = new Subsection(this, number);
			this.subsections.push(found);
			this.subsections.sort((a, b) => a.number - b.number);
		}
		return found;
	}
}

const mostBytes = 2 ** 28;

/** A run of bytes that grows at its end. */
export class Subsection {
	readonly section: Section;
	readonly number: number;
	size = 0;
	/** Offset in the section: exact after the last pass, a guess from the pass before until then. */
	base = 0;
	/** What the last emitted bytes were, for the mapping symbols $x and $d. */
	state: 'none' | 'code' | 'data' = 'none';
	readonly literals: Literal[] = [];
	#bytes = new Uint8Array(256);
	#view = new DataView(this.#bytes.buffer);

	constructor(section: Section, number: number) {
		this.section = section;
		this.number = number;
	}

	get bytes(): Uint8Array {
		return this.section.type === elf.SHT_NOBITS
			? new Uint8Array()
			: this.#bytes.subarray(0, this.size);
	}

	/** Appends one little-endian instruction word. */
	word(value: number): void {
		if (this.size + 4 > this.#bytes.length) this.#grow(4);
		this.#view.setUint32(this.size, value, true);
		this.size += 4;
	}

	/** Appends `count` bytes of a number whose value fits 53 bits. */
	smallNumber(value: number, count: number): void {
		if (this.size + count > this.#bytes.length) this.#grow(count);
		if (count === 1) this.#view.setUint8(this.size, value);
		else if (count === 2) this.#view.setUint16(this.size, value, true);
		else if (count === 4) this.#view.setUint32(this.size, value, true);
		else {
			this.#view.setUint32(this.size, value, true);
			this.#view.setInt32(this.size + 4, Math.floor(value / 4294967296), true);
			if (count > 8) this.#bytes.fill(value < 0 ? 255 : 0, this.size + 8, this.size + count);
		}
		this.size += count;
	}

	/** Appends `count` bytes of a number of any size, sign-extended. */
	bigNumber(value: bigint, count: number): void {
		if (this.size + count > this.#bytes.length) this.#grow(count);
		for (let i = 0; i < count; i++) {
			this.#bytes[this.size + i] = Number(BigInt.asUintN(8, value));
			value >>= 8n;
		}
		this.size += count;
	}

	append(bytes: Uint8Array): void {
		if (this.size + bytes.length > this.#bytes.length) this.#grow(bytes.length);
		this.#bytes.set(bytes, this.size);
		this.size += bytes.length;
	}

	/** Appends the characters of a string, one byte each. */
	characters(text: string): void {
		if (this.size + text.length > this.#bytes.length) this.#grow(text.length);
		for (let i = 0; i < text.length; i++) this.#bytes[this.size + i] = text.charCodeAt(i);
		this.size += text.length;
	}

	fill(count: number, value: number): void {
		if (this.section.type === elf.SHT_NOBITS) {
			this.size += count;
			return;
		}
		if (this.size + count > this.#bytes.length) this.#grow(count);
		this.#bytes.fill(value, this.size, this.size + count);
		this.size += count;
	}

	/** Overwrites `count` bytes at an offset that has been emitted. */
	patch(offset: number, value: bigint, count: number): void {
		for (let i = 0; i < count; i++) {
			this.#bytes[offset + i] = Number(BigInt.asUintN(8, value));
			value >>= 8n;
		}
	}

	wordAt(offset: number): number {
		return this.#view.getUint32(offset, true);
	}

	setWord(offset: number, value: number): void {
		this.#view.setUint32(offset, value, true);
	}

	#grow(by: number): void {
		if (this.size + by > mostBytes)
			throw new AsmError(`${this.section.name} grows beyond 256 MiB here: is a count wrong?`);
		let capacity = this.#bytes.length * 2;
		while (capacity < this.size + by) capacity *= 2;
		const bytes = new Uint8Array(capacity);
		bytes.set(this.#bytes.subarray(0, Math.min(this.size, this.#bytes.length)));
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer);
	}
}

/** A constant that `ldr x0, =…` waits for, until the next .ltorg. */
export interface Literal {
	/** 4, 8 or 16 bytes. */
	size: number;
	/** Two literals of one key share a place. */
	key: string;
	label: AsmSymbol;
	value: Expression;
	place: Place;
}

const attributesByName: [prefix: string, type: number, flags: number][] = [
	['.text', elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_EXECINSTR],
	['.init', elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_EXECINSTR],
	['.fini', elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_EXECINSTR],
	['.data', elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_WRITE],
	['.bss', elf.SHT_NOBITS, elf.SHF_ALLOC | elf.SHF_WRITE],
	['.rodata', elf.SHT_PROGBITS, elf.SHF_ALLOC],
	['.init_array', elf.SHT_INIT_ARRAY, elf.SHF_ALLOC | elf.SHF_WRITE],
	['.fini_array', elf.SHT_FINI_ARRAY, elf.SHF_ALLOC | elf.SHF_WRITE],
	['.preinit_array', elf.SHT_PREINIT_ARRAY, elf.SHF_ALLOC | elf.SHF_WRITE],
	['.tdata', elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_WRITE | elf.SHF_TLS],
	['.tbss', elf.SHT_NOBITS, elf.SHF_ALLOC | elf.SHF_WRITE | elf.SHF_TLS],
	['.note', elf.SHT_NOTE, 0]
];

/** The type and flags of a section that is named without them; `.text.hot` is like `.text`. */
export function defaultAttributes(name: string): SectionAttributes {
	for (const [prefix, type, flags] of attributesByName)
		if (name === prefix || name.startsWith(prefix + '.'))
			return { type, flags, entrySize: prefix.endsWith('_array') ? 8 : 0 };
	return { type: elf.SHT_PROGBITS, flags: 0, entrySize: 0 };
}

export interface SectionAttributes {
	/** SHT_… */
	type: number;
	/** SHF_… bits. */
	flags: number;
	/** Bytes of an entry, for arrays and mergeable sections; else 0. */
	entrySize: number;
}
