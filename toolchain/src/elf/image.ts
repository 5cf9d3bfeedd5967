import { PT_LOAD } from './constants.ts';
import { ElfError, type ElfFile } from './reader.ts';

export interface FlatImage {
	/** The physical address of the first byte. */
	base: bigint;
	bytes: Uint8Array;
}

const largest = 1n << 30n;

/**
 * The bytes of all PT_LOAD segments at their physical addresses, gaps zero: what
 * `objcopy -O binary` writes. Memory beyond a segment's bytes in the file (.bss) counts only where
 * another segment follows it.
 *
 * @throws {ElfError} when nothing is to be loaded, when two segments overlap, or when the addresses
 * lie so far apart that the image would exceed 1 GiB.
 */
export function toImage(elf: ElfFile): FlatImage {
	const segments = elf.segments
		.filter((segment) => segment.type === PT_LOAD && segment.data.length > 0)
		.sort((a, b) => (a.physicalAddress < b.physicalAddress ? -1 : 1));
	if (segments.length === 0)
		throw new ElfError(
			'This ELF file has no PT_LOAD segment with contents: there is nothing to load. Was it linked?'
		);
	const base = segments[0].physicalAddress;
	let end = base;
	for (const { physicalAddress, data } of segments) {
		if (physicalAddress < end)
			throw new ElfError(
				`Two segments both claim physical address 0x${physicalAddress.toString(16)}: check the linker script's AT() addresses.`
			);
		end = physicalAddress + BigInt(data.length);
	}
	if (end - base > largest)
		throw new ElfError(
			`The segments reach from 0x${base.toString(16)} to 0x${end.toString(16)}: an image of more than 1 GiB. Check the linker script's addresses.`
		);
	const bytes = new Uint8Array(Number(end - base));
	for (const { physicalAddress, data } of segments) bytes.set(data, Number(physicalAddress - base));
	return { base, bytes };
}
