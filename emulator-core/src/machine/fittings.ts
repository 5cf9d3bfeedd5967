import { partsOf, type Board } from '../boards/board.ts';
import { hex } from '../bus/address-map.ts';
import type { VirtioVersion } from '../devices/virtio/mmio.ts';
import { SECTOR } from '../devices/virtio/disk.ts';
import { checksum } from './checkpoint.ts';
import { MachineError } from './errors.ts';

/** What a machine has beside its board and images. */
export interface FittingOptions {
	/** Disk images, for the board's slots in order. They are never written; do not change them meanwhile. */
	readonly disks?: readonly Uint8Array[];
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
	/** A short name of those on which a saved state depends: it only fits a machine with the same. */
	readonly identity: string;
}

/** 31 March 2014, 00:00 UTC: the day on which Linux 3.14 was out everywhere. */
const defaultStartTime = 1_396_224_000;
const defaultSeed = 0x0ddb_a115;

const isU32 = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;

/** Checks what was asked for, and adds what was not. Throws MachineError. */
export function fittingsOf(board: Board, options: FittingOptions): Fittings {
	const { disks = [], virtioConsole = false, entropy = false, virtio = board.virtio } = options;
	const { startTime = defaultStartTime, seed = defaultSeed } = options;
	const slotsFor = (what: string) =>
		partsOf(board, 'virtioMmio').filter(({ takes }) => takes === what).length;
	const slots = slotsFor('disk');
	if (disks.length > slots)
		throw new MachineError(
			`${disks.length} disks are too many: the board ${board.name} has slots for ${slots}.`
		);
	disks.forEach((disk, n) => {
		if (disk.length < SECTOR)
			throw new MachineError(
				`Disk ${n + 1} has ${disk.length} bytes: a disk image has at least one sector of ${SECTOR}.`
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
		(disk) => `a disk of ${disk.length} bytes (${checksum(disk).map(hex).join(' ')})`
	);
	if (virtioConsole) names.push('a virtio console');
	if (entropy) names.push('an entropy device');
	return [`virtio-mmio ${virtio}`, ...names].join(', ');
}
