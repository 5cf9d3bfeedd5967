import type { GuestMemory } from '../../bus/device.ts';
import type { VirtioMmio } from './mmio.ts';

export const RAM = 0x4000_0000;
const RAM_BYTES = 0x10_0000;
/** Every queue has three pages: table and available ring, used ring, data. */
const QUEUE_BYTES = 0x3000;

/** 1 MB of RAM for tests, and nothing else. */
export class TestRam implements GuestMemory {
	readonly bytes = new Uint8Array(RAM_BYTES);
	readonly view = new DataView(this.bytes.buffer);

	read(pa: number, length: number): Uint8Array | undefined {
		const at = pa - RAM;
		return at >= 0 && at + length <= RAM_BYTES ? this.bytes.subarray(at, at + length) : undefined;
	}
	write(pa: number, bytes: Uint8Array): boolean {
		const to = this.read(pa, bytes.length);
		to?.set(bytes);
		return to !== undefined;
	}
}

/** A driver for tests, of version 2, with 8 descriptors in each queue. */
export class TestDriver {
	readonly #device: VirtioMmio;
	readonly #ram: TestRam;
	readonly #offered: number[] = [];

	constructor(device: VirtioMmio, ram: TestRam) {
		this.#device = device;
		this.#ram = ram;
	}

	read(offset: number): number {
		return this.#device.read(offset, 4);
	}
	write(offset: number, value: number): void {
		this.#device.write(offset, value, 4);
	}

	/** Where the data of a queue lie. */
	data(queue: number): number {
		return RAM + QUEUE_BYTES * queue + 0x2000;
	}
	bytes(pa: number, length: number): number[] {
		return [...this.#ram.read(pa, length)!];
	}

	start(queues: number): void {
		for (const status of [0, 3]) this.write(0x70, status);
		for (const word of [0, 1]) {
			this.write(0x14, word);
			this.write(0x24, word);
			// Its rings are of the simplest kind.
			this.write(0x20, this.read(0x10) & 0x0fff_ffff);
		}
		this.write(0x70, 0xb);
		for (let queue = 0; queue < queues; queue++) {
			this.write(0x30, queue);
			this.write(0x38, 8);
			const base = RAM + QUEUE_BYTES * queue;
			[base, base + 0x80, base + 0x1000].forEach((pa, n) => {
				this.write(0x80 + 0x10 * n, pa);
				this.write(0x84 + 0x10 * n, 0);
			});
			this.write(0x44, 1);
			this.#offered[queue] = 0;
		}
		this.write(0x70, 0xf);
	}

	/** Makes one descriptor the request, and rings the bell. */
	offer(queue: number, pa: number, length: number, writable: boolean): void {
		const { view } = this.#ram;
		const table = QUEUE_BYTES * queue;
		const number = this.#offered[queue]!++;
		const at = table + 16 * (number % 8);
		view.setBigUint64(at, BigInt(pa), true);
		view.setUint32(at + 8, length, true);
		view.setUint32(at + 12, writable ? 2 : 0, true);
		view.setUint16(table + 0x84 + 2 * (number % 8), number % 8, true);
		view.setUint16(table + 0x82, number + 1, true);
		this.write(0x50, queue);
	}

	/** How many requests were given back, and how many bytes were written for the last. */
	used(queue: number): { index: number; written: number } {
		const at = QUEUE_BYTES * queue + 0x1000;
		const index = this.#ram.view.getUint16(at + 2, true);
		const last = at + 4 + 8 * ((index + 7) % 8);
		return { index, written: this.#ram.view.getUint32(last + 4, true) };
	}
}
