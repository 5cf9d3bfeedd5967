/** A node of a device tree before it is written. Property values are the bytes that will lie in the blob. */
export interface FdtNode {
	readonly name: string;
	readonly properties: Readonly<Record<string, Uint8Array>>;
	readonly children?: readonly FdtNode[];
}

/** Thrown where a tree cannot be written, or a blob not be read. */
export class FdtError extends Error {
	override name = 'FdtError';
}

const MAGIC = 0xd00d_feed;
const VERSION = 17;
const LAST_COMPATIBLE = 16;
const HEADER_BYTES = 40;

const Token = { beginNode: 1, endNode: 2, property: 3, end: 9 } as const;

const encoder = new TextEncoder();

/** A property of 32-bit cells, big-endian as everything in a device tree. */
export function cells(...values: number[]): Uint8Array {
	const bytes = new Uint8Array(4 * values.length);
	const view = new DataView(bytes.buffer);
	values.forEach((value, i) => view.setUint32(4 * i, value));
	return bytes;
}

/** Addresses and sizes as two cells each, for #address-cells and #size-cells of 2. */
export function cells64(...values: number[]): Uint8Array {
	return cells(...values.flatMap((value) => [Math.floor(value / 2 ** 32), value % 2 ** 32]));
}

/** A property of one or more strings, each ended by a zero byte. */
export function text(...values: string[]): Uint8Array {
	return encoder.encode(values.map((value) => value + '\0').join(''));
}

/** A property that is true by being there. */
export const flag = () => new Uint8Array(0);

/** Memory that a kernel must leave alone, by physical address. */
export interface Reservation {
	readonly start: number;
	readonly size: number;
}

/** What a blob holds. */
export interface FdtTree {
	readonly root: FdtNode;
	readonly reserved: readonly Reservation[];
}

/** Writes a flattened device tree, version 17 (Devicetree Specification, "Flattened Devicetree (DTB) Format"). */
export function writeFdt(root: FdtNode, reserved: readonly Reservation[] = []): Uint8Array {
	const structure = new Writer();
	const strings = new Map<string, number>();
	const stringBytes = new Writer();
	const nameOffset = (name: string) => {
		const known = strings.get(name);
		if (known !== undefined) return known;
		const offset = stringBytes.length;
		strings.set(name, offset);
		stringBytes.bytes(text(name));
		return offset;
	};

	const writeNode = (node: FdtNode) => {
		checkName(node.name);
		structure.cell(Token.beginNode);
		structure.bytes(text(node.name));
		structure.align();
		for (const [name, value] of Object.entries(node.properties)) {
			structure.cell(Token.property);
			structure.cell(value.length);
			structure.cell(nameOffset(name));
			structure.bytes(value);
			structure.align();
		}
		node.children?.forEach(writeNode);
		structure.cell(Token.endNode);
	};
	writeNode(root);
	structure.cell(Token.end);

	// An entry of nothing at 0 ends the list of reserved memory.
	const reservations = cells64(...reserved.flatMap(({ start, size }) => [start, size]), 0, 0);
	const structureAt = HEADER_BYTES + reservations.length;
	const stringsAt = structureAt + structure.length;
	const header = cells(
		MAGIC,
		stringsAt + stringBytes.length,
		structureAt,
		stringsAt,
		HEADER_BYTES,
		VERSION,
		LAST_COMPATIBLE,
		0, // boot_cpuid_phys
		stringBytes.length,
		structure.length
	);

	const blob = new Uint8Array(stringsAt + stringBytes.length);
	blob.set(header);
	blob.set(reservations, HEADER_BYTES);
	blob.set(structure.result(), structureAt);
	blob.set(stringBytes.result(), stringsAt);
	return blob;
}

function checkName(name: string): void {
	if (/^[\w,.+@-]*$/.test(name)) return;
	throw new FdtError(
		`'${name}' cannot name a device-tree node: only letters, digits and , . _ + - @ may stand in it`
	);
}

class Writer {
	#chunks: Uint8Array[] = [];
	length = 0;

	bytes(chunk: Uint8Array): void {
		this.#chunks.push(chunk);
		this.length += chunk.length;
	}
	cell(value: number): void {
		this.bytes(cells(value));
	}
	/** Tokens lie at multiples of 4. */
	align(): void {
		this.bytes(new Uint8Array(-this.length & 3));
	}
	result(): Uint8Array {
		const all = new Uint8Array(this.length);
		let at = 0;
		for (const chunk of this.#chunks) {
			all.set(chunk, at);
			at += chunk.length;
		}
		return all;
	}
}
