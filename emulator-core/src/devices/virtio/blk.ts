import type { GuestMemory } from '../../bus/device.ts';
import type { VirtioDevice } from './mmio.ts';
import { BrokenQueue, type Chain, type Segment } from './queue.ts';

const SECTOR = 512;
const HEADER_BYTES = 16;
const QUEUE_SIZE = 128;

/** Features: `seg_max` in the configuration is valid; the disk is read-only; it knows FLUSH. */
const SEG_MAX = 1n << 2n;
const READ_ONLY = 1n << 5n;
const FLUSH = 1n << 9n;

/** Request types, and the status byte that ends a request. */
const Type = { in: 0, out: 1, flush: 4, getId: 8 } as const;
const Status = { ok: 0, ioError: 1, unsupported: 2 } as const;

const ID_BYTES = 20;

/** A disk's contents: bytes that are shared and never written, and blocks over them that were. */
export class CopyOnWriteDisk {
	static readonly blockBytes = 4096;
	readonly #image: Uint8Array;
	readonly #blocks = new Map<number, Uint8Array>();

	/** `image` is not copied: do not change it while the disk is in use. */
	constructor(image: Uint8Array) {
		this.#image = image;
	}

	/** In bytes; what does not fill a sector at the end of the image is not part of the disk. */
	get size(): number {
		return this.#image.length - (this.#image.length % SECTOR);
	}

	/** A copy of `length` bytes at `at`, both within the disk. */
	read(at: number, length: number): Uint8Array {
		const out = this.#image.slice(at, at + length);
		this.#eachBlock(at, length, (block, from, to) => {
			const changed = this.#blocks.get(block);
			const start = block * CopyOnWriteDisk.blockBytes;
			if (changed) out.set(changed.subarray(from - start, to - start), from - at);
		});
		return out;
	}

	write(at: number, bytes: Uint8Array): void {
		this.#eachBlock(at, bytes.length, (block, from, to) => {
			const start = block * CopyOnWriteDisk.blockBytes;
			let changed = this.#blocks.get(block);
			if (changed === undefined) {
				changed = new Uint8Array(CopyOnWriteDisk.blockBytes);
				changed.set(this.#image.subarray(start, start + CopyOnWriteDisk.blockBytes));
				this.#blocks.set(block, changed);
			}
			changed.set(bytes.subarray(from - at, to - at), from - start);
		});
	}

	/** The changed blocks by number, each in base64. */
	snapshotState(): [number, string][] {
		return [...this.#blocks]
			.sort(([a], [b]) => a - b)
			.map(([block, bytes]) => [block, btoa(String.fromCharCode(...bytes))]);
	}
	restoreState(state: unknown): void {
		this.#blocks.clear();
		for (const [block, text] of state as [number, string][])
			this.#blocks.set(
				block,
				Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
			);
	}

	#eachBlock(
		at: number,
		length: number,
		visit: (block: number, from: number, to: number) => void
	): void {
		const end = at + length;
		for (let from = at; from < end;) {
			const block = Math.floor(from / CopyOnWriteDisk.blockBytes);
			const to = Math.min(end, (block + 1) * CopyOnWriteDisk.blockBytes);
			visit(block, from, to);
			from = to;
		}
	}
}

/** A virtio disk (Virtual I/O Device specification, "Block Device") of 512-byte sectors. */
export class VirtioBlk implements VirtioDevice {
	readonly deviceId = 2;
	readonly queueSizes = [QUEUE_SIZE];
	readonly features: bigint;
	readonly config = new Uint8Array(24);
	readonly #disk: CopyOnWriteDisk;
	readonly #id: string;
	readonly #readOnly: boolean;

	/** `id` is the serial number that Linux shows, at most 20 characters. */
	constructor(disk: CopyOnWriteDisk, id = 'trapline', readOnly = false) {
		this.#disk = disk;
		this.#id = id;
		this.#readOnly = readOnly;
		this.features = SEG_MAX | FLUSH | (readOnly ? READ_ONLY : 0n);
		const view = new DataView(this.config.buffer);
		view.setBigUint64(0, BigInt(disk.size / SECTOR), true); // capacity
		view.setUint32(12, QUEUE_SIZE - 2, true); // seg_max: all but header and status
		view.setUint32(20, SECTOR, true); // blk_size
	}

	/** A request is a header, data in one direction or the other, and one byte for the status. */
	serve(_queue: number, { readable, writable }: Chain, memory: GuestMemory): number {
		if (sum(readable) < HEADER_BYTES || sum(writable) < 1)
			throw new BrokenQueue('a disk request without a header or without room for its status');
		const header = new Uint8Array(HEADER_BYTES);
		eachPiece(readable, 0, HEADER_BYTES, (pa, length, at) => {
			header.set(fetch(memory, pa, length), at);
		});
		const view = new DataView(header.buffer);
		const sector = view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32;
		const room = sum(writable) - 1;
		const { status, written } = this.#perform(
			view.getUint32(0, true),
			sector * SECTOR,
			{ segments: readable, length: sum(readable) - HEADER_BYTES },
			{ segments: writable, length: room },
			memory
		);
		eachPiece(writable, room, 1, (pa) => store(memory, pa, new Uint8Array([status])));
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
			case Type.in:
				if (!this.#holds(at, into.length)) break;
				eachPiece(into.segments, 0, into.length, (pa, length, done) =>
					store(memory, pa, this.#disk.read(at + done, length))
				);
				return { status: Status.ok, written: into.length };
			case Type.out:
				if (this.#readOnly || !this.#holds(at, out.length)) break;
				eachPiece(out.segments, HEADER_BYTES, out.length, (pa, length, done) =>
					this.#disk.write(at + done, fetch(memory, pa, length))
				);
				return { status: Status.ok, written: 0 };
			case Type.flush:
				return { status: Status.ok, written: 0 };
			case Type.getId: {
				const id = new Uint8Array(ID_BYTES);
				new TextEncoder().encodeInto(this.#id, id);
				const length = Math.min(ID_BYTES, into.length);
				eachPiece(into.segments, 0, length, (pa, part, done) =>
					store(memory, pa, id.subarray(done, done + part))
				);
				return { status: Status.ok, written: length };
			}
			default:
				return { status: Status.unsupported, written: 0 };
		}
		return { status: Status.ioError, written: 0 };
	}

	/** Whole sectors within the disk: this also bounds how much one request can copy. */
	#holds(at: number, length: number): boolean {
		return length % SECTOR === 0 && at + length <= this.#disk.size;
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

const sum = (segments: readonly Segment[]) =>
	segments.reduce((total, { length }) => total + length, 0);

/** Visits `length` bytes from byte `skip` of `segments` on, piece by piece; `done` bytes came before each. */
function eachPiece(
	segments: readonly Segment[],
	skip: number,
	length: number,
	visit: (pa: number, length: number, done: number) => void
): void {
	let start = 0;
	for (const segment of segments) {
		const from = Math.max(skip, start);
		const to = Math.min(skip + length, start + segment.length);
		if (from < to) visit(segment.pa + (from - start), to - from, from - skip);
		start += segment.length;
	}
}

function fetch(memory: GuestMemory, pa: number, length: number): Uint8Array {
	const bytes = memory.read(pa, length);
	if (bytes === undefined) throw new BrokenQueue(`a disk request reads outside RAM, at ${pa}`);
	return bytes;
}

function store(memory: GuestMemory, pa: number, bytes: Uint8Array): void {
	if (!memory.write(pa, bytes))
		throw new BrokenQueue(`a disk request writes outside RAM, at ${pa}`);
}
