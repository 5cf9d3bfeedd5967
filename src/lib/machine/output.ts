/** Bytes that are written one by one and taken many at a time. */
export class Output {
	#parts: Uint8Array[] = [];

	add(bytes: Uint8Array): void {
		this.#parts.push(bytes);
	}

	/** Everything since the last call; undefined if nothing came. */
	take(): Uint8Array | undefined {
		if (this.#parts.length === 0) return undefined;
		const all = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of this.#parts) {
			all.set(part, at);
			at += part.length;
		}
		this.#parts = [];
		return all;
	}
}
