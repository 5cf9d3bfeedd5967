import type { CharBackend, GuestMemory } from '../../bus/device.ts';
import type { VirtioDevice } from './mmio.ts';
import { eachPiece, fetchBytes, lengthOf, scatter } from './pieces.ts';
import type { Chain } from './queue.ts';

/** Queues of port 0. */
const RECEIVE = 0;
const TRANSMIT = 1;

/** Features: columns and rows in the configuration are valid; so is its register for a single character. */
const SIZE = 1n << 0n;
const EMERGENCY_WRITE = 1n << 2n;

/** Where that register lies. */
const EMERGENCY = 8;

/** More than any driver sends at once; what a longer request has beyond it is dropped. */
const MAX_REQUEST_BYTES = 2 ** 20;

/**
 * A virtio console with one port (Virtual I/O Device specification, "Console Device"). What is sent to
 * it waits until the driver has buffers for it.
 */
export class VirtioConsole implements VirtioDevice {
	readonly deviceId = 3;
	readonly queueSizes = [64, 64];
	readonly features = SIZE | EMERGENCY_WRITE;
	readonly config = Uint8Array.of(80, 0, 24, 0, 1, 0, 0, 0, 0, 0, 0, 0);
	onReady: ((queue: number) => void) | undefined;
	readonly #backend: CharBackend;
	#waiting: number[] = [];

	constructor(backend: CharBackend) {
		this.#backend = backend;
	}

	/** Bytes that are typed, at the present tick. */
	receive(bytes: Iterable<number>): void {
		for (const byte of bytes) this.#waiting.push(byte & 0xff);
		this.onReady?.(RECEIVE);
	}

	ready(queue: number): boolean {
		return queue === TRANSMIT || this.#waiting.length > 0;
	}

	serve(queue: number, { readable, writable }: Chain, memory: GuestMemory): number {
		if (queue === RECEIVE) {
			const written = scatter(writable, Uint8Array.from(this.#waiting), memory);
			this.#waiting.splice(0, written);
			return written;
		}
		const length = Math.min(lengthOf(readable), MAX_REQUEST_BYTES);
		eachPiece(readable, 0, length, (pa, part) => {
			for (const byte of fetchBytes(memory, pa, part).slice()) this.#backend.write(byte);
		});
		return 0;
	}

	writeConfig(offset: number, byte: number): void {
		if (offset === EMERGENCY) this.#backend.write(byte);
	}

	snapshotState(): unknown {
		return { waiting: [...this.#waiting] };
	}
	restoreState(state: unknown): void {
		this.#waiting = [...(state as { waiting: number[] }).waiting];
	}
}
