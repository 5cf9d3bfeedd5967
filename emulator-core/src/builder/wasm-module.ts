import { ByteWriter } from './byte-writer.ts';

/** The part of WebAssembly's binary format that generated code needs, and no more. */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof I64 | typeof F32 | typeof F64 | typeof V128;

/** Parameters and results of a function. */
export interface Signature {
	readonly params: readonly ValueType[];
	readonly results: readonly ValueType[];
}

/** Appends an unsigned LEB128. */
export function unsigned(out: number[], value: number): void {
	while (value > 0x7f) {
		out.push((value & 0x7f) | 0x80);
		value >>>= 7;
	}
	out.push(value);
}

/** Appends a signed LEB128 of up to 64 bits. */
export function signed(out: number[], value: bigint | number): void {
	if (typeof value === 'number') {
		for (;;) {
			const byte: number = value & 0x7f;
			value >>= 7;
			if (value === (byte & 0x40 ? -1 : 0)) {
				out.push(byte);
				return;
			}
			out.push(byte | 0x80);
		}
	}
	for (;;) {
		const byte: number = Number(value & 0x7fn);
		value >>= 7n;
		if (value === (byte & 0x40 ? -1n : 0n)) {
			out.push(byte);
			return;
		}
		out.push(byte | 0x80);
	}
}

function name(out: number[], text: string): void {
	unsigned(out, text.length);
	for (let i = 0; i < text.length; i++) out.push(text.charCodeAt(i));
}

/**
 * Collects types, imports and functions, and writes the module. Function indices count the imports
 * first, so every import must be declared before the first function.
 */
export class WasmModule {
	readonly #types: string[] = [];
	readonly #typeBytes: number[][] = [];
	readonly #imports: number[][] = [];
	readonly #functions: { type: number; body: Uint8Array }[] = [];
	readonly #exports: number[][] = [];
	#importedFunctions = 0;
	/** Function indices in the table, from slot 0. */
	table: number[] = [];
	/** Slots of the table behind those, which whoever has it may fill. */
	freeSlots = 0;

	type(signature: Signature): number {
		const key = `${signature.params.join()}>${signature.results.join()}`;
		const known = this.#types.indexOf(key);
		if (known >= 0) return known;
		const bytes = [0x60];
		unsigned(bytes, signature.params.length);
		bytes.push(...signature.params);
		unsigned(bytes, signature.results.length);
		bytes.push(...signature.results);
		this.#types.push(key);
		this.#typeBytes.push(bytes);
		return this.#types.length - 1;
	}

	/** Imports `env.memory`; its size is whatever the importer gives. */
	importMemory(): void {
		const bytes: number[] = [];
		name(bytes, 'env');
		name(bytes, 'memory');
		bytes.push(0x02, 0x00, 0x00);
		this.#imports.push(bytes);
	}

	importFunction(field: string, signature: Signature): number {
		const bytes: number[] = [];
		name(bytes, 'env');
		name(bytes, field);
		bytes.push(0x00);
		unsigned(bytes, this.type(signature));
		this.#imports.push(bytes);
		return this.#importedFunctions++;
	}

	/** Reserves an index, so that functions may call each other; `setBody` must follow. */
	declare(signature: Signature): number {
		this.#functions.push({ type: this.type(signature), body: new Uint8Array() });
		return this.#importedFunctions + this.#functions.length - 1;
	}

	/** `body`: locals and code, as FunctionWriter.bytes() returns them. */
	setBody(index: number, body: Uint8Array): void {
		this.#functions[index - this.#importedFunctions]!.body = body;
	}

	/** Exports the table. */
	exportTable(field: string): void {
		const bytes: number[] = [];
		name(bytes, field);
		bytes.push(0x01, 0x00);
		this.#exports.push(bytes);
	}

	exportFunction(field: string, index: number): void {
		const bytes: number[] = [];
		name(bytes, field);
		bytes.push(0x00);
		unsigned(bytes, index);
		this.#exports.push(bytes);
	}

	bytes(): Uint8Array<ArrayBuffer> {
		const out = new ByteWriter(1 << 18);
		out.append([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
		const section = (id: number, count: number, write: (content: ByteWriter) => void): void => {
			if (count === 0) return;
			const content = new ByteWriter();
			content.unsigned(count);
			write(content);
			out.byte(id);
			out.unsigned(content.length);
			out.append(content.take());
		};
		const { length } = this.table;
		section(1, this.#typeBytes.length, (content) =>
			this.#typeBytes.forEach((t) => content.append(t))
		);
		section(2, this.#imports.length, (content) => this.#imports.forEach((i) => content.append(i)));
		section(3, this.#functions.length, (content) =>
			this.#functions.forEach(({ type }) => content.unsigned(type))
		);
		section(4, length > 0 ? 1 : 0, (content) => {
			content.append([0x70, 0x01]);
			content.unsigned(length + this.freeSlots);
			content.unsigned(length + this.freeSlots);
		});
		section(7, this.#exports.length, (content) => this.#exports.forEach((e) => content.append(e)));
		section(9, length > 0 ? 1 : 0, (content) => {
			content.append([0x00, 0x41, 0x00, 0x0b]);
			content.unsigned(length);
			for (const index of this.table) content.unsigned(index);
		});
		section(10, this.#functions.length, (content) =>
			this.#functions.forEach(({ body }) => {
				content.unsigned(body.length);
				content.append(body);
			})
		);
		return out.take();
	}
}
