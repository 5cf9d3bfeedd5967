import { hex } from '../bus/address-map.ts';
import { MachineError } from './errors.ts';

const MiB = 2 ** 20;

/** A piece of an image and the physical address it goes to. */
export interface Segment {
	readonly pa: number;
	readonly bytes: Uint8Array;
	/** Bytes that it takes in memory; what `bytes` lacks is zero. */
	readonly size: number;
}

/** A kernel, ready to be put into memory. */
export interface LoadedImage {
	readonly segments: readonly Segment[];
	readonly entry: number;
	/** First address behind it. */
	readonly end: number;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads an arm64 Image or an AArch64 ELF; anything else is a MachineError that says what it is not. */
export function readImage(bytes: Uint8Array, ramBase: number): LoadedImage {
	if (bytes.length >= 4 && view(bytes).getUint32(0, false) === 0x7f45_4c46) return readElf(bytes);
	if (bytes.length >= 64 && view(bytes).getUint32(56, true) === 0x644d_5241)
		return readArm64Image(bytes, ramBase);
	throw new MachineError(
		bytes.length < 64
			? `The kernel is only ${bytes.length} bytes long: an arm64 Image has a header of 64. ` +
					'Was the build interrupted, or is it another file?'
			: 'The kernel is neither an arm64 Image (no "ARM\\x64" at byte 56) nor an ELF file. ' +
					'Give arch/arm64/boot/Image, uncompressed, or an .axf or vmlinux.'
	);
}

/**
 * The header of Linux's Documentation/arm64/booting: text_offset at byte 8, image_size at 16 (0 before
 * 3.17). Placed as QEMU's `virt` does: at text_offset above the start of RAM, but never in the first
 * page, where 2 MB are left free instead.
 */
function readArm64Image(bytes: Uint8Array, ramBase: number): LoadedImage {
	const header = view(bytes);
	const imageSize = Number(header.getBigUint64(16, true));
	const textOffset = imageSize === 0 ? 0x8_0000 : Number(header.getBigUint64(8, true));
	const pa = ramBase + textOffset + (textOffset < 4096 ? 2 * MiB : 0);
	if (!Number.isSafeInteger(pa) || !Number.isSafeInteger(imageSize))
		throw new MachineError('The header of the arm64 Image is damaged: its sizes make no sense.');
	const size = Math.max(imageSize, bytes.length);
	return { segments: [{ pa, bytes, size }], entry: pa, end: pa + size };
}

const truncated = (what: string) =>
	new MachineError(`The ELF file ends before its ${what} does: it is truncated. Build it again.`);

/** ELF64, little-endian, AArch64: PT_LOAD segments by physical address. */
function readElf(bytes: Uint8Array): LoadedImage {
	const file = view(bytes);
	if (bytes.length < 64) throw truncated('header');
	if (bytes[4] !== 2 || bytes[5] !== 1)
		throw new MachineError('The ELF file is not 64-bit little-endian: this machine runs AArch64.');
	const machine = file.getUint16(18, true);
	if (machine !== 183)
		throw new MachineError(
			`The ELF file is for another processor (e_machine ${machine}, AArch64 is 183): ` +
				'was it built with the host compiler?'
		);
	const big = (at: number) => Number(file.getBigUint64(at, true));
	const [table, entrySize, count] = [big(32), file.getUint16(54, true), file.getUint16(56, true)];
	const [sections, sectionSize, sectionCount] = [
		big(40),
		file.getUint16(58, true),
		file.getUint16(60, true)
	];
	if (sections + sectionSize * sectionCount > bytes.length) throw truncated('section header table');
	if (count > 0 && (entrySize < 56 || table + count * entrySize > bytes.length))
		throw truncated('program header table');

	const segments: (Segment & { readonly va: number })[] = [];
	for (let i = 0; i < count; i++) {
		const at = table + i * entrySize;
		const PT_LOAD = 1;
		const size = big(at + 40);
		if (file.getUint32(at, true) !== PT_LOAD || size === 0) continue;
		const [offset, fileSize] = [big(at + 8), big(at + 32)];
		if (offset + fileSize > bytes.length || fileSize > size)
			throw truncated(`segment at file offset ${hex(offset)}`);
		segments.push({
			pa: big(at + 24),
			va: big(at + 16),
			bytes: bytes.subarray(offset, offset + fileSize),
			size
		});
	}
	if (segments.length === 0)
		throw new MachineError(
			'The ELF file has nothing to load (no PT_LOAD): is it an object file that was never linked?'
		);
	const end = Math.max(...segments.map(({ pa, size }) => pa + size));
	return { segments, entry: physicalEntry(big(24), segments), end };
}

/** e_entry is a virtual address; execution begins where its segment is loaded. */
function physicalEntry(entry: number, segments: readonly (Segment & { va: number })[]): number {
	const home = segments.find(({ va, size }) => entry >= va && entry < va + size);
	return home ? entry - home.va + home.pa : entry;
}
