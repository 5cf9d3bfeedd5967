import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
	a64,
	disassemble,
	type A64Assembler as TableAssembler
} from '../../emulator-core/src/index.ts';
import type { A64Assembler } from '../../toolchain/src/asm/a64.ts';
import { assemble } from '../../toolchain/src/asm/assemble.ts';
import { readLineTable } from '../../toolchain/src/dwarf/line-reader.ts';
import { toImage } from '../../toolchain/src/elf/image.ts';
import { listing } from '../../toolchain/src/elf/listing.ts';
import { readElf, type ElfFile } from '../../toolchain/src/elf/reader.ts';
import {
	describeObject,
	gcc,
	gnuAssemble,
	hasTool,
	inTemporaryFolder,
	kernelAssemblyFiles,
	preprocessKernelAssembly
} from './compare-objects.ts';
import { programs } from './assembler-programs.ts';

// The two packages describe the same interface: neither may drift from the other.
const asToolchain: A64Assembler = a64 satisfies TableAssembler;
const asTable: TableAssembler = asToolchain;

const hasBinutils = hasTool(
	'aarch64-linux-gnu-as',
	'aarch64-linux-gnu-ld',
	'aarch64-linux-gnu-gcc'
);
const hasQemu = hasTool('qemu-aarch64');

function ours(text: string, lineTable = false): Uint8Array {
	const result = assemble(text, { a64: asTable, file: 'in.s', lineTable });
	expect(result.diagnostics).toEqual([]);
	return result.object!;
}

/** Written-out words: these need no other tool. */
describe('instructions, labels and relocations', () => {
	const text = (source: string) => {
		const elf = readElf(ours(source));
		const { data } = elf.sections.find(({ name }) => name === '.text')!;
		const view = new DataView(data.buffer, data.byteOffset);
		const words = Array.from({ length: data.length >> 2 }, (_, i) =>
			view
				.getUint32(4 * i, true)
				.toString(16)
				.padStart(8, '0')
		);
		return words.join(' ');
	};

	it.each([
		['nop; ret', 'd503201f d65f03c0'],
		['1: b 1b; b 1f; 1: nop', '14000000 14000001 d503201f'],
		['f: cbz x0, f; tbnz w1, #3, f; b.eq f; adr x2, f', 'b4000000 371fffe1 54ffffc0 10ffffa2'],
		['beq f; f: nop', '54000020 d503201f'],
		['.set K, 5; mov x0, #K; .set K, 6; mov x0, #K', 'd28000a0 d28000c0'],
		['add x0, x0, #(2f - 1f); 1: nop; nop; 2:', '91002000 d503201f d503201f'],
		['mov x0, #late; .set late, 9', 'd2800120'],
		['base .req x7; ldr x0, [base, #8]; .unreq base', 'f94004e0'],
		[
			'ldr w0, =7; ldr x1, =8; ret; .ltorg',
			'18000060 58000061 d65f03c0 00000007 00000008 00000000'
		],
		['nop; .byte 1; .align 3; nop; .align 4', 'd503201f 00000001 d503201f d503201f'],
		['.inst 0xd503201f, 0xd65f03c0', 'd503201f d65f03c0']
	])('%s', (source, expected) => {
		expect(text(source)).toBe(expected);
	});

	it('a remembered line still defines its label and finds its own numeric label', () => {
		expect(text('1: nop\nb 1b\n1: nop\nb 1b\n')).toBe('d503201f 17ffffff d503201f 17ffffff');
	});

	it.each([
		['\tadd x0, x1, #4097', 'in.s:1:14-19'],
		['nop\n\tbogus x0', 'in.s:2:2-7'],
		['\tldr x0, [x1, #3, x2]', 'in.s:1:'],
		['f: .skip 0x200000\n\tcbz x0, f', 'in.s:2:10-11'],
		['\tb .Lnone', 'in.s:1:4-10'],
		['\tldr', 'in.s:1:'],
		["\tmov x0, #'", 'in.s:1:'],
		['\t.byte 1\n\tnop', 'in.s:2:2-5']
	])('%j is an error at its place', (source, place) => {
		const found = assemble(source, { a64, file: 'in.s' }).diagnostics.map(
			(d) => `${d.file}:${d.line}:${d.column}-${d.endColumn}`
		);
		expect(found).toHaveLength(1);
		expect(found[0].startsWith(place), found[0]).toBe(true);
	});
});

describe.skipIf(!hasBinutils)('the same source in GNU as', () => {
	const same = (source: string) =>
		expect(describeObject(ours(source))).toEqual(describeObject(gnuAssemble(source)));

	it.each(Object.keys(programs.assembly))('%s', (name) => same(programs.assembly[name]));

	it('the assembly files of the kernel', () => {
		const files = preprocessKernelAssembly(kernelAssemblyFiles());
		expect(files.size).toBeGreaterThan(5);
		for (const [name, source] of files)
			expect(describeObject(ours(source)), name).toEqual(describeObject(gnuAssemble(source)));
	});

	const levels = ['-O0', '-O1', '-O2', '-Os'];
	it.each(Object.keys(programs.c).flatMap((name) => levels.map((level) => [name, level])))(
		'gcc %s %s',
		(name, level) => {
			const args = ['-S', level, '-mgeneral-regs-only', '-fno-pic'];
			same(gcc(programs.c[name], 'in.c', args));
			same(gcc(programs.c[name], 'in.c', [...args, '-g', '-fpic']));
		}
	);
});

describe.skipIf(!hasBinutils)('linked by GNU ld', () => {
	/** Links objects with a script argument list; returns the file and what `use` makes of it. */
	const link = <T>(
		objects: Uint8Array[],
		args: string[],
		use: (folder: string, elf: ElfFile) => T
	): T =>
		inTemporaryFolder((folder) => {
			const names = objects.map((bytes, i) => {
				writeFileSync(join(folder, `${i}.o`), bytes);
				return `${i}.o`;
			});
			execFileSync('aarch64-linux-gnu-ld', [...args, '-o', 'a.out', ...names], { cwd: folder });
			const bytes = execFileSync('cat', ['a.out'], { cwd: folder, maxBuffer: 1 << 26 });
			return use(folder, readElf(new Uint8Array(bytes)));
		});

	it.skipIf(!hasQemu)('runs', () => {
		link([ours(programs.hello)], [], (folder) => {
			const output = execFileSync('qemu-aarch64', ['a.out'], { cwd: folder, timeout: 20_000 });
			expect(output.toString()).toBe('fib(20) = 6765\n');
		});
	});

	it('is the same image as objcopy makes', () => {
		link([ours(programs.hello)], ['-Ttext=0x40080000', '-Tdata=0x40090000'], (folder, elf) => {
			execFileSync('aarch64-linux-gnu-objcopy', ['-O', 'binary', 'a.out', 'a.bin'], {
				cwd: folder
			});
			const expected = execFileSync('cat', ['a.bin'], { cwd: folder, maxBuffer: 1 << 26 });
			const image = toImage(elf);
			expect(image.base).toBe(0x4008_0000n);
			expect(Buffer.from(image.bytes).equals(expected)).toBe(true);
		});
	});

	it('shows its lines in addr2line, objdump and our own reader', () => {
		const source =
			'# 1 "kernel/entry.S"\n\t.globl _start\n\t.type _start, %function\n_start:\n\tnop\n\n\tbl f\n\t.size _start, .-_start\n\t.section .text.f, "ax"\nf:\tret\n';
		link([ours(source, true)], ['-Ttext=0x40080000'], (folder, elf) => {
			const run = (tool: string, ...args: string[]) =>
				execFileSync(`aarch64-linux-gnu-${tool}`, args, { cwd: folder }).toString();
			expect(
				run('addr2line', '-f', '-e', 'a.out', '0x40080000', '0x40080004', '0x40080008')
			).toMatch(
				/^_start\n.*kernel\/entry\.S:4\n_start\n.*kernel\/entry\.S:6\n\S+\n.*kernel\/entry\.S:9\n$/
			);
			expect(run('objdump', '-dl', 'a.out')).toMatch(
				/entry\.S:6\n\s*40080004:.*\tbl\t40080008 <f>/
			);
			const lines = readLineTable(elf);
			expect(lines.at(0x4008_0004n)).toMatchObject({ file: 'kernel/entry.S', line: 6 });
			expect(lines.addressesOf('entry.S', 9)).toEqual([0x4008_0008n]);
			expect(listing(elf, disassemble, { lines })).toMatchObject([
				{ address: 0x4008_0000n, text: 'nop', labels: ['_start'], source: { line: 4 } },
				{ address: 0x4008_0004n, within: '_start+0x4', target: 'f', source: { line: 6 } },
				{ address: 0x4008_0008n, text: 'ret', labels: ['f'], source: { line: 9 } }
			]);
		});
	});

	it.each(['-g', '-gdwarf-4'])('reads the line tables that gcc %s and ld make', (flag) => {
		const text = gcc(programs.c.arithmetic, 'in.c', ['-S', '-O1', flag, '-mgeneral-regs-only']);
		const main = gnuAssemble(text);
		link([main], ['-Ttext=0x40080000', '-e', '0'], (folder, elf) => {
			const lines = readLineTable(elf);
			const addresses = lines.ranges.map(({ start }) => `0x${start.toString(16)}`);
			const expected = execFileSync('aarch64-linux-gnu-addr2line', ['-e', 'a.out', ...addresses], {
				cwd: folder
			}).toString();
			expect(lines.ranges.length).toBeGreaterThan(20);
			expect(lines.ranges.map(({ line }) => line)).toEqual(
				expected
					.trim()
					.split('\n')
					.map((found) => Number(/:(\d+|\?)/.exec(found)![1]) || 0)
			);
		});
	});
});
