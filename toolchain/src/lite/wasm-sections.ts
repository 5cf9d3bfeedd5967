/**
 * Just enough of WebAssembly's binary format to rewrite function bodies: sections, the number of
 * imported functions, and the code section's bodies as byte ranges.
 */

export interface Section {
	readonly id: number;
	/** Byte range of the section's contents. */
	readonly start: number;
	readonly end: number;
}

export const sectionId = { import: 2, code: 10 } as const;
const HEADER_BYTES = 8;

/** Reads an unsigned LEB128 number: its value and the offset behind it. */
export function readUnsigned(bytes: Uint8Array, offset: number): [value: number, next: number] {
	let value = 0;
	let shift = 0;
	for (;;) {
		const byte = bytes[offset++]!;
		value += (byte & 0x7f) * 2 ** shift;
		if (byte < 0x80) return [value, offset];
		shift += 7;
	}
}

export function unsigned(value: number): number[] {
	const out: number[] = [];
	do {
		const byte = value & 0x7f;
		value = Math.floor(value / 128);
		out.push(value ? byte | 0x80 : byte);
	} while (value);
	return out;
}

export function signed(value: number): number[] {
	const out: number[] = [];
	for (;;) {
		const byte = value & 0x7f;
		value >>= 7;
		const done = (value === 0 && !(byte & 0x40)) || (value === -1 && byte & 0x40);
		out.push(done ? byte : byte | 0x80);
		if (done) return out;
	}
}

/** The sections of a module, in order. Throws where the bytes are no module. */
export function sections(wasm: Uint8Array): Section[] {
	if (
		wasm.length < HEADER_BYTES ||
		new DataView(wasm.buffer, wasm.byteOffset).getUint32(0) !== 0x0061_736d
	) {
		throw new Error('not a WebAssembly module: it does not begin with \\0asm');
	}
	const found: Section[] = [];
	for (let offset = HEADER_BYTES; offset < wasm.length;) {
		const id = wasm[offset]!;
		const [size, start] = readUnsigned(wasm, offset + 1);
		if (start + size > wasm.length) throw new Error(`WebAssembly section ${id} is cut off`);
		found.push({ id, start, end: start + size });
		offset = start + size;
	}
	return found;
}

const externalKind = { function: 0, table: 1, memory: 2, global: 3 };

/** The imported functions by name, in the order of their indices. */
export function importedFunctions(wasm: Uint8Array): string[] {
	const section = sections(wasm).find(({ id }) => id === sectionId.import);
	if (!section) return [];
	const names: string[] = [];
	let [count, at] = readUnsigned(wasm, section.start);
	const text = () => {
		const [length, start] = readUnsigned(wasm, at);
		at = start + length;
		return new TextDecoder().decode(wasm.subarray(start, at));
	};
	const skip = () => (at = readUnsigned(wasm, at)[1]);
	const skipLimits = () => {
		const flags = wasm[at++]!;
		skip();
		if (flags & 1) skip();
	};
	for (; count > 0; count--) {
		text();
		const name = text();
		const kind = wasm[at++]!;
		if (kind === externalKind.function) {
			names.push(name);
			skip();
		} else if (kind === externalKind.table) {
			at++;
			skipLimits();
		} else if (kind === externalKind.memory) skipLimits();
		else at += 2;
	}
	return names;
}

/** Byte ranges of the code section's bodies, locals included, size prefix excluded. */
export function functionBodies(wasm: Uint8Array): { start: number; end: number }[] {
	const section = sections(wasm).find(({ id }) => id === sectionId.code);
	if (!section) return [];
	const [count, first] = readUnsigned(wasm, section.start);
	const bodies = [];
	let at = first;
	for (let i = 0; i < count; i++) {
		const [size, start] = readUnsigned(wasm, at);
		bodies.push({ start, end: start + size });
		at = start + size;
	}
	return bodies;
}

/** Where a body's code begins, behind its local declarations. */
export function codeStart(wasm: Uint8Array, bodyStart: number): number {
	let [groups, at] = readUnsigned(wasm, bodyStart);
	for (; groups > 0; groups--) at = readUnsigned(wasm, at)[1] + 1;
	return at;
}

/** The module with every function body replaced by what `rewrite` returns (parts put end to end). */
export function rewriteBodies(
	wasm: Uint8Array,
	rewrite: (index: number, body: { start: number; end: number }) => Uint8Array[]
): Uint8Array<ArrayBuffer> {
	const section = sections(wasm).find(({ id }) => id === sectionId.code);
	if (!section) return new Uint8Array(wasm);
	const bodies = functionBodies(wasm);
	const parts: Uint8Array[] = [Uint8Array.from(unsigned(bodies.length))];
	bodies.forEach((body, i) => {
		const code = rewrite(i, body);
		parts.push(Uint8Array.from(unsigned(lengthOf(code))), ...code);
	});
	const head = wasm.subarray(0, sizeOffset(wasm, section.start));
	const size = Uint8Array.from(unsigned(lengthOf(parts)));
	return joined([head, size, ...parts, wasm.subarray(section.end)]);
}

/** Offset of a section's size, given that of its contents: the id byte before it has no bit 7. */
function sizeOffset(wasm: Uint8Array, contents: number): number {
	let at = contents - 1;
	while (wasm[at - 1]! & 0x80 && contents - at < 5) at--;
	return at;
}

const lengthOf = (parts: readonly Uint8Array[]) => parts.reduce((n, part) => n + part.length, 0);

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const out = new Uint8Array(lengthOf(parts));
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}
