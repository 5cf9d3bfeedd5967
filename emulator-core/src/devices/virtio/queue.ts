import type { GuestMemory } from '../../bus/device.ts';

/** Flags of a descriptor. */
const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;

/** In the flags of the available ring: the driver polls and wants no interrupt. */
const NO_INTERRUPT = 1;

const DESCRIPTOR_BYTES = 16;

/** More than any driver's table of indirect descriptors has. */
const MAX_INDIRECT = 1024;

/** What a queue does beyond the minimum, once a driver has accepted it: feature bits. */
export const RingFeature = {
	/** RING_INDIRECT_DESC: a request's descriptors may lie in a table of its own. */
	indirect: 1n << 28n,
	/** RING_EVENT_IDX: each side names the index at which the other is to wake it. */
	eventIndex: 1n << 29n
} as const;

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
	/** What the driver has accepted of RingFeature. */
	features = 0n;
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

	/** How many requests were given back, modulo 2^16: what the used ring says. */
	get given(): number {
		return this.#read16(this.used + 2);
	}

	/** Whether the driver asks to be interrupted for what was given back since there were `before`. */
	wantsInterrupt(before: number): boolean {
		if ((this.features & RingFeature.eventIndex) === 0n)
			return (this.#read16(this.available) & NO_INTERRUPT) === 0;
		// The driver's index is one of those passed; all are modulo 2^16.
		const event = this.#read16(this.available + 4 + 2 * this.size);
		const now = this.given;
		return ((now - event - 1) & 0xffff) < ((now - before) & 0xffff);
	}

	/** Tells a driver that heeds it to ring the bell for the very next request. */
	askForBell(): void {
		if ((this.features & RingFeature.eventIndex) === 0n) return;
		const next = new Uint8Array([this.#next, this.#next >> 8]);
		this.#write(this.used + 4 + 8 * this.size, next);
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

	/** A chain in the queue's table, of which the last descriptor may stand for a chain in another one. */
	#follow(head: number): Chain {
		const readable: Segment[] = [];
		const writable: Segment[] = [];
		let table = { pa: this.descriptors, size: this.size, isIndirect: false };
		let index = head;
		for (let count = 0; ; count++) {
			if (index >= table.size)
				throw new BrokenQueue(`descriptor ${index} in a table of ${table.size}`);
			if (count === table.size)
				throw new BrokenQueue(`a chain of more than ${count} descriptors: it bites its tail`);
			const view = this.#read(table.pa + DESCRIPTOR_BYTES * index, DESCRIPTOR_BYTES);
			const flags = view.getUint16(12, true);
			const segment = { pa: readAddress(view, 0), length: view.getUint32(8, true) };
			if (flags & INDIRECT) {
				if (table.isIndirect || flags & NEXT)
					throw new BrokenQueue('an indirect descriptor that is not the last of its own table');
				table = this.#indirectTable(segment);
				[index, count] = [0, -1];
				continue;
			}
			if (flags & WRITE) writable.push(segment);
			else if (writable.length > 0)
				throw new BrokenQueue('a readable descriptor after a writable one');
			else readable.push(segment);
			if ((flags & NEXT) === 0) return { head, readable, writable };
			index = view.getUint16(14, true);
		}
	}

	#indirectTable({ pa, length }: Segment) {
		if ((this.features & RingFeature.indirect) === 0n)
			throw new BrokenQueue('an indirect descriptor, which was not agreed on');
		const size = length / DESCRIPTOR_BYTES;
		if (!Number.isInteger(size) || size === 0 || size > MAX_INDIRECT)
			throw new BrokenQueue(`an indirect table of ${length} bytes`);
		return { pa, size, isIndirect: true };
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
