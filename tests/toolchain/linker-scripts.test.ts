import { beforeAll, describe, expect, it } from 'vitest';
import { readElf, type ElfFile } from '../../toolchain/src/elf/reader.ts';
import type { Toolchain } from '../../toolchain/src/index.ts';
import { newToolchain } from './debug-tools.ts';

/** The part of GNU ld's script language that boards and kernels use, as our linker understands it. */
let toolchain: Toolchain;
let objects: Map<string, Uint8Array>;

const start = `
	.section .head.text, "ax"
	.globl _start
_start:	b main
	.section .initcall2.init, "a"
	.quad 2
	.section .initcall1.init, "a"
	.quad 1
	.section .unused.text, "ax"
unused:	ret
	.section .kept.text, "ax"
kept:	ret
	.section .discard.x, "a"
	.quad 7
`;
const main = `
	.text
	.globl main
main:	adrp x0, __bss_start
	adrp x1, value
	ldr x1, [x1, :lo12:value]
	ldr x2, =overridden
	ret
	.ltorg
	.globl overridden
overridden:	ret
	.data
	.globl value
value:	.quad 0x1122334455667788, _data_lma, __stack_top
	.section .rodata
	.asciz "read only"
	.bss
	.skip 0x100
`;

beforeAll(() => {
	toolchain = newToolchain();
	objects = new Map(
		Object.entries({ 'start.o': start, 'main.o': main }).map(([name, text]) => {
			const file = name.replace('.o', '.S');
			const files = new Map([[file, new TextEncoder().encode(text)]]);
			const made = toolchain.assembleFile(file, files, { debug: false });
			expect(made.diagnostics).toEqual([]);
			return [name, made.object!];
		})
	);
});

const script = `
OUTPUT_FORMAT("elf64-littleaarch64")
OUTPUT_ARCH(aarch64)
ENTRY(_start)

MEMORY
{
	ROM (rx)  : ORIGIN = 0x40080000, LENGTH = 64K
	RAM (rwx) : ORIGIN = 0x48000000, LENGTH = 1M
}

PHDRS
{
	text PT_LOAD FLAGS(5);
	data PT_LOAD FLAGS(6);
	note PT_NOTE FLAGS(4);
}

STACK_SIZE = DEFINED(STACK_SIZE) ? STACK_SIZE : 4K;

SECTIONS
{
	.text : {
		_text = .;
		KEEP(*(.head.text))
		*(.text .text.*)
		KEEP(*(.kept.text))
		. = ALIGN(16);
		_etext = .;
	} > ROM : text
	.rodata : ALIGN(64) { *(.rodata .rodata.*) } > ROM : text
	.initcalls : {
		__initcall_start = .;
		KEEP(*(SORT(.initcall*.init)))
		__initcall_end = .;
		QUAD(0x55) LONG(__initcall_end - __initcall_start) SHORT(3) BYTE(4)
		FILL(0xee) . += 5;
	} > ROM
	.data : AT(LOADADDR(.initcalls) + SIZEOF(.initcalls)) {
		_data = .;
		*(.data EXCLUDE_FILE(*start.o) .data.*)
		_edata = .;
	} > RAM : data
	_data_lma = LOADADDR(.data);
	.bss (NOLOAD) : {
		__bss_start = ABSOLUTE(.);
		KEEP(*(.bss .bss.*)) *(COMMON)
		__bss_end = .;
	} > RAM : data
	PROVIDE(__stack_top = ALIGN(__bss_end, 0x1000) + STACK_SIZE);
	PROVIDE(overridden = 0x1234);
	PROVIDE_HIDDEN(never_used = 1);
	.overlaid (ADDR(.bss) + 0x10000) : { LONG(1) } > RAM
	rom_left = ORIGIN(ROM) + LENGTH(ROM) - ADDR(.rodata);
	biggest = MAX(SIZEOF(.data), SIZEOF(.bss));
	/DISCARD/ : { *(.discard.*) *(.comment) *(.note.*) }
	ASSERT(_etext - _text < 4096, "text is larger than a page")
	ASSERT(SIZEOF(.data) == 24, "data has a wrong size")
}
`;

function link(text: string, flags: string[] = []): { elf?: ElfFile; messages: string[] } {
	const { output, diagnostics } = toolchain.link(objects, { path: 'board.lds', text }, flags);
	return {
		...(output ? { elf: readElf(output) } : {}),
		messages: diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`)
	};
}

describe('a linker script', () => {
	let elf: ElfFile;
	const symbol = (name: string) => elf.symbols.find((found) => found.name === name)?.value;
	const section = (name: string) => elf.sections.find((found) => found.name === name);

	beforeAll(() => {
		const linked = link(script, ['--gc-sections']);
		expect(linked.messages).toEqual([]);
		elf = linked.elf!;
	});

	it('gives addresses by MEMORY, ALIGN, ADDR; the entry by ENTRY', () => {
		expect(elf.entry).toBe(0x4008_0000n);
		expect(symbol('_text')).toBe(0x4008_0000n);
		expect(section('.rodata')!.address % 64n).toBe(0n);
		expect(section('.data')!.address).toBe(0x4800_0000n);
		expect(section('.overlaid')!.address).toBe(section('.bss')!.address + 0x1_0000n);
		expect(symbol('rom_left')).toBe(0x4009_0000n - section('.rodata')!.address);
		expect(symbol('biggest')).toBe(0x100n);
	});

	it('keeps what KEEP names, drops what nobody refers to, and what is discarded', () => {
		expect(symbol('kept')).toBeDefined();
		expect(symbol('unused')).toBeUndefined();
		expect(section('.discard.x')).toBeUndefined();
	});

	it('sorts by name and puts in numbers', () => {
		const { data } = section('.initcalls')!;
		const view = new DataView(data.buffer, data.byteOffset, data.length);
		expect([0, 8, 16].map((at) => view.getBigUint64(at, true))).toEqual([1n, 2n, 0x55n]);
		expect([view.getUint32(24, true), view.getUint16(28, true), view.getUint8(30)]).toEqual([
			16, 3, 4
		]);
		expect(symbol('__initcall_end')! - symbol('__initcall_start')!).toBe(16n);
	});

	it('loads .data at another address than it runs at', () => {
		const calls = section('.initcalls')!;
		const load = calls.address + BigInt(calls.size);
		expect(symbol('_data_lma')).toBe(load);
		const segment = elf.segments.find(({ virtualAddress }) => virtualAddress === 0x4800_0000n)!;
		expect(segment.physicalAddress).toBe(load);
		const { data } = section('.data')!;
		expect(new DataView(data.buffer, data.byteOffset).getBigUint64(8, true)).toBe(load);
	});

	it('provides a symbol only where it is missing', () => {
		expect(symbol('overridden')).toBeGreaterThan(0x4008_0000n);
		expect(symbol('__stack_top')! % 4096n).toBe(0n);
		expect(symbol('never_used')).toBeUndefined();
	});

	it('makes the segments of PHDRS, with their flags', () => {
		const loads = elf.segments.filter(({ type }) => type === 1);
		expect(loads).toHaveLength(2);
		expect(elf.segments).toHaveLength(3);
	});
});

describe('a mistake in a linker script', () => {
	it.each([
		[
			'an ASSERT that fails',
			(s: string) => s.replace('< 4096, ', '< 4, '),
			/text is larger than a page/
		],
		[
			'a region that is too small',
			(s: string) => s.replace('64K', '16'),
			/^board\.lds:\d+: section '.*' will not fit in region 'ROM': overflowed by \d+ bytes/
		],
		[
			'an unknown region',
			(s: string) => s.replace('> ROM : text\n\t.rodata', '> FLASH : text\n\t.rodata'),
			/^board\.lds:\d+: memory region 'FLASH' not declared/
		],
		[
			'a symbol that is nowhere',
			(s: string) => s.replace('_etext - _text', '_nowhere - _text'),
			/^board\.lds:\d+: symbol not found: _nowhere/
		],
		[
			'a brace that is missing',
			(s: string) => s.slice(0, s.lastIndexOf('}')),
			/^board\.lds:\d+: unexpected EOF/
		],
		['a command that is none', (s: string) => s.replace('ENTRY(', 'ENTER('), /^board\.lds:\d+: /]
	])('%s is told with its place', (_, change, expected) => {
		const { elf, messages } = link(change(script));
		expect(elf).toBeUndefined();
		expect(messages.join('\n')).toMatch(expected);
	});

	it('an entry that does not exist is a warning', () => {
		expect(link(script.replace('ENTRY(_start)', 'ENTRY(begin)')).messages.join('\n')).toMatch(
			/cannot find entry symbol begin/
		);
	});
});
