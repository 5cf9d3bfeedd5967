import { describe, expect, it } from 'vitest';
import { readElf, type ElfFile } from '../elf/reader.ts';
import { relocationName } from '../elf/constants.ts';
import type { A64Assembler } from './a64.ts';
import { assemble } from './assemble.ts';

/** Data needs no instructions; tests with code are in tests/golden, with the real table. */
const noInstructions: A64Assembler = {
	encode: (mnemonic) => ({ error: `no instruction ${mnemonic}`, column: -1 }),
	applyFixup: () => ({ error: 'no fix-ups' }),
	mnemonics: []
};

function object(text: string, files?: Map<string, Uint8Array>): ElfFile {
	const result = assemble(text, {
		a64: noInstructions,
		file: 'test.s',
		...(files ? { files } : {})
	});
	expect(result.diagnostics).toEqual([]);
	return readElf(result.object!);
}

/** The bytes of a section in hex. */
function bytes(text: string, section = '.data'): string {
	const found = object(`.data\n${text}\n`).sections.find(({ name }) => name === section)!;
	return Buffer.from(found.data).toString('hex');
}

/** `line:column-endColumn message` of every error. */
function errors(text: string): string[] {
	return assemble(text, { a64: noInstructions, file: 'test.s' }).diagnostics.map(
		(d) => `${d.file}:${d.line}:${d.column}-${d.endColumn} ${d.message}`
	);
}

describe('data directives', () => {
	it.each([
		['.byte 1, -1, 255, 0x7f', '01ffff7f'],
		['.hword 0x1234, -2', '3412feff'],
		['.word 0x12345678', '78563412'],
		['.quad 0xffff000000000000, -2', '000000000000fffffeffffffffffffff'],
		['.octa 0x0102', '02010000000000000000000000000000'],
		['.ascii "a\\tb\\n\\101\\x41\\"", "z"', '6109620a4141227a'],
		['.asciz "é"', 'c3a900'],
		['.string "a;b" "//c"', '613b622f2f6300'],
		['.uleb128 624485, 127, 128', 'e58e267f8001'],
		['.sleb128 -123456, 63, 64, -1', 'c0bb783fc0007f'],
		['.float 1.5\n.double -2.25', '0000c03f00000000000002c0'],
		['.fill 2, 4, 0x11223344\n.fill 2, 8, 1', '443322114433221101000000000000000100000000000000'],
		['.space 2, 0xab\n.zero 1', 'abab00'],
		['.byte 1\n.balign 4\n.byte 2\n.p2align 2, 0xee', '0100000002eeeeee'],
		['.byte 1\n.p2align 4,,8\n.byte 2', '0102'],
		['.byte 1\n.org 4\n.byte 2\n.org . + 2, 9\n.byte 3', '0100000002090903'],
		['.byte 1 // one\n/* two\n.byte 2 */ .byte 3; .byte 4', '010304']
	])('%s', (text, expected) => {
		expect(bytes(text)).toBe(expected);
	});

	it('takes files for .incbin', () => {
		const files = new Map([['blob', Uint8Array.of(1, 2, 3, 4, 5)]]);
		const elf = object('.data\n.incbin "blob"\n.incbin "blob", 1, 2\n', files);
		expect([...elf.sections.find(({ name }) => name === '.data')!.data]).toEqual([
			1, 2, 3, 4, 5, 2, 3
		]);
	});
});

describe('expressions', () => {
	it.each([
		['1 + 2 * 3', '07000000'],
		['(1 + 2) * 3', '09000000'],
		['1 << 4 | 3', '13000000'],
		['1 | 2 + 4', '07000000'], // | binds tighter than +, as in GNU as
		['10 / 3 + 10 % 3', '04000000'],
		['~0', 'ffffffff'],
		['5 == 5', 'ffffffff'],
		['5 < 4', '00000000'],
		['1 && 0 || 2', '01000000'],
		['!0 + !7', '01000000'],
		["'A'", '41000000'],
		['0b101 + 017', '14000000'],
		['-8 >> 60', '0f000000'],
		['later - earlier', '08000000'],
		['(later - earlier) / 4', '02000000'],
		['2f - 1f', '04000000']
	])('%s', (expression, expected) => {
		const text = `.word ${expression}\nearlier: 1: .word 0\n2: .word 0\nlater:`;
		expect(bytes(text).slice(0, 8)).toBe(expected);
	});

	it('evaluates .set at the place of use, .equ of equ included', () => {
		expect(
			bytes('.set K, 1\n.byte K\n.equ J, K + 1\n.set K, 5\n.byte K, J\nL = J * 3\n.byte L')
		).toBe('01050206');
	});

	it('sizes by labels that come later', () => {
		expect(bytes('.skip 2f - 1f, 0xaa\n1: .byte 1, 2, 3\n2:')).toBe('aaaaaa010203');
		expect(bytes('.uleb128 end - start\nstart: .skip 200\nend:').slice(0, 4)).toBe('c801');
	});
});

describe('macros and repetitions', () => {
	it('binds by position, by name and by default', () => {
		const macro =
			'.macro m a, b=5, c:vararg\n.byte \\a, \\b\n.ifnb \\c\n.byte \\c\n.endif\n.endm\n';
		expect(bytes(`${macro}m 1\nm 2, 3, 4, 5\nm b=7, a=9`)).toBe('0105020304050907');
	});

	it('numbers expansions, joins with \\() and splits statements at ;', () => {
		expect(
			bytes('.macro m n\nl\\n\\()_\\@: .byte \\@; .byte l\\n\\()_\\@ - .\n.endm\nm a\nm b')
		).toBe('00ff01ff');
	});

	it('nests, repeats, iterates and leaves early', () => {
		expect(bytes('.rept 2\n.rept 2\n.byte 1\n.endr\n.byte 2\n.endr')).toBe('010102010102');
		expect(bytes('.irp x, 1, 2, 3\n.byte \\x * 2\n.endr')).toBe('020406');
		expect(bytes('.irpc x, 123\n.byte \\x\n.endr')).toBe('010203');
		expect(
			bytes('.macro m a\n.byte \\a\n.if \\a == 0\n.exitm\n.endif\nm "\\a - 1"\n.endm\nm 2')
		).toBe('020100');
	});

	it('forgets with .purgem and takes quoted arguments apart', () => {
		expect(
			bytes('.macro m a\n.byte \\a\n.endm\nm "1, 2"\n.purgem m\n.macro m\n.byte 9\n.endm\nm')
		).toBe('010209');
	});
});

describe('conditions', () => {
	it.each([
		['.if 1\n.byte 1\n.else\n.byte 2\n.endif', '01'],
		['.if 0\n.byte 1\n.elseif 1\n.byte 2\n.elseif 1\n.byte 3\n.else\n.byte 4\n.endif', '02'],
		['.if 0\n.if 1\n.bogus\n.else\n.endif\n.endif\n.byte 5', '05'],
		['.set X, 1\n.ifdef X\n.byte 1\n.endif\n.ifndef Y\n.byte 2\n.endif', '0102'],
		['.ifc a b, a b\n.byte 1\n.endif\n.ifnc a,b\n.byte 2\n.endif', '0102'],
		['.ifeq 3-3\n.byte 1\n.endif\n.ifgt -1\n.byte 2\n.endif\n.ifle 0\n.byte 3\n.endif', '0103'],
		['.ifeqs "a", "a"\n.byte 1\n.endif', '01']
	])('%s', (text, expected) => {
		expect(bytes(text)).toBe(expected);
	});
});

describe('sections and symbols', () => {
	it('keeps the order of subsections, .previous and the section stack', () => {
		expect(
			bytes(
				'.byte 1\n.subsection 1\n.byte 3\n.previous\n.byte 2\n.pushsection .rodata\n.byte 9\n.popsection\n.byte 2'
			)
		).toBe('01020203');
	});

	it('reads flags, types and entry sizes', () => {
		const { sections } = object(
			'.section .rodata.str1.1,"aMS",@progbits,1\n.asciz "x"\n.section .x,"awx",%nobits\n.skip 8\n.section .note.GNU-stack,"",@progbits\n'
		);
		const find = (name: string) => sections.find((section) => section.name === name)!;
		expect(find('.rodata.str1.1')).toMatchObject({ type: 1, flags: 0x32, entrySize: 1, size: 2 });
		expect(find('.x')).toMatchObject({ type: 8, flags: 7, size: 8 });
		expect(find('.note.GNU-stack')).toMatchObject({ type: 1, flags: 0, size: 0 });
	});

	it('writes bindings, types, sizes, visibility and common symbols', () => {
		const { symbols, sections } = object(
			'.data\n.globl g\n.type g, %object\ng: .quad 1\n.size g, .-g\n.hidden g\n.weak w\n.set alias, g + 4\n.comm c, 24, 8\n.set CONST, 7\n.Lgone: .byte 0\n'
		);
		const find = (name: string) => symbols.find((symbol) => symbol.name === name);
		const data = sections.findIndex(({ name }) => name === '.data');
		expect(find('g')).toMatchObject({ binding: 1, type: 1, size: 8n, visibility: 2, value: 0n });
		expect(find('w')).toMatchObject({ binding: 2, sectionIndex: 0 });
		expect(find('alias')).toMatchObject({ binding: 0, value: 4n, sectionIndex: data });
		expect(find('c')).toMatchObject({ binding: 1, value: 8n, size: 24n, sectionIndex: 0xfff2 });
		expect(find('CONST')).toMatchObject({ value: 7n, sectionIndex: 0xfff1 });
		expect(find('.Lgone')).toBeUndefined();
	});

	it('makes relocations of addresses and of distances to this place', () => {
		const elf = object(
			'.data\n.globl g\nlocal: .quad ext + 8\n.word local - .\n.word ext - .\n.quad g\n.hword ext\ng:\n'
		);
		const name = (index: number) =>
			elf.symbols[index].name || elf.sections[elf.symbols[index].sectionIndex].name;
		expect(
			elf.relocations.map(
				(r) => `${r.offset} ${relocationName(r.type)} ${name(r.symbol)} ${r.addend}`
			)
		).toEqual([
			'0 R_AARCH64_ABS64 ext 8',
			'12 R_AARCH64_PREL32 ext 0',
			'16 R_AARCH64_ABS64 g 0',
			'24 R_AARCH64_ABS16 ext 0'
		]);
		expect(Buffer.from(elf.sections.find((s) => s.name === '.data')!.data).readInt32LE(8)).toBe(-8);
	});
});

describe('errors', () => {
	it('names the place, reports all of them, and follows line markers', () => {
		expect(
			errors(
				'.data\n\t.word 1 +\n.quux 3\n# 40 "entry.S"\n\n.byte 1; .byte 300\n.word a - b\n.asciz "abc\nx: .byte 0\nx: .byte 1\n'
			)
		).toEqual([
			'test.s:2:11-12 A value is missing here: a number, a symbol or an expression',
			'test.s:3:1-6 There is no directive .quux; did you mean .quad?',
			'entry.S:41:16-19 300 does not fit 1 byte (from -128 to 255)',
			'entry.S:42:1-12 "b" is subtracted but not defined in this file',
			'entry.S:43:8-12 This string has no closing quote (")',
			'entry.S:45:1-2 "x" is defined a second time in this file'
		]);
	});

	it.each([
		['.if 1\n.byte 1', 'test.s:1:1-6 .endif is missing: the condition that begins here has no end'],
		['.endif', 'test.s:1:1-7 .endif without an .if before it'],
		['.macro m\n.byte 1', 'test.s:1:1-9 .endm is missing: what begins here has no end'],
		['.align 77', 'test.s:1:8-10 An alignment (a power of 2) must be between 0 and 30, not 77'],
		['.balign 12', 'test.s:1:9-11 An alignment is a power of 2; 12 is none'],
		['.skip -1', 'test.s:1:7-9 There is no room of -1 bytes: the count is negative'],
		[
			'.bss\n.byte 1',
			'test.s:2:1-8 .bss holds no contents, only room: use .skip or .zero here, or another section'
		],
		[
			'.word .Lnone',
			'test.s:1:1-13 There is no label ".Lnone" in this file (names that begin with .L are never seen by other files)'
		],
		['.word 1b', 'test.s:1:7-9 There is no label 1: before this line; 1f looks ahead'],
		[
			'.word 3x',
			'test.s:1:7-9 This is neither a number (12, 0x1f, 0b101, 017) nor a numeric label (1b, 1f)'
		],
		['.error "no page size"', 'test.s:1:1-22 no page size'],
		[
			'.incbin "none"',
			'test.s:1:9-15 .incbin: there is no file "none" among the files given to the assembler'
		],
		['.popsection', 'test.s:1:1-12 .popsection without a .pushsection before it'],
		['.macro m a:req\n.endm\nm', 'test.s:3:1-2 Macro "m" needs a value for its parameter "a"'],
		['.macro m a\n.endm\nm 1, 2', 'test.s:3:6-7 Macro "m" takes 1 argument; this is one too many'],
		['frob x0', 'test.s:1:1-5 no instruction frob']
	])('%s', (text, expected) => {
		expect(errors(text)).toEqual([expected]);
	});

	it.each([
		['a macro that calls itself', '.macro m\nm\n.endm\nm'],
		['a macro that calls itself twice', '.macro m\nm\nm\n.endm\nm'],
		['repetitions without measure', '.rept 1000000\n.rept 1000000\n.byte 1\n.endr\n.endr'],
		['sizes that chase each other', '.data\na: .skip b - a + 1\nb:'],
		['constants defined by each other', '.set a, b + 1\n.set b, a + 1\n.word a'],
		[
			'constants that double their size',
			Array.from({ length: 60 }, (_, i) => `.set a${i + 1}, a${i} * a${i}`).join('\n') +
				'\n.word a60\n.set a0, 1'
		],
		['too deep an expression', `.word ${'('.repeat(100_000)}`],
		['too long an expression', `.word a${' + a'.repeat(100_000)}`],
		['too much room', '.data\n.rept 100\n.skip 0x8000000, 1\n.endr']
	])('ends for %s', (_, text) => {
		expect(errors(text).length).toBeGreaterThan(0);
	});
});
