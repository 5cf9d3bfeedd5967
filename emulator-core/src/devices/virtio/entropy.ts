import type { GuestMemory } from '../../bus/device.ts';
import { RandomBytes } from '../random-bytes.ts';
import type { VirtioDevice } from './mmio.ts';
import { lengthOf, scatter } from './pieces.ts';
import type { Chain } from './queue.ts';

/** What one request gets at most; the specification lets a device give less than was asked for. */
const MAX_REQUEST_BYTES = 4096;

/**
 * A virtio entropy device (Virtual I/O Device specification, "Entropy Device"). Its bytes look random
 * and follow from a seed, so that a run is the same run each time: no secret is safe with them.
 */
export class VirtioEntropy implements VirtioDevice {
	readonly deviceId = 4;
	readonly queueSizes = [8];
	readonly features = 0n;
	readonly config = new Uint8Array(0);
	readonly #random: RandomBytes;

	/** `seed` is 32 bits. */
	constructor(seed: number) {
		this.#random = new RandomBytes(seed);
	}

	serve(_queue: number, { writable }: Chain, memory: GuestMemory): number {
		const length = Math.min(lengthOf(writable), MAX_REQUEST_BYTES);
		return scatter(writable, this.#random.next(length), memory);
	}

	snapshotState(): unknown {
		return this.#random.state;
	}
	restoreState(state: unknown): void {
		this.#random.state = state as number[];
	}
}
