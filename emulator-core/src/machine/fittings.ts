import { partsOf, type Board } from '../boards/board.ts';
import { hex } from '../bus/address-map.ts';
import type { VirtioVersion } from '../devices/virtio/mmio.ts';
import { imageOf, SECTOR, type DiskImage } from '../devices/virtio/disk.ts';
import { checksum } from './checkpoint.ts';
import { MachineError } from './errors.ts';

/** What a machine has beside its board and images. */
export interface FittingOptions {
	/**
	 * Disk images, for the board's slots in order, in memory or from wherever they can be read piece by
	 * piece. They are never written; do not change them meanwhile.
	 */
	readonly disks?: readonly (Uint8Array | DiskImage)[];
	/** A virtio console in the slot for one. */
	readonly virtioConsole?: boolean;
	/** A virtio entropy device in the slot for one. */
	readonly entropy?: boolean;
	/** The version of the virtio slots; the board's own if left out. */
	readonly virtio?: VirtioVersion;
	/** What the real-time clock shows at reset, in seconds since 1970; 31 March 2014 if left out. */
	readonly startTime?: number;
	/** 32 bits from which all that looks random follows. */
	readonly seed?: number;
}

export interface Fittings extends Required<FittingOptions> {
	readonly disks: readonly DiskImage[];
	/** A short name of those on which a saved state depends: it only fits a machine with the same. */
	readonly identity: string;
}

/** 31 March 2014, 00:00 UTC: the day on which Linux 3.14 was out everywhere. */
const defaultStartTime = 1_396_224_000;
const defaultSeed = 0x0ddb_a115;

const isU32 = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;

/** Checks what was asked for, and adds what was not. Throws MachineError. */
export function fittingsOf(board: Board, options: FittingOptions): Fittings {
	const { virtioConsole = false, entropy = false, virtio = board.virtio } = options;
	const disks = (options.disks ?? []).map((disk) =>
		disk instanceof Uint8Array ? imageOf(disk) : disk
	);
	const { startTime = defaultStartTime, seed = defaultSeed } = options;
	const slotsFor = (what: string) =>
		partsOf(board, 'virtioMmio').filter(({ takes }) => takes === what).length;
	const slots = slotsFor('disk');
	if (disks.length > slots)
		throw new MachineError(
			`${disks.length} disks are too many: the board ${board.name} has slots for ${slots}.`
		);
	disks.forEach((disk, n) => {
		if (disk.size < SECTOR)
			throw new MachineError(
				`Disk ${n + 1} has ${disk.size} bytes: a disk image has at least one sector of ${SECTOR}.`
			);
	});
	for (const [wanted, what] of [
		[virtioConsole, 'console'],
		[entropy, 'entropy']
	] as const)
		if (wanted && slotsFor(what) === 0)
			throw new MachineError(`The board ${board.name} has no virtio slot for: ${what}.`);
	if (virtio !== 1 && virtio !== 2)
		throw new MachineError(`There is no version ${String(virtio)} of virtio-mmio: 1 or 2.`);
	if (!isU32(startTime))
		throw new MachineError(
			`The clock cannot start at ${startTime}: it counts whole seconds since 1970, in 32 bits.`
		);
	if (!isU32(seed)) throw new MachineError(`The seed ${seed} is no whole number of 32 bits.`);
	let identity: string | undefined;
	return {
		...{ disks, virtioConsole, entropy, virtio, startTime, seed },
		get identity() {
			return (identity ??= identify(this));
		}
	};
}

/** Clock and seed are not in it: their state is saved. */
function identify({ virtio, virtioConsole, entropy, disks }: Fittings): string {
	const names = disks.map(
		(disk) =>
			`a ${disk.readOnly ? 'read-only ' : ''}disk of ${disk.size} bytes (${checksumOf(disk)})`
	);
	if (virtioConsole) names.push('a virtio console');
	if (entropy) names.push('an entropy device');
	return [`virtio-mmio ${virtio}`, ...names].join(', ');
}

/** Of the checksums of its megabytes: a disk may have more bytes than fit into memory. */
function checksumOf(disk: DiskImage): string {
	const sums: number[] = [];
	const piece = new Uint8Array(Math.min(2 ** 20, disk.size));
	for (let at = 0; at < disk.size; at += piece.length) {
		const part = piece.subarray(0, Math.min(piece.length, disk.size - at));
		sums.push(...(disk.read(at, part) ? checksum(part) : [0, 0]));
	}
	return checksum(new Uint8Array(Uint32Array.from(sums).buffer))
		.map(hex)
		.join(' ');
}
