import { PT_LOAD, SHF_ALLOC, SHT_NOBITS } from './constants.ts';
import { ElfError, type ElfFile } from './reader.ts';

export interface FlatImage {
	/** The physical address of the first byte. */
	base: bigint;
	bytes: Uint8Array;
}

const largest = 1n << 30n;

/**
 * The bytes that are loaded, at their physical addresses, gaps zero: what `objcopy -O binary` writes.
 * Sections count, not whole segments, for a linker may put the file's own headers into the first
 * segment; a file without section headers gives its segments. What is zero at the end (.bss) is left
 * out.
 *
 * @throws {ElfError} when nothing is to be loaded, when two parts overlap, or when the addresses lie
 * so far apart that the image would exceed 1 GiB.
 */
export function toImage(elf: ElfFile): FlatImage {
	const parts = loadedParts(elf).sort((a, b) => (a.address < b.address ? -1 : 1));
	if (parts.length === 0)
		throw new ElfError(
			'This ELF file has no PT_LOAD segment with contents: there is nothing to load. Was it linked?'
		);
	const base = parts[0].address;
	let end = base;
	for (const { address, data } of parts) {
		if (address < end)
			throw new ElfError(
				`Two parts both claim physical address 0x${address.toString(16)}: check the linker script's AT() addresses.`
			);
		end = address + BigInt(data.length);
	}
	if (end - base > largest)
		throw new ElfError(
			`The segments reach from 0x${base.toString(16)} to 0x${end.toString(16)}: an image of more than 1 GiB. Check the linker script's addresses.`
		);
	const bytes = new Uint8Array(Number(end - base));
	for (const { address, data } of parts) bytes.set(data, Number(address - base));
	return { base, bytes };
}

interface Part {
	/** Physical. */
	address: bigint;
	data: Uint8Array;
}

function loadedParts({ segments, sections }: ElfFile): Part[] {
	const loaded = segments.filter(({ type, data }) => type === PT_LOAD && data.length > 0);
	if (sections.length === 0)
		return loaded.map(({ physicalAddress, data }) => ({ address: physicalAddress, data }));
	const parts: Part[] = [];
	for (const { flags, type, address, data } of sections) {
		if ((flags & SHF_ALLOC) === 0 || type === SHT_NOBITS || data.length === 0) continue;
		const segment = loaded.find(
			(s) => address >= s.virtualAddress && address < s.virtualAddress + BigInt(s.data.length)
		);
		if (segment)
			parts.push({ address: segment.physicalAddress + address - segment.virtualAddress, data });
	}
	return parts;
}
