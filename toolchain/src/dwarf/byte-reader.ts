import { ElfError } from '../elf/reader.ts';

/** Reads a debugging section from left to right. Every method throws an ElfError at the section's end. */
export class ByteReader {
	readonly #data: Uint8Array;
	readonly #section: string;
	at: number;

	constructor(data: Uint8Array, at: number, section: string) {
		this.#data = data;
		this.at = at;
		this.#section = section;
	}

	get done(): boolean {
		return this.at >= this.#data.length;
	}

	damaged(): ElfError {
		return new ElfError(`${this.#section} is damaged or cut off near byte ${this.at}.`);
	}

	/** A little-endian number of so many bytes. */
	unsigned(count: 1 | 2 | 4 | 8): bigint {
		if (this.at + count > this.#data.length) throw this.damaged();
		let value = 0n;
		for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#data[this.at + i]!);
		this.at += count;
		return value;
	}

	/** Beyond 2^53 the value loses its low bits: counts and offsets never get there. */
	uleb(): number {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = Number(this.unsigned(1));
			value += (byte & 127) * 2 ** shift;
			if (byte < 128) return value;
			if (shift > 63) throw this.damaged();
		}
	}

	sleb(): bigint {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = this.unsigned(1);
			value |= (byte & 127n) << shift;
			if (byte < 128n) return byte & 64n ? value - (1n << (shift + 7n)) : value;
			if (shift > 63n) throw this.damaged();
		}
	}

	bytes(count: number): Uint8Array {
		if (this.at + count > this.#data.length) throw this.damaged();
		this.at += count;
		return this.#data.subarray(this.at - count, this.at);
	}

	string(): string {
		const end = this.#data.indexOf(0, this.at);
		if (end < 0) throw this.damaged();
		const text = new TextDecoder().decode(this.#data.subarray(this.at, end));
		this.at = end + 1;
		return text;
	}
}
