export const SECTOR = 512;
const BLOCK = 4096;

/** What a disk begins with. It is never written, and stays the same while a machine has it. */
export interface DiskImage {
	/** In bytes. */
	readonly size: number;
	/** The disk says of itself that it cannot be written. */
	readonly readOnly?: boolean;
	/** Fills `into` with the bytes from `at` on, all of which the image has. False: they could not be read. */
	read(at: number, into: Uint8Array): boolean;
}

/** An image in memory. `bytes` are not copied: do not change them while a machine has the disk. */
export const imageOf = (bytes: Uint8Array, readOnly = false): DiskImage => ({
	size: bytes.length,
	readOnly,
	read: (at, into) => {
		into.set(bytes.subarray(at, at + into.length));
		return true;
	}
});

/** The blocks that differ from the image: the state of a disk. Shared, never changed. */
class DiskChanges {
	readonly blocks: ReadonlyMap<number, Uint8Array>;

	constructor(blocks: ReadonlyMap<number, Uint8Array>) {
		this.blocks = blocks;
	}

	/** The changed blocks by number, each in base64. */
	toJSON(): [number, string][] {
		return [...this.blocks]
			.sort(([a], [b]) => a - b)
			.map(([block, bytes]) => [block, btoa(String.fromCharCode(...bytes))]);
	}

	/** Takes what `toJSON` made, or another of its kind as it is. */
	static from(state: unknown): DiskChanges {
		if (state instanceof DiskChanges) return state;
		const listed = state as [number, string][];
		const bytes = (text: string) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
		return new DiskChanges(new Map(listed.map(([block, text]) => [block, bytes(text)])));
	}
}

/**
 * A disk's contents: an image that is never written, and blocks over it that were. Its states share
 * the blocks that did not change between them.
 */
export class CopyOnWriteDisk {
	readonly #image: DiskImage;
	#blocks = new Map<number, Uint8Array>();
	/** The blocks that no state holds: those may be written in place. */
	#own = new Set<number>();
	/** A state holds `#blocks` itself. */
	#shared = false;

	constructor(image: DiskImage) {
		this.#image = image;
	}

	get readOnly(): boolean {
		return this.#image.readOnly ?? false;
	}

	/** In bytes; what does not fill a sector at the end of the image is not part of the disk. */
	get size(): number {
		return this.#image.size - (this.#image.size % SECTOR);
	}

	/** A copy of `length` bytes at `at`, both within the disk; undefined if the image cannot be read. */
	read(at: number, length: number): Uint8Array | undefined {
		const out = new Uint8Array(length);
		return this.#fill(at, out) ? out : undefined;
	}

	/** False if a part of the image that the bytes do not cover cannot be read; they may be written in part. */
	write(at: number, bytes: Uint8Array): boolean {
		let written = true;
		eachBlock(at, bytes.length, (block, from, to) => {
			const own = this.#ownBlock(block);
			if (own === undefined) written = false;
			else own.set(bytes.subarray(from - at, to - at), from - block * BLOCK);
		});
		return written;
	}

	/**
	 * The whole of a small disk as it is now, with what the image has after its last sector: a copy.
	 *
	 * @throws RangeError if the image cannot be read
	 */
	contents(): Uint8Array {
		const out = new Uint8Array(this.#image.size);
		for (const { at, bytes } of this.pieces()) out.set(bytes, at);
		return out;
	}

	/**
	 * The same piece by piece, in order, for a disk of any size; a piece is as long as `most`, a multiple of
	 * 4096, or the last one. `bytes` are only good until the next piece is asked for.
	 *
	 * @throws RangeError if the image cannot be read
	 */
	*pieces(most = 2 ** 20): Generator<{ at: number; bytes: Uint8Array }> {
		const buffer = new Uint8Array(most);
		for (let at = 0; at < this.#image.size; at += most) {
			const bytes = buffer.subarray(0, Math.min(most, this.#image.size - at));
			if (!this.#fill(at, bytes))
				throw new RangeError(`the disk image cannot be read at byte ${at} any more`);
			yield { at, bytes };
		}
	}

	snapshotState(): unknown {
		this.#shared = true;
		this.#own = new Set();
		return new DiskChanges(this.#blocks);
	}
	restoreState(state: unknown): void {
		this.#blocks = DiskChanges.from(state).blocks as Map<number, Uint8Array>;
		this.#shared = true;
		this.#own = new Set();
	}

	#fill(at: number, out: Uint8Array): boolean {
		if (!this.#image.read(at, out)) return false;
		if (this.#blocks.size === 0) return true;
		eachBlock(at, out.length, (block, from, to) => {
			const start = block * BLOCK;
			const changed = this.#blocks.get(block);
			if (changed) out.set(changed.subarray(from - start, to - start), from - at);
		});
		return true;
	}

	#ownBlock(block: number): Uint8Array | undefined {
		const known = this.#blocks.get(block);
		if (known !== undefined && this.#own.has(block)) return known;
		const bytes = new Uint8Array(BLOCK);
		const start = block * BLOCK;
		const within = bytes.subarray(0, Math.min(BLOCK, this.#image.size - start));
		if (known !== undefined) bytes.set(known);
		else if (!this.#image.read(start, within)) return undefined;
		if (this.#shared) this.#blocks = new Map(this.#blocks);
		this.#shared = false;
		this.#blocks.set(block, bytes);
		this.#own.add(block);
		return bytes;
	}
}

function eachBlock(
	at: number,
	length: number,
	visit: (block: number, from: number, to: number) => void
): void {
	const end = at + length;
	for (let from = at; from < end;) {
		const block = Math.floor(from / BLOCK);
		const to = Math.min(end, (block + 1) * BLOCK);
		visit(block, from, to);
		from = to;
	}
}
