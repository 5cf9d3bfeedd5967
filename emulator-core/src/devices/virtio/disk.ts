export const SECTOR = 512;
const BLOCK = 4096;

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
	readonly #image: Uint8Array;
	#blocks = new Map<number, Uint8Array>();
	/** The blocks that no state holds: those may be written in place. */
	#own = new Set<number>();
	/** A state holds `#blocks` itself. */
	#shared = false;

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
		if (this.#blocks.size === 0) return out;
		eachBlock(at, length, (block, from, to) => {
			const start = block * BLOCK;
			const changed = this.#blocks.get(block);
			if (changed) out.set(changed.subarray(from - start, to - start), from - at);
		});
		return out;
	}

	write(at: number, bytes: Uint8Array): void {
		eachBlock(at, bytes.length, (block, from, to) => {
			this.#ownBlock(block).set(bytes.subarray(from - at, to - at), from - block * BLOCK);
		});
	}

	/** The whole disk as it is now: a copy. */
	contents(): Uint8Array {
		const out = this.#image.slice();
		for (const [block, bytes] of this.#blocks)
			out.set(bytes.subarray(0, out.length - block * BLOCK), block * BLOCK);
		return out;
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

	#ownBlock(block: number): Uint8Array {
		const known = this.#blocks.get(block);
		if (known !== undefined && this.#own.has(block)) return known;
		const bytes = new Uint8Array(BLOCK);
		bytes.set(known ?? this.#image.subarray(block * BLOCK, (block + 1) * BLOCK));
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
