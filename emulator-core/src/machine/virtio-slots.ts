import {
	partsOf,
	regionSizes,
	type Board,
	type Interrupt,
	type VirtioMmioPart
} from '../boards/board.ts';
import type { IrqLine } from '../bus/device.ts';
import { VirtioBlk } from '../devices/virtio/blk.ts';
import { VirtioConsole } from '../devices/virtio/console.ts';
import { CopyOnWriteDisk } from '../devices/virtio/disk.ts';
import { noDevice } from '../devices/virtio/empty.ts';
import { VirtioEntropy } from '../devices/virtio/entropy.ts';
import { VirtioMmio, type VirtioDevice } from '../devices/virtio/mmio.ts';
import type { Fittings } from './fittings.ts';
import type { Surroundings } from './wiring.ts';

/** Puts into each virtio slot what it takes, of what the machine has: the disks in order. */
export function fillSlots(
	board: Board,
	fittings: Fittings,
	around: Surroundings,
	input: (irq: Interrupt) => IrqLine
) {
	const disks = fittings.disks.map((image) => new CopyOnWriteDisk(image));
	const console = fittings.virtioConsole
		? new VirtioConsole({ write: (byte) => around.output('console', byte) })
		: undefined;
	const waiting: Record<VirtioMmioPart['takes'], VirtioDevice[]> = {
		disk: disks.map((disk, n) => new VirtioBlk(disk, `disk${n}`)),
		console: console ? [console] : [],
		entropy: fittings.entropy ? [new VirtioEntropy(fittings.seed)] : []
	};
	const slots = partsOf(board, 'virtioMmio').map((part) => {
		const device = waiting[part.takes].shift() ?? noDevice();
		const line = input(part.irq);
		const slot = new VirtioMmio(part.name, line, around.memory, device, fittings.virtio);
		slot.onBroken = (reason) => around.note(reason);
		around.map.addDevice(part.base, regionSizes.virtioMmio, slot);
		return slot;
	});
	return { slots, disks, console };
}
