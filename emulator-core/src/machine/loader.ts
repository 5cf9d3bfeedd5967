import { hex, type AddressMap } from '../bus/address-map.ts';
import type { Board } from '../boards/board.ts';
import { amendTree } from '../boards/amend-tree.ts';
import { FdtError } from '../boards/fdt.ts';
import { deviceTreeBlob, type BootTree } from '../boards/dtb.ts';
import { MachineError } from './errors.ts';
import { readImage, type Segment } from './images.ts';

const MiB = 2 ** 20;
const alignUp = (value: number, to: number) => Math.ceil(value / to) * to;

/** What is loaded before the first instruction. */
export interface BootImages {
	readonly kernel: Uint8Array;
	readonly initrd?: Uint8Array | undefined;
	readonly bootargs?: string | undefined;
	/** A device tree in place of the board's own; RAM, initramfs and arguments are put into it. */
	readonly dtb?: Uint8Array | undefined;
}

/** Where things lie when the CPU starts. */
export interface BootPlacement {
	readonly entry: number;
	readonly dtb: number;
	readonly initrd: { readonly start: number; readonly end: number } | undefined;
}

/**
 * Where initramfs and device tree start in RAM, as offsets; the kernel ends at the offset `kernelEnd`.
 * The further RAM reaches, the further back they lie.
 */
function layOut(ramBytes: number, kernelEnd: number, initrdBytes: number) {
	const initrd = alignUp(Math.max(Math.min(ramBytes / 2, 128 * MiB), kernelEnd), 4096);
	return { initrd, tree: alignUp(initrd + initrdBytes, 2 * MiB) };
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
	images: BootImages,
	tree: Pick<BootTree, 'rngSeed' | 'virtioSlots' | 'cpus' | 'enableMethod'> = {}
): BootPlacement {
	const base = board.ram.base;
	const kernel = readImage(images.kernel, base);
	const kernelEnd = inRam(kernel.end, base, ramBytes) - base;
	const initrdBytes = images.initrd?.length ?? 0;
	const at = layOut(ramBytes, kernelEnd, initrdBytes);
	const initrd = images.initrd && {
		start: base + at.initrd,
		end: base + at.initrd + initrdBytes
	};
	const boot = {
		...tree,
		ramBytes,
		...(images.bootargs !== undefined && { bootargs: images.bootargs }),
		...(initrd !== undefined && { initrd })
	};
	const blob = images.dtb ? amended(images.dtb, board, boot) : deviceTreeBlob(board, boot);

	const advice = (pa: number) => {
		if (pa < base) return 'Link it to an address in RAM.';
		const end = kernel.end - base;
		for (let size = MiB; size <= 4096 * MiB; size += MiB)
			if (layOut(size, end, initrdBytes).tree + blob.length <= size)
				return `What is to be booted needs at least ${size / MiB} MB of RAM.`;
		return 'No machine has RAM enough.';
	};
	const load = (segment: Segment, what: string) => {
		if (put(map, segment)) return;
		const { pa, size } = segment;
		throw new MachineError(
			`The ${what} does not fit: it would take ${hex(pa)} to ${hex(pa + size - 1)}, and RAM is ` +
				`${hex(base)} to ${hex(base + ramBytes - 1)}. ${advice(pa)}`
		);
	};
	for (const segment of kernel.segments) load(segment, 'kernel');
	if (images.initrd && initrd)
		load({ pa: initrd.start, bytes: images.initrd, size: initrdBytes }, 'initramfs');
	const dtb = base + at.tree;
	load({ pa: dtb, bytes: blob, size: blob.length }, 'device tree');
	return { entry: kernel.entry, dtb, initrd };
}

function amended(dtb: Uint8Array, board: Board, boot: BootTree): Uint8Array {
	try {
		return amendTree(dtb, board, boot);
	} catch (error) {
		if (!(error instanceof FdtError)) throw error;
		throw new MachineError(`The device tree cannot be used: ${error.message}.`);
	}
}

const inRam = (pa: number, base: number, ramBytes: number) =>
	pa >= base && pa <= base + ramBytes ? pa : base;

/** False if a part of it would lie outside RAM. */
function put(map: AddressMap, { pa, bytes, size }: Segment): boolean {
	const target = Number.isSafeInteger(pa + size) ? map.writableRam(pa, size) : undefined;
	target?.fill(0);
	target?.set(bytes);
	return target !== undefined;
}
