import { describe, expect, it } from 'vitest';
import type { ElfFile, ElfSection } from '../elf/reader.ts';
import { ElfError } from '../elf/reader.ts';
import { unitText, DW_AT, DW_FORM, DW_TAG } from './die.ts';
import { writeLineProgram } from './line-program.ts';
import { readLineTable } from './line-reader.ts';

const statement = { column: 0, isStatement: true, prologueEnd: false, epilogueBegin: false };

const program = writeLineProgram(
	{
		directories: ['/tree', 'kernel'],
		files: [
			{ name: 'kernel/main.c', directory: 0 },
			{ name: 'main.c', directory: 1 },
			{ name: '/abs/list.h', directory: 0 }
		]
	},
	[
		{
			rows: [
				{ offset: 0, file: 1, line: 10, ...statement },
				{ offset: 8, file: 1, line: 11, ...statement, column: 5, prologueEnd: true },
				{ offset: 12, file: 2, line: 300, ...statement, isStatement: false },
				{ offset: 1012, file: 1, line: 11, ...statement, column: 5 }
			],
			size: 1016
		}
	]
);

function linked(bytes: Uint8Array, address = 0xffff_0000_4008_0000n): ElfFile {
	const data = bytes.slice();
	new DataView(data.buffer).setBigUint64(program.addresses[0], address, true);
	const section: ElfSection = {
		index: 0,
		name: '.debug_line',
		type: 1,
		flags: 0,
		address: 0n,
		size: data.length,
		alignment: 1,
		entrySize: 0,
		link: 0,
		info: 0,
		data
	};
	return { type: 2, entry: 0n, sections: [section], segments: [], symbols: [], relocations: [] };
}

describe('the line number program', () => {
	it('has the bytes that the standard asks for', () => {
		const small = writeLineProgram({ directories: ['.'], files: [{ name: 'a.c', directory: 0 }] }, [
			{ rows: [{ offset: 0, file: 1, line: 2, ...statement }], size: 4 }
		]);
		expect(Buffer.from(small.bytes).toString('hex')).toBe(
			'3c000000' + // the rest has 60 bytes
				'0500' + // DWARF 5
				'0800' + // 8-byte addresses, no segments
				'23000000' + // the rest of the header has 35 bytes
				'040101fb0e0d' + // 4-byte instructions, line base -5, range 14, 13 opcodes
				'000101010100000001000001' +
				'01010801' + // directories are strings; one
				'2e00' +
				'02010802' + // files are strings and…
				'0f01' + // …numbers of directories; one
				'612e630000' +
				'000902' + // set_address
				'0000000000000000' +
				'13' + // line + 1, address + 0
				'0201' + // advance_pc by one instruction
				'000101' // end_sequence
		);
		expect(small.addresses).toEqual([50]);
	});
});

describe('the line table', () => {
	const base = 0xffff_0000_4008_0000n;
	const table = readLineTable(linked(program.bytes));

	it.each([
		[0n, { file: 'kernel/main.c', line: 10 }],
		[4n, { file: 'kernel/main.c', line: 10 }],
		[8n, { file: 'kernel/main.c', line: 11, column: 5, prologueEnd: true }],
		[12n, { file: '/abs/list.h', line: 300, isStatement: false }],
		[1008n, { file: '/abs/list.h', line: 300 }],
		[1012n, { file: 'kernel/main.c', line: 11, prologueEnd: false }]
	])('finds the line at +%d', (offset, expected) => {
		expect(table.at(base + offset)).toMatchObject(expected);
	});

	it('knows no line before and behind the code', () => {
		expect(table.at(base - 4n)).toBeUndefined();
		expect(table.at(base + 1016n)).toBeUndefined();
	});

	it('finds addresses by file and line, also by the end of the path', () => {
		expect(table.addressesOf('kernel/main.c', 11)).toEqual([base + 8n, base + 1012n]);
		expect(table.addressesOf('main.c', 10)).toEqual([base]);
		expect(table.addressesOf('/root/tree/kernel/main.c', 10)).toEqual([base]);
		expect(table.addressesOf('list.h', 300)).toEqual([]); // no statement
		expect(table.rangesOf('list.h', 300)).toHaveLength(1);
		expect(table.linesOf('kernel/main.c')).toEqual([10, 11]);
	});

	it('leaves out what the linker dropped', () => {
		expect(readLineTable(linked(program.bytes, 0n)).at(0n)).toBeUndefined();
	});

	it('is empty without .debug_line', () => {
		expect(readLineTable({ ...linked(program.bytes), sections: [] }).ranges).toEqual([]);
	});

	it('is one clear error or a table when damaged, never a crash', () => {
		for (let length = 4; length < program.bytes.length; length++) {
			const cut = program.bytes.slice(0, length);
			if (length > program.addresses[0] + 8)
				expect(() => readLineTable(linked(cut))).toThrow('.debug_line is damaged or cut off');
		}
		const seed = 7;
		let state = seed;
		const random = (below: number) => {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			return Math.floor((state / 2 ** 32) * below);
		};
		for (let round = 0; round < 20_000; round++) {
			const bytes = program.bytes.slice();
			bytes[random(bytes.length)] ^= 1 << random(8);
			try {
				readLineTable(linked(bytes));
			} catch (error) {
				expect(error, `seed ${seed}, round ${round}`).toBeInstanceOf(ElfError);
			}
		}
	});
});

describe('debugging information entries', () => {
	it('share abbreviations and nest', () => {
		const variable = (name: string) => ({
			tag: DW_TAG.variable,
			attributes: [[DW_AT.name, DW_FORM.string, name]] as const
		});
		const text = unitText({
			tag: DW_TAG.compile_unit,
			attributes: [[DW_AT.low_pc, DW_FORM.addr, 'main']],
			children: [variable('a'), variable('b"')]
		});
		expect(text.slice(text.indexOf('.4byte .Ldwarf_abbrev') + 1)).toEqual([
			'.uleb128 1',
			'.8byte main',
			'.uleb128 2',
			'.asciz "a"',
			'.uleb128 2',
			'.asciz "b\\""',
			'.byte 0',
			'.Ldwarf_info_end:'
		]);
	});
});
