import type { GuestMemory } from '../../bus/device.ts';
import { SECTOR, type CopyOnWriteDisk } from './disk.ts';
import type { VirtioDevice } from './mmio.ts';
import { eachPiece, fetchBytes, lengthOf, scatter, storeBytes } from './pieces.ts';
import { BrokenQueue, type Chain, type Segment } from './queue.ts';

const HEADER_BYTES = 16;
const QUEUE_SIZE = 128;

/** Features: `seg_max` in the configuration is valid; the disk is read-only; so is `blk_size`; it knows FLUSH. */
const SEG_MAX = 1n << 2n;
const READ_ONLY = 1n << 5n;
const BLK_SIZE = 1n << 6n;
const FLUSH = 1n << 9n;

/** Request types, and the status byte that ends a request. */
const Type = { in: 0, out: 1, flush: 4, getId: 8 } as const;
const Status = { ok: 0, ioError: 1, unsupported: 2 } as const;

const ID_BYTES = 20;

/** More than any driver asks for at once: it bounds what a ring full of nonsense can cost. */
const MAX_REQUEST_BYTES = 16 * 2 ** 20;

/** A virtio disk (Virtual I/O Device specification, "Block Device") of 512-byte sectors. */
export class VirtioBlk implements VirtioDevice {
	readonly deviceId = 2;
	readonly queueSizes = [QUEUE_SIZE];
	readonly features: bigint;
	readonly config = new Uint8Array(24);
	readonly #disk: CopyOnWriteDisk;
	readonly #id: string;

	/** `id` is the serial number that Linux shows, at most 20 characters. */
	constructor(disk: CopyOnWriteDisk, id = 'trapline') {
		this.#disk = disk;
		this.#id = id;
		this.features = SEG_MAX | BLK_SIZE | FLUSH | (disk.readOnly ? READ_ONLY : 0n);
		const view = new DataView(this.config.buffer);
		view.setBigUint64(0, BigInt(disk.size / SECTOR), true); // capacity
		view.setUint32(12, QUEUE_SIZE - 2, true); // seg_max: all but header and status
		view.setUint32(20, SECTOR, true); // blk_size
	}

	/** A request is a header, data in one direction or the other, and one byte for the status. */
	serve(_queue: number, { readable, writable }: Chain, memory: GuestMemory): number {
		if (lengthOf(readable) < HEADER_BYTES || lengthOf(writable) < 1)
			throw new BrokenQueue('a disk request without a header or without room for its status');
		const header = new Uint8Array(HEADER_BYTES);
		eachPiece(readable, 0, HEADER_BYTES, (pa, length, at) => {
			header.set(fetchBytes(memory, pa, length), at);
		});
		const view = new DataView(header.buffer);
		const sector = view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32;
		const room = lengthOf(writable) - 1;
		const { status, written } = this.#perform(
			view.getUint32(0, true),
			sector * SECTOR,
			{ segments: readable, length: lengthOf(readable) - HEADER_BYTES },
			{ segments: writable, length: room },
			memory
		);
		eachPiece(writable, room, 1, (pa) => storeBytes(memory, pa, new Uint8Array([status])));
		return written + 1;
	}

	#perform(
		type: number,
		at: number,
		out: Data,
		into: Data,
		memory: GuestMemory
	): { status: number; written: number } {
		switch (type) {
			case Type.in: {
				const bytes = this.#holds(at, into.length) ? this.#disk.read(at, into.length) : undefined;
				if (bytes === undefined) break;
				return { status: Status.ok, written: scatter(into.segments, bytes, memory) };
			}
			case Type.out: {
				if (this.#disk.readOnly || !this.#holds(at, out.length)) break;
				let written = true;
				eachPiece(out.segments, HEADER_BYTES, out.length, (pa, length, done) => {
					const bytes = fetchBytes(memory, pa, length);
					written = this.#disk.write(at + done, bytes) && written;
				});
				if (!written) break;
				return { status: Status.ok, written: 0 };
			}
			case Type.flush:
				return { status: Status.ok, written: 0 };
			case Type.getId: {
				const id = new Uint8Array(Math.min(ID_BYTES, into.length));
				new TextEncoder().encodeInto(this.#id, id);
				return { status: Status.ok, written: scatter(into.segments, id, memory) };
			}
			default:
				return { status: Status.unsupported, written: 0 };
		}
		return { status: Status.ioError, written: 0 };
	}

	/** Whole sectors within the disk, and not too many of them at once. */
	#holds(at: number, length: number): boolean {
		return length % SECTOR === 0 && length <= MAX_REQUEST_BYTES && at + length <= this.#disk.size;
	}

	snapshotState(): unknown {
		return this.#disk.snapshotState();
	}
	restoreState(state: unknown): void {
		this.#disk.restoreState(state);
	}
}

/** The data part of a request, spread over segments. */
interface Data {
	readonly segments: readonly Segment[];
	readonly length: number;
}
