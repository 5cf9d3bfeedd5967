import * as elf from '../../elf/constants.ts';
import type { Assembly } from '../assembly.ts';
import type { Cursor } from '../cursor.ts';
import { AsmError } from '../diagnostics.ts';
import { defaultAttributes, type Section, type Subsection } from '../sections.ts';
import type { Directive } from './index.ts';

/** Directives that choose the section to write into. */
export const sectionDirectives: Record<string, Directive> = {
	'.text': named('.text'),
	'.data': named('.data'),
	'.bss': named('.bss'),
	'.section': (asm, cursor) => asm.switchTo(readSection(asm, cursor)),
	'.pushsection': (asm, cursor) => {
		asm.sectionStack.push({ current: asm.current, previous: asm.previous });
		asm.switchTo(readSection(asm, cursor));
	},
	'.popsection': (asm, cursor) => {
		const saved = asm.sectionStack.pop();
		if (!saved) throw new AsmError('.popsection without a .pushsection before it');
		asm.current = saved.current;
		asm.previous = saved.previous;
		cursor.expectEnd();
	},
	'.previous': (asm, cursor) => {
		[asm.current, asm.previous] = [asm.previous, asm.current];
		cursor.expectEnd();
	},
	'.subsection': (asm, cursor) => asm.switchTo(subsection(asm, cursor, asm.current.section.name))
};

function named(name: string): Directive {
	return (asm, cursor) => asm.switchTo(subsection(asm, cursor, name));
}

function subsection(asm: Assembly, cursor: Cursor, name: string): Subsection {
	const number = cursor.done ? 0 : asm.boundedConstant(cursor, 'A subsection', 0, 8192);
	cursor.expectEnd();
	return asm.section(name).subsection(number);
}

const flagLetters: Record<string, number> = {
	a: elf.SHF_ALLOC,
	w: elf.SHF_WRITE,
	x: elf.SHF_EXECINSTR,
	M: elf.SHF_MERGE,
	S: elf.SHF_STRINGS,
	T: elf.SHF_TLS,
	e: elf.SHF_EXCLUDE,
	G: elf.SHF_GROUP,
	o: elf.SHF_LINK_ORDER,
	R: elf.SHF_GNU_RETAIN
};

const typeNames: Record<string, number> = {
	progbits: elf.SHT_PROGBITS,
	nobits: elf.SHT_NOBITS,
	note: elf.SHT_NOTE,
	init_array: elf.SHT_INIT_ARRAY,
	fini_array: elf.SHT_FINI_ARRAY,
	preinit_array: elf.SHT_PREINIT_ARRAY
};

/** `name [, "flags" [, @type [, entry size]]]`, or `name, subsection` */
function readSection(asm: Assembly, cursor: Cursor): Subsection {
	const name = sectionName(cursor);
	let { type, flags, entrySize } = defaultAttributes(name);
	let number = 0;
	let isExplicit = false;
	let group: Section['group'];
	let linkedTo: string | undefined;
	if (cursor.accept(',')) {
		if (cursor.peek() === '"') {
			flags = readFlags(cursor) | flagsByName(name, flags);
			isExplicit = true;
			if (cursor.accept(',')) {
				type = readType(asm, cursor);
				if (flags & elf.SHF_MERGE) {
					cursor.expect(',', 'a mergeable section ("M") names the size of its entries.');
					entrySize = asm.boundedConstant(cursor, 'The size of an entry', 1, 65536);
				}
				if (flags & elf.SHF_GROUP) group = readGroup(asm, cursor);
				if (flags & elf.SHF_LINK_ORDER) {
					cursor.expect(',', 'a section with "o" names the section that it belongs to.');
					linkedTo = sectionName(cursor);
				}
			}
		} else {
			number = asm.boundedConstant(cursor, 'A subsection', 0, 8192);
		}
	}
	cursor.expectEnd();
	const signature = group?.signature.name;
	const known = asm.sections.find(
		(section) => section.name === name && section.group?.signature.name === signature
	);
	if (
		known &&
		isExplicit &&
		(known.flags !== flags || known.type !== type) &&
		known.subsections.length
	)
		asm.report(
			`Section ${name} had other flags or another type when it was first named; those hold`,
			undefined,
			'warning'
		);
	const section = asm.section(name, { type, flags, entrySize }, group);
	if (linkedTo !== undefined) section.linkedTo = asm.section(linkedTo);
	return section.subsection(number);
}

/** `, signature [, comdat]` */
function readGroup(asm: Assembly, cursor: Cursor): NonNullable<Section['group']> {
	cursor.expect(',', 'a section of a group ("G") names the group.');
	const signature = asm.symbols.get(cursor.expectName('The name of the group'));
	signature.used = true;
	const isComdat = cursor.accept(',') && cursor.expectName('comdat') === 'comdat';
	return { signature, isComdat };
}

function sectionName(cursor: Cursor): string {
	if (cursor.peek() === '"') return cursor.string();
	const start = cursor.at;
	while (cursor.at < cursor.end && !/[\s,]/.test(cursor.text[cursor.at])) cursor.at++;
	if (cursor.at === start) throw cursor.error('The name of a section is missing here');
	return cursor.text.slice(start, cursor.at);
}

/** GNU as keeps what a well-known name implies, unless flags contradict. */
function flagsByName(name: string, implied: number): number {
	return name === '.text' || name === '.data' || name === '.bss' ? implied : 0;
}

function readFlags(cursor: Cursor): number {
	const start = cursor.at;
	let flags = 0;
	for (const letter of cursor.string()) {
		const flag = flagLetters[letter];
		if (flag === undefined)
			throw new AsmError(
				`Section flag "${letter}" is not known; known are a (loaded), w (writable), x (code), M (mergeable), S (strings), T (thread-local), G (of a group), o (follows another section), R (retained), e (excluded)`,
				start,
				cursor.at
			);
		flags |= flag;
	}
	return flags;
}

function readType(asm: Assembly, cursor: Cursor): number {
	if (!cursor.accept('@') && !cursor.accept('%'))
		throw cursor.error('A section type is missing here, like @progbits or %nobits');
	const start = cursor.at;
	if (/\d/.test(cursor.peek()))
		return asm.boundedConstant(cursor, 'A section type', 0, 0xffff_ffff);
	const name = cursor.expectName('The section type');
	const type = typeNames[name];
	if (type === undefined)
		throw new AsmError(
			`Section type "${name}" is not known; known are ${Object.keys(typeNames).join(', ')}`,
			start,
			cursor.at
		);
	return type;
}
