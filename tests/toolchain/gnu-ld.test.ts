import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readElf } from '../../toolchain/src/elf/reader.ts';
import { hasTool, inTemporaryFolder } from '../golden/compare-objects.ts';
import { newToolchain } from './debug-tools.ts';

/** What a linker script puts where: our linker and GNU ld must agree on every symbol and every byte. */
const source = (name: string) => `
	.section .text.hot_${name}, "ax"
	.globl hot_${name}
hot_${name}:	bl cold_${name}
	ret
	.section .text.cold_${name}, "ax"
	.balign 16
	.globl cold_${name}
cold_${name}:	adrp x0, data_${name}
	ldr x0, [x0, :lo12:data_${name}]
	ret
	.section .data.${name}, "aw"
	.balign 32
	.globl data_${name}
data_${name}:	.quad common, cold_${name} + 4, top
	.section .small, "aw"
	.byte 0x1${name.length}
	.section .table.2${name}, "a"
	.ascii "2${name}."
	.section .table.1${name}, "a"
	.ascii "1${name}."
	.section .init_array.${100 - 7 * name.length}, "aw"
	.quad ${name.length}
	.section .strings.${name}, "a"
	.asciz "the strings of ${name}"
	.section .aligned, "aw"
	.balign ${8 << name.length}
	.byte 0xa${name.length}
	.comm common, 24, 16
	.section .never, "ax"
	.quad 99
	.section .bss.${name}, "aw", @nobits
	.skip 20
	.section .scratch, "aw", @nobits
	.skip 100
`;
const sources: Record<string, string> = {
	'a.o': `.globl _start\n_start:\tb hot_a\n${source('a')}`,
	'bb.o': source('bb'),
	'ccc.o': source('ccc')
};

const script = `
ENTRY(_start)
MEMORY
{
	flash (rx) : org = 0x8000000, len = 128K
	ram (rwx) : o = 0x20000000, l = 0x8000
	fast (rw!x) : ORIGIN = ORIGIN(ram) + LENGTH(ram), LENGTH = 4 * 1K
}
REGION_ALIAS("REGION_DATA", ram);
REGION_ALIAS("REGION_LOAD", flash);
PHDRS { code PT_LOAD FLAGS(5); vars PT_LOAD FLAGS(6); extra PT_LOAD; }
EXTERN(hot_a)
heap_size = DEFINED(heap_size) ? heap_size : 0x100;
SECTIONS
{
	. = ORIGIN(flash);
	bottom = .;
	.vectors : ALIGN(2K) { LONG(top) ; KEEP(*(.never)) } > flash :code
	.text : SUBALIGN(8)
	{
		*a.o(.text .text.*)
		*(EXCLUDE_FILE(*ccc.o) .text.hot_*)
		*(.text.[c-d]*) *(.text.hot_*)
		. = ALIGN(., 32); text_end = .;
	} > flash :code =0x1f2003d5
	.tables : {
		tables = .;
		*(SORT_BY_NAME(.table.*)) 
		tables_end = ABSOLUTE(.);
		. = . + 3; BYTE(0x11) . = ALIGN(8);
		SHORT(tables_end - tables) ; SQUAD(-2) ; QUAD(SIZEOF(.text)) ; BYTE(ALIGNOF(.vectors) >> 4)
		*(SORT(.strings.*))
	} > flash
	.init_array : { PROVIDE_HIDDEN(__init_start = .); KEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*))) PROVIDE_HIDDEN(__init_end = .); } > flash
	init_count = (SIZEOF(.init_array) >> 3) * 1;
	.data : ALIGN(64)
	{
		HIDDEN(data_start = .);
		*(SORT_BY_ALIGNMENT(.aligned)) *(.data .data.*) *(.small)
		. = ALIGN(64); . += 6;
	} > REGION_DATA AT> REGION_LOAD :vars =0xabababab
	data_load = LOADADDR(.data);
	data_size = SIZEOF(.data);
	.second : { LONG(0x5a5a5a5a) } > REGION_DATA AT> REGION_LOAD :vars
	.bss (NOLOAD) : { bss_start = .; *(.bss .bss.*) *(COMMON) . = ALIGN(8); bss_end = .;
		. = . + heap_size; PROVIDE(heap_end = .); } > ram :vars
	.scratch : { *(.scratch) } > fast :extra
	top = ORIGIN(ram) + LENGTH(ram);
	flags = (bottom == 0x8000000) | (top != 0) << 1 | (text_end > bottom && !0) << 2 | ~0 & 8 | (5 % 3 ? 16 : 32);
	most = MAX(data_size, MIN(0x10, 3)) + LOG2CEIL(100) + 0x10 + 1K;
	next = ALIGN(text_end, 0x1000) + CONSTANT(MAXPAGESIZE) - ADDR(.text);
	step = 1; step += 4; step <<= 3; step &= 0xf8; step |= 1; step /= 3; step *= 2; step -= 1; step >>= 1;
	/DISCARD/ : { *(.comment) *(.note*) *(.ARM*) }
	ASSERT(data_load > text_end, "data is loaded before the code ends")
	ASSERT(. <= top + 0x1000, "no room")
}
`;

describe.skipIf(!hasTool('aarch64-linux-gnu-ld'))('a linker script', () => {
	it('means what it means to GNU ld', () => {
		const toolchain = newToolchain();
		const objects = new Map(
			Object.entries(sources).map(([name, text]) => {
				const files = new Map([['a.S', new TextEncoder().encode(text)]]);
				const { object, diagnostics } = toolchain.assembleFile('a.S', files, { debug: false });
				expect(diagnostics).toEqual([]);
				return [name, object!];
			})
		);
		const flags = ['-z', 'max-page-size=65536', '--defsym=extra_symbol=0x77'];
		const { output, diagnostics } = toolchain.link(objects, { path: 'a.lds', text: script }, flags);
		expect(diagnostics).toEqual([]);
		const gnu = inTemporaryFolder((folder) => {
			for (const [name, bytes] of objects) writeFileSync(join(folder, name), bytes);
			writeFileSync(join(folder, 'a.lds'), script);
			const args = [
				'-T',
				'a.lds',
				'-o',
				'out',
				...flags,
				'--no-warn-rwx-segments',
				...objects.keys()
			];
			execFileSync('aarch64-linux-gnu-ld', args, { cwd: folder });
			return new Uint8Array(readFileSync(join(folder, 'out')));
		});
		const [ours, theirs] = [describeImage(output!), describeImage(gnu)];
		expect(ours.symbols).toEqual(theirs.symbols);
		expect(ours.sections).toEqual(theirs.sections);
		expect(ours.entry).toBe(theirs.entry);
	});
});

function describeImage(bytes: Uint8Array) {
	const elf = readElf(bytes);
	const named = elf.symbols.filter(({ name }) => name !== '' && !/^\$|\.o$/.test(name));
	const loaded = elf.sections.filter(({ address, size }) => address > 0n && size > 0);
	const segmentOf = (address: bigint) =>
		elf.segments.find(
			({ type, virtualAddress, memorySize }) =>
				type === 1 && virtualAddress <= address && address < virtualAddress + BigInt(memorySize)
		);
	return {
		entry: elf.entry,
		symbols: named.map(({ name, value }) => `${name} ${value.toString(16)}`).sort(),
		sections: loaded.map(({ name, address, size, data }) => {
			const segment = segmentOf(address);
			const load = segment && segment.physicalAddress + address - segment.virtualAddress;
			const at = `${address.toString(16)} loaded at ${load?.toString(16)}`;
			return `${name} ${at} ${size} ${Buffer.from(data).toString('hex')}`;
		})
	};
}
