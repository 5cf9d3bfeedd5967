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

/** What else people have that looks like a kernel: bytes at an offset, and what to do about it. */
const others: readonly [offset: number, bytes: readonly number[], advice: string][] = [
	[0, [0x1f, 0x8b], 'It is packed with gzip: unpack it first (gunzip).'],
	[0, [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'It is packed with xz: unpack it first (unxz).'],
	[0, [0x28, 0xb5, 0x2f, 0xfd], 'It is packed with zstd: unpack it first (unzstd).'],
	[0, [0x42, 0x5a, 0x68], 'It is packed with bzip2: unpack it first (bunzip2).'],
	[
		4,
		[0x7a, 0x69, 0x6d, 0x67],
		'It is an EFI zboot image: the Image within it is what boots here.'
	],
	[0, [0x27, 0x05, 0x19, 0x56], 'It is a uImage for U-Boot: give the Image that it was made of.'],
	[0, [0xd0, 0x0d, 0xfe, 0xed], 'It is a device tree, or a FIT image: give the kernel alone.'],
	[0x24, [0x18, 0x28, 0x6f, 0x01], 'It is a zImage for 32-bit Arm; this machine runs AArch64.'],
	[0x202, [0x48, 0x64, 0x72, 0x53], 'It is a bzImage for x86; this machine runs AArch64.']
];

/** Reads an arm64 Image or an AArch64 ELF; anything else is a MachineError that says what it is not. */
export function readImage(bytes: Uint8Array, ramBase: number): LoadedImage {
	const image = readAny(bytes, ramBase);
	if (image.entry % 4 !== 0)
		throw new MachineError(
			`The kernel would begin at ${hex(image.entry)}, but instructions lie at multiples of 4: ` +
				'its header (text_offset of an Image, the entry point of an ELF file) is damaged.'
		);
	return image;
}

function readAny(bytes: Uint8Array, ramBase: number): LoadedImage {
	if (bytes.length >= 4 && view(bytes).getUint32(0, false) === 0x7f45_4c46) return readElf(bytes);
	if (bytes.length >= 64 && view(bytes).getUint32(56, true) === 0x644d_5241)
		return readArm64Image(bytes, ramBase);
	if (bytes.length < 64)
		throw new MachineError(
			`The kernel is only ${bytes.length} bytes long: an arm64 Image has a header of 64. ` +
				'Was the build interrupted, or is it another file?'
		);
	const other = others.find(([offset, magic]) =>
		magic.every((byte, i) => bytes[offset + i] === byte)
	);
	throw new MachineError(
		'The kernel is neither an arm64 Image (no "ARM\\x64" at byte 56) nor an ELF file. ' +
			(other?.[2] ?? 'Give arch/arm64/boot/Image, uncompressed, or an .axf or vmlinux.')
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
	if (header.getUint8(24) & 1)
		throw new MachineError(
			'The arm64 Image is big-endian (bit 0 of its flags): this machine is little-endian. ' +
				'Build it without CONFIG_CPU_BIG_ENDIAN.'
		);
	const size = Math.max(imageSize, bytes.length);
	return { segments: [{ pa, bytes, size }], entry: pa, end: pa + size };
}

const [ET_EXEC, ET_DYN, PT_LOAD] = [2, 3, 1];
/** From here on lie a kernel's virtual addresses; no physical one is so high. */
const KERNEL_SPACE = 1n << 48n;

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

	if (![ET_EXEC, ET_DYN].includes(file.getUint16(16, true)))
		throw new MachineError(
			'The ELF file is no program: is it an object file that was never linked?'
		);
	const segments: (Segment & { readonly va: bigint })[] = [];
	for (let i = 0; i < count; i++) {
		const at = table + i * entrySize;
		const size = big(at + 40);
		if (file.getUint32(at, true) !== PT_LOAD || size === 0) continue;
		const [offset, fileSize] = [big(at + 8), big(at + 32)];
		if (offset + fileSize > bytes.length || fileSize > size)
			throw truncated(`segment at file offset ${hex(offset)}`);
		if (file.getBigUint64(at + 24, true) >= KERNEL_SPACE)
			throw new MachineError(
				'The ELF file says only at which virtual addresses it runs, not where in memory it lies: ' +
					'boot the Image that was made of it.'
			);
		segments.push({
			pa: big(at + 24),
			va: file.getBigUint64(at + 16, true),
			bytes: bytes.subarray(offset, offset + fileSize),
			size
		});
	}
	if (segments.length === 0)
		throw new MachineError(
			'The ELF file has nothing to load (no PT_LOAD): is it an object file that was never linked?'
		);
	const end = Math.max(...segments.map(({ pa, size }) => pa + size));
	return { segments, entry: physicalEntry(file.getBigUint64(24, true), segments), end };
}

/** e_entry is a virtual address; execution begins where its segment is loaded. */
function physicalEntry(entry: bigint, segments: readonly (Segment & { va: bigint })[]): number {
	const home =
		segments.find(({ va, size }) => entry >= va && entry < va + BigInt(size)) ??
		segments.find(({ pa, size }) => entry >= BigInt(pa) && entry < BigInt(pa + size));
	if (home === undefined)
		throw new MachineError(
			`The ELF file starts at 0x${entry.toString(16)}, where it loads nothing: ` +
				'does its linker script name the entry point?'
		);
	return entry >= home.va && entry < home.va + BigInt(home.size)
		? Number(entry - home.va) + home.pa
		: Number(entry);
}
