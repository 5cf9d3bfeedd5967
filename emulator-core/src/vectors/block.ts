/** 128 bits as numbers that JavaScript is quick with, the lowest first: the same memory twice. */
export interface Block {
	readonly bytes: Uint8Array;
	readonly words: Int32Array;
}

/** The block at a place in memory, which is a multiple of 4. Hosts are little-endian, as WebAssembly is. */
export function blockAt(memory: ArrayBufferLike, at: number): Block {
	return { bytes: new Uint8Array(memory, at, 16), words: new Int32Array(memory, at, 4) };
}
