import { hex, type AddressMap } from '../bus/address-map.ts';
import type { Board } from '../boards/board.ts';
import { deviceTreeBlob } from '../boards/dtb.ts';
import { MachineError } from './errors.ts';
import { readImage, type Segment } from './images.ts';

const MiB = 2 ** 20;
const alignUp = (value: number, to: number) => Math.ceil(value / to) * to;

/** What is loaded before the first instruction. */
export interface BootImages {
	readonly kernel: Uint8Array;
	readonly initrd?: Uint8Array | undefined;
	readonly bootargs?: string | undefined;
}

/** Where things lie when the CPU starts. */
export interface BootPlacement {
	readonly entry: number;
	readonly dtb: number;
	readonly initrd: { readonly start: number; readonly end: number } | undefined;
}

/**
 * Puts kernel, initramfs and device tree into RAM. The initramfs starts 128 MB (or half of RAM, if
 * that is less) above the start of RAM, or behind a kernel that reaches so far; the device tree is at
 * the next 2 MB behind it.
 */
export function loadBootImages(
	map: AddressMap,
	board: Board,
	ramBytes: number,
	images: BootImages
): BootPlacement {
	const base = board.ram.base;
	const kernel = readImage(images.kernel, base);
	for (const segment of kernel.segments) put(map, segment, 'kernel', base, ramBytes);

	const low = base + Math.min(ramBytes / 2, 128 * MiB);
	let free = alignUp(Math.max(low, inRam(kernel.end, base, ramBytes)), 4096);
	let initrd: BootPlacement['initrd'];
	if (images.initrd !== undefined) {
		const size = images.initrd.length;
		initrd = { start: free, end: free + size };
		put(map, { pa: free, bytes: images.initrd, size }, 'initramfs', base, ramBytes);
		free = initrd.end;
	}
	const dtb = alignUp(free, 2 * MiB);
	const tree = deviceTreeBlob(board, {
		ramBytes,
		...(images.bootargs !== undefined && { bootargs: images.bootargs }),
		...(initrd !== undefined && { initrd })
	});
	put(map, { pa: dtb, bytes: tree, size: tree.length }, 'device tree', base, ramBytes);
	return { entry: kernel.entry, dtb, initrd };
}

const inRam = (pa: number, base: number, ramBytes: number) =>
	pa >= base && pa <= base + ramBytes ? pa : base;

function put(
	map: AddressMap,
	{ pa, bytes, size }: Segment,
	what: string,
	base: number,
	ramBytes: number
): void {
	const target = Number.isSafeInteger(pa + size) ? map.writableRam(pa, size) : undefined;
	if (target === undefined)
		throw new MachineError(
			`The ${what} does not fit: it needs ${hex(pa)} to ${hex(pa + size - 1)}, and RAM is ` +
				`${hex(base)} to ${hex(base + ramBytes - 1)}. Give the machine more RAM, or a smaller ${what}.`
		);
	target.fill(0);
	target.set(bytes);
}
