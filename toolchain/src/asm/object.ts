import * as elf from '../elf/constants.ts';
import type { ObjectFile, ObjectRelocation, ObjectSection, ObjectSymbol } from '../elf/writer.ts';
import type { Assembly } from './assembly.ts';
import { reduce } from './evaluate.ts';
import { resolveFixup, type PendingRelocation, type WantedRelocation } from './fixups.ts';
import type { Section, Subsection } from './sections.ts';
import type { AsmSymbol } from './symbols.ts';

/** Lays subsections one after another; true if that is where they were taken to be. */
export function placeSubsections(asm: Assembly): boolean {
	let isAsGuessed = true;
	for (const section of asm.sections) {
		let base = 0;
		for (const sub of section.subsections) {
			isAsGuessed &&= sub.base === base;
			sub.base = base;
			base += sub.size;
		}
	}
	return isAsGuessed;
}

/** Resolves what the assembler can resolve and makes the sections, symbols and relocations. */
export function makeObject(asm: Assembly): ObjectFile {
	const relocations = resolveAll(asm);
	return new ObjectMaker(asm).make(relocations);
}

function resolveAll(asm: Assembly): PendingRelocation[] {
	const relocations: PendingRelocation[] = [];
	for (const fixup of asm.fixups) {
		const result = resolveFixup(fixup, asm.options.a64);
		if (result === undefined) continue;
		if (typeof result === 'string') {
			asm.report(result, fixup.place);
			continue;
		}
		const { symbol } = result;
		if (symbol && !symbol.isDefined && symbol.isTemporary) {
			const [name] = symbol.name.split('\u0001');
			asm.report(
				symbol.name.includes('\u0001')
					? `There is no label ${name}: after this line`
					: `There is no label "${name}" in this file (names that begin with .L are never seen by other files)`,
				fixup.place
			);
			continue;
		}
		relocations.push(result);
	}
	for (const wanted of asm.wantedRelocations) {
		const result = resolveWanted(wanted);
		if (typeof result === 'string') asm.report(result, wanted.place);
		else relocations.push(result);
	}
	return relocations;
}

/** `.reloc` */
function resolveWanted({ sub, at, type, value }: WantedRelocation): PendingRelocation | string {
	const where = reduce(at, 'final');
	const what = reduce(value, 'final');
	if (typeof where === 'string') return where;
	if (typeof what === 'string') return what;
	if (what.sub)
		return 'A relocation takes a symbol and a number, and not the distance of two sections';
	const inSection = where.add?.sub?.section === sub.section && !where.sub;
	if (where.add ? !inSection : where.constant < 0n)
		return 'A relocation lies in the section at hand: by its offset there, or by a label';
	const base = where.add ? where.add.sub!.base + where.add.offset - sub.base : -sub.base;
	const offset = base + Number(where.constant);
	return { sub, offset, type, symbol: what.add, addend: what.constant };
}

class ObjectMaker {
	readonly #asm: Assembly;
	readonly #sections: ObjectSection[] = [];
	readonly #sectionNumbers = new Map<Section, number>();
	readonly #symbols: ObjectSymbol[] = [];
	readonly #symbolNumbers = new Map<AsmSymbol, number>();
	readonly #sectionSymbols = new Map<Section, number>();

	constructor(asm: Assembly) {
		this.#asm = asm;
	}

	make(relocations: PendingRelocation[]): ObjectFile {
		for (const { symbol } of relocations) if (symbol) symbol.used = true;
		this.#addSourceFile();
		for (const section of this.#asm.sections) this.#addSection(section);
		this.#linkSections();
		for (const { sub, offset, name } of this.#asm.mapping)
			this.#symbols.push({
				...plainSymbol,
				name,
				section: this.#sectionNumbers.get(sub.section)!,
				value: BigInt(sub.base + offset)
			});
		for (const symbol of this.#asm.symbols.all) this.#addSymbol(symbol);
		this.#addGroups();
		for (const relocation of relocations) this.#relocate(relocation);
		for (const section of this.#sections) section.relocations.sort((a, b) => a.offset - b.offset);
		return { sections: this.#sections, symbols: this.#symbols };
	}

	#addSourceFile(): void {
		const name = this.#asm.sourceFileName;
		if (name !== undefined)
			this.#symbols.push({ ...plainSymbol, name, section: 'absolute', type: elf.STT_FILE });
	}

	#addSection(section: Section): void {
		const size = section.subsections.reduce((total, sub) => total + sub.size, 0);
		const data = new Uint8Array(section.type === elf.SHT_NOBITS ? 0 : size);
		if (section.type !== elf.SHT_NOBITS)
			for (const sub of section.subsections) data.set(sub.bytes, sub.base);
		const { name, type, flags, alignment, entrySize } = section;
		const index = this.#sections.length;
		this.#sectionNumbers.set(section, index);
		this.#sections.push({ name, type, flags, alignment, entrySize, size, data, relocations: [] });
		this.#sectionSymbols.set(section, this.#symbols.length);
		this.#symbols.push({ ...plainSymbol, section: index, type: elf.STT_SECTION });
	}

	#linkSections(): void {
		for (const section of this.#asm.sections)
			if (section.linkedTo)
				this.#sections[this.#sectionNumbers.get(section)!].linkedTo = this.#sectionNumbers.get(
					section.linkedTo
				)!;
	}

	#addGroups(): void {
		const groups = new Map<AsmSymbol, { isComdat: boolean; sections: number[] }>();
		for (const section of this.#asm.sections) {
			if (!section.group) continue;
			const { signature, isComdat } = section.group;
			const group = groups.get(signature) ?? { isComdat, sections: [] };
			group.isComdat ||= isComdat;
			group.sections.push(this.#sectionNumbers.get(section)!);
			groups.set(signature, group);
		}
		for (const [signature, { isComdat, sections }] of groups)
			this.#sections.push({
				name: '.group',
				type: elf.SHT_GROUP,
				flags: 0,
				alignment: 4,
				entrySize: 4,
				size: 4 + 4 * sections.length,
				data: new Uint8Array(),
				relocations: [],
				group: { signature: this.#symbolNumbers.get(signature)!, isComdat, sections }
			});
	}

	#addSymbol(symbol: AsmSymbol): void {
		const isDefined = symbol.isDefined;
		if (symbol.isWeakReference) return;
		const undefinedBinding =
			symbol.isWeakTarget && symbol.mentions === 0 ? elf.STB_WEAK : elf.STB_GLOBAL;
		if (isDefined ? symbol.isTemporary : !symbol.used) return;
		const made: ObjectSymbol = {
			name: symbol.name,
			section: 'undefined',
			value: 0n,
			size: this.#sizeOf(symbol),
			binding: symbol.binding ?? (isDefined ? elf.STB_LOCAL : undefinedBinding),
			type: symbol.type,
			visibility: symbol.visibility
		};
		if (symbol.common) {
			made.section = 'common';
			made.value = symbol.common.alignment;
			made.size = symbol.common.size;
		} else if (symbol.sub) {
			this.#putAt(made, symbol.sub, symbol.offset);
		} else if (symbol.equate && !this.#putEquate(made, symbol)) {
			return;
		}
		this.#symbolNumbers.set(symbol, this.#symbols.length);
		this.#symbols.push(made);
	}

	#putAt(made: ObjectSymbol, sub: Subsection, offset: number): void {
		made.section = this.#sectionNumbers.get(sub.section)!;
		made.value = BigInt(sub.base + offset);
	}

	/** An alias or a constant; false if it stands for something in another file. */
	#putEquate(made: ObjectSymbol, symbol: AsmSymbol): boolean {
		const value = reduce(symbol.equate!, 'final');
		if (typeof value === 'string' || value.sub) {
			this.#asm.report(
				`"${symbol.name}" cannot be computed: ${typeof value === 'string' ? value : 'it is the distance of two sections'}`
			);
			return false;
		}
		if (value.add?.sub) {
			this.#putAt(made, value.add.sub, value.add.offset + Number(value.constant));
			if (made.type === elf.STT_NOTYPE) made.type = value.add.type;
			if (!symbol.size) made.size = this.#sizeOf(value.add);
		} else if (value.add) {
			if (symbol.isPreemptible)
				this.#asm.report(
					`"${symbol.name}" is an alias of "${value.add.name}", which is not defined in this file: only the file that defines it can make the alias`
				);
			value.add.used = true;
			return false;
		} else {
			made.section = 'absolute';
			made.value = value.constant;
		}
		return true;
	}

	#sizeOf(symbol: AsmSymbol): bigint {
		if (!symbol.size) return 0n;
		const size = reduce(symbol.size, 'final');
		if (typeof size !== 'string' && !size.add && !size.sub)
			return BigInt.asUintN(64, size.constant);
		this.#asm.report(
			`.size of "${symbol.name}": ${typeof size === 'string' ? size : 'a plain number is needed, like .-' + symbol.name}`,
			symbol.sizePlace
		);
		return 0n;
	}

	#relocate({ sub, offset, type, symbol, addend }: PendingRelocation): void {
		const section = this.#sections[this.#sectionNumbers.get(sub.section)!];
		const made: ObjectRelocation = { offset: sub.base + offset, type, symbol: 0, addend };
		if (symbol?.sub && !symbol.isPreemptible) {
			// As GNU as does it: a local symbol is named by its section and an offset there.
			made.symbol = this.#sectionSymbols.get(symbol.sub.section)!;
			made.addend += BigInt(symbol.sub.base + symbol.offset);
		} else if (symbol) {
			made.symbol = this.#symbolNumbers.get(symbol)!;
		} else {
			made.symbol = this.#absoluteSymbol();
		}
		section.relocations.push(made);
	}

	#absolute: number | undefined;

	/** A reference to a bare address, such as `b 0x80000`, needs a symbol at 0. */
	#absoluteSymbol(): number {
		if (this.#absolute === undefined) {
			this.#absolute = this.#symbols.length;
			this.#symbols.push({ ...plainSymbol, name: '.Labsolute', section: 'absolute' });
		}
		return this.#absolute;
	}
}

const plainSymbol: ObjectSymbol = {
	name: '',
	section: 'undefined',
	value: 0n,
	size: 0n,
	binding: elf.STB_LOCAL,
	type: elf.STT_NOTYPE,
	visibility: elf.STV_DEFAULT
};
