/** Bytes that grow at the end. */
export class ByteWriter {
	#bytes: Uint8Array<ArrayBuffer>;
	#length = 0;

	constructor(capacity = 1024) {
		this.#bytes = new Uint8Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	byte(value: number): void {
		if (this.#length === this.#bytes.length) this.#grow(1);
		this.#bytes[this.#length++] = value;
	}

	append(bytes: ArrayLike<number>): void {
		if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
		// Most are shorter than what a call of `set` is worth.
		if (bytes.length > 16) this.#bytes.set(bytes, this.#length);
		else for (let i = 0; i < bytes.length; i++) this.#bytes[this.#length + i] = bytes[i]!;
		this.#length += bytes.length;
	}

	/** An unsigned LEB128. */
	unsigned(value: number): void {
		while (value > 0x7f) {
			this.byte((value & 0x7f) | 0x80);
			value >>>= 7;
		}
		this.byte(value);
	}

	/** Starts again; what `take` returned stays. */
	clear(): void {
		this.#length = 0;
	}

	/** A copy of what was written. */
	take(): Uint8Array<ArrayBuffer> {
		return this.#bytes.slice(0, this.#length);
	}

	#grow(room: number): void {
		const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + room));
		grown.set(this.#bytes);
		this.#bytes = grown;
	}
}
