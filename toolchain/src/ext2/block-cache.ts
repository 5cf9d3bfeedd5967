import { damaged } from './ext2-error.ts';
import { viewOf } from './layout.ts';

/** An image: bytes of a file, of memory or of a running machine's disk. */
export interface ByteStore {
	/** In bytes. */
	readonly size: number;
	/** Fills `into` from the byte `at`. */
	read(at: number, into: Uint8Array): void;
	write(at: number, bytes: Uint8Array): void;
}

/** An image in memory, written in place. */
export const memoryStore = (image: Uint8Array): ByteStore => ({
	size: image.length,
	read: (at, into) => into.set(image.subarray(at, at + into.length)),
	write: (at, bytes) => image.set(bytes, at)
});

/** Blocks of a store. Changes wait here until `commit`: an operation that fails leaves the image as it was. */
export class BlockCache {
	readonly blockSize: number;
	readonly #store: ByteStore;
	readonly #blocks: number;
	readonly #changed = new Map<number, Uint8Array>();

	constructor(store: ByteStore, blockSize: number, blocks: number) {
		this.#store = store;
		this.blockSize = blockSize;
		this.#blocks = blocks;
	}

	/** A block to look at only. */
	read(block: number): Uint8Array {
		const changed = this.#changed.get(block);
		if (changed) return changed;
		if (!(block >= 0 && block < this.#blocks))
			throw damaged(`something lies in block ${block}, and there are ${this.#blocks} blocks`);
		const bytes = new Uint8Array(this.blockSize);
		this.#store.read(block * this.blockSize, bytes);
		return bytes;
	}

	/** A block to change. */
	edit(block: number): DataView {
		const bytes = this.read(block);
		this.#changed.set(block, bytes);
		return viewOf(bytes);
	}

	/** A block whose old contents do not matter. */
	replace(block: number, contents: Uint8Array = new Uint8Array(0)): DataView {
		const bytes = new Uint8Array(this.blockSize);
		bytes.set(contents);
		this.#changed.set(block, bytes);
		return viewOf(bytes);
	}

	commit(): void {
		const inOrder = [...this.#changed].sort(([a], [b]) => a - b);
		for (const [block, bytes] of inOrder) this.#store.write(block * this.blockSize, bytes);
		this.#changed.clear();
	}

	discard(): void {
		this.#changed.clear();
	}
}
