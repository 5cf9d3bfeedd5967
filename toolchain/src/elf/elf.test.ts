import { describe, expect, it } from 'vitest';
import * as elf from './constants.ts';
import { toImage } from './image.ts';
import { ElfError, readElf, type ElfFile } from './reader.ts';
import { SymbolIndex } from './symbols.ts';
import { writeObject, type ObjectFile, type ObjectSymbol } from './writer.ts';

const plain: ObjectSymbol = {
	name: '',
	section: 'undefined',
	value: 0n,
	size: 0n,
	binding: elf.STB_LOCAL,
	type: elf.STT_NOTYPE,
	visibility: elf.STV_DEFAULT
};

const example: ObjectFile = {
	sections: [
		{
			name: '.text',
			type: elf.SHT_PROGBITS,
			flags: elf.SHF_ALLOC | elf.SHF_EXECINSTR,
			alignment: 4,
			entrySize: 0,
			size: 8,
			data: Uint8Array.of(0, 0, 0, 0x94, 0xc0, 3, 0x5f, 0xd6),
			relocations: [{ offset: 0, type: elf.R_AARCH64.CALL26, symbol: 1, addend: -4n }]
		},
		{
			name: '.bss',
			type: elf.SHT_NOBITS,
			flags: elf.SHF_ALLOC | elf.SHF_WRITE,
			alignment: 16,
			entrySize: 0,
			size: 64,
			data: new Uint8Array(),
			relocations: []
		}
	],
	symbols: [
		{ ...plain, name: 'main', section: 0, binding: elf.STB_GLOBAL, type: elf.STT_FUNC, size: 8n },
		{ ...plain, name: 'printk', binding: elf.STB_GLOBAL },
		{ ...plain, name: 'buffer', section: 1, value: 16n, size: 48n, type: elf.STT_OBJECT },
		{ ...plain, name: 'LIMIT', section: 'absolute', value: -1n }
	]
};

describe('an object, written and read', () => {
	const read = readElf(writeObject(example));

	it('keeps sections', () => {
		expect(read.type).toBe(elf.ET_REL);
		const [, text, bss] = read.sections;
		expect(text).toMatchObject({ name: '.text', type: 1, flags: 6, alignment: 4, size: 8 });
		expect([...text.data]).toEqual([0, 0, 0, 0x94, 0xc0, 3, 0x5f, 0xd6]);
		expect(bss).toMatchObject({ name: '.bss', type: 8, flags: 3, alignment: 16, size: 64 });
	});

	it('puts local symbols first and says where the global ones begin', () => {
		expect(read.symbols.map(({ name }) => name)).toEqual(['', 'buffer', 'LIMIT', 'main', 'printk']);
		expect(read.sections.find(({ name }) => name === '.symtab')!.info).toBe(3);
		expect(read.symbols[2]).toMatchObject({ value: 0xffff_ffff_ffff_ffffn, sectionIndex: 0xfff1 });
	});

	it('keeps relocations, by the new numbers of their symbols', () => {
		expect(read.relocations).toEqual([
			{ section: 1, offset: 0n, type: 283, symbol: 4, addend: -4n }
		]);
	});
});

describe('a damaged file', () => {
	const good = writeObject(example);

	it('is one clear error wherever it is cut off', () => {
		for (let length = 0; length < good.length; length++)
			expect(() => readElf(good.slice(0, length)), `length ${length}`).toThrow(ElfError);
		expect(() => readElf(good.slice(0, 40))).toThrow(
			'This ELF file is cut off: it has 40 bytes, its header alone needs 64.'
		);
	});

	it('is an error or a file, never a crash, whichever bits flip', () => {
		const seed = 20_140_314;
		let state = seed;
		const random = (below: number) => {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			return Math.floor((state / 2 ** 32) * below);
		};
		let errors = 0;
		for (let round = 0; round < 20_000; round++) {
			const bytes = good.slice();
			for (let flips = 1 + random(4); flips > 0; flips--)
				bytes[random(bytes.length)] ^= 1 << random(8);
			try {
				toImage(readElf(bytes));
			} catch (error) {
				expect(error, `seed ${seed}, round ${round}`).toBeInstanceOf(ElfError);
				errors++;
			}
		}
		expect(errors).toBeGreaterThan(0);
	});

	it.each([
		['another format', new TextEncoder().encode('#!/bin/sh\nexit 0\n'), 'This is not an ELF file'],
		['another machine', patched(18, 62), 'machine 62; the machine here is AArch64'],
		['32 bits', patched(4, 1), 'not 64-bit little-endian']
	])('names %s', (_, bytes, message) => {
		expect(() => readElf(bytes)).toThrow(message);
	});

	function patched(offset: number, value: number): Uint8Array {
		const bytes = good.slice();
		bytes[offset] = value;
		return bytes;
	}
});

describe('toImage', () => {
	const segment = (physicalAddress: bigint, data: number[], memorySize = data.length) => ({
		type: elf.PT_LOAD,
		flags: 7,
		virtualAddress: 0xffff_0000_0000_0000n + physicalAddress,
		physicalAddress,
		memorySize: BigInt(memorySize),
		data: Uint8Array.from(data)
	});
	const file = (segments: ElfFile['segments']): ElfFile => ({
		type: elf.ET_EXEC,
		entry: 0n,
		sections: [],
		segments,
		symbols: [],
		relocations: []
	});

	it('lays segments out by physical address, gaps zero, .bss at the end left out', () => {
		const image = toImage(
			file([segment(0x4008_0008n, [5, 6], 4096), segment(0x4008_0000n, [1, 2, 3])])
		);
		expect(image.base).toBe(0x4008_0000n);
		expect([...image.bytes]).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 5, 6]);
	});

	it.each([
		['nothing to load', [], 'there is nothing to load'],
		['an overlap', [segment(0n, [1, 2]), segment(1n, [3])], 'both claim physical address 0x1'],
		['a huge gap', [segment(0n, [1]), segment(1n << 40n, [1])], 'more than 1 GiB']
	])('refuses %s', (_, segments, message) => {
		expect(() => toImage(file(segments))).toThrow(message);
	});
});

describe('SymbolIndex', () => {
	const index = new SymbolIndex(readElf(writeObject(example)));

	it('finds by name and by address', () => {
		expect(index.named('main')?.value).toBe(0n);
		expect(index.named('printk')).toBeUndefined();
		expect(index.at(4n)).toMatchObject({ symbol: { name: 'main' }, offset: 4n });
		expect(index.describe(4n)).toBe('main+0x4');
		expect(index.describe(8n)).toBe('0x8');
		expect(index.describe(16n)).toBe('buffer');
	});
});
