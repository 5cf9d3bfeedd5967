import type { GuestMemory } from '../../bus/device.ts';

/** Flags of a descriptor. */
const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;

/** In the flags of the available ring: the driver polls and wants no interrupt. */
const NO_INTERRUPT = 1;

const DESCRIPTOR_BYTES = 16;

/** A stretch of guest memory that a descriptor names. */
export interface Segment {
	readonly pa: number;
	readonly length: number;
}

/** One request: the segments that the driver filled, then those that the device fills. */
export interface Chain {
	/** Index of the first descriptor, by which the driver knows the request again. */
	readonly head: number;
	readonly readable: readonly Segment[];
	readonly writable: readonly Segment[];
}

/** The driver's rings make no sense; the device stops until it is reset. */
export class BrokenQueue extends Error {
	override name = 'BrokenQueue';
}

export interface VirtqueueState {
	size: number;
	ready: boolean;
	descriptors: number;
	available: number;
	used: number;
	next: number;
}

/**
 * A split virtqueue (Virtual I/O Device specification, "Split Virtqueues"): a table of descriptors
 * and two rings, all in guest memory. Nothing that lies there is trusted: an address outside RAM, an
 * index beyond the table or a chain that bites its tail raises BrokenQueue.
 */
export class Virtqueue {
	readonly maxSize: number;
	/** Number of descriptors: what the driver chose, 0 until it has. */
	size = 0;
	ready = false;
	/** Physical addresses of the table and of the rings. */
	descriptors = 0;
	available = 0;
	used = 0;
	readonly #memory: GuestMemory;
	/** How many requests were taken, modulo 2^16 as in the ring. */
	#next = 0;

	constructor(memory: GuestMemory, maxSize: number) {
		this.#memory = memory;
		this.maxSize = maxSize;
	}

	reset(): void {
		this.size = 0;
		this.ready = false;
		this.descriptors = this.available = this.used = 0;
		this.#next = 0;
	}

	/** Whether rings can be used: a size that is a power of two, and the driver's word that they are set up. */
	get usable(): boolean {
		const { size } = this;
		return this.ready && size > 0 && size <= this.maxSize && (size & (size - 1)) === 0;
	}

	/** Takes the next request that the driver made available; undefined if there is none. */
	take(): Chain | undefined {
		const waiting = (this.#read16(this.available + 2) - this.#next) & 0xffff;
		if (waiting === 0) return undefined;
		if (waiting > this.size)
			throw new BrokenQueue(`${waiting} requests wait in a ring of ${this.size}`);
		const head = this.#read16(this.available + 4 + 2 * (this.#next % this.size));
		this.#next = (this.#next + 1) & 0xffff;
		return this.#follow(head);
	}

	/** Gives a request back; `written` is how many bytes the device put into its writable segments. */
	give(chain: Chain, written: number): void {
		const index = this.#read16(this.used + 2);
		const element = new Uint8Array(8);
		const view = new DataView(element.buffer);
		view.setUint32(0, chain.head, true);
		view.setUint32(4, written, true);
		this.#write(this.used + 4 + 8 * (index % this.size), element);
		this.#write(this.used + 2, new Uint8Array([index + 1, (index + 1) >> 8]));
	}

	/** Whether the driver asks to be interrupted for what is given back. */
	get wantsInterrupt(): boolean {
		return (this.#read16(this.available) & NO_INTERRUPT) === 0;
	}

	snapshotState(): VirtqueueState {
		const { size, ready, descriptors, available, used } = this;
		return { size, ready, descriptors, available, used, next: this.#next };
	}
	restoreState(state: VirtqueueState): void {
		this.size = state.size;
		this.ready = state.ready;
		this.descriptors = state.descriptors;
		this.available = state.available;
		this.used = state.used;
		this.#next = state.next;
	}

	#follow(head: number): Chain {
		const readable: Segment[] = [];
		const writable: Segment[] = [];
		let index = head;
		for (let count = 0; count < this.size; count++) {
			if (index >= this.size)
				throw new BrokenQueue(`descriptor ${index} in a table of ${this.size}`);
			const view = this.#read(this.descriptors + DESCRIPTOR_BYTES * index, DESCRIPTOR_BYTES);
			const flags = view.getUint16(12, true);
			if (flags & INDIRECT) throw new BrokenQueue('an indirect descriptor, which was not offered');
			const segment = { pa: readAddress(view, 0), length: view.getUint32(8, true) };
			if (flags & WRITE) writable.push(segment);
			else if (writable.length > 0)
				throw new BrokenQueue('a readable descriptor after a writable one');
			else readable.push(segment);
			if ((flags & NEXT) === 0) return { head, readable, writable };
			index = view.getUint16(14, true);
		}
		throw new BrokenQueue(`a chain of more than ${this.size} descriptors: it bites its tail`);
	}

	#read(pa: number, length: number): DataView {
		const bytes = this.#memory.read(pa, length);
		if (bytes === undefined) throw new BrokenQueue(`a ring or table outside RAM, at ${pa}`);
		return new DataView(bytes.buffer, bytes.byteOffset, length);
	}

	#read16(pa: number): number {
		return this.#read(pa, 2).getUint16(0, true);
	}

	#write(pa: number, bytes: Uint8Array): void {
		if (!this.#memory.write(pa, bytes)) throw new BrokenQueue(`a used ring outside RAM, at ${pa}`);
	}
}

/** 64 bits as a number: inexact beyond 2^53, where there is no RAM to be found. */
const readAddress = (view: DataView, at: number) =>
	view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
