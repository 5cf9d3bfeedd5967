import * as elf from '../elf/constants.ts';
import {
	DW_AT,
	DW_FORM,
	DW_LANG,
	DW_TAG,
	unitText,
	type Attribute,
	type Die
} from '../dwarf/die.ts';
import { writeLineProgram, type LineFiles, type LineSequence } from '../dwarf/line-program.ts';
import type { Assembly } from './assembly.ts';
import type { LineNote, LineNotes } from './line-notes.ts';
import { reduceToConstant } from './evaluate.ts';
import { assembleStatements } from './statements.ts';
import type { Section } from './sections.ts';
import { AsmSymbol } from './symbols.ts';

/**
 * Writes .debug_line, and .debug_info with the functions if the text brings none of its own. A
 * compiler that knows variables and types writes .debug_info itself, in the text; dwarf/die.ts helps.
 */
export function addLineTable(asm: Assembly): void {
	const { lineNotes } = asm;
	if (lineNotes.notes.length === 0) return;
	const sections = asm.sections.filter((section) =>
		lineNotes.notes.some((note) => note.sub.section === section)
	);
	const files = fileTable(asm);
	const sequences = sections.map((section) => sequenceOf(section, lineNotes.notes));
	const program = writeLineProgram(files, sequences);

	const debugLine = asm.section('.debug_line', debugSection).subsection(0);
	const start = debugLine.size;
	debugLine.append(program.bytes);
	const lineStart = asm.symbols.get('.Ldwarf_line');
	lineStart.sub = debugLine;
	lineStart.offset = start;
	program.addresses.forEach((at, i) =>
		asm.fixups.push({
			sub: debugLine,
			offset: start + at,
			kind: 'data8',
			expression: { kind: 'symbol', symbol: startOf(asm, sections[i]) },
			place: asm.input.place()
		})
	);
	if (!asm.sections.some((section) => section.name === '.debug_info'))
		addUnit(asm, sections, files);
}

const debugSection = { type: elf.SHT_PROGBITS, flags: 0, entrySize: 0 };

/** A label at the beginning of a section, named so that text can use it. */
function startOf(asm: Assembly, section: Section): AsmSymbol {
	const symbol = asm.symbols.get(`.Ldwarf_start${section.index}`);
	symbol.sub = section.subsections[0];
	symbol.offset = 0;
	return symbol;
}

function sizeOf(section: Section): number {
	return section.subsections.reduce((size, sub) => size + sub.size, 0);
}

function sequenceOf(section: Section, notes: readonly LineNote[]): LineSequence {
	const rows = notes
		.filter((note) => note.sub.section === section)
		.map((note) => ({ ...note, offset: note.sub.base + note.offset }))
		.sort((a, b) => a.offset - b.offset);
	return { rows, size: sizeOf(section) & ~3 };
}

/** Makes the table without holes; file 0 is the unit's own, the first if the text names none. */
function fileTable(asm: Assembly): LineFiles {
	const { files } = asm.lineNotes;
	const directories = [asm.options.directory ?? directoryOf(asm.lineNotes) ?? '.'];
	const highest = Math.max(...files.keys());
	const first = files.get(0) ?? files.get(1) ?? [...files.values()][0];
	const table = Array.from({ length: highest + 1 }, (_, number) => {
		const { name, directory } = files.get(number) ?? first;
		if (directory === undefined || directory === '') return { name, directory: 0 };
		let index = directories.indexOf(directory);
		if (index < 0) index = directories.push(directory) - 1;
		return { name, directory: index };
	});
	return { directories, files: table };
}

function directoryOf(notes: LineNotes): string | undefined {
	return notes.files.get(0)?.directory;
}

/** The unit and its functions, and the ranges of its code. */
function addUnit(asm: Assembly, sections: Section[], files: LineFiles): void {
	const lines: string[] = [];
	const attributes: Attribute[] = [
		[DW_AT.producer, DW_FORM.string, 'Trapline assembler'],
		[DW_AT.language, DW_FORM.data2, asm.lineNotes.hasLoc ? DW_LANG.C11 : DW_LANG.Mips_Assembler],
		[DW_AT.name, DW_FORM.string, files.files[0].name],
		[DW_AT.comp_dir, DW_FORM.string, files.directories[0]],
		[DW_AT.stmt_list, DW_FORM.sec_offset, '.Ldwarf_line']
	];
	if (sections.length === 1) {
		attributes.push(
			[DW_AT.low_pc, DW_FORM.addr, startOf(asm, sections[0]).name],
			[DW_AT.high_pc, DW_FORM.data8, sizeOf(sections[0])]
		);
	} else {
		attributes.push(
			[DW_AT.low_pc, DW_FORM.addr, 0],
			[DW_AT.ranges, DW_FORM.sec_offset, '.Ldwarf_ranges']
		);
		lines.push(
			'.section .debug_rnglists,"",@progbits',
			'.4byte .Ldwarf_ranges_end - 1f',
			'1: .2byte 5',
			'.byte 8, 0', // bytes of an address, of a segment selector
			'.4byte 0', // no table of offsets
			'.Ldwarf_ranges:',
			...sections.flatMap((section) => [
				'.byte 7', // DW_RLE_start_length
				`.8byte ${startOf(asm, section).name}`,
				`.uleb128 ${sizeOf(section)}`
			]),
			'.byte 0',
			'.Ldwarf_ranges_end:'
		);
	}
	const unit: Die = { tag: DW_TAG.compile_unit, attributes, children: functionsOf(asm) };
	lines.push(...unitText(unit));
	asm.input.push(lines, 'debugging information', asm.input.place(), 0);
	asm.lineNotes.hasLoc = true;
	assembleStatements(asm);
}

function functionsOf(asm: Assembly): Die[] {
	const functions = [...asm.symbols.all].filter(
		(symbol) => symbol.sub && symbol.type === elf.STT_FUNC
	);
	return functions.map((symbol) => {
		const size = symbol.size ? reduceToConstant(symbol.size, 'final') : 0n;
		const attributes: Attribute[] = [
			[DW_AT.name, DW_FORM.string, symbol.name],
			[DW_AT.low_pc, DW_FORM.addr, symbol.name],
			[DW_AT.high_pc, DW_FORM.data8, typeof size === 'bigint' ? String(size) : 0]
		];
		if (symbol.isPreemptible) attributes.push([DW_AT.external, DW_FORM.flag_present, '']);
		return { tag: DW_TAG.subprogram, attributes };
	});
}
